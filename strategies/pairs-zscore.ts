import { z } from 'zod'
import { TandemError } from '../engine/core/errors.ts'
import { QualityRank } from '../engine/core/quality.ts'
import { packNumbers, unpackNumbers } from '../engine/core/snapshot.ts'
import { type Context, defineStrategy, type Strategy } from '../engine/core/strategy.ts'

const params = z
  .strictObject({
    length: z.int().min(5).default(96).describe("bars of the ratio's mean and deviation"),
    entry: z.number().positive().default(2).describe('deviations from the mean at which the pair is entered'),
    exit: z.number().min(0).default(0.5).describe('deviations at which it is left'),
    giveUp: z.number().positive().default(4).describe('deviations at which it is left at a loss'),
    target: z.number().positive().optional().describe('profit target of each leg as a fraction of its entry price'),
    stop: z.number().positive().max(1).optional().describe('stop of each leg as a fraction of its entry price'),
  })
  .refine((p) => p.exit < p.entry && p.entry < p.giveUp, {
    path: ['entry'],
    message: 'must lie between exit and giveUp',
  })

type Params = z.infer<typeof params>

class PairsZscore implements Strategy {
  private readonly p: Params
  private readonly quality = new QualityRank()
  private x!: Context
  private first!: Float64Array
  private second!: Float64Array
  /** Deviations at the bar before: an entry is a crossing. */
  private before = Number.NaN

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    if (x.symbols.length < 2) {
      throw new TandemError('pairs-zscore needs two symbols', { code: 'NO_PAIR', where: 'data.symbols' })
    }
    this.x = x
    this.first = x.column(0, 'close')
    this.second = x.column(1, 'close')
  }

  onBar(row: number): void {
    const deviations = this.deviations(row)
    // Where one of the two has no bar there is nothing to compare, and nothing to trade.
    if (Number.isNaN(deviations)) return
    const before = this.before
    this.before = deviations
    const { x } = this
    const held = x.position(0)
    if (held !== 0 || x.position(1) !== 0) {
      // One leg alone (the other was refused, or left by its stop) is no pair.
      const alone = held === 0 || x.position(1) === 0
      if (alone || this.done(held, deviations)) this.leave()
    } else if (Math.abs(deviations) > this.p.entry && Math.abs(before) <= this.p.entry) this.enter(deviations)
  }

  private done(held: number, deviations: number): boolean {
    // Long the first: bought when the ratio was low, so that the way back is up.
    const low = held > 0 ? -deviations : deviations
    return low < this.p.exit || low > this.p.giveUp
  }

  private leave(): void {
    for (let symbol = 0; symbol < 2; symbol++) if (this.x.position(symbol) !== 0) this.x.exit(symbol)
  }

  /** Both legs have the run's size, so that the pair is neutral in money; the further out, the stronger. */
  private enter(deviations: number): void {
    const { target, stop } = this.p
    const quality = this.quality.rank(Math.abs(deviations))
    this.x.enter(0, { side: deviations < 0 ? 'long' : 'short', quality, target, stop })
    this.x.enter(1, { side: deviations < 0 ? 'short' : 'long', quality, target, stop })
  }

  /** (ratio − mean) ÷ standard deviation over the window, bars of both; NaN until it is full or without a bar. */
  private deviations(row: number): number {
    const { first, second } = this
    const now = first[row]! / second[row]!
    if (Number.isNaN(now) || row < this.p.length - 1) return Number.NaN
    let count = 0
    let sum = 0
    let squares = 0
    // Sums of differences from the newest ratio keep their digits where the ratio is large and calm.
    for (let i = row - this.p.length + 1; i <= row; i++) {
      const difference = first[i]! / second[i]! - now
      if (Number.isNaN(difference)) continue
      count += 1
      sum += difference
      squares += difference * difference
    }
    const mean = sum / count
    const variance = squares / count - mean * mean
    return count * 2 > this.p.length && variance > 0 ? -mean / Math.sqrt(variance) : Number.NaN
  }

  snapshot(): Uint8Array {
    return packNumbers([this.before, ...this.quality.snapshot()])
  }

  restore(state: Uint8Array): void {
    const [before, ...scores] = unpackNumbers(state)
    this.before = before!
    this.quality.restore(scores)
  }
}

export default defineStrategy({
  name: 'pairs-zscore',
  description:
    "Trades the ratio of the run's first two symbols: when it is far above its mean, sells the first short and buys " +
    'the second for the same money, and the other way round; leaves when it has come back, or has gone so far that ' +
    'something broke (Gatev, Goetzmann and Rouwenhorst, Review of Financial Studies 2006). It needs account.shorting ' +
    'and a sizing of less than half of the equity a leg. It fails when the two part for good, which is when the signal ' +
    'is strongest.',
  params,
  create: (p) => new PairsZscore(p),
})
