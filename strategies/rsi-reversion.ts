import { z } from 'zod'
import { QualityRank } from '../engine/core/quality.ts'
import { packNumbers, unpackNumbers } from '../engine/core/snapshot.ts'
import { type Context, defineStrategy, type Strategy } from '../engine/core/strategy.ts'

const params = z
  .strictObject({
    length: z.int().min(2).default(14).describe('bars of the RSI'),
    oversold: z.number().min(0).max(100).default(30).describe('buy when the RSI falls below'),
    recovered: z.number().min(0).max(100).default(55).describe('sell when the RSI rises above'),
    stop: z.number().positive().max(1).optional().describe('stop as a fraction of the entry price'),
  })
  .refine((p) => p.oversold < p.recovered, { path: ['oversold'], message: 'must be smaller than recovered' })

type Params = z.infer<typeof params>

class RsiReversion implements Strategy {
  private readonly p: Params
  private readonly quality = new QualityRank()
  private x!: Context
  private rsi!: Float64Array

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    this.x = x
    this.rsi = x.indicator({ kind: 'rsi', length: this.p.length })
  }

  onBar(row: number): void {
    if (row === 0) return
    const now = this.rsi[row]!
    const before = this.rsi[row - 1]!
    if (now < this.p.oversold) {
      if (before >= this.p.oversold && this.x.position(0) === 0) this.enter(now)
    } else if (now > this.p.recovered && this.x.position(0) !== 0) this.x.exit(0)
  }

  quietUntil(row: number, end: number): number {
    const { rsi } = this
    const { oversold, recovered } = this.p
    let at = Math.max(1, row)
    if (this.x.position(0) === 0) while (at < end && !(rsi[at]! < oversold && rsi[at - 1]! >= oversold)) at += 1
    else while (at < end && !(rsi[at]! > recovered)) at += 1
    return Math.min(at, end)
  }

  /** The deeper it has fallen, the further it may come back. */
  private enter(rsi: number): void {
    this.x.enter(0, { stop: this.p.stop, quality: this.quality.observe(this.p.oversold - rsi) })
  }

  snapshot(): Uint8Array {
    return packNumbers(this.quality.snapshot())
  }

  restore(state: Uint8Array): void {
    this.quality.restore(unpackNumbers(state))
  }
}

export default defineStrategy({
  name: 'rsi-reversion',
  description:
    "Buys when Wilder's relative strength index falls below a threshold and sells once it has recovered (Wilder, New " +
    'Concepts in Technical Trading Systems, 1978). It fails in crashes, where oversold becomes more oversold: give it a stop. It ' +
    'trades the first symbol.',
  params,
  create: (p) => new RsiReversion(p),
})
