/** Extremes by blocks are those of looking at every bar. */

import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Extremes, widen } from '../../engine/run/extremes.ts'

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
      const low = Float64Array.from(list)
      // Of its own order, so that neither column stands for the other.
      const high = Float64Array.from(list, (price, i) => price + ((i * 7919) % 500))
      const from = Math.min(a, list.length)
      const to = Math.min(Math.max(a, b), list.length)
      const seen = (column: Float64Array) => column.slice(from, to).filter((price) => !Number.isNaN(price))
      const expected = [Math.min(start, ...seen(low)), Math.max(start, ...seen(high))]
      const span = Float64Array.of(start, start)
      new Extremes(low, high).widen(span, from, to)
      expect([...span]).toEqual(expected)
      const byBar = Float64Array.of(start, start)
      widen(byBar, low, high, from, to)
      expect([...byBar]).toEqual(expected)
    }),
    { seed: 7, numRuns: 500 },
  )
})
