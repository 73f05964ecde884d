import { z } from 'zod'
import { nextCrossAbove, nextFallBack } from '../engine/core/crossing.ts'
import { QualityRank } from '../engine/core/quality.ts'
import { packNumbers, unpackNumbers } from '../engine/core/snapshot.ts'
import { type Context, defineStrategy, type Strategy } from '../engine/core/strategy.ts'

const params = z
  .strictObject({
    fast: z.int().min(1).default(20).describe('bars of the fast average'),
    slow: z.int().min(2).default(100).describe('bars of the slow average'),
    target: z.number().positive().optional().describe('profit target as a fraction of the entry price'),
    stop: z.number().positive().max(1).optional().describe('stop as a fraction of the entry price'),
  })
  .refine((p) => p.fast < p.slow, { path: ['fast'], message: 'must be smaller than slow' })

type Params = z.infer<typeof params>

class SmaCross implements Strategy {
  private readonly p: Params
  private readonly quality = new QualityRank()
  private x!: Context
  private fast!: Float64Array
  private slow!: Float64Array

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    this.x = x
    this.fast = x.indicator({ kind: 'sma', length: this.p.fast })
    this.slow = x.indicator({ kind: 'sma', length: this.p.slow })
  }

  onBar(row: number): void {
    if (row === 0) return
    const { fast, slow } = this
    // In warm-up a comparison with NaN is false both ways, so that the first defined bar is no cross.
    if (fast[row]! > slow[row]!) {
      if (fast[row - 1]! <= slow[row - 1]! && this.x.position(0) === 0) this.enter(row)
    } else if (fast[row - 1]! > slow[row - 1]! && this.x.position(0) !== 0) this.x.exit(0)
  }

  quietUntil(row: number, end: number): number {
    const { fast, slow } = this
    const from = Math.max(1, row)
    return this.x.position(0) === 0 ? nextCrossAbove(fast, slow, from, end) : nextFallBack(fast, slow, from, end)
  }

  /** A cross is the stronger, the faster the averages part. */
  private enter(row: number): void {
    const { fast, slow } = this
    const apart = fast[row]! - slow[row]! - (fast[row - 1]! - slow[row - 1]!)
    const { target, stop } = this.p
    this.x.enter(0, { target, stop, quality: this.quality.observe(apart / slow[row]!) })
  }

  snapshot(): Uint8Array {
    return packNumbers(this.quality.snapshot())
  }

  restore(state: Uint8Array): void {
    this.quality.restore(unpackNumbers(state))
  }
}

export default defineStrategy({
  name: 'sma-cross',
  description:
    'Buys when a fast simple moving average crosses above a slow one and sells when it crosses below: the oldest trend ' +
    'rule (Gartley 1935; tested by Brock, Lakonishok and LeBaron, Journal of Finance 1992). It fails in sideways ' +
    'markets, where every cross is late and each round trip pays the fees. It trades the first symbol.',
  params,
  create: (p) => new SmaCross(p),
})
