/** Sharpe ratio and volatility of periodic simple returns (Sharpe, J. of Business 39(1), 1966). */

import { type Figure, known, unknown } from './figure.ts'
import { mean, STD_NOISE_FLOOR, standardDeviation } from './moments.ts'
import { powerLess1 } from './power.ts'

export const NO_VARIATION = 'the returns do not vary'
export const TWO_RETURNS = 'needs at least two returns'

/** An annual risk-free rate as a rate per period: (1+rf)^(1/A) − 1. */
export function riskFreePerPeriod(riskFreeAnnual: number, periodsPerYear: number): number {
  return riskFreeAnnual === 0 ? 0 : powerLess1(1 + riskFreeAnnual, 1 / periodsPerYear)
}

/** (mean − rf)/std(ddof 1)·√A. With `periodsPerYear` 1 it is the ratio per observation. */
export function sharpeRatio(returns: ArrayLike<number>, periodsPerYear: number, riskFreeAnnual = 0): Figure {
  if (returns.length < 2) return unknown(TWO_RETURNS)
  const average = mean(returns)
  return sharpeOf(average, standardDeviation(returns, average), periodsPerYear, riskFreeAnnual)
}

/** The same from the mean and the sample deviation of at least two returns. */
export function sharpeOf(average: number, deviation: number, periodsPerYear: number, riskFreeAnnual: number): Figure {
  if (deviation <= STD_NOISE_FLOOR) return unknown(NO_VARIATION)
  const excess = average - riskFreePerPeriod(riskFreeAnnual, periodsPerYear)
  return known((excess / deviation) * Math.sqrt(periodsPerYear))
}

/** std(ddof 1)·√A. */
export function volatility(returns: ArrayLike<number>, periodsPerYear: number): Figure {
  if (returns.length < 2) return unknown(TWO_RETURNS)
  return known(standardDeviation(returns) * Math.sqrt(periodsPerYear))
}
