/**
 * Powers by logarithm, for figures that have to be the same on every Node: the last bits of `**` are others from one
 * version of V8 to the next (of Node 22 and 24, for example), those of log, exp and expm1 aren't. What the logarithm rounds
 * away is |y·ln x| units in the last place of the result at most, which for a year's growth is a handful.
 */

/** x^y for x ≥ 0 and y > 0. */
export function power(x: number, y: number): number {
  return Math.exp(y * Math.log(x))
}

/** x^y − 1 for x ≥ 0 and y > 0, exact to the last bits near 0, too. */
export function powerLess1(x: number, y: number): number {
  return Math.expm1(y * Math.log(x))
}
