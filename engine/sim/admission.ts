/**
 * What the simulated venue checks before it takes an order, with the rulebook of the day: step, tick, minimums, then
 * funds. A sell looks at what is held of the base and at nothing else (RULES A4).
 */

import { type Dec, mulDiv, Rounding, toDec, ZERO } from '../core/dec.ts'
import { RejectCode } from '../core/fact.ts'
import { type Instrument, notional, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Side } from '../core/order.ts'
import type { SimAccount } from './account.ts'
import { feeOn, RATE_ONE } from './costs.ts'

/** Form and size: step, tick, minimums. `referencePrice` values an order that names no price. */
export function checkRules(
  order: ApprovedOrder,
  quantity: Dec,
  instrument: Instrument,
  rulebook: Rulebook,
  referencePrice: Dec,
): RejectCode {
  if (order.quoteAmount === 0 && rulebook.step > 1 && quantity % rulebook.step !== 0) return RejectCode.offStep
  if (rulebook.tick > 1 && (order.limitPrice % rulebook.tick !== 0 || order.stopPrice % rulebook.tick !== 0)) {
    return RejectCode.offTick
  }
  if (quantity <= 0) return RejectCode.belowMinimum
  if (quantity < rulebook.minQty) return RejectCode.belowMinimum
  if (rulebook.minCost > 0) {
    const price = order.type === OrderType.limit ? order.limitPrice : referencePrice
    if (notional(instrument, price, quantity, Rounding.ceil) < rulebook.minCost) return RejectCode.belowMinimum
  }
  return RejectCode.none
}

/** Cash that a buy of `quantity` at `price` needs, taker fee included. */
export function cashNeeded(instrument: Instrument, quantity: Dec, price: Dec, feeRate: Dec): Dec {
  const value = notional(instrument, price, quantity, Rounding.ceil)
  return toDec(value + feeOn(value, feeRate))
}

/**
 * Funds of a spot order. `groupHold` is what the order's one-cancels-other group holds already.
 */
export function checkSpotFunds(
  order: ApprovedOrder,
  quantity: Dec,
  needed: Dec,
  account: SimAccount,
  groupHold: Dec,
): RejectCode {
  if (order.side === Side.buy) return needed > account.freeCash ? RejectCode.insufficientFunds : RejectCode.none
  const free = account.freeBase(order.instrument) + groupHold
  return quantity > free ? RejectCode.insufficientBase : RejectCode.none
}

/**
 * Funds of an order on a leveraged account: the gross value of all positions after the order may be at most equity ×
 * leverage, less the order's own fee. Orders that only reduce need nothing.
 */
export function checkMarginFunds(
  order: ApprovedOrder,
  orderValue: Dec,
  fee: Dec,
  equity: Dec,
  grossValue: Dec,
  heldValue: Dec,
  leverage: Dec,
): RejectCode {
  const after = Math.abs(heldValue + order.side * orderValue)
  if (after <= Math.abs(heldValue)) return RejectCode.none
  const gross = grossValue - Math.abs(heldValue) + after
  const allowed = mulDiv(toDec(equity - fee), leverage, RATE_ONE, Rounding.floor)
  return gross > allowed ? RejectCode.insufficientFunds : RejectCode.none
}

/** Quantity of a reduce-only order after the cap by the position; 0 where it would open or enlarge one. */
export function reducible(order: ApprovedOrder, quantity: Dec, held: Dec): Dec {
  if (!order.reduceOnly) return quantity
  if (held * order.side >= 0) return ZERO
  return Math.min(quantity, Math.abs(held)) as Dec
}
