/**
 * Powers by logarithm, for figures that have to be the same on every Node: the last bits of `**` are others from one
 * version of V8 to the next (of Node 22 and 24, for example), those of log, exp and expm1 aren't. What the logarithm rounds
 * away is |y·ln x| units in the last place of the result at most, which for a year's growth is a handful.
 */

/** x^y for x > 0, and for x = 0 where y > 0. */
export function power(x: number, y: number): number {
  return Math.exp(y * Math.log(x))
}

/** x^y as `**` has it, for any x and finite y: whole powers by multiplying, so that those of whole numbers are exact. */
export function anyPower(x: number, y: number): number {
  if (!Number.isInteger(y)) return power(x, y)
  let [result, square] = [1, x]
  for (let left = Math.abs(y); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= square
    square *= square
  }
  return y < 0 ? 1 / result : result
}

/** x^y − 1 for the same, exact to the last bits near 0, too. */
export function powerLess1(x: number, y: number): number {
  return Math.expm1(y * Math.log(x))
}
