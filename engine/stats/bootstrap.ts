/** Stationary bootstrap (Politis & Romano, JASA 89, 1994) and its automatic block length. */

import type { Uniform } from '../core/random.ts'
import { mean } from './moments.ts'
import { quantileType7, sorted } from './quantile.ts'

/**
 * Rows of one resample: the first anywhere, then with chance 1/`blockLength` anywhere again, else the next row, the
 * first following the last. A block length below 1 counts as 1 (independent draws). `count` of them, by default all.
 */
export function stationaryIndices(
  length: number,
  blockLength: number,
  uniform: Uniform,
  count: number = length,
): Int32Array {
  const restart = 1 / Math.max(1, blockLength)
  const indices = new Int32Array(count)
  let at = Math.floor(uniform() * length)
  for (let i = 0; i < count; i++) {
    if (i > 0) at = uniform() < restart ? Math.floor(uniform() * length) : (at + 1) % length
    indices[i] = at
  }
  return indices
}

/** `count` resamples of `length` rows. */
export function stationaryResamples(count: number, length: number, blockLength: number, uniform: Uniform) {
  return Array.from({ length: count }, () => stationaryIndices(length, blockLength, uniform))
}

export interface BlockLengths {
  readonly stationary: number
  readonly circular: number
}

/**
 * Block lengths that suit the mean of `values` (Politis & White, Econometric Reviews 23(1), 2004, with the correction
 * by Patton, Politis & White, 28(4), 2009): (2G²/D)^⅓·T^⅓ with the flat-top kernel, D = 2·LRV² for the stationary
 * bootstrap and 4/3·LRV² for the circular one, at most ⌈min(3√T, T/3)⌉. 1 where nothing varies.
 */
export function blockLengths(values: ArrayLike<number>): BlockLengths {
  const n = values.length
  const most = Math.ceil(Math.min(3 * Math.sqrt(n), n / 3))
  const { covariances, bandwidth } = autocovariances(values)
  if (!(covariances[0]! > 0)) return { stationary: 1, circular: 1 }
  let g = 0
  let longRun = covariances[0]!
  for (let k = 1; k <= bandwidth; k++) {
    const weight = k / bandwidth <= 0.5 ? 1 : 2 * (1 - k / bandwidth)
    g += 2 * weight * k * covariances[k]!
    longRun += 2 * weight * covariances[k]!
  }
  const length = (d: number): number => Math.min(most, Math.max(1, Math.cbrt((2 * g * g * n) / d)))
  const squared = longRun * longRun
  if (!(squared > 0)) return { stationary: most, circular: most }
  return { stationary: length(2 * squared), circular: length((4 / 3) * squared) }
}

/** The longer of the stationary block lengths of returns and of their squares, so that clusters of risk stay whole. */
export function returnBlockLength(returns: Float64Array): number {
  const squares = returns.map((r) => r * r)
  return Math.max(blockLengths(returns).stationary, blockLengths(squares).stationary)
}

/**
 * Autocovariances (divided by n) and the kernel's bandwidth: twice the lag after which a run of K correlations, each
 * normed by the overlapping parts' own squares, stays below 2·√(log10 n/n).
 */
function autocovariances(values: ArrayLike<number>): { covariances: Float64Array; bandwidth: number } {
  const n = values.length
  const average = mean(values)
  const x = Float64Array.from(values, (value) => value - average)
  const quiet = Math.max(5, Math.floor(Math.log10(n)))
  const most = Math.min(n - 2, Math.ceil(Math.sqrt(n)) + quiet)
  const bound = 2 * Math.sqrt(Math.log10(n) / n)
  const covariances = new Float64Array(Math.max(1, most + 1))
  const small: boolean[] = []
  let found: number | null = null
  for (let lag = 0; lag <= most; lag++) {
    const cross = dot(x, lag, x, 0, n - lag)
    const later = dot(x, lag + 1, x, lag + 1, n - lag - 1)
    const earlier = dot(x, 0, x, 0, n - lag - 1)
    covariances[lag] = cross / n
    small.push(Math.abs(cross) / Math.sqrt(later * earlier) < bound)
    if (found === null && lag >= quiet && small.slice(lag - quiet, lag).every(Boolean)) found = lag - quiet
  }
  return { covariances, bandwidth: Math.max(1, Math.min(most, found === null ? most : 2 * Math.max(found, 1))) }
}

function dot(a: Float64Array, aFrom: number, b: Float64Array, bFrom: number, count: number): number {
  let total = 0
  for (let i = 0; i < count; i++) total += a[aFrom + i]! * b[bFrom + i]!
  return total
}

export interface BootstrapInterval {
  readonly estimate: number
  /** Standard deviation (ddof 1) of the resampled statistic. */
  readonly standardError: number
  readonly low: number
  readonly high: number
}

/** Percentile interval of a statistic over resamples; `coverage` 0.95 leaves 2.5 % outside at each end. */
export function bootstrapInterval(
  values: Float64Array,
  resamples: readonly Int32Array[],
  statistic: (values: Float64Array) => number,
  coverage = 0.95,
): BootstrapInterval {
  const drawn = new Float64Array(values.length)
  const results = Float64Array.from(resamples, (indices) => {
    for (let i = 0; i < indices.length; i++) drawn[i] = values[indices[i]!]!
    return statistic(drawn)
  })
  const ascending = sorted(results)
  const average = mean(results)
  const squares = results.reduce((total, x) => total + (x - average) * (x - average), 0)
  return {
    estimate: statistic(values),
    standardError: Math.sqrt(squares / (results.length - 1)),
    low: quantileType7(ascending, (1 - coverage) / 2),
    high: quantileType7(ascending, (1 + coverage) / 2),
  }
}
