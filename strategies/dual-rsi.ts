import { z } from 'zod'
import { QualityRank } from '../engine/core/quality.ts'
import { packNumbers, unpackNumbers } from '../engine/core/snapshot.ts'
import { type Context, defineStrategy, type Strategy } from '../engine/core/strategy.ts'

const params = z
  .strictObject({
    fast: z.int().min(2).default(4).describe('bars of the fast RSI, which times the entry'),
    slow: z.int().min(2).default(21).describe('bars of the slow RSI, which says whether buyers are in charge'),
    oversold: z.number().min(0).max(100).default(25).describe('buy when the fast RSI falls below'),
    strong: z.number().min(0).max(100).default(45).describe('only while the slow RSI is above'),
    recovered: z.number().min(0).max(100).default(65).describe('sell when the fast RSI rises above'),
    trend: z.int().min(1).default(100).describe('bars of the average that the price must be above to buy'),
    target: z.number().positive().optional().describe('profit target as a fraction of the entry price'),
    stop: z.number().positive().max(1).optional().describe('stop as a fraction of the entry price'),
  })
  .refine((p) => p.fast < p.slow, { path: ['fast'], message: 'must be smaller than slow' })
  .refine((p) => p.oversold < p.recovered, { path: ['oversold'], message: 'must be smaller than recovered' })

type Params = z.infer<typeof params>

/** One symbol's columns. */
interface Leg {
  readonly close: Float64Array
  readonly fast: Float64Array
  readonly slow: Float64Array
  readonly trend: Float64Array
}

class DualRsi implements Strategy {
  private readonly p: Params
  private readonly quality = new QualityRank()
  private x!: Context
  private legs: Leg[] = []

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    this.x = x
    this.legs = x.symbols.map((_, symbol) => ({
      close: x.column(symbol, 'close'),
      fast: x.indicator({ kind: 'rsi', symbol, length: this.p.fast }),
      slow: x.indicator({ kind: 'rsi', symbol, length: this.p.slow }),
      trend: x.indicator({ kind: 'sma', symbol, length: this.p.trend }),
    }))
  }

  onBar(row: number): void {
    if (row === 0) return
    for (let symbol = 0; symbol < this.legs.length; symbol++) this.look(symbol, this.legs[symbol]!, row)
  }

  private look(symbol: number, { close, fast, slow, trend }: Leg, row: number): void {
    const now = fast[row]!
    const rising = close[row]! > trend[row]!
    if (this.x.position(symbol) !== 0) {
      // A gap (NaN) is no reason to leave: neither comparison holds then.
      if (now > this.p.recovered || close[row]! < trend[row]!) this.x.exit(symbol)
    } else if (rising && now < this.p.oversold && fast[row - 1]! >= this.p.oversold && slow[row]! > this.p.strong) {
      // The stronger the trend behind the dip and the deeper the dip, the better.
      const quality = this.quality.rank(slow[row]! - now)
      this.x.enter(symbol, { quality, target: this.p.target, stop: this.p.stop })
    }
  }

  snapshot(): Uint8Array {
    return packNumbers(this.quality.snapshot())
  }

  restore(state: Uint8Array): void {
    this.quality.restore(unpackNumbers(state))
  }
}

export default defineStrategy({
  name: 'dual-rsi',
  description:
    'Buys short dips in a rising market: a fast RSI is oversold while a slow one is strong and the price is above a ' +
    'long average; sells once the fast one has recovered or the trend is broken (after Connors and Alvarez, Short Term ' +
    'Trading Strategies That Work, 2009). It trades every symbol of the run. It fails at turning points, where the ' +
    'first dip of a fall looks like every other, and on gains too small for the fees.',
  params,
  create: (p) => new DualRsi(p),
})
