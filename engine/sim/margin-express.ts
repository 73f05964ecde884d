/**
 * The express counter under margin rules: opens a perpetual's position out of nothing, or closes all of it, at the open
 * of a row at which the venue does nothing of its own. Funds are asked for as the gate does; the venue's own stop
 * follows as after any other fill.
 */

import { type Dec, Rounding } from '../core/dec.ts'
import { type Instrument, notional, priceUnits } from '../core/instrument.ts'
import type { Side } from '../core/order.ts'
import { ExpressSlot } from '../core/venue.ts'
import type { Bars } from './bars.ts'
import { type FeeModel, feeOn } from './costs.ts'
import type { ExpressCounter } from './express.ts'
import type { MarginBook } from './margin-book.ts'
import { admitsAlone } from './margin-check.ts'

/** Marks an order that rests from an open on, not from a moment inside a bar. */
const FROM_OPEN = -1

export class MarginCounter {
  private readonly instruments: readonly Instrument[]
  private readonly fees: FeeModel
  private readonly bars: Bars
  private readonly margin: MarginBook
  private readonly counter: ExpressCounter

  constructor(
    instruments: readonly Instrument[],
    fees: FeeModel,
    bars: Bars,
    margin: MarginBook,
    counter: ExpressCounter,
  ) {
    this.instruments = instruments
    this.fees = fees
    this.bars = bars
    this.margin = margin
    this.counter = counter
  }

  /** The bars must stand at the fill's row, and nothing of the account's may rest. `leverage` in units of 1e-12. */
  fill(id: number, side: Side, leverage: Dec, slip: Float64Array): boolean {
    const { margin, bars, counter } = this
    const held = margin.state.account.base[id]!
    if (held === 0) {
      // Without a position nothing happens at an open but time going by.
      margin.open(bars.row)
      if (!counter.price(id, side, slip) || !this.admits(id, leverage, slip)) return false
    } else {
      const closes = slip[ExpressSlot.asked] === Math.abs(held) && held * side < 0
      if (!closes || !margin.calm(id) || !counter.price(id, side, slip)) return false
      margin.state.atMs = bars.openMs
    }
    counter.book(id, side, slip)
    margin.settle(FROM_OPEN)
    return true
  }

  private admits(id: number, leverage: Dec, slip: Float64Array): boolean {
    const { bars, margin } = this
    const instrument = this.instruments[id]!
    const quantity = slip[ExpressSlot.quantity] as Dec
    const value = notional(instrument, priceUnits(instrument, bars.open(id)), quantity, Rounding.ceil)
    return admitsAlone(margin.state, id, value, feeOn(value, this.fees.rate(id, bars.openMs, false)), leverage)
  }
}
