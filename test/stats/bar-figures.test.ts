/** One pass over the bars gives the bits of one column after the other. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barFigures, byColumns, deviationSums, newMemory } from '../../engine/stats/bar-figures.ts'
import { sumOfNeighbours, sumOfSquares } from '../../engine/stats/sum.ts'

/** Equity that moves, stands still, falls to nothing or below, and starts anywhere. */
const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.double({ min: 0.5, max: 1.7, noNaN: true }) },
    { weight: 6, arbitrary: fc.constant(1) },
    { weight: 1, arbitrary: fc.constantFrom(0, -0.5, 1e-200) },
  ),
  { maxLength: 60 },
)

function curveOf(factors: readonly number[], initialEquity: number) {
  const equity = new Float64Array(factors.length)
  let value = initialEquity
  for (const [i, factor] of factors.entries()) equity[i] = value = value * factor
  return {
    time: Float64Array.from(factors, (_, i) => i * 60_000),
    timeframeMs: 60_000,
    equity,
    initialEquity,
    cashFlows: [],
  }
}

describe('figures of bars', () => {
  it('are the same in one pass, in dirty memory too', () => {
    fc.assert(
      fc.property(steps, fc.double({ min: 1, max: 1e6, noNaN: true }), (factors, initial) => {
        const curve = curveOf(factors, initial)
        const memory = newMemory(factors.length)
        for (const column of Object.values(memory)) column.fill(77)
        expect(barFigures(curve, memory)).toEqual(byColumns(curve))
      }),
      { seed: 7, numRuns: 500 },
    )
  })

  it('are the same for deviations from a centre', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -1, max: 1, noNaN: true })),
        fc.double({ min: -0.1, max: 0.1, noNaN: true }),
        (list, centre) => {
          const values = Float64Array.from(list)
          expect(deviationSums(values, centre)).toEqual({
            squares: sumOfSquares(values, centre),
            neighbours: sumOfNeighbours(values, centre),
          })
        },
      ),
      { seed: 7 },
    )
  })

  it.each([
    [[1, Number.NaN], 'not a number'],
    [[1e200], 'times the capital'],
  ])('refuse equity that is none: %j', (factors, message) => {
    expect(() => barFigures(curveOf(factors, 1))).toThrow(message)
    expect(() => byColumns(curveOf(factors, 1))).toThrow(message)
  })
})
