/**
 * From a wanted size to an executable amount or a skip (RULES B5). The entry's cost is reserved out of what is
 * available, the amount rounds down to the lot step, and what is left must still meet the minimums; where the minimum
 * itself was wanted it may round up by one step if cash allows.
 */

import { type Dec, decToNumber, mulDivFloor, toDec, ZERO } from '../core/dec.ts'
import { FREE_RULEBOOK, type Instrument, notionalCeil, notionalFloor, type Rulebook } from '../core/instrument.ts'
import type { Side } from '../core/order.ts'
import { RefusalCode } from '../core/refusal.ts'
import { leastCost } from '../market/rulebooks.ts'
import { executableQuantity, feeInBase, mostSellable, RATE_ONE, venueMinimum } from './executable.ts'
import { withCost } from './rate.ts'
import { belowCode, type Skip, skip } from './sizing.ts'
import type { BindingMinimum } from './tiers.ts'

const NONE = Number.NaN as Dec

/** What is asked, and the quantity that comes of it. One serves every entry of a run. */
export class Amount {
  instrument!: Instrument
  rulebook: Rulebook = FREE_RULEBOOK
  side: Side = 1
  /** Price that the order is sized at, on the tick. */
  price = NONE
  wanted = NONE
  available = NONE
  minimum: BindingMinimum = { amount: NONE, source: 'tier' }
  /** Fee, half-spread and slippage of the entry, as a rate. */
  costRate = NONE
  /** Where a long would be closed at a loss, as a share of the entry price (rate); null to leave the check out. */
  exitShare: Dec | null = null
  /** Fees that the venue takes in base, as rates: out of what is bought, and beside what is sold. */
  rateInBase: Dec = ZERO
  exitRateInBase: Dec = ZERO
  /** What the wanted value takes with its cost, in quote. */
  wantedCost = NONE
  /** The answer: base, on the step. Only where it isn't a skip. */
  quantity = NONE
}

/** Sets `quantity` and `wantedCost`, or returns why there is no order. */
export function executableAmount(amount: Amount): Skip | null {
  const { instrument, rulebook, side, price, wanted, available, minimum } = amount
  amount.wantedCost = withCost(wanted, amount.costRate)
  if (amount.wantedCost > available) {
    return skip(RefusalCode.insufficientBalance, wanted, available, instrument.quoteDec).skip
  }
  amount.quantity = executableQuantity(instrument, rulebook, wanted, price)
  // Without any minimum, what there is of a quantity will do.
  const free = minimum.amount === 0 && rulebook.minQty === 0 && leastCost(rulebook, side) === 0
  return free && amount.quantity > 0 ? null : aboveMinimums(amount)
}

function aboveMinimums(amount: Amount): Skip | null {
  const { instrument, rulebook, price, wanted, available, minimum } = amount
  const { quoteDec } = instrument
  const venue = venueMinimum(instrument, rulebook, price, amount.side)
  if (wanted === minimum.amount && !meets(amount)) {
    const raised = toDec(amount.quantity + Math.max(1, rulebook.step))
    if (withCost(notionalCeil(instrument, price, raised), amount.costRate) <= available) amount.quantity = raised
  }
  const value = worthOf(amount)
  if (!meets(amount)) {
    if (amount.quantity === 0 && minimum.amount === 0) {
      const first = decToNumber(wanted, quoteDec)
      return { code: RefusalCode.sizeZero, first, second: decToNumber(price, instrument.pxDec) }
    }
    const binding: BindingMinimum = venue > minimum.amount ? { amount: venue, source: 'venue' } : minimum
    // The wanted size where it was too small already, else what rounding left of it.
    const least = wanted < binding.amount ? wanted : value
    return skip(belowCode(binding), least, binding.amount, quoteDec).skip
  }
  if (amount.exitShare !== null && amount.side > 0) {
    const exit = mulDivFloor(amount.rateInBase > 0 ? worthLeft(amount) : value, amount.exitShare, RATE_ONE)
    const least = venueMinimum(instrument, rulebook, price, -1)
    if (exit < least) return skip(RefusalCode.exitBelowMinimum, exit, least, quoteDec).skip
  }
  return null
}

/** Value of the quantity at the price, rounded down. */
export function worthOf(amount: Amount): Dec {
  return notionalFloor(amount.instrument, amount.price, amount.quantity)
}

/** Value of what can be sold of the quantity once the fee is taken out of it. */
function worthLeft({ instrument, rulebook, price, quantity, rateInBase, exitRateInBase }: Amount): Dec {
  const bought = toDec(quantity - feeInBase(quantity, rateInBase))
  const left = mostSellable(bought, rulebook.step, exitRateInBase)
  return left < rulebook.minQty ? ZERO : notionalFloor(instrument, price, left)
}

/** What the quantity takes in cash at the price, rounded up. */
export function costOf(amount: Amount): Dec {
  return withCost(notionalCeil(amount.instrument, amount.price, amount.quantity), amount.costRate)
}

function meets(amount: Amount): boolean {
  const { rulebook, minimum, quantity } = amount
  if (quantity <= 0 || quantity < rulebook.minQty) return false
  const value = worthOf(amount)
  return value >= minimum.amount && value >= leastCost(rulebook, amount.side)
}
