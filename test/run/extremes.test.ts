/** Extremes by blocks are those of looking at every bar. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Extremes } from '../../engine/run/extremes.ts'

it('finds the highest and the lowest of any stretch, gaps passed over', () => {
  const prices = fc.array(
    fc.oneof({ weight: 9, arbitrary: fc.integer({ min: 1, max: 1000 }) }, fc.constant(Number.NaN)),
    {
      maxLength: 700,
      size: 'max',
    },
  )
  fc.assert(
    fc.property(prices, fc.nat(700), fc.nat(700), fc.nat(1000), (list, a, b, start) => {
      const column = Float64Array.from(list)
      const from = Math.min(a, list.length)
      const to = Math.min(Math.max(a, b), list.length)
      const seen = list.slice(from, to).filter((price) => !Number.isNaN(price))
      expect(new Extremes(column, 1).within(start, from, to)).toBe(Math.max(start, ...seen))
      expect(new Extremes(column, -1).within(start, from, to)).toBe(Math.min(start, ...seen))
    }),
    { seed: 7, numRuns: 500 },
  )
})
