/** The standard normal distribution. */

/** From here on the tail is computed itself, since 1 − Φ would cancel. */
const TAIL_FROM = 3
const CONTINUED_FRACTION_TERMS = 150

/**
 * Φ(x), absolute error about 1e-16 and full relative precision in the left tail. Near zero the series
 * ½ + φ(x)·(x + x³/3 + x⁵/(3·5) + …) (Marsaglia, J. Stat. Software 11(4), 2004), beyond |x| = 3 Laplace's continued
 * fraction φ(x)/(x + 1/(x + 2/(x + …))).
 */
export function normalCdf(x: number): number {
  if (x <= -TAIL_FROM) return upperTail(-x)
  if (x >= TAIL_FROM) return 1 - upperTail(x)
  let term = x
  let total = x
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(total); k += 2) {
    term *= (x * x) / k
    total += term
  }
  return 0.5 + total * density(x)
}

/** 1 − Φ(x) for x ≥ 3. */
function upperTail(x: number): number {
  let fraction = x
  for (let k = CONTINUED_FRACTION_TERMS; k >= 1; k--) fraction = x + k / fraction
  return density(x) / fraction
}

/**
 * Φ⁻¹(p) for 0 < p < 1, ±Infinity at the ends: Hastings' rational start (Abramowitz & Stegun 26.2.23, error 4.5e-4), then
 * Halley steps against `normalCdf` in the left tail, where it has full relative precision.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0)) return p === 0 ? Number.NEGATIVE_INFINITY : Number.NaN
  if (p > 0.5) return p > 1 ? Number.NaN : -normalQuantile(1 - p)
  const t = Math.sqrt(-2 * Math.log(p))
  let x = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t
  for (let step = 0; step < 4; step++) {
    const error = (normalCdf(x) - p) / density(x)
    x -= error / (1 + 0.5 * x * error)
  }
  return x
}

function density(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI)
}
