/** Quantiles of type 7 (Hyndman & Fan 1996): linear between order statistics, the default of numpy and R. */

/** A sorted copy, ascending. */
export function sorted(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values).sort()
}

/** The `p`-quantile (0 ≤ p ≤ 1) of values already in ascending order; they must not be empty. */
export function quantileType7(ascending: ArrayLike<number>, p: number): number {
  const position = (ascending.length - 1) * p
  const lower = Math.floor(position)
  const low = ascending[lower]!
  const high = ascending[Math.min(lower + 1, ascending.length - 1)]!
  return low + (position - lower) * (high - low)
}
