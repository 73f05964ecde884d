/** Figures of bars in memory that was used before are those in fresh memory; fused sums are those of sum.ts. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barFigures, deviationSums, newMemory } from '../../engine/stats/bar-figures.ts'
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
  const time = Float64Array.from(factors, (_, i) => i * 60_000)
  return { time, timeframeMs: 60_000, equity, initialEquity, cashFlows: [] }
}

describe('figures of bars', () => {
  it('are the same in memory that was used before', () => {
    fc.assert(
      fc.property(steps, fc.double({ min: -1, max: 1e6, noNaN: true }), (factors, initial) => {
        const curve = curveOf(factors, initial)
        const memory = newMemory(factors.length)
        for (const column of Object.values(memory)) column.fill(77)
        expect(barFigures(curve, memory)).toEqual(barFigures(curve))
      }),
      { seed: 7, numRuns: 500 },
    )
  })

  it('are the same for deviations from a centre', () => {
    const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }))
    fc.assert(
      fc.property(values, fc.double({ min: -0.1, max: 0.1, noNaN: true }), (list, centre) => {
        const column = Float64Array.from(list)
        const expected = { squares: sumOfSquares(column, centre), neighbours: sumOfNeighbours(column, centre) }
        expect(deviationSums(column, centre)).toEqual(expected)
      }),
      { seed: 7 },
    )
  })
})
