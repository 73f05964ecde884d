/**
 * From a wanted size to an executable amount or a skip (RULES B5). The entry's cost is reserved out of what is
 * available, the amount rounds down to the lot step, and what is left must still meet the minimums; where the minimum
 * itself was wanted it may round up by one step if cash allows.
 */

import { type Dec, decToNumber, mulDiv, Rounding, toDec } from '../core/dec.ts'
import { type Instrument, notional, type Rulebook } from '../core/instrument.ts'
import type { Side } from '../core/order.ts'
import { RefusalCode } from '../core/refusal.ts'
import { executableQuantity, RATE_ONE, venueMinimum } from './executable.ts'
import { withCost } from './rate.ts'
import { belowCode, type Skip, skip } from './sizing.ts'
import type { BindingMinimum } from './tiers.ts'

export interface AmountRequest {
  readonly instrument: Instrument
  readonly rulebook: Rulebook
  readonly side: Side
  /** Price that the order is sized at, on the tick. */
  readonly price: Dec
  readonly wanted: Dec
  readonly available: Dec
  readonly minimum: BindingMinimum
  /** Fee, half-spread and slippage of the entry, as a rate. */
  readonly costRate: Dec
  /** Where a long would be closed at a loss, as a share of the entry price (rate); null to leave the check out. */
  readonly exitShare: Dec | null
}

/** A quantity on the step with its value and what it takes in cash, or a skip. */
export type Amount =
  | { readonly quantity: Dec; readonly value: Dec; readonly cost: Dec; readonly skip: null }
  | { readonly quantity: null; readonly value: null; readonly cost: null; readonly skip: Skip }

export function executableAmount(request: AmountRequest): Amount {
  const { instrument, rulebook, price, wanted, available, minimum, costRate } = request
  const { quoteDec } = instrument
  if (withCost(wanted, costRate) > available) {
    return refused(skip(RefusalCode.insufficientBalance, wanted, available, quoteDec).skip)
  }
  let quantity = executableQuantity(instrument, rulebook, wanted, price)
  if (quantity > 0 && minimum.amount === 0 && rulebook.minQty === 0 && rulebook.minCost === 0) {
    return taken(request, quantity)
  }
  const venue = venueMinimum(instrument, rulebook, price)
  if (wanted === minimum.amount && !meets(request, quantity)) {
    const raised = toDec(quantity + Math.max(1, rulebook.step))
    if (withCost(worthOf(request, raised, Rounding.ceil), costRate) <= available) quantity = raised
  }
  const value = worthOf(request, quantity, Rounding.floor)
  if (!meets(request, quantity)) {
    if (quantity === 0 && minimum.amount === 0) {
      const first = decToNumber(wanted, quoteDec)
      return refused({ code: RefusalCode.sizeZero, first, second: decToNumber(price, instrument.pxDec) })
    }
    const binding: BindingMinimum = venue > minimum.amount ? { amount: venue, source: 'venue' } : minimum
    // The wanted size where it was too small already, else what rounding left of it.
    const amount = wanted < binding.amount ? wanted : value
    return refused(skip(belowCode(binding), amount, binding.amount, quoteDec).skip)
  }
  if (request.exitShare !== null && request.side > 0) {
    const exit = mulDiv(value, request.exitShare, RATE_ONE, Rounding.floor)
    if (exit < venue) return refused(skip(RefusalCode.exitBelowMinimum, exit, venue, quoteDec).skip)
  }
  return taken(request, quantity)
}

function taken(request: AmountRequest, quantity: Dec): Amount {
  const value = worthOf(request, quantity, Rounding.floor)
  return { quantity, value, cost: withCost(worthOf(request, quantity, Rounding.ceil), request.costRate), skip: null }
}

function worthOf(request: AmountRequest, quantity: Dec, rounding: Rounding): Dec {
  return notional(request.instrument, request.price, quantity, rounding)
}

function meets(request: AmountRequest, quantity: Dec): boolean {
  const { rulebook, minimum } = request
  if (quantity <= 0 || quantity < rulebook.minQty) return false
  const value = worthOf(request, quantity, Rounding.floor)
  return value >= minimum.amount && value >= rulebook.minCost
}

function refused(why: Skip): Amount {
  return { quantity: null, value: null, cost: null, skip: why }
}
