/** Autocorrelation, and what it does to an annualised Sharpe ratio (Lo, Financial Analysts Journal 58(4), 2002). */

import { type Figure, known, unknown } from './figure.ts'
import { mean, STD_NOISE_FLOOR } from './moments.ts'
import { power } from './power.ts'
import { NO_VARIATION } from './sharpe.ts'
import { sumOfNeighbours, sumOfSquares } from './sum.ts'

/** Correlation of each return with the one before it: Σ(x_t − m)(x_{t−1} − m)/Σ(x_t − m)². */
export function lagOneAutocorrelation(returns: ArrayLike<number>): Figure {
  if (returns.length < 3) return unknown(THREE_RETURNS)
  const average = mean(returns)
  return lagOneOf(returns.length, sumOfSquares(returns, average), sumOfNeighbours(returns, average))
}

export const THREE_RETURNS = 'needs at least three returns'

/** The same from the sums of `n` ≥ 3 returns: Σ(x_t − m)² and Σ(x_t − m)(x_{t−1} − m). */
export function lagOneOf(n: number, squares: number, neighbours: number): Figure {
  if (Math.sqrt(squares / (n - 1)) <= STD_NOISE_FLOOR) return unknown(NO_VARIATION)
  return known(neighbours / squares)
}

/**
 * Factor by which √q overstates (below 1) or understates (above 1) a Sharpe ratio aggregated over `q` periods when
 * returns follow an AR(1) with coefficient `rho`: (1 + 2ρ/(1−ρ)·(1 − (1−ρ^q)/(q(1−ρ))))^−½.
 */
export function loFactor(rho: number, q: number): Figure {
  if (!(Math.abs(rho) < 1) || !(q >= 1)) return unknown('needs |ρ| < 1 and at least one period')
  // ρ^q of a negative ρ is complex for fractional q; it vanishes for the q in use, so its size is enough.
  const size = power(Math.abs(rho), q)
  const rhoToQ = q % 2 === 0 ? size : Math.sign(rho) * size
  const radicand = 1 + ((2 * rho) / (1 - rho)) * (1 - (1 - rhoToQ) / (q * (1 - rho)))
  return radicand > 0 ? known(1 / Math.sqrt(radicand)) : unknown('the variance ratio is not positive')
}
