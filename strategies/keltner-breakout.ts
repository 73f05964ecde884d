import { z } from 'zod'
import { QualityRank } from '../engine/core/quality.ts'
import { packNumbers, unpackNumbers } from '../engine/core/snapshot.ts'
import { type Context, defineStrategy, type PositionSide, type Strategy } from '../engine/core/strategy.ts'

const params = z.strictObject({
  length: z.int().min(1).default(20).describe('bars of the average in the middle of the channel'),
  atrLength: z.int().min(1).default(10).describe('bars of the average true range'),
  width: z.number().positive().default(2).describe('average true ranges from the middle to an edge of the channel'),
  stopAtr: z.number().positive().default(2).describe('average true ranges from the entry to the stop'),
  targetAtr: z.number().positive().optional().describe('average true ranges from the entry to the profit target'),
  short: z.boolean().default(false).describe('sell short below the channel as well'),
})

type Params = z.infer<typeof params>

/** No stop lies further away than this, whatever the range: a stop at nothing is no stop. */
const WIDEST_STOP = 0.99

/** One symbol's columns. */
interface Leg {
  readonly close: Float64Array
  readonly upper: Float64Array
  readonly middle: Float64Array
  readonly lower: Float64Array
  readonly atr: Float64Array
}

class KeltnerBreakout implements Strategy {
  private readonly p: Params
  private readonly quality = new QualityRank()
  private x!: Context
  private legs: Leg[] = []

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    this.x = x
    const { length, atrLength, width } = this.p
    this.legs = x.symbols.map((_, symbol) => {
      const edge = (output: string) =>
        x.indicator({ kind: 'keltner', symbol, length, atrLength, multiplier: width, output })
      const atr = x.indicator({ kind: 'atr', symbol, length: atrLength })
      return {
        close: x.column(symbol, 'close'),
        upper: edge('upper'),
        middle: edge('middle'),
        lower: edge('lower'),
        atr,
      }
    })
  }

  onBar(row: number): void {
    if (row === 0) return
    for (let symbol = 0; symbol < this.legs.length; symbol++) this.look(symbol, this.legs[symbol]!, row)
  }

  private look(symbol: number, { close, upper, middle, lower, atr }: Leg, row: number): void {
    const price = close[row]!
    const position = this.x.position(symbol)
    if (position > 0) {
      if (price < middle[row]!) this.x.exit(symbol)
    } else if (position < 0) {
      if (price > middle[row]!) this.x.exit(symbol)
    } else if (price > upper[row]!) {
      if (close[row - 1]! <= upper[row - 1]!) this.enter(symbol, 'long', price, price - upper[row]!, atr[row]!)
    } else if (this.p.short && price < lower[row]! && close[row - 1]! >= lower[row - 1]!) {
      this.enter(symbol, 'short', price, lower[row]! - price, atr[row]!)
    }
  }

  /** The further beyond the channel, in average true ranges, the stronger. Stop and target are fractions of the fill. */
  private enter(symbol: number, side: PositionSide, price: number, beyond: number, atr: number): void {
    if (!(atr > 0)) return
    const { stopAtr, targetAtr } = this.p
    this.x.enter(symbol, {
      side,
      quality: this.quality.rank(beyond / atr),
      stop: Math.min(WIDEST_STOP, (stopAtr * atr) / price),
      target: targetAtr === undefined ? undefined : (targetAtr * atr) / price,
    })
  }

  snapshot(): Uint8Array {
    return packNumbers(this.quality.snapshot())
  }

  restore(state: Uint8Array): void {
    this.quality.restore(unpackNumbers(state))
  }
}

export default defineStrategy({
  name: 'keltner-breakout',
  description:
    'Buys a close that breaks out of the Keltner channel (an average ± average true ranges; Keltner 1960, in the form ' +
    'of Raschke), guards it with a stop some average true ranges away, and sells when the price falls back to the ' +
    'middle. It trades every symbol of the run. It fails in quiet markets, where breakouts come back at once and each ' +
    'costs a round trip.',
  params,
  create: (p) => new KeltnerBreakout(p),
})
