/** What makes a market look like another: the rhythm of its day, the clustering of its volatility, its fat tails. */

import type { Shapes } from './shapes.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** A market's rhythm and clustering, and each real bar's part in it. */
export interface Fit {
  /** Standard deviation of returns over the rhythm. */
  readonly volatility: number
  /** Mean size of returns and mean volume in each slot of the day, over those of all bars. */
  readonly rhythm: readonly number[]
  readonly volumeRhythm: readonly number[]
  /** GARCH(1,1) of returns over volatility and rhythm; the variance they began with is 1. */
  readonly alpha: number
  readonly beta: number
  /** Highest variance that was fitted: a made market goes no further. */
  readonly most: number
  /** Conditional standard deviation of each bar, over `volatility` and rhythm. */
  readonly deviation: Float64Array
}

/** How many slots a day has: hours, or bars where these are longer; one for bars of a day and more. */
export function slotsOf(timeframeMs: number): number {
  return timeframeMs >= DAY_MS ? 1 : Math.max(1, Math.floor(DAY_MS / Math.max(HOUR_MS, timeframeMs)))
}

/** Slot of the day (UTC) in which a bar opens. */
export function slotAt(timeMs: number, slots: number): number {
  return Math.floor(((timeMs % DAY_MS) / DAY_MS) * slots)
}

/** Fits rhythm and clustering to a series of at least a few hundred bars. */
export function fitMarket(shapes: Shapes, timeframeMs: number): Fit {
  const slots = slotsOf(timeframeMs)
  const slot = Int32Array.from(shapes.time, (time) => slotAt(time, slots))
  const rhythm = bySlot(shapes.close.map(Math.abs), slot, slots).map((value) => value || 1)
  const steady = shapes.close.map((value, row) => value / rhythm[slot[row]!]!)
  const volatility = Math.sqrt(mean(steady.map((value) => value * value)))
  const volumeRhythm = bySlot(shapes.volume, slot, slots).map((value) => value || 1)
  const returns = steady.map((value) => value / volatility)
  const { alpha, beta } = fitGarch(returns)
  const variance = variances(returns, alpha, beta)
  const most = variance.reduce((highest, value) => Math.max(highest, value), 1)
  return { volatility, rhythm, volumeRhythm, alpha, beta, most, deviation: variance.map(Math.sqrt) }
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

/** Mean of each slot over the mean of all. */
function bySlot(values: Float64Array, slot: Int32Array, slots: number): number[] {
  const sums = new Float64Array(slots)
  const counts = new Float64Array(slots)
  values.forEach((value, row) => {
    sums[slot[row]!] = sums[slot[row]!]! + value
    counts[slot[row]!] = counts[slot[row]!]! + 1
  })
  const all = mean(values)
  return [...sums].map((sum, index) => (counts[index] === 0 || all === 0 ? 1 : sum / counts[index]! / all))
}

/** Conditional variance of each return, given those before it. */
function variances(returns: Float64Array, alpha: number, beta: number): Float64Array {
  const variance = new Float64Array(returns.length)
  let now = 1
  returns.forEach((value, row) => {
    variance[row] = now
    now = 1 - alpha - beta + alpha * value * value + beta * now
  })
  return variance
}

const LATEST = 20_000
const ALPHAS = [0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.13, 0.16, 0.2, 0.25, 0.3]
const SUMS = [0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99]

/**
 * The pair of a grid with the highest Gaussian quasi-likelihood over the latest 20,000 bars, the variance held at its
 * mean (variance targeting). A grid, because the parameters are rounded that way and are the same on every machine.
 */
function fitGarch(returns: Float64Array): { alpha: number; beta: number } {
  const latest = returns.subarray(Math.max(0, returns.length - LATEST))
  let best = { alpha: 0, beta: 0, cost: Number.POSITIVE_INFINITY }
  for (const sum of SUMS) {
    for (const alpha of ALPHAS) {
      if (alpha > sum || (alpha === 0 && sum > 0)) continue
      const beta = Math.round((sum - alpha) * 1e4) / 1e4
      const cost = costOf(latest, alpha, beta)
      if (cost < best.cost) best = { alpha, beta, cost }
    }
  }
  return { alpha: best.alpha, beta: best.beta }
}

/** Twice the negative log-likelihood, but for constants. */
function costOf(returns: Float64Array, alpha: number, beta: number): number {
  let now = 1
  let cost = 0
  for (const value of returns) {
    cost += Math.log(now) + (value * value) / now
    now = 1 - alpha - beta + alpha * value * value + beta * now
  }
  return cost
}
