/** Rates as exact decimals: a fraction in units of 1e-12, so that 0.26 % is exact. The units the simulated venue uses. */

import { type Dec, decFromNumber, mulDivNear, Rounding } from '../core/dec.ts'

export const RATE_DECIMALS = 12
export const RATE_ONE = 1e12 as Dec

/** A fraction such as 0.0026 in units of 1e-12. */
export function rateUnits(fraction: number): Dec {
  return decFromNumber(fraction, RATE_DECIMALS)
}

/** An amount times a rate, rounded half up; in the amount's units. A negative rate gives a negative amount. */
export function atRate(amount: Dec, rate: Dec): Dec {
  return mulDivNear(amount, rate, RATE_ONE, Rounding.halfUp)
}
