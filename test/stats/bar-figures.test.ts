/**
 * The short way to the figures of bars against their definition in columns: every value the same, sums to the last bit
 * or two (a stretch that stands still goes into them as one product). In memory that was used before, too.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barFigures, deviationSums, figuresByColumns, newMemory } from '../../engine/stats/bar-figures.ts'
import { sumOfNeighbours, sumOfSquares } from '../../engine/stats/sum.ts'

const MINUTE_MS = 60_000

/** Equity that moves and stands still for a while, across blocks of bars, and now and then falls to nothing or below. */
const stretch = fc.tuple(
  fc.double({ min: 0.5, max: 1.7, noNaN: true }),
  fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 900, max: 1300 })),
)
const stretches = fc.array(
  fc.oneof(
    { weight: 30, arbitrary: stretch },
    { weight: 1, arbitrary: fc.tuple(fc.constantFrom(0, -0.5, 1e-200), fc.constant(1)) },
  ),
  { maxLength: 60 },
)

function curveOf(list: readonly (readonly [number, number])[], initialEquity: number) {
  const equity: number[] = []
  let value = initialEquity
  // Neither up nor down in the long run, so that there are highs and recoveries.
  for (const [factor, bars] of list) {
    value *= equity.length % 2 === 0 || factor < 0.5 ? factor : 1 / factor
    for (let i = 0; i < bars; i++) equity.push(value)
  }
  const time = Float64Array.from(equity, (_, i) => i * MINUTE_MS)
  return { time, timeframeMs: MINUTE_MS, equity: Float64Array.from(equity), initialEquity, cashFlows: [] }
}

function near(actual: number, expected: number, size: number): void {
  if (Number.isNaN(expected)) expect(actual).toBeNaN()
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(5e-16 * size)
}

describe('figures of bars', () => {
  it('are those of the columns, in memory that was used before', () => {
    const memory = newMemory(80_000)
    let short = 0
    fc.assert(
      fc.property(stretches, fc.double({ min: -1, max: 1e6, noNaN: true }), (list, initial) => {
        const curve = curveOf(list, initial)
        const { unitAt, ...figures } = barFigures(curve, memory)
        const { unitAt: unitByColumn, ...expected } = figuresByColumns(curve)
        const { averageReturn, squares, neighbours, sumOfEquity, sumOfSquaredDrawdowns, ...same } = expected
        expect(figures).toMatchObject(same)
        let differing = 0
        for (let row = 0; row < same.rows; row++) if (unitAt(row) !== unitByColumn(row)) differing++
        expect(differing).toBe(0)
        near(figures.sumOfEquity, sumOfEquity, Math.abs(sumOfEquity))
        near(figures.sumOfSquaredDrawdowns, sumOfSquaredDrawdowns, sumOfSquaredDrawdowns)
        near(figures.averageReturn, averageReturn, Math.sqrt(squares))
        near(figures.squares, squares, squares)
        near(figures.neighbours, neighbours, squares)
        if (initial > 0 && !same.wipedOut && same.rows > 1000) short++
      }),
      { seed: 7, numRuns: 100 },
    )
    expect(short).toBeGreaterThan(30)
  })

  it('know drawdowns that begin, end and deepen at the edges of blocks and of stretches without movement', () => {
    for (const edge of [1022, 1023, 1024, 1025, 2048]) {
      for (const still of [0, 7, 8, 9, 1024]) {
        const values = [
          ...Array.from({ length: edge }, (_, i) => 1 + (i % 7) / 100),
          ...Array(still).fill(0.5),
          0.4,
          2,
          1,
        ]
        const curve = { ...curveOf([], 1), equity: Float64Array.from(values) }
        const input = { ...curve, time: Float64Array.from(values, (_, i) => i * MINUTE_MS) }
        expect(barFigures(input).drawdowns).toEqual(figuresByColumns(input).drawdowns)
      }
    }
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
