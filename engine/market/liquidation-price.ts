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
 * notional *at* P, so tiers are walked from the position's own on. All exact in bigint, rounded once: to the last unit of
 * price at which the demand isn't met, which is down for a long and up for a short.
 */

import type { Dec } from '../core/dec.ts'
import { pow10, toDec } from '../core/dec.ts'
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

const ONE = BigInt(RATE_ONE)

/** Price units, or null where no price above zero liquidates. A position past it already gives the price it stands at. */
export function liquidationPrice(scales: Scales, tiers: readonly TierUnits[], position: MarginPosition): Dec | null {
  const { side, size, notional } = position
  let at = tierIndex(tiers, notional)
  for (;;) {
    const numerator = notionalAt(position, tiers[at]!)
    const denominator = ONE - BigInt(side) * BigInt(tiers[at]!.rate)
    const lower = BigInt(tiers[at]!.from)
    const upper = at + 1 < tiers.length ? BigInt(tiers[at + 1]!.from) : null
    if (side > 0) {
      if (at === 0 || numerator >= lower * denominator) {
        const capped = upper !== null && numerator > upper * denominator
        return priceOf(scales, size, capped ? upper : numerator, capped ? 1n : denominator, false)
      }
      at -= 1
    } else {
      if (upper === null || numerator < upper * denominator) {
        const raised = numerator < lower * denominator
        return priceOf(scales, size, raised ? lower : numerator, raised ? 1n : denominator, true)
      }
      at += 1
    }
  }
}

/** The notional at which equity meets the demand within a tier, × (1 − s·m) and 1e12. */
function notionalAt({ side, constant, fixedDemand }: MarginPosition, { deduction }: TierUnits): bigint {
  return BigInt(side) * (BigInt(fixedDemand) - BigInt(deduction) - BigInt(constant)) * ONE
}

/** The price at which a notional of `numerator ÷ denominator` quote units is reached; null at or below zero. */
function priceOf(scales: Scales, size: Dec, numerator: bigint, denominator: bigint, up: boolean): Dec | null {
  if (numerator <= 0n) return null
  const shift = BigInt(pow10(scales.pxDec + scales.qtyDec - scales.quoteDec))
  const divisor = denominator * BigInt(size)
  const product = numerator * shift
  const quotient = product / divisor
  const units = up && product % divisor !== 0n ? quotient + 1n : quotient
  // A short that hardly uses its margin is liquidated beyond any price that the run can hold.
  if (units <= 0n || units > BigInt(Number.MAX_SAFE_INTEGER)) return null
  return toDec(Number(units))
}

/**
 * The price at which nothing is left of the collateral: equity(P) = 0. Rounded towards the position's entry, so that a
 * fill there leaves no debt. Null where no price above zero does that.
 */
export function bankruptcyPrice(scales: Scales, side: 1 | -1, size: Dec, constant: Dec): Dec | null {
  return priceOf(scales, size, BigInt(side) * -BigInt(constant), 1n, side > 0)
}
