import { z } from 'zod'
import { QualityRank } from '../engine/core/quality.ts'
import { packNumbers, unpackNumbers } from '../engine/core/snapshot.ts'
import { type Context, defineStrategy, type PositionSide, type Strategy } from '../engine/core/strategy.ts'

const params = z.strictObject({
  entry: z.int().min(1).default(20).describe('bars of the channel whose upper edge is bought'),
  exit: z.int().min(1).default(10).describe('bars of the channel whose lower edge is sold'),
  short: z.boolean().default(false).describe('sell short below the entry channel as well'),
})

type Params = z.infer<typeof params>

class DonchianBreakout implements Strategy {
  private readonly p: Params
  private readonly quality = new QualityRank()
  private x!: Context
  private close!: Float64Array
  private high!: Float64Array
  private low!: Float64Array
  private exitHigh!: Float64Array
  private exitLow!: Float64Array

  constructor(p: Params) {
    this.p = p
  }

  setup(x: Context): void {
    this.x = x
    this.close = x.column(0, 'close')
    // Channels of the bars before this one: a channel that included this bar could never be broken by its close.
    this.high = x.indicator({ kind: 'donchian', length: this.p.entry, output: 'upper' })
    this.low = x.indicator({ kind: 'donchian', length: this.p.entry, output: 'lower' })
    this.exitHigh = x.indicator({ kind: 'donchian', length: this.p.exit, output: 'upper' })
    this.exitLow = x.indicator({ kind: 'donchian', length: this.p.exit, output: 'lower' })
  }

  onBar(row: number): void {
    const price = this.close[row]!
    const position = this.x.position(0)
    if (position > 0) {
      if (price < this.exitLow[row]!) this.x.exit(0)
    } else if (position < 0) {
      if (price > this.exitHigh[row]!) this.x.exit(0)
    } else if (price > this.high[row]!) this.enter('long', price / this.high[row]!)
    else if (this.p.short && price < this.low[row]!) this.enter('short', this.low[row]! / price)
  }

  quietUntil(row: number, end: number): number {
    const position = this.x.position(0)
    if (position > 0) return nextBelow(this.close, this.exitLow, row, end)
    if (position < 0) return nextBelow(this.exitHigh, this.close, row, end)
    const up = nextBelow(this.high, this.close, row, end)
    return this.p.short ? nextBelow(this.close, this.low, row, up) : up
  }

  /** The further beyond the channel, the stronger. */
  private enter(side: PositionSide, beyond: number): void {
    this.x.enter(0, { side, quality: this.quality.observe(beyond) })
  }

  snapshot(): Uint8Array {
    return packNumbers(this.quality.snapshot())
  }

  restore(state: Uint8Array): void {
    this.quality.restore(unpackNumbers(state))
  }
}

/** The first row of `row` to before `end` in which `a` is below `b`; `end` where there is none. */
function nextBelow(a: Float64Array, b: Float64Array, row: number, end: number): number {
  let at = row
  while (at < end && !(a[at]! < b[at]!)) at += 1
  return at
}

export default defineStrategy({
  name: 'donchian-breakout',
  description:
    'Buys a close above the highest high of the last bars and sells a close below the lowest low of fewer bars ' +
    '(Donchian; the Turtles, as told by Faith, Way of the Turtle, 2007). It fails when breakouts are false, which is most of ' +
    'the time: it lives on few large trends. It trades the first symbol.',
  params,
  create: (p) => new DonchianBreakout(p),
})
