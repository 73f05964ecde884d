/**
 * Margin tiers: a position's maintenance margin is its notional × the rate of its tier, less the tier's deduction
 * (Binance calls it the maintenance amount, Hyperliquid the maintenance deduction), which makes it continuous:
 *
 *   deduction(n) = deduction(n − 1) + from(n) × (rate(n) − rate(n − 1))
 *
 * Sources: Binance FAQ b3c689c1f50a44cabb3a84e663b81d93; Hyperliquid docs, margin tiers. Where a venue takes the whole
 * position at its tier's rate (Kraken Futures, marginLevels), there is no deduction.
 */

import { type Dec, decFromNumber, decToNumber, mulDiv, pow10, Rounding, toDec, ZERO } from '../core/dec.ts'
import { RATE_ONE, rateUnits } from './rates.ts'

/** A tier as dated data have it: amounts in quote, rates as fractions. */
export interface MarginTier {
  readonly fromNotional: number
  readonly maintenanceRate: number
  readonly maxLeverage: number
}

/** A tier in units: money of scale `quoteDec`, rates of 1e-12. */
export interface TierUnits {
  /** Notional from which it holds, inclusive. */
  readonly from: Dec
  readonly rate: Dec
  readonly deduction: Dec
  readonly maxLeverage: number
}

/** The tiers in units, with their deductions; `cumulative: false` for a venue without them. */
export function tierUnits(tiers: readonly MarginTier[], quoteDec: number, cumulative: boolean): readonly TierUnits[] {
  const units: TierUnits[] = []
  for (const { fromNotional, maintenanceRate, maxLeverage } of tiers) {
    const before = units.at(-1)
    // Beyond what the account's scale can hold there is nothing to be in a tier.
    if (before !== undefined && fromNotional * pow10(quoteDec) > Number.MAX_SAFE_INTEGER) break
    const from = decFromNumber(fromNotional, quoteDec)
    const rate = rateUnits(maintenanceRate)
    const step = before === undefined ? ZERO : mulDiv(from, rate - before.rate, RATE_ONE, Rounding.floor)
    const deduction = cumulative && before !== undefined ? toDec(before.deduction + step) : ZERO
    units.push({ from, rate, deduction, maxLeverage })
  }
  return units
}

/** Index of the tier that a notional is in. */
export function tierIndex(tiers: readonly TierUnits[], notional: Dec): number {
  let at = 0
  while (at + 1 < tiers.length && tiers[at + 1]!.from <= notional) at += 1
  return at
}

/** Maintenance margin of a notional, rounded up; never below zero. */
export function maintenanceMargin(tiers: readonly TierUnits[], notional: Dec): Dec {
  const { rate, deduction } = tiers[tierIndex(tiers, notional)]!
  return Math.max(0, mulDiv(notional, rate, RATE_ONE, Rounding.ceil) - deduction) as Dec
}

/** Initial margin at a leverage: notional ÷ leverage, rounded up. */
export function initialMargin(notional: Dec, leverage: number): Dec {
  return mulDiv(notional, LEVERAGE_ONE, leverageUnits(leverage), Rounding.ceil)
}

let lastLeverage = Number.NaN
let lastUnits = ZERO

/** A leverage in units of 1e-6, so that 2.5 is exact. An account has one, so the last is remembered. */
export function leverageUnits(leverage: number): Dec {
  if (leverage !== lastLeverage) {
    lastUnits = decFromNumber(leverage, 6)
    lastLeverage = leverage
  }
  return lastUnits
}

export const LEVERAGE_ONE = 1e6 as Dec

/** Distance of a liquidation price from the mark, as a fraction of the mark; null where there is no such price. */
export function liquidationDistance(mark: Dec, liquidation: Dec | null): number | null {
  if (liquidation === null || mark <= 0) return null
  return decToNumber(mulDiv(Math.abs(mark - liquidation), RATE_ONE, mark, Rounding.halfEven), 12)
}
