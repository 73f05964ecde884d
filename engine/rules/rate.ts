/**
 * Rates as exact integers in units of 1e-12, and the four things that rules do with them. A rate is made once, from the
 * configuration's number; 0.0026 is 2_600_000_000.
 */

import { type Dec, decFromNumber, decToNumber, mulDiv, mulDivCeil, Rounding, toDec } from '../core/dec.ts'
import { RATE_ONE } from './executable.ts'

/** Decimals of a rate. */
export const RATE_DECIMALS = 12

/** A fraction as a rate: 0.01 (1 %) is 1e10. */
export function rateOf(fraction: number): Dec {
  return decFromNumber(fraction, RATE_DECIMALS)
}

/** The rate as a fraction, for refusals and reports. */
export function rateNumber(rate: Dec): number {
  return decToNumber(rate, RATE_DECIMALS)
}

/** `amount × rate`. */
export function share(amount: Dec, rate: Dec, rounding: Rounding): Dec {
  return mulDiv(amount, rate, RATE_ONE, rounding)
}

/** What spending `value` takes when `costRate` goes on top: value × (1 + rate), rounded up. */
export function withCost(value: Dec, costRate: Dec): Dec {
  return mulDivCeil(value, RATE_ONE + costRate, RATE_ONE)
}

/** What a sale of `value` brings in after `costRate` of it is paid: value × (1 − rate), rounded down. */
export function afterCost(value: Dec, costRate: Dec): Dec {
  return mulDiv(value, RATE_ONE - costRate, RATE_ONE, Rounding.floor)
}

/** The least value whose sale brings in `net` after cost: net / (1 − rate), rounded up. */
export function grossFor(net: Dec, costRate: Dec): Dec {
  return net <= 0 ? toDec(0) : mulDiv(net, RATE_ONE, RATE_ONE - costRate, Rounding.ceil)
}
