/**
 * Moments of a sample. Standard deviations are sample ones (ddof 1); skewness and kurtosis are population moments
 * (ddof 0), as the standard error of a Sharpe ratio wants them, and the kurtosis is RAW: 3 for a normal distribution.
 */

import { sum, sumOf, sumOfSquares } from './sum.ts'

/**
 * Below this a standard deviation of returns is the rounding noise of equity ratios (a few 2⁻⁵²), not variation:
 * dividing by it would turn constant returns into a Sharpe ratio of 10¹⁴.
 */
export const STD_NOISE_FLOOR = 1e-14

/** Arithmetic mean; the values must not be empty. */
export function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length
}

/** Sample standard deviation, Σ(x−mean)²/(n−1) under the root; needs n ≥ 2. */
export function standardDeviation(values: ArrayLike<number>, average = mean(values)): number {
  return Math.sqrt(sumOfSquares(values, average) / (values.length - 1))
}

/** Population standard deviation, divided by n; needs n ≥ 1. */
export function populationDeviation(values: ArrayLike<number>, average = mean(values)): number {
  return Math.sqrt(sumOfSquares(values, average) / values.length)
}

/** Population skewness m3/m2^1.5; NaN where nothing varies. */
export function skewness(values: ArrayLike<number>): number {
  return standardisedMoment(values, (z) => z * z * z)
}

/** Population RAW kurtosis m4/m2² (normal = 3, not excess); NaN where nothing varies. */
export function rawKurtosis(values: ArrayLike<number>): number {
  return standardisedMoment(values, (z) => z * z * z * z)
}

/** Standardised before the power is taken, so that tiny returns don't underflow. */
function standardisedMoment(values: ArrayLike<number>, power: (z: number) => number): number {
  const average = mean(values)
  const deviation = populationDeviation(values, average)
  return sumOf(values.length, (i) => power((values[i]! - average) / deviation)) / values.length
}
