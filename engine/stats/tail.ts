/** Historical tail measures. Value at risk and its mean beyond are losses: positive where money is lost. */

import { type Figure, known, ratio, unknown } from './figure.ts'
import { quantileType7 } from './quantile.ts'
import { sum } from './sum.ts'

const NO_RETURNS = 'no returns'

/** Minus the `alpha`-quantile (type 7) of the returns, given in ascending order. */
export function valueAtRisk(ascending: ArrayLike<number>, alpha: number): Figure {
  return ascending.length === 0 ? unknown(NO_RETURNS) : known(0 - quantileType7(ascending, alpha))
}

/** Minus the mean of the worst ⌊(n−1)·alpha⌋ + 1 returns: those at or below the type-7 quantile. */
export function conditionalValueAtRisk(ascending: ArrayLike<number>, alpha: number): Figure {
  if (ascending.length === 0) return unknown(NO_RETURNS)
  const count = Math.floor((ascending.length - 1) * alpha) + 1
  return known(0 - sum(ascending, 0, count) / count)
}

/** |95 % quantile| over |5 % quantile|. */
export function tailRatio(ascending: ArrayLike<number>): Figure {
  if (ascending.length === 0) return unknown(NO_RETURNS)
  const left = Math.abs(quantileType7(ascending, 0.05))
  return ratio(Math.abs(quantileType7(ascending, 0.95)), left, 'the 5 % quantile is zero')
}
