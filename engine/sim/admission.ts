/**
 * What the simulated venue checks of an order's funds, once its form is right (see market's `checkRules`). A sell looks
 * at what is held of the base and at nothing else (RULES A4).
 */

import { type Dec, mulDiv, Rounding, toDec, ZERO } from '../core/dec.ts'
import { RejectCode } from '../core/fact.ts'
import { type Instrument, notional } from '../core/instrument.ts'
import { type ApprovedOrder, Side } from '../core/order.ts'
import type { SimAccount } from './account.ts'
import { feeOn, RATE_ONE } from './costs.ts'

/** Cash that a buy of `quantity` at `price` needs, taker fee included. */
export function cashNeeded(instrument: Instrument, quantity: Dec, price: Dec, feeRate: Dec): Dec {
  const value = notional(instrument, price, quantity, Rounding.ceil)
  return toDec(value + feeOn(value, feeRate))
}

/**
 * Funds of a spot order: the cash that a buy needs, the base that a sell of `quantity` takes. `groupHold` is what the order's one-cancels-other group holds already.
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

/** What an instrument of a leveraged account has at stake, in quote. */
export interface Exposure {
  /** Signed value of the position. */
  readonly held: number
  /** Value of resting buys and sells that may enlarge it. */
  readonly buys: number
  readonly sells: number
}

/** The largest value that the position could have when the orders of one side fill and those of the other don't. */
export function worstExposure({ held, buys, sells }: Exposure): number {
  return Math.max(Math.abs(held + buys), Math.abs(held - sells))
}

/**
 * Funds of an order on a leveraged account: the gross value of all positions at their worst, resting orders included
 * (`gross` with this order in it), may be at most equity × leverage, less the order's own fee.
 */
export function checkMarginFunds(gross: number, equity: Dec, fee: Dec, leverage: Dec): RejectCode {
  const allowed = mulDiv(toDec(equity - fee), leverage, RATE_ONE, Rounding.floor)
  return gross > allowed ? RejectCode.insufficientFunds : RejectCode.none
}

/** Quantity of a reduce-only order after the cap by the position; 0 where it would open or enlarge one. */
export function reducible(order: ApprovedOrder, quantity: Dec, held: Dec): Dec {
  if (!order.reduceOnly) return quantity
  if (held * order.side >= 0) return ZERO
  return Math.min(quantity, Math.abs(held)) as Dec
}
