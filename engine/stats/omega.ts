/** Omega ratio (Keating & Shadwick, "A Universal Performance Measure", 2002). */

import { type Figure, ratio, unknown } from './figure.ts'
import { sumOf } from './sum.ts'

/** Σ max(r − threshold, 0) / Σ max(threshold − r, 0), threshold per period. */
export function omegaRatio(returns: ArrayLike<number>, threshold = 0): Figure {
  if (returns.length === 0) return unknown('no returns')
  const gains = sumOf(returns.length, (i) => Math.max(returns[i]! - threshold, 0))
  const losses = sumOf(returns.length, (i) => Math.max(threshold - returns[i]!, 0))
  return ratio(gains, losses, 'no return below the threshold')
}
