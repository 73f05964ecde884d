/**
 * The express counter under margin rules: opens a perpetual's position out of nothing, or closes all of it, at the open
 * of a row at which the venue does nothing of its own. Price, costs and funds are those of the gate's and execution's
 * way, by the same functions; the venue's own stop follows as after any other fill.
 */

import { type Dec, Rounding } from '../core/dec.ts'
import { type Instrument, notional, notionalCeil, priceUnits } from '../core/instrument.ts'
import type { Side } from '../core/order.ts'
import { ExpressSlot } from '../core/venue.ts'
import type { Bars } from './bars.ts'
import { type FeeModel, feeOn, fillValue, quantityForQuote, type SpreadModel, takerPrice } from './costs.ts'
import type { MarginAccount } from './margin-account.ts'
import type { MarginBook } from './margin-book.ts'
import { admitsAlone } from './margin-check.ts'

/** Marks an order that rests from an open on, not from a moment inside a bar. */
const FROM_OPEN = -1

export class MarginCounter {
  private readonly instruments: readonly Instrument[]
  private readonly fees: FeeModel
  private readonly spread: SpreadModel
  private readonly bars: Bars
  private readonly account: MarginAccount
  private readonly margin: MarginBook

  constructor(
    instruments: readonly Instrument[],
    fees: FeeModel,
    spread: SpreadModel,
    bars: Bars,
    account: MarginAccount,
    margin: MarginBook,
  ) {
    this.instruments = instruments
    this.fees = fees
    this.spread = spread
    this.bars = bars
    this.account = account
    this.margin = margin
  }

  /**
   * The bars must stand at the fill's row, and nothing of the account's may rest. `leverage` in units of 1e-12. False,
   * with nothing done, where the order wouldn't be filled whole or something else happens at that open.
   */
  fill(id: number, side: Side, leverage: Dec, slip: Float64Array): boolean {
    const { account, bars, fees, margin, spread } = this
    const instrument = this.instruments[id]!
    const held = account.base[id]!
    // Without a position nothing happens at an open but time going by.
    if (held === 0) margin.open(bars.row)
    else if (slip[ExpressSlot.asked] !== Math.abs(held) || held * side > 0 || !margin.calm(id)) return false
    const base = priceUnits(instrument, bars.open(id))
    const price = spread.costly ? takerPrice(spread, base, side).price : base
    const rate = fees.rate(id, bars.openMs, false)
    const quoteAmount = slip[ExpressSlot.quoteAmount] as Dec
    const asked = slip[ExpressSlot.asked] as Dec
    const quantity = quoteAmount > 0 ? quantityForQuote(instrument, quoteAmount, price, rate) : asked
    if (quantity <= 0) return false
    if (held === 0) {
      const exposure = notionalCeil(instrument, base, quantity)
      if (!admitsAlone(margin.state, id, exposure, feeOn(exposure, rate), leverage)) return false
    }
    const value = fillValue(instrument, price, quantity)
    const fee = feeOn(value, rate)
    fees.filled(id, bars.openMs, value)
    account.fill(id, side, quantity, value, fee)
    margin.state.atMs = bars.openMs
    margin.settle(FROM_OPEN)
    slip[ExpressSlot.atMs] = bars.openMs
    slip[ExpressSlot.quantity] = quantity
    slip[ExpressSlot.price] = price
    slip[ExpressSlot.value] = value
    slip[ExpressSlot.fee] = fee
    slip[ExpressSlot.spreadCost] = 0
    slip[ExpressSlot.slippageCost] = 0
    if (spread.costly) this.chargeSpread(instrument, base, side, slip)
    return true
  }

  private chargeSpread(instrument: Instrument, base: Dec, side: Side, slip: Float64Array): void {
    const { spread, slippage } = takerPrice(this.spread, base, side)
    const quantity = slip[ExpressSlot.quantity] as Dec
    slip[ExpressSlot.spreadCost] = notional(instrument, spread, quantity, Rounding.halfEven)
    slip[ExpressSlot.slippageCost] = notional(instrument, slippage, quantity, Rounding.halfEven)
  }
}
