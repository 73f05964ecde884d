import { z } from 'zod'
import { TandemError } from '../engine/core/errors.ts'
import { type Context, defineStrategy, type Strategy } from '../engine/core/strategy.ts'

const params = z
  .strictObject({
    series: z
      .string()
      .min(1)
      .default('funding')
      .describe('name under data.also of the funding rate, a fraction a period'),
    bars: z.int().min(1).default(72).describe('bars over which the rate is averaged'),
    every: z.int().min(1).default(8).describe('bars between looks'),
    enter: z.number().default(0.0001).describe('enter when the mean rate is above (0.0001 is 0.01 % a period)'),
    exit: z.number().default(0).describe('leave when it is below'),
    invested: z.number().positive().max(1).default(0.9).describe('fraction of equity in both legs together'),
    band: z.number().positive().max(1).default(0.05).describe('difference between the legs that is evened out'),
  })
  .refine((p) => p.exit <= p.enter, { path: ['exit'], message: 'must be at most enter' })

type Params = z.infer<typeof params>

const SPOT = 0
const PERPETUAL = 1

class FundingCarry implements Strategy {
  private readonly p: Params
  private x!: Context
  private time!: Float64Array
  private rate!: Float64Array
  private close: Float64Array[] = []

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    if (x.symbols.length < 2) {
      throw new TandemError('funding-carry needs two symbols: spot, then perpetual', {
        code: 'NO_PAIR',
        where: 'data.symbols',
      })
    }
    this.x = x
    this.time = x.time
    this.rate = x.series(this.p.series)
    this.close = x.symbols.map((_, symbol) => x.column(symbol, 'close'))
  }

  onBar(row: number): void {
    if (row === 0 || !this.isDue(row)) return
    const rate = this.meanRate(row)
    if (Number.isNaN(rate)) return
    const { x } = this
    if (x.position(SPOT) === 0 && x.position(PERPETUAL) === 0) {
      if (rate > this.p.enter) this.hold(this.p.invested / 2)
    } else if (rate < this.p.exit) this.hold(0)
    else if (Math.abs(this.tilt(row)) > this.p.band) this.hold(this.p.invested / 2)
  }

  /** As much spot as is sold of the perpetual: the price's moves cancel, the funding stays. */
  private hold(weight: number): void {
    const weights = new Float64Array(this.close.length)
    weights[SPOT] = weight
    weights[PERPETUAL] = -weight
    this.x.target(weights)
  }

  /** What the two legs don't cancel, as a fraction of equity; NaN where one has no bar. */
  private tilt(row: number): number {
    let sum = 0
    for (let symbol = SPOT; symbol <= PERPETUAL; symbol++) sum += this.x.position(symbol) * this.close[symbol]![row]!
    return sum / this.x.equityAt(row)
  }

  private isDue(row: number): boolean {
    const periodMs = this.p.every * this.x.timeframeMs
    return Math.floor(this.time[row]! / periodMs) !== Math.floor(this.time[row - 1]! / periodMs)
  }

  private meanRate(row: number): number {
    let count = 0
    let sum = 0
    for (let i = Math.max(0, row - this.p.bars + 1); i <= row; i++) {
      if (Number.isNaN(this.rate[i]!)) continue
      count += 1
      sum += this.rate[i]!
    }
    return sum / count
  }
}

export default defineStrategy({
  name: 'funding-carry',
  description:
    'Buys spot (the first symbol) and sells the perpetual (the second) for the same money while holders of shorts are ' +
    'paid: the price cancels out and the funding remains (the basis trade; Koijen and others, Carry, Journal of ' +
    'Financial Economics 2018). It reads the funding rate as a series of data.also and needs account.shorting; with a ' +
    'perpetual such as BTC/USDT:USDT as the second symbol the payments are in its result. It gives target weights, which carry no quality. It fails when funding turns for long, when four ' +
    'fees cost more than the funding brings, and when a short is liquidated before its spot can be sold.',
  params,
  create: (p) => new FundingCarry(p),
})
