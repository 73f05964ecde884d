/** Sortino ratio (Sortino & Price, J. of Investing 3(3), 1994). */

import { type Figure, known, unknown } from './figure.ts'
import { mean, STD_NOISE_FLOOR } from './moments.ts'
import { riskFreePerPeriod, TWO_RETURNS } from './sharpe.ts'
import { sumOf } from './sum.ts'

/** √(Σ min(r − threshold, 0)² / n) over ALL n returns: those above the threshold count as zero. */
export function downsideDeviation(returns: ArrayLike<number>, threshold = 0): number {
  return Math.sqrt(sumOf(returns.length, (i) => Math.min(returns[i]! - threshold, 0) ** 2) / returns.length)
}

/** (mean − rf)/downside deviation·√A, the downside measured from the same rf. */
export function sortinoRatio(returns: ArrayLike<number>, periodsPerYear: number, riskFreeAnnual = 0): Figure {
  if (returns.length < 2) return unknown(TWO_RETURNS)
  const threshold = riskFreePerPeriod(riskFreeAnnual, periodsPerYear)
  const downside = downsideDeviation(returns, threshold)
  if (downside <= STD_NOISE_FLOOR) return unknown('no return below the threshold')
  return known(((mean(returns) - threshold) / downside) * Math.sqrt(periodsPerYear))
}
