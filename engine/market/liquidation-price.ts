/**
 * The price at which a position is liquidated: where equity meets what the venue demands. With P the mark price, q the
 * size, s the side (+1 long, −1 short), m and d the rate and deduction of the tier that |q|·P is in:
 *
 *   equity(P)  = C + s·q·P            C: collateral less the position's signed cost, and all else that doesn't move with P
 *   demand(P)  = m·q·P − d + F        F: demanded whatever P is (other positions; a fixed margin)
 *   P          = s·(F − d − C) / (q·(1 − s·m))
 *
 * One formula for Binance's (WB − TMM + UPNL + cum − s·q·EP) / (q·MMR − s·q), Hyperliquid's price − s·available / size /
 * (1 − l·s), Kraken Futures' (q·entry − collateral) / (q·(1 − mm)) and Kraken's margin level. The tier is that of the
 * notional *at* P, so tiers are walked from the position's own on. All exact, rounded once: to the last unit of
 * price at which the demand isn't met, which is down for a long and up for a short.
 */

import { type Dec, mulDiv, mulDivFloor, pow10, Rounding, toDec } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import { type TierUnits, tierIndex } from './margin-tiers.ts'
import { RATE_ONE } from './rates.ts'

/** An instrument's three scales. */
export type Scales = Pick<Instrument, 'pxDec' | 'qtyDec' | 'quoteDec'>

export interface MarginPosition {
  readonly side: 1 | -1
  /** Base quantity, > 0. */
  readonly size: Dec
  /** C above, in quote units; for a long mostly negative. */
  readonly constant: Dec
  /** F above. */
  readonly fixedDemand: Dec
  /** Notional at the price from which the search goes: the entry or the mark. */
  readonly notional: Dec
}

/** Price units, or null where no price above zero liquidates. A position past it already gives the price it stands at. */
export function liquidationPrice(scales: Scales, tiers: readonly TierUnits[], position: MarginPosition): Dec | null {
  const { side, size, constant, fixedDemand, notional } = position
  let at = tierIndex(tiers, notional)
  for (;;) {
    const { rate, deduction, from } = tiers[at]!
    // The notional at which equity meets the demand is missing × 1e12 / rest.
    const missing = toDec(side * (fixedDemand - deduction - constant))
    const rest = RATE_ONE - side * rate
    const upper = at + 1 < tiers.length ? tiers[at + 1]!.from : null
    if (side > 0) {
      if (at === 0 || (missing > 0 && mulDivFloor(missing, RATE_ONE, rest) >= from)) {
        const capped = upper !== null && missing > 0 && mulDiv(missing, RATE_ONE, rest, Rounding.ceil) > upper
        return capped ? priceOf(scales, size, upper, RATE_ONE, false) : priceOf(scales, size, missing, rest, false)
      }
      at -= 1
    } else {
      if (upper === null || missing <= 0 || mulDiv(missing, RATE_ONE, rest, Rounding.ceil) < upper) {
        const raised = missing <= 0 || mulDivFloor(missing, RATE_ONE, rest) < from
        return raised ? priceOf(scales, size, from, RATE_ONE, true) : priceOf(scales, size, missing, rest, true)
      }
      at += 1
    }
  }
}

/** 2^49: below this a price in doubles, off by QUOTIENT_ERROR of itself at most, is off by less than one unit. */
const CERTAIN = 562_949_953_421_312
/** 2^-50, bound of the relative error of (a / (b·c))·(d·e): four roundings of 2^-53, and room to spare. */
const QUOTIENT_ERROR = 1 / 1_125_899_906_842_624

/** The price at which a notional of `amount` × 1e12 / `rest` is reached; null at or below zero, or beyond any price. */
function priceOf(scales: Scales, size: Dec, amount: Dec, rest: number, up: boolean): Dec | null {
  if (amount <= 0) return null
  const shift = pow10(scales.pxDec + scales.qtyDec - scales.quoteDec)
  // In doubles first: they decide the rounding whenever the price isn't next to a whole unit.
  const estimate = (amount / (size * rest)) * (shift * RATE_ONE)
  const whole = Math.floor(estimate)
  const error = estimate * QUOTIENT_ERROR
  if (estimate < CERTAIN && estimate - whole > error && estimate - whole < 1 - error) {
    const units = up ? whole + 1 : whole
    return units > 0 ? toDec(units) : null
  }
  return exactPrice(shift, size, amount, rest, up)
}

function exactPrice(shift: number, size: Dec, amount: Dec, rest: number, up: boolean): Dec | null {
  // Rates are short decimals: without their common factor both products nearly always stay exact as doubles.
  const common = commonFactor(RATE_ONE, rest)
  const factor = shift * (RATE_ONE / common)
  const divisor = size * (rest / common)
  if (divisor > Number.MAX_SAFE_INTEGER || factor > Number.MAX_SAFE_INTEGER) {
    return bigPrice(BigInt(amount) * BigInt(RATE_ONE) * BigInt(shift), BigInt(rest) * BigInt(size), up)
  }
  // A short that hardly uses its margin is liquidated beyond any price that the run can hold.
  if ((amount / divisor) * factor > Number.MAX_SAFE_INTEGER / 2) return null
  const units = mulDiv(amount, factor, divisor, up ? Rounding.ceil : Rounding.floor)
  return units > 0 ? units : null
}

function bigPrice(numerator: bigint, divisor: bigint, up: boolean): Dec | null {
  const quotient = numerator / divisor
  const units = up && numerator % divisor !== 0n ? quotient + 1n : quotient
  if (units <= 0n || units > BigInt(Number.MAX_SAFE_INTEGER)) return null
  return toDec(Number(units))
}

function commonFactor(a: number, b: number): number {
  while (b !== 0) [a, b] = [b, a % b]
  return a
}

/**
 * The price at which nothing is left of the collateral: equity(P) = 0. Rounded towards the position's entry, so that a
 * fill there leaves no debt. Null where no price above zero does that.
 */
export function bankruptcyPrice(scales: Scales, side: 1 | -1, size: Dec, constant: Dec): Dec | null {
  return priceOf(scales, size, toDec(-side * constant), RATE_ONE, side > 0)
}
