/** How long a record must be before its Sharpe ratio means something, and how long a backtest before a search does. */

import { expectedMaximumFactor } from './deflated-sharpe.ts'
import { type Figure, known, unknown } from './figure.ts'
import { normalQuantile } from './normal.ts'
import type { SharpeEvidence } from './probabilistic-sharpe.ts'

/**
 * Minimum track record length in OBSERVATIONS (Bailey & López de Prado, J. of Risk 15(2), 2012):
 * 1 + (1 − γ3·SR + (γ4−1)/4·SR²)·(Φ⁻¹(p)/(SR − SR*))². A record of at least that length is the same as a probabilistic
 * Sharpe ratio of at least `p`: one test, not two.
 */
export function minimumTrackRecord(
  { sharpe, benchmark, skew, kurtosis }: Omit<SharpeEvidence, 'n'>,
  probability = 0.95,
): Figure {
  if (!(sharpe > benchmark)) return unknown('no record is long enough: the Sharpe ratio is not above its benchmark')
  const radicand = 1 - skew * sharpe + ((kurtosis - 1) / 4) * sharpe * sharpe
  if (!(radicand > 0)) return unknown('skew and Sharpe ratio are so high that the variance estimate is not positive')
  const quantile = normalQuantile(probability) / (sharpe - benchmark)
  return known(1 + radicand * quantile * quantile)
}

/**
 * Minimum backtest length in YEARS (Bailey, Borwein, López de Prado & Zhu, Notices AMS 61(5), 2014): below it the best
 * of `trials` worthless configurations is expected to show an annual Sharpe ratio of `annualSharpe`.
 */
export function minimumBacktestYears(trials: number, annualSharpe = 1): Figure {
  if (!(annualSharpe > 0)) return unknown('needs a positive Sharpe ratio')
  const years = expectedMaximumFactor(trials) / annualSharpe
  return known(years * years)
}

/** The paper's upper bound of it, 2·ln N/SR². */
export function minimumBacktestYearsBound(trials: number, annualSharpe = 1): Figure {
  if (!(annualSharpe > 0)) return unknown('needs a positive Sharpe ratio')
  return known((2 * Math.log(trials)) / (annualSharpe * annualSharpe))
}
