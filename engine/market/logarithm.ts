/**
 * The natural logarithm by arithmetic alone, the same bits on every machine: Math.log may differ between engine
 * versions, and estimates that costs follow from decide. x = m × 2^k with m within √2 of 1, and
 * ln m = 2 artanh((m − 1)/(m + 1)), its series to z^25; off by less than 1e-15 + 3e-16 × |ln x|.
 */

const TERMS = 12

/** ln x; NaN for what has none. */
export function ln(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return Number.NaN
  let m = x
  let k = 0
  while (m > Math.SQRT2) {
    m /= 2
    k += 1
  }
  while (m < Math.SQRT1_2) {
    m *= 2
    k -= 1
  }
  const z = (m - 1) / (m + 1)
  const square = z * z
  let sum = 0
  for (let n = TERMS; n >= 0; n--) sum = sum * square + 1 / (2 * n + 1)
  return 2 * z * sum + k * Math.LN2
}
