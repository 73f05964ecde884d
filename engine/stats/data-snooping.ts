/**
 * Is the best of many configurations better than a benchmark, or only the luckiest? White's reality check (Econometrica
 * 68(5), 2000) and Hansen's test of superior predictive ability (J. of Business & Economic Statistics 23(4), 2005).
 */

import { mean } from './moments.ts'
import { power } from './power.ts'

/** Share of resamples whose best beats the real best, for three ways of centring what is worse than the benchmark. */
export interface SnoopingTest {
  /** √T·max of the mean excess; for SPA over its standard deviation, and at least 0. */
  readonly statistic: number
  /** Only excesses above 0 are centred: the liberal bound. */
  readonly lower: number
  /** Those not far below 0 are centred: Hansen's choice. */
  readonly consistent: number
  /** All are centred: White's choice, careful when many poor configurations are in the set. */
  readonly upper: number
}

export interface SnoopingOptions {
  /** Mean block length with which `resamples` were drawn: the variance estimate needs it. */
  readonly blockLength: number
  /** Divide by the standard deviation (SPA); else the plain reality check. */
  readonly studentised: boolean
}

/**
 * `excess`: return over the benchmark, one series a configuration, all of equal length; `resamples`: rows of that
 * length, drawn by the stationary bootstrap. A configuration that never differs from the benchmark says nothing.
 */
export function snoopingTest(
  excess: readonly Float64Array[],
  resamples: readonly Int32Array[],
  { blockLength, studentised }: SnoopingOptions,
): SnoopingTest {
  const moving = excess.filter((series) => series.some((x) => x !== 0))
  const rows = excess[0]?.length ?? 0
  if (moving.length === 0 || rows < 2) return { statistic: 0, lower: 1, consistent: 1, upper: 1 }
  const root = Math.sqrt(rows)
  const means = moving.map((series) => mean(series))
  const variances = moving.map((series, k) => bootstrapVariance(series, means[k]!, blockLength))
  const scale = variances.map((variance) => (studentised ? 1 / Math.sqrt(variance) : 1))
  const bound = 2 * Math.log(Math.log(Math.max(rows, 16)))
  const centres = [
    means.map((m) => Math.max(m, 0)),
    means.map((m, k) => (m >= -Math.sqrt((variances[k]! / rows) * bound) ? m : 0)),
    means,
  ]
  const best = means.reduce((most, m, k) => Math.max(most, root * m * scale[k]!), Number.NEGATIVE_INFINITY)
  const statistic = studentised ? Math.max(0, best) : best
  const above = [0, 0, 0]
  for (const indices of resamples) {
    const most = [studentised ? 0 : -Infinity, studentised ? 0 : -Infinity, studentised ? 0 : -Infinity]
    for (let k = 0; k < moving.length; k++) {
      const series = moving[k]!
      let total = 0
      for (let i = 0; i < rows; i++) total += series[indices[i]!]!
      const average = total / rows
      for (let c = 0; c < 3; c++) {
        const value = root * (average - centres[c]![k]!) * scale[k]!
        if (value > most[c]!) most[c] = value
      }
    }
    for (let c = 0; c < 3; c++) if (most[c]! > statistic) above[c] = above[c]! + 1
  }
  const [lower, consistent, upper] = above.map((count) => count / resamples.length) as [number, number, number]
  return { statistic, lower, consistent, upper }
}

/**
 * Long-run variance as the stationary bootstrap sees it: γ0 + 2·Σ κ_i·γ_i with
 * κ_i = (1 − i/T)(1 − q)^i + (i/T)(1 − q)^(T−i), q = 1/blockLength (Politis & Romano 1994).
 */
export function bootstrapVariance(values: Float64Array, average: number, blockLength: number): number {
  const n = values.length
  const stay = 1 - 1 / Math.max(1, blockLength)
  let total = 0
  for (let lag = 0; lag < n; lag++) {
    const weight = lag === 0 ? 1 : 2 * ((1 - lag / n) * power(stay, lag) + (lag / n) * power(stay, n - lag))
    if (weight < 1e-18) continue
    let cross = 0
    for (let i = lag; i < n; i++) cross += (values[i]! - average) * (values[i - lag]! - average)
    total += (weight * cross) / n
  }
  return total
}
