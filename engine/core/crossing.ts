/**
 * Where one column crosses another: for strategies that say with `quietUntil` how far they have nothing to say. Four rows
 * at a look, since most rows are like the one before.
 */

/**
 * The first row of `from` to before `end` in which `a` is above `b` and wasn't above it in the row before; `end` where there
 * is none. A missing value (NaN) is neither above nor at or below: a row after one is no crossing. `from` is at least 1.
 */
export function nextCrossAbove(a: Float64Array, b: Float64Array, from: number, end: number): number {
  let i = from
  while (i < end) {
    if (i + 3 < end) {
      const isQuiet =
        !(a[i]! > b[i]!) && !(a[i + 1]! > b[i + 1]!) && !(a[i + 2]! > b[i + 2]!) && !(a[i + 3]! > b[i + 3]!)
      if (isQuiet) {
        i += 4
        continue
      }
    }
    if (a[i]! > b[i]! && a[i - 1]! <= b[i - 1]!) return i
    i += 1
  }
  return end
}

/** As `nextCrossAbove`: the first row in which `a` isn't above `b`, or is missing, and was above it in the row before. */
export function nextFallBack(a: Float64Array, b: Float64Array, from: number, end: number): number {
  let i = from
  while (i < end) {
    if (i + 3 < end) {
      const isAbove = a[i]! > b[i]! && a[i + 1]! > b[i + 1]! && a[i + 2]! > b[i + 2]! && a[i + 3]! > b[i + 3]!
      if (isAbove) {
        i += 4
        continue
      }
    }
    if (!(a[i]! > b[i]!) && a[i - 1]! > b[i - 1]!) return i
    i += 1
  }
  return end
}
