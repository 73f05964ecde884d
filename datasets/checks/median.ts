/** The middle value. */

/** Median of finite numbers; NaN of none. The mean of the two in the middle where there are two. */
export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort()
  const { length } = sorted
  if (length === 0) return Number.NaN
  const half = length >> 1
  return length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2
}
