/**
 * Leveraged spot as on Kraken: used margin is a long's cost ÷ leverage in quote, and a short's quantity ÷ leverage in
 * base, valued at the mark. The margin level is equity ÷ used margin. Below 100 % there are no new positions; at the call
 * level the venue may, at the stop level it does liquidate the whole account. Sources: support.kraken.com 203325763,
 * 203053156, 203325693, 204586258, 206161568.
 */

import { type Dec, mulDiv, Rounding, ZERO } from '../core/dec.ts'
import { type Instrument, notionalCeil } from '../core/instrument.ts'
import { LEVERAGE_ONE, leverageUnits, type TierUnits } from './margin-tiers.ts'
import { atRate, RATE_ONE } from './rates.ts'

/** Used margin of a long in quote units, fixed by what it cost. */
export function usedMarginOfLong(cost: Dec, leverage: number): Dec {
  return mulDiv(cost, LEVERAGE_ONE, leverageUnits(leverage), Rounding.ceil)
}

/** Used margin of a short in base units: it moves with the price. */
export function usedMarginOfShort(size: Dec, leverage: number): Dec {
  return mulDiv(size, LEVERAGE_ONE, leverageUnits(leverage), Rounding.ceil)
}

/** Used margin of either, in quote at a price. */
export function usedMargin(
  instrument: Instrument,
  side: 1 | -1,
  size: Dec,
  cost: Dec,
  price: Dec,
  leverage: number,
): Dec {
  if (side > 0) return usedMarginOfLong(cost, leverage)
  return notionalCeil(instrument, price, usedMarginOfShort(size, leverage))
}

/** Equity ÷ used margin in units of 1e-12; null where nothing is used. */
export function marginLevel(equity: Dec, used: Dec): Dec | null {
  return used <= 0 ? null : mulDiv(equity, RATE_ONE, used, Rounding.halfEven)
}

/** What a level demands of a position, as a tier and a fixed part: see liquidation-price.ts. `level` in units of 1e-12. */
export function levelDemand(
  side: 1 | -1,
  cost: Dec,
  leverage: number,
  level: Dec,
): { readonly tiers: readonly TierUnits[]; readonly fixedDemand: Dec } {
  const tier = { from: ZERO, deduction: ZERO, maxLeverage: leverage }
  if (side > 0)
    return { tiers: [{ ...tier, rate: ZERO }], fixedDemand: atRate(usedMarginOfLong(cost, leverage), level) }
  const rate = mulDiv(level, LEVERAGE_ONE, leverageUnits(leverage), Rounding.halfUp)
  return { tiers: [{ ...tier, rate }], fixedDemand: ZERO }
}
