/**
 * Compensated summation (Neumaier 1974, with Knuth's branch-free two-sum): a running correction takes up what each
 * addition rounds away, so that the result is the same on every run and machine and as good as if added in twice the
 * precision. Columns have millions of rows: their sums have loops of their own, since a callback a row costs more
 * than the addition.
 */

/** Σ values[i] for `from` ≤ i < `to`. */
export function sum(values: ArrayLike<number>, from = 0, to = values.length): number {
  let total = 0
  let correction = 0
  for (let i = from; i < to; i++) {
    const x = values[i]!
    const next = total + x
    const added = next - total
    correction += total - (next - added) + (x - added)
    total = next
  }
  return corrected(total, correction)
}

/** Σ (values[i] − centre)². */
export function sumOfSquares(values: ArrayLike<number>, centre: number): number {
  let total = 0
  let correction = 0
  for (let i = 0; i < values.length; i++) {
    const x = (values[i]! - centre) * (values[i]! - centre)
    const next = total + x
    const added = next - total
    correction += total - (next - added) + (x - added)
    total = next
  }
  return corrected(total, correction)
}

/** Σ (values[i] − centre)·(values[i+1] − centre). */
export function sumOfNeighbours(values: ArrayLike<number>, centre: number): number {
  let total = 0
  let correction = 0
  for (let i = 1; i < values.length; i++) {
    const x = (values[i - 1]! - centre) * (values[i]! - centre)
    const next = total + x
    const added = next - total
    correction += total - (next - added) + (x - added)
    total = next
  }
  return corrected(total, correction)
}

/** Σ term(i) for 0 ≤ i < n, for short series and rare statistics. */
export function sumOf(n: number, term: (i: number) => number): number {
  let total = 0
  let correction = 0
  for (let i = 0; i < n; i++) {
    const x = term(i)
    const next = total + x
    const added = next - total
    correction += total - (next - added) + (x - added)
    total = next
  }
  return corrected(total, correction)
}

/** After an overflow the correction is NaN; the total alone says what happened. */
export function corrected(total: number, correction: number): number {
  return Number.isFinite(total) ? total + correction : total
}
