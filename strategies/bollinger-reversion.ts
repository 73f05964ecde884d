import { z } from 'zod'
import { QualityRank } from '../engine/core/quality.ts'
import { packNumbers, unpackNumbers } from '../engine/core/snapshot.ts'
import { type Context, defineStrategy, type PositionSide, type Strategy } from '../engine/core/strategy.ts'

const params = z.strictObject({
  length: z.int().min(2).default(20).describe('bars of the bands'),
  deviations: z.number().positive().default(2).describe('standard deviations from the mean to a band'),
  short: z.boolean().default(false).describe('sell short above the upper band as well'),
  target: z.number().positive().optional().describe('profit target as a fraction of the entry price'),
  stop: z.number().positive().max(1).optional().describe('stop as a fraction of the entry price'),
})

type Params = z.infer<typeof params>

/** One symbol's columns. */
interface Leg {
  readonly close: Float64Array
  readonly upper: Float64Array
  readonly middle: Float64Array
  readonly lower: Float64Array
}

class BollingerReversion implements Strategy {
  private readonly p: Params
  private readonly quality = new QualityRank()
  private x!: Context
  private legs: Leg[] = []

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    this.x = x
    const { length, deviations: multiplier } = this.p
    this.legs = x.symbols.map((_, symbol) => {
      const band = (output: string) => x.indicator({ kind: 'bollinger', symbol, length, multiplier, output })
      return { close: x.column(symbol, 'close'), upper: band('upper'), middle: band('middle'), lower: band('lower') }
    })
  }

  onBar(row: number): void {
    if (row === 0) return
    for (let symbol = 0; symbol < this.legs.length; symbol++) this.look(symbol, this.legs[symbol]!, row)
  }

  // During warm-up and in gaps the bands are NaN, and every comparison with NaN is false.
  private look(symbol: number, { close, upper, middle, lower }: Leg, row: number): void {
    const price = close[row]!
    const position = this.x.position(symbol)
    if (position > 0) {
      if (price >= middle[row]!) this.x.exit(symbol)
    } else if (position < 0) {
      if (price <= middle[row]!) this.x.exit(symbol)
    } else if (price < lower[row]!) {
      if (close[row - 1]! >= lower[row - 1]!) this.enter(symbol, 'long', price, middle[row]!, lower[row]!)
    } else if (this.p.short && price > upper[row]! && close[row - 1]! <= upper[row - 1]!) {
      this.enter(symbol, 'short', price, middle[row]!, upper[row]!)
    }
  }

  /** The further beyond the band, in widths of the band, the stronger. */
  private enter(symbol: number, side: PositionSide, price: number, middle: number, band: number): void {
    const quality = this.quality.rank((price - middle) / (band - middle))
    this.x.enter(symbol, { side, quality, target: this.p.target, stop: this.p.stop })
  }

  snapshot(): Uint8Array {
    return packNumbers(this.quality.snapshot())
  }

  restore(state: Uint8Array): void {
    this.quality.restore(unpackNumbers(state))
  }
}

export default defineStrategy({
  name: 'bollinger-reversion',
  description:
    'Buys a close that falls below the lower Bollinger band and sells once the price is back at the mean (Bollinger, ' +
    'Bollinger on Bollinger Bands, 2001). It trades every symbol of the run. It fails in trends, where the price walks ' +
    'along the band and the mean comes down to meet it: give it a stop.',
  params,
  create: (p) => new BollingerReversion(p),
})
