/** Powers by logarithm against `**`: within what the logarithm rounds away, and exact where it counts. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { anyPower, power, powerLess1 } from '../../engine/stats/power.ts'

const ULP = 2 ** -52

it('are those of ** up to |y·ln x| units in the last place', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 40, noNaN: true }),
      (x, y) => {
        const expected = x ** y
        const units = 2 + Math.abs(y * Math.log(x))
        expect(Math.abs(power(x, y) - expected)).toBeLessThanOrEqual(units * ULP * expected)
        // As near to x^y − 1 as a difference of two doubles can tell.
        expect(Math.abs(powerLess1(x, y) - (expected - 1))).toBeLessThanOrEqual(units * ULP * Math.max(1, expected))
      },
    ),
    { seed: 4, numRuns: 2000 },
  )
})

it('are those of ** for any number to a whole power, and exact where whole numbers are multiplied', () => {
  const odd = [0, -0, 1, -1, 0.5, -2, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]
  for (const x of odd) for (const y of [0, 1, 2, 3, -1, -2]) expect([x, y, anyPower(x, y)]).toEqual([x, y, x ** y])
  expect([anyPower(-2, 0.5), anyPower(4, Number.NaN)]).toEqual([Number.NaN, Number.NaN])
  expect([anyPower(0, 2), anyPower(0, -1), anyPower(0, 0.5)]).toEqual([0, Number.POSITIVE_INFINITY, 0])
  expect([anyPower(3, 20), anyPower(-3, 3), anyPower(2, -3), anyPower(10, 15)]).toEqual([3486784401, -27, 0.125, 1e15])
})

it('are exact at nothing, at one, and of small growth', () => {
  expect([power(0, 3), powerLess1(0, 0.5), power(1, 12.5), powerLess1(1, 12.5)]).toEqual([0, -1, 1, 0])
  expect([power(1e150, 12), powerLess1(1e150, 12)]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
  // (1 + x)^(1/2) − 1 = x/2 − x²/8 + …: of a difference with 1 nothing but zero would be left.
  const x = 2 ** -40
  expect(powerLess1(1 + x, 0.5)).toBeCloseTo(x / 2 - (x * x) / 8, 26)
})
