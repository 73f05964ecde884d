/**
 * Deflated Sharpe ratio: the probabilistic one against what the best of so many worthless trials would show (Bailey &
 * López de Prado, J. of Portfolio Management 40(5), 2014).
 */

import { type Figure, known, unknown } from './figure.ts'
import { mean, standardDeviation } from './moments.ts'
import { normalQuantile } from './normal.ts'
import { probabilisticSharpe, type SharpeEvidence } from './probabilistic-sharpe.ts'

const EULER_MASCHERONI = 0.5772156649015329

/** Expected maximum of `trials` independent standard normals: (1−γ)·Φ⁻¹(1−1/N) + γ·Φ⁻¹(1−1/(N·e)); 0 for one trial. */
export function expectedMaximumFactor(trials: number): number {
  if (!(trials > 1)) return 0
  const first = -normalQuantile(1 / trials)
  const second = -normalQuantile(1 / (trials * Math.E))
  return (1 - EULER_MASCHERONI) * first + EULER_MASCHERONI * second
}

export interface Deflation {
  /** Independent trials: every configuration ever tried on this data, not only the survivors. */
  readonly trials: number
  /** Variance of the per-observation Sharpe ratios ACROSS trials. */
  readonly variance: number
}

export interface DeflatedSharpe {
  /** SR0, per observation: what the best of the trials shows by luck. */
  readonly benchmark: number
  readonly probability: Figure
}

/** PSR(SR0) with SR0 = √V·E[max]; with one trial it is PSR(0). */
export function deflatedSharpe(
  evidence: Omit<SharpeEvidence, 'benchmark'>,
  { trials, variance }: Deflation,
): DeflatedSharpe {
  const benchmark = Math.sqrt(Math.max(0, variance)) * expectedMaximumFactor(trials)
  return { benchmark, probability: probabilisticSharpe({ ...evidence, benchmark }) }
}

/** Variance of Sharpe ratios across trials, divided by n − `ddof` (1 by default); null below two trials. */
export function sharpeVariance(sharpes: ArrayLike<number>, ddof: 0 | 1 = 1): Figure {
  const n = sharpes.length
  if (n < 2) return unknown('needs at least two trials')
  const deviation = standardDeviation(sharpes)
  return known((deviation * deviation * (n - 1)) / (n - ddof))
}

/**
 * Number of independent trials behind correlated ones: ρ̄ + (1 − ρ̄)·M, with ρ̄ the mean off-diagonal correlation of
 * their returns, not below 0. Information beside M itself, which is the careful choice.
 */
export function effectiveTrials(returns: readonly Float64Array[]): Figure {
  const m = returns.length
  if (m < 2) return m === 1 ? known(1) : unknown('no trials')
  // The sum of all correlations is the variance of the sum of the standardised series.
  const length = returns[0]!.length
  const total = new Float64Array(length)
  let moving = 0
  for (const series of returns) {
    const average = mean(series)
    const deviation = standardDeviation(series, average)
    if (!(deviation > 0)) continue
    moving += 1
    for (let i = 0; i < length; i++) total[i] = total[i]! + (series[i]! - average) / deviation
  }
  if (moving < 2) return unknown('fewer than two trials vary')
  const deviation = standardDeviation(total)
  const correlation = Math.max(0, (deviation * deviation - moving) / (moving * (moving - 1)))
  return known(correlation + (1 - correlation) * m)
}
