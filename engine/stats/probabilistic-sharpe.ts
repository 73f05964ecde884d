/**
 * Probabilistic Sharpe ratio: the chance that the true ratio exceeds a benchmark (Bailey & López de Prado, "The Sharpe
 * Ratio Efficient Frontier", J. of Risk 15(2), 2012).
 */

import { type Figure, known, unknown } from './figure.ts'
import { mean, rawKurtosis, STD_NOISE_FLOOR, skewness, standardDeviation } from './moments.ts'
import { normalCdf } from './normal.ts'
import { NO_VARIATION, TWO_RETURNS } from './sharpe.ts'

export interface SharpeEvidence {
  /** Per OBSERVATION, never annualised; the benchmark too. */
  readonly sharpe: number
  readonly benchmark: number
  /** Observations. */
  readonly n: number
  readonly skew: number
  /** RAW: 3 for a normal distribution. */
  readonly kurtosis: number
}

/** Standard error of a Sharpe ratio: √((1 − γ3·SR + (γ4−1)/4·SR²)/(n−1)). Null where the radicand isn't positive. */
export function sharpeStandardError({ sharpe, n, skew, kurtosis }: Omit<SharpeEvidence, 'benchmark'>): Figure {
  if (n < 2) return unknown(TWO_RETURNS)
  const radicand = 1 - skew * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe
  if (!(radicand > 0)) return unknown('skew and Sharpe ratio are so high that the variance estimate is not positive')
  return known(Math.sqrt(radicand / (n - 1)))
}

/** Φ((SR − SR*)/σ(SR)), a probability. It assumes independent returns. */
export function probabilisticSharpe(evidence: SharpeEvidence): Figure {
  const error = sharpeStandardError(evidence)
  if (error.value === null) return error
  return known(normalCdf((evidence.sharpe - evidence.benchmark) / error.value))
}

/** The evidence in a series of returns: Sharpe per observation (ddof 1), population skew and raw kurtosis. */
export function sharpeEvidence(returns: ArrayLike<number>, benchmark = 0): SharpeEvidence | string {
  if (returns.length < 2) return TWO_RETURNS
  const average = mean(returns)
  const deviation = standardDeviation(returns, average)
  if (deviation <= STD_NOISE_FLOOR) return NO_VARIATION
  return {
    sharpe: average / deviation,
    benchmark,
    n: returns.length,
    skew: skewness(returns),
    kurtosis: rawKurtosis(returns),
  }
}
