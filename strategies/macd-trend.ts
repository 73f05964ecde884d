import { z } from 'zod'
import { QualityRank } from '../engine/core/quality.ts'
import { packNumbers, unpackNumbers } from '../engine/core/snapshot.ts'
import { type Context, defineStrategy, type PositionSide, type Strategy } from '../engine/core/strategy.ts'

const params = z
  .strictObject({
    fast: z.int().min(1).default(12).describe('bars of the fast average'),
    slow: z.int().min(2).default(26).describe('bars of the slow average'),
    signal: z.int().min(1).default(9).describe('bars of the signal line'),
    trend: z.int().min(1).default(200).describe('bars of the average that the price must be above to buy'),
    short: z.boolean().default(false).describe('sell short below that average as well'),
    target: z.number().positive().optional().describe('profit target as a fraction of the entry price'),
    stop: z.number().positive().max(1).optional().describe('stop as a fraction of the entry price'),
  })
  .refine((p) => p.fast < p.slow, { path: ['fast'], message: 'must be smaller than slow' })

type Params = z.infer<typeof params>

/** One symbol's columns. */
interface Leg {
  readonly close: Float64Array
  /** MACD less its signal line. */
  readonly histogram: Float64Array
  readonly trend: Float64Array
}

class MacdTrend implements Strategy {
  private readonly p: Params
  private readonly quality = new QualityRank()
  private x!: Context
  private legs: Leg[] = []

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    this.x = x
    const { fast, slow, signal, trend } = this.p
    this.legs = x.symbols.map((_, symbol) => ({
      close: x.column(symbol, 'close'),
      histogram: x.indicator({ kind: 'macd', symbol, fast, slow, signal, output: 'histogram' }),
      trend: x.indicator({ kind: 'ema', symbol, length: trend }),
    }))
  }

  onBar(row: number): void {
    if (row === 0) return
    for (let symbol = 0; symbol < this.legs.length; symbol++) this.look(symbol, this.legs[symbol]!, row)
  }

  private look(symbol: number, { close, histogram, trend }: Leg, row: number): void {
    const now = histogram[row]!
    const before = histogram[row - 1]!
    const price = close[row]!
    const position = this.x.position(symbol)
    if (position > 0) {
      if (now < 0) this.x.exit(symbol)
    } else if (position < 0) {
      if (now > 0) this.x.exit(symbol)
    } else if (now > 0) {
      if (before <= 0 && price > trend[row]!) this.enter(symbol, 'long', (now - before) / price)
    } else if (this.p.short && now < 0 && before >= 0 && price < trend[row]!) {
      this.enter(symbol, 'short', (before - now) / price)
    }
  }

  /** A cross is the stronger, the steeper it is. */
  private enter(symbol: number, side: PositionSide, steepness: number): void {
    const { target, stop } = this.p
    this.x.enter(symbol, { side, quality: this.quality.rank(steepness), target, stop })
  }

  snapshot(): Uint8Array {
    return packNumbers(this.quality.snapshot())
  }

  restore(state: Uint8Array): void {
    this.quality.restore(unpackNumbers(state))
  }
}

export default defineStrategy({
  name: 'macd-trend',
  description:
    'Buys when the MACD crosses above its signal line while the price is above a long average, and sells when it ' +
    'crosses back (Appel, Technical Analysis: Power Tools for Active Investors, 2005). It trades every symbol of the ' +
    'run. It fails in sideways markets, where the crosses alternate quickly, and it gives back much of a sharp rise.',
  params,
  create: (p) => new MacdTrend(p),
})
