/** Keeps trailing stops up with the market: at opens, at closes, and over rows that nobody had to look at. */

import { decToNumber } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import { Side } from '../core/order.ts'
import type { VenueLevels } from '../core/venue.ts'
import type { Bars } from './bars.ts'
import { RATE_DECIMALS } from './costs.ts'
import type { RestingOrder, RestingOrders } from './resting.ts'
import { follow, trails } from './trailing.ts'

export class TrailWatch {
  private readonly bars: Bars
  private readonly instruments: readonly Instrument[]
  private readonly resting: RestingOrders

  constructor(bars: Bars, instruments: readonly Instrument[], resting: RestingOrders) {
    this.bars = bars
    this.instruments = instruments
    this.resting = resting
  }

  /** Before `row`: the rows since the last look, none of which can have met a trigger. */
  catchUp(row: number): void {
    for (const resting of this.resting.items) {
      if (!trails(resting)) continue
      const { order, seenRow } = resting
      this.follow(resting, this.bars.extremeBetween(order.instrument, order.side === Side.sell, seenRow, row))
      resting.seenRow = row - 1
    }
  }

  /** The open that hasn't met a trigger moves it. */
  atOpen(): void {
    for (const resting of this.resting.items) {
      if (!trails(resting)) continue
      this.follow(resting, this.bars.open(resting.order.instrument))
      resting.openLevel = resting.level
    }
  }

  /** The bar has ended: of one that came inside it only the close is certainly after it. */
  atClose(): void {
    const { bars } = this
    for (const resting of this.resting.items) {
      if (!trails(resting)) continue
      const { instrument, side } = resting.order
      const inside = resting.insideRow === bars.row
      const extreme = side === Side.sell ? bars.high(instrument) : bars.low(instrument)
      this.follow(resting, inside ? bars.close(instrument) : extreme)
      resting.seenRow = bars.coarseRow
    }
  }

  /** Tells a scan what to watch; true where it can't watch it all: two trailing stops of one symbol. */
  arm({ trails: watched }: VenueLevels): boolean {
    for (const one of watched) one.side = 0
    if (this.resting.trailing === 0) return false
    for (const resting of this.resting.items) {
      if (!trails(resting)) continue
      const { order } = resting
      const one = watched[order.instrument]!
      if (one.side !== 0) return true
      const { trailAmount, trailRate } = order.terms!
      one.side = order.side
      one.best = resting.best
      one.amount = trailAmount > 0 ? decToNumber(trailAmount, this.instruments[order.instrument]!.pxDec) : 0
      one.rate = trailAmount > 0 ? 0 : decToNumber(trailRate, RATE_DECIMALS)
    }
    return false
  }

  private follow(resting: RestingOrder, price: number): void {
    if (!Number.isNaN(price)) follow(resting, this.instruments[resting.order.instrument]!, price)
  }
}
