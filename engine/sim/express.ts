/**
 * The simulated venue's express counter (ExpressVenue): a market order whose whole way through inbox, gate, execution
 * and fact queue has one possible outcome is carried out on the spot. Price, costs, fee and funds are those of the
 * usual way, by the same functions.
 */

import type { Dec } from '../core/dec.ts'
import { Rounding } from '../core/dec.ts'
import { type Instrument, notional, priceUnits } from '../core/instrument.ts'
import { Side } from '../core/order.ts'
import { ExpressSlot } from '../core/venue.ts'
import type { SimAccount } from './account.ts'
import type { Bars } from './bars.ts'
import { type FeeModel, feeOn, fillValue, quantityForQuote, type SpreadModel, takerPrice } from './costs.ts'

export class ExpressCounter {
  private readonly instruments: readonly Instrument[]
  private readonly fees: FeeModel
  private readonly spread: SpreadModel
  private readonly bars: Bars
  private readonly account: SimAccount

  constructor(
    instruments: readonly Instrument[],
    fees: FeeModel,
    spread: SpreadModel,
    bars: Bars,
    account: SimAccount,
  ) {
    this.instruments = instruments
    this.fees = fees
    this.spread = spread
    this.bars = bars
    this.account = account
  }

  /** The bars must stand at the fill's row. */
  fill(id: number, side: Side, slip: Float64Array): boolean {
    const { account, bars, fees } = this
    const instrument = this.instruments[id]!
    const base = priceUnits(instrument, bars.open(id))
    const price = this.spread.costly ? takerPrice(this.spread, base, side).price : base
    const rate = fees.rate(id, bars.openMs, false)
    const quoteAmount = slip[ExpressSlot.quoteAmount] as Dec
    const asked = slip[ExpressSlot.asked] as Dec
    const quantity = quoteAmount > 0 ? quantityForQuote(instrument, quoteAmount, price, rate) : asked
    if (quantity <= 0) return false
    if (side === Side.sell && quantity > account.freeBase(id)) return false
    const value = fillValue(instrument, price, quantity)
    const fee = feeOn(value, rate)
    if (side === Side.buy && (quoteAmount > 0 ? quoteAmount : value + fee) > account.freeCash) return false
    fees.filled(id, bars.openMs, value)
    account.fill(id, side, quantity, value, fee)
    slip[ExpressSlot.atMs] = bars.openMs
    slip[ExpressSlot.quantity] = quantity
    slip[ExpressSlot.price] = price
    slip[ExpressSlot.value] = value
    slip[ExpressSlot.fee] = fee
    slip[ExpressSlot.spreadCost] = 0
    slip[ExpressSlot.slippageCost] = 0
    if (this.spread.costly) this.chargeSpread(instrument, base, side, slip)
    return true
  }

  /** Sells the slip's quantity inside the bar at a level that it has met: a maker's price is that, a taker pays for it. */
  fillAt(id: number, level: number, maker: boolean, slip: Float64Array): void {
    const { bars, fees } = this
    const instrument = this.instruments[id]!
    const base = priceUnits(instrument, level)
    const costly = !maker && this.spread.costly
    const price = costly ? takerPrice(this.spread, base, Side.sell).price : base
    const quantity = slip[ExpressSlot.quantity] as Dec
    const value = fillValue(instrument, price, quantity)
    const fee = feeOn(value, fees.rate(id, bars.closeMs, maker))
    fees.filled(id, bars.closeMs, value)
    this.account.fill(id, Side.sell, quantity, value, fee)
    slip[ExpressSlot.atMs] = bars.closeMs
    slip[ExpressSlot.price] = price
    slip[ExpressSlot.value] = value
    slip[ExpressSlot.fee] = fee
    slip[ExpressSlot.spreadCost] = 0
    slip[ExpressSlot.slippageCost] = 0
    if (costly) this.chargeSpread(instrument, base, Side.sell, slip)
  }

  private chargeSpread(instrument: Instrument, base: Dec, side: Side, slip: Float64Array): void {
    const { spread, slippage } = takerPrice(this.spread, base, side)
    const quantity = slip[ExpressSlot.quantity] as Dec
    slip[ExpressSlot.spreadCost] = notional(instrument, spread, quantity, Rounding.halfEven)
    slip[ExpressSlot.slippageCost] = notional(instrument, slippage, quantity, Rounding.halfEven)
  }
}
