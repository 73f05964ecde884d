/** Goal: quantiles and tails to double precision. References: scipy 1.17.1 (norm.ppf, t.sf, t.isf). */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalCdf, normalQuantile } from '../../../engine/stats/normal.ts'
import { studentUpperQuantile, studentUpperTail } from '../../../engine/stats/student.ts'

describe('the normal quantile', () => {
  it.each([
    [0.95, 1.6448536269514722],
    [0.975, 1.959963984540054],
    [0.5, 0],
    [1e-10, -6.361340902404056],
    [0.001, -3.090232306167813],
  ])('of %s', (p, expected) => expect(normalQuantile(p)).toBeCloseTo(expected, 12))

  it('undoes the distribution function', () => {
    fc.assert(
      fc.property(fc.double({ min: -7, max: 5, noNaN: true }), (x) => {
        expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, 9)
      }),
    )
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([-Infinity, Infinity])
  })
})

describe("Student's t", () => {
  it.each([
    [2, 5, 0.05096973941492917],
    [0, 3, 0.5],
  ])('P(T > %s) at %s degrees', (t, degrees, expected) => {
    expect(studentUpperTail(t, degrees)).toBeCloseTo(expected, 7)
  })

  it('with one degree is the Cauchy distribution, and tends to the normal', () => {
    for (const t of [0.1, 1, 3, 30]) {
      expect(studentUpperTail(t, 1)).toBeCloseTo(0.5 - Math.atan(t) / Math.PI, 13)
      expect(studentUpperTail(t, 1e6)).toBeCloseTo(normalCdf(-t), 6)
    }
  })

  it('quantiles undo tails', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 0.999, noNaN: true }), fc.integer({ min: 1, max: 400 }), (p, degrees) => {
        const back = studentUpperTail(studentUpperQuantile(p, degrees), degrees)
        expect(Math.abs(back - p)).toBeLessThan(1e-11)
      }),
    )
  })
})
