/**
 * Where one column crosses another: for strategies that say with `quietUntil` how far they have nothing to say.
 *
 * Eight rows a turn, each with a way out of its own: V8 checks both arrays anew in every turn of a loop, which costs as
 * much as two comparisons. `| 0` spares the check whether a row's number is still a small integer.
 */

/**
 * The first row of `from` to before `end` in which `a` is above `b` and wasn't above it in the row before; `end` where there
 * is none. A missing value (NaN) is neither above nor at or below: a row after one is no crossing. `from` is at least 1.
 */
export function nextCrossAbove(a: Float64Array, b: Float64Array, from: number, end: number): number {
  let i = nextAbove(a, b, from, end)
  while (i < end && !(a[i - 1]! <= b[i - 1]!)) i = nextAbove(a, b, nextNotAbove(a, b, i + 1, end), end)
  return i
}

/** As `nextCrossAbove`: the first row in which `a` isn't above `b`, or is missing, and was above it in the row before. */
export function nextFallBack(a: Float64Array, b: Float64Array, from: number, end: number): number {
  let i = nextNotAbove(a, b, from, end)
  while (i < end && !(a[i - 1]! > b[i - 1]!)) i = nextNotAbove(a, b, nextAbove(a, b, i + 1, end), end)
  return i
}

/** The first row of `from` to before `end` in which `a` is above `b`; `end` where there is none. */
function nextAbove(a: Float64Array, b: Float64Array, from: number, end: number): number {
  let i = from | 0
  for (const last = (end - 7) | 0; i < last; i = (i + 8) | 0) {
    if (a[i]! > b[i]!) return i
    const i1 = (i + 1) | 0
    if (a[i1]! > b[i1]!) return i1
    const i2 = (i + 2) | 0
    if (a[i2]! > b[i2]!) return i2
    const i3 = (i + 3) | 0
    if (a[i3]! > b[i3]!) return i3
    const i4 = (i + 4) | 0
    if (a[i4]! > b[i4]!) return i4
    const i5 = (i + 5) | 0
    if (a[i5]! > b[i5]!) return i5
    const i6 = (i + 6) | 0
    if (a[i6]! > b[i6]!) return i6
    const i7 = (i + 7) | 0
    if (a[i7]! > b[i7]!) return i7
  }
  for (; i < end; i++) if (a[i]! > b[i]!) return i
  return end
}

/** The first row of `from` to before `end` in which `a` isn't above `b`, or one of them is missing; `end` where there is none. */
function nextNotAbove(a: Float64Array, b: Float64Array, from: number, end: number): number {
  let i = from | 0
  for (const last = (end - 7) | 0; i < last; i = (i + 8) | 0) {
    if (!(a[i]! > b[i]!)) return i
    const i1 = (i + 1) | 0
    if (!(a[i1]! > b[i1]!)) return i1
    const i2 = (i + 2) | 0
    if (!(a[i2]! > b[i2]!)) return i2
    const i3 = (i + 3) | 0
    if (!(a[i3]! > b[i3]!)) return i3
    const i4 = (i + 4) | 0
    if (!(a[i4]! > b[i4]!)) return i4
    const i5 = (i + 5) | 0
    if (!(a[i5]! > b[i5]!)) return i5
    const i6 = (i + 6) | 0
    if (!(a[i6]! > b[i6]!)) return i6
    const i7 = (i + 7) | 0
    if (!(a[i7]! > b[i7]!)) return i7
  }
  for (; i < end; i++) if (!(a[i]! > b[i]!)) return i
  return end
}
