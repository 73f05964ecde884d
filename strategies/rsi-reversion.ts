import { z } from 'zod'
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
      if (before >= this.p.oversold && this.x.position(0) === 0) this.x.enter(0, this.p)
    } else if (now > this.p.recovered && this.x.position(0) !== 0) this.x.exit(0)
  }
}

export default defineStrategy({
  name: 'rsi-reversion',
  description:
    "Buys when Wilder's relative strength index falls below a threshold and sells once it has recovered (Wilder, New " +
    'Concepts in Technical Trading Systems, 1978). It fails in crashes, where oversold becomes more oversold: give it a stop.',
  params,
  create: (p) => new RsiReversion(p),
})
