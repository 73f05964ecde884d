import { z } from 'zod'
import { QualityRank } from '../engine/core/quality.ts'
import { packNumbers, unpackNumbers } from '../engine/core/snapshot.ts'
import { type Context, defineStrategy, type Strategy } from '../engine/core/strategy.ts'

const params = z.strictObject({
  breakout: z.int().min(2).default(24).describe('bars whose highest high must be exceeded'),
  trend: z.int().min(1).default(100).describe('bars of the average that the price must be above'),
  atrLength: z.int().min(1).default(14).describe('bars of the average true range'),
  volume: z.number().min(0).default(1.2).describe("the bar's volume, at least so many times its average"),
  target: z.number().positive().default(0.02).describe('profit target as a fraction of the entry price'),
  stop: z.number().positive().max(1).default(0.01).describe('stop as a fraction of the entry price'),
})

type Params = z.infer<typeof params>

/** One symbol's columns. */
interface Leg {
  readonly close: Float64Array
  readonly high: Float64Array
  readonly trend: Float64Array
  readonly atr: Float64Array
  readonly volume: Float64Array
  readonly usualVolume: Float64Array
}

class MicroMomentum implements Strategy {
  private readonly p: Params
  private readonly quality = new QualityRank()
  private x!: Context
  private legs: Leg[] = []

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    this.x = x
    const { breakout, trend, atrLength } = this.p
    this.legs = x.symbols.map((_, symbol) => ({
      close: x.column(symbol, 'close'),
      high: x.indicator({ kind: 'donchian', symbol, length: breakout, output: 'upper' }),
      trend: x.indicator({ kind: 'ema', symbol, length: trend }),
      atr: x.indicator({ kind: 'atr', symbol, length: atrLength }),
      volume: x.column(symbol, 'volume'),
      usualVolume: x.indicator({ kind: 'sma', symbol, field: 'volume', length: breakout }),
    }))
  }

  /** Of all symbols that break out in a bar only the strongest is signalled: a small account holds one position. */
  onBar(row: number): void {
    let best = -1
    let strongest = 0
    for (let symbol = 0; symbol < this.legs.length; symbol++) {
      const leg = this.legs[symbol]!
      if (this.x.position(symbol) !== 0) {
        // Target and stop rest at the venue; a move that died in between is left when its trend is.
        if (leg.close[row]! < leg.trend[row]!) this.x.exit(symbol)
        continue
      }
      const score = this.score(leg, row)
      if (score > strongest && !this.x.entryPending(symbol)) {
        best = symbol
        strongest = score
      }
    }
    if (best < 0) return
    const quality = this.quality.rank(strongest)
    this.x.enter(best, { quality, target: this.p.target, stop: this.p.stop })
  }

  /** How decisive a breakout is: average true ranges beyond the channel, times volume over its average. 0 is none. */
  private score(leg: Leg, row: number): number {
    const price = leg.close[row]!
    if (!(price > leg.high[row]! && price > leg.trend[row]!)) return 0
    const relativeVolume = leg.volume[row]! / leg.usualVolume[row]!
    if (!(relativeVolume >= this.p.volume)) return 0
    return ((price - leg.high[row]!) / leg.atr[row]!) * relativeVolume
  }

  snapshot(): Uint8Array {
    return packNumbers(this.quality.snapshot())
  }

  restore(state: Uint8Array): void {
    this.quality.restore(unpackNumbers(state))
  }
}

export default defineStrategy({
  name: 'micro-momentum',
  description:
    'Made for the profile MICRO_CAP: watches several pairs, signals at most the strongest of their breakouts (above a ' +
    'channel, in a rising trend, on more than usual volume), and leaves the choice of the top quarter to the ' +
    "profile's quality gate; target +2 %, stop −1 % (tandem's own; the breakout is Donchian's). It fails on fees: at " +
    '0.26 % a side half of all trades must win, which takes an edge that breakouts rarely have. Use venues and pairs ' +
    'with small fees, and many pairs, so that 20 earlier signals exist soon.',
  params,
  create: (p) => new MicroMomentum(p),
})
