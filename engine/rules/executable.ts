/**
 * From a wanted size to an executable amount (RULES B5): the entry's cost is reserved out of what is available,
 * amounts round down to the lot step, and what is left must still meet the venue's minimum, or there is no order.
 */

import { type Dec, mulDivFloor, Rounding, roundToStep, toDec } from '../core/dec.ts'
import { type Instrument, notionalCeil, quantityForFloor, type Rulebook } from '../core/instrument.ts'
import { atRate, RATE_ONE } from '../market/rates.ts'
import { leastCost } from '../market/rulebooks.ts'

export { RATE_ONE }

/** The most of `available` that can be spent on value when `costRate` (units of 1e-12) of it goes on top. */
export function spendable(available: Dec, costRate: Dec): Dec {
  if (available <= 0) return 0 as Dec
  return mulDivFloor(available, RATE_ONE, RATE_ONE + costRate)
}

/**
 * The most of a spot position that one order can sell: down to the step of the day, and with `rateInBase` above 0 so
 * that the fee, which the venue takes in base on top, is there as well. 0 where no order can: what is left is dust.
 */
export function mostSellable(held: Dec, step: number, rateInBase: Dec): Dec {
  const unit = Math.max(1, step)
  if (rateInBase <= 0) return unit === 1 ? held : toDec(held - (held % unit))
  const most = mulDivFloor(held, RATE_ONE, RATE_ONE + rateInBase)
  let quantity = most - (most % unit)
  // The fee is rounded: what is on top of it may still be enough for one unit more.
  while (quantity + unit + feeInBase(toDec(quantity + unit), rateInBase) <= held) quantity += unit
  return toDec(quantity)
}

/** What a venue takes of a traded quantity as its fee, to the nearest unit, half up. */
export function feeInBase(quantity: Dec, rate: Dec): Dec {
  return atRate(quantity, rate)
}

/** Base quantity for `valueQuote` at `price`, rounded down to the step of the day. */
export function executableQuantity(instrument: Instrument, rulebook: Rulebook, valueQuote: Dec, price: Dec): Dec {
  const quantity = quantityForFloor(instrument, valueQuote, price)
  return rulebook.step <= 1 ? quantity : roundToStep(quantity, rulebook.step, Rounding.floor)
}

/** The venue's own minimum of an order of that side at `price`, in quote: the order minimum's value or the least cost. */
export function venueMinimum(instrument: Instrument, rulebook: Rulebook, price: Dec, side: 1 | -1): Dec {
  const least = leastCost(rulebook, side)
  if (rulebook.minQty === 0) return least
  return Math.max(notionalCeil(instrument, price, rulebook.minQty), least) as Dec
}

/** A price on the tick (see `priceTick`): buys down, sells up for limits, so that rounding never pays more than was wanted. */
export function tickPrice(price: Dec, tick: Dec, side: 1 | -1): Dec {
  return roundToStep(price, tick, side > 0 ? Rounding.floor : Rounding.ceil)
}

/** A stop's trigger on the tick, rounded so that it triggers no later than asked: sells up, buys down. */
export function tickTrigger(price: Dec, tick: Dec, side: 1 | -1): Dec {
  return roundToStep(price, tick, side > 0 ? Rounding.floor : Rounding.ceil)
}
