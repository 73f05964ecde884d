/**
 * The simulated venue's express counter (ExpressVenue): a market order whose whole way through inbox, gate, execution
 * and fact queue has one possible outcome is carried out on the spot. Price, costs, fee and funds are those of the
 * usual way, by the same functions.
 */

import { type Dec, pow10, Rounding, toDec } from '../core/dec.ts'
import { type Instrument, notional, valueScale } from '../core/instrument.ts'
import { Side } from '../core/order.ts'
import { ExpressSlot } from '../core/venue.ts'
import { fillValueOf, quantityBought } from '../market/market-fill.ts'
import { atRate } from '../market/rates.ts'
import type { SimAccount } from './account.ts'
import type { Bars } from './bars.ts'
import { type FeeModel, type FixedRates, type SpreadModel, takerPrice } from './costs.ts'

export class ExpressCounter {
  private readonly instruments: readonly Instrument[]
  private readonly fees: FeeModel
  /** Null where rates may change, or fills are counted. */
  private readonly fixed: FixedRates | null
  private readonly spread: SpreadModel
  private readonly bars: Bars
  private readonly account: SimAccount
  /** By instrument: 10^decimals of prices, and what price × quantity is divided by to give quote. */
  private readonly priceScale: Float64Array
  private readonly valueScale: Float64Array

  constructor(
    instruments: readonly Instrument[],
    fees: FeeModel,
    spread: SpreadModel,
    bars: Bars,
    account: SimAccount,
  ) {
    this.instruments = instruments
    this.fees = fees
    this.fixed = fees.fixed ?? null
    this.spread = spread
    this.bars = bars
    this.account = account
    this.priceScale = Float64Array.from(instruments, ({ pxDec }) => pow10(pxDec))
    this.valueScale = Float64Array.from(instruments, valueScale)
  }

  /** The bars must stand at the fill's row. */
  fill(id: number, side: Side, slip: Float64Array): boolean {
    const { account, bars } = this
    const scale = this.valueScale[id]!
    const base = toDec(Math.round(bars.open(id) * this.priceScale[id]!))
    const price = this.spread.costly ? takerPrice(this.spread, base, side).price : base
    const rate = this.fixed === null ? this.fees.rate(id, bars.openMs, false) : this.fixed.taker
    const quoteAmount = slip[ExpressSlot.quoteAmount] as Dec
    const asked = slip[ExpressSlot.asked] as Dec
    const quantity = quoteAmount > 0 ? quantityBought(quoteAmount, price, rate, scale) : asked
    if (quantity <= 0) return false
    if (side === Side.sell && quantity > account.base[id]! - account.heldBase[id]!) return false
    const value = fillValueOf(price, quantity, scale)
    const fee = atRate(value, rate)
    if (side === Side.buy && (quoteAmount > 0 ? quoteAmount : value + fee) > account.cash - account.heldCash)
      return false
    if (this.fixed === null) this.fees.filled(id, bars.openMs, value)
    account.cash = toDec(account.cash - side * value - fee)
    account.base[id] = toDec(account.base[id]! + side * quantity)
    slip[ExpressSlot.atMs] = bars.openMs
    slip[ExpressSlot.quantity] = quantity
    slip[ExpressSlot.price] = price
    slip[ExpressSlot.value] = value
    slip[ExpressSlot.fee] = fee
    slip[ExpressSlot.spreadCost] = 0
    slip[ExpressSlot.slippageCost] = 0
    if (this.spread.costly) this.chargeSpread(this.instruments[id]!, base, side, slip)
    return true
  }

  /** Sells the slip's quantity inside the bar at a level that it has met: a maker's price is that, a taker pays for it. */
  fillAt(id: number, level: number, maker: boolean, slip: Float64Array): void {
    const { account, bars, fixed } = this
    const base = toDec(Math.round(level * this.priceScale[id]!))
    const costly = !maker && this.spread.costly
    const price = costly ? takerPrice(this.spread, base, Side.sell).price : base
    const quantity = slip[ExpressSlot.quantity] as Dec
    const value = fillValueOf(price, quantity, this.valueScale[id]!)
    const rate = fixed === null ? this.fees.rate(id, bars.closeMs, maker) : maker ? fixed.maker : fixed.taker
    const fee = atRate(value, rate)
    if (fixed === null) this.fees.filled(id, bars.closeMs, value)
    account.cash = toDec(account.cash + value - fee)
    account.base[id] = toDec(account.base[id]! - quantity)
    slip[ExpressSlot.atMs] = bars.closeMs
    slip[ExpressSlot.price] = price
    slip[ExpressSlot.value] = value
    slip[ExpressSlot.fee] = fee
    slip[ExpressSlot.spreadCost] = 0
    slip[ExpressSlot.slippageCost] = 0
    if (costly) this.chargeSpread(this.instruments[id]!, base, Side.sell, slip)
  }

  private chargeSpread(instrument: Instrument, base: Dec, side: Side, slip: Float64Array): void {
    const { spread, slippage } = takerPrice(this.spread, base, side)
    const quantity = slip[ExpressSlot.quantity] as Dec
    slip[ExpressSlot.spreadCost] = notional(instrument, spread, quantity, Rounding.halfEven)
    slip[ExpressSlot.slippageCost] = notional(instrument, slippage, quantity, Rounding.halfEven)
  }
}
