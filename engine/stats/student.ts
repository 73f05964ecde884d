/** Student's t distribution, through the regularised incomplete beta function. */

import { normalQuantile } from './normal.ts'

const MOST_TERMS = 500
const TINY = 1e-300

/** P(T > t) for `degrees` > 0 degrees of freedom. */
export function studentUpperTail(t: number, degrees: number): number {
  const tail = 0.5 * incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5)
  return t >= 0 ? tail : 1 - tail
}

/** The t that is exceeded with probability `p`, 0 < p < 1: bisection, since the tail falls steadily. */
export function studentUpperQuantile(p: number, degrees: number): number {
  if (p > 0.5) return -studentUpperQuantile(1 - p, degrees)
  let low = 0
  let high = Math.max(1, -2 * normalQuantile(p))
  while (studentUpperTail(high, degrees) > p) high *= 2
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2
    if (studentUpperTail(middle, degrees) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** I_x(a, b), by the continued fraction (Abramowitz & Stegun 26.5.8), evaluated with Lentz's algorithm. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a
  let c = 1
  let d = 1 / away(1 - ((a + b) * x) / (a + 1))
  let fraction = d
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    fraction *= d * c
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    fraction *= d * c
    if (Math.abs(d * c - 1) < 1e-16) break
  }
  return front * fraction
}

function away(x: number): number {
  return Math.abs(x) < TINY ? TINY : x
}

const STIRLING_FROM = 15

/** ln Γ(x), x > 0: Stirling's series, after moving the argument to where it is exact to double precision. */
function logGamma(x: number): number {
  let shift = 0
  let z = x
  for (; z < STIRLING_FROM; z++) shift += Math.log(z)
  const q = 1 / (z * z)
  const series = (1 / 12 - q * (1 / 360 - q * (1 / 1260 - q * (1 / 1680 - q * (1 / 1188))))) / z
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - shift
}
