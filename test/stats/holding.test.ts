/** Holding without columns, and a run's tables from its metrics' context, against their definitions in columns. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { benchmarkUnitValues, holdingOf } from '../../engine/stats/benchmark.ts'
import { metricsContext } from '../../engine/stats/context.ts'
import { deepest, drawdownSeries } from '../../engine/stats/drawdown.ts'
import { periodReturns } from '../../engine/stats/period-returns.ts'
import { computeSeries, tablesIn } from '../../engine/stats/series.ts'

const HOUR_MS = 3_600_000

/** Prices that come again, lie close together, and are missing now and then. */
const price = fc.oneof(
  { weight: 20, arbitrary: fc.double({ min: 0.9, max: 1.1, noNaN: true }) },
  { weight: 10, arbitrary: fc.constantFrom(1, 1 + Number.EPSILON, 1.1, 0.9, 3, 0) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
)

function timesOf(rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => row * HOUR_MS)
}

describe('holding a benchmark', () => {
  it('is what its unit values say, to the bit, with prices missing and without', () => {
    let [whole, missing] = [0, 0]
    fc.assert(
      fc.property(
        fc.array(price, { maxLength: 80 }),
        fc.double({ min: 0.9, max: 1.1, noNaN: true }),
        (prices, entryPrice) => {
          const close = Float64Array.from(prices)
          const time = timesOf(close.length)
          const unit = benchmarkUnitValues({ label: '', entryPrice, close })
          expect(holdingOf({ label: '', entryPrice, close }, time, HOUR_MS)).toEqual({
            unitAtEnd: unit.at(-1) ?? 1,
            maxDrawdown: deepest(drawdownSeries(unit)),
            periods: periodReturns(time, HOUR_MS, unit),
          })
          if (close.some(Number.isNaN)) missing++
          else whole++
        },
      ),
      { seed: 3, numRuns: 300 },
    )
    expect(Math.min(whole, missing)).toBeGreaterThan(30)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('is refused at an entry price of %s', (entryPrice) => {
    expect(() => holdingOf({ label: '', entryPrice, close: Float64Array.of(1) }, timesOf(1), HOUR_MS)).toThrow(
      'it must be positive and finite',
    )
  })
})

describe('the tables of a run', () => {
  it('are those of its series, with deposits and without', () => {
    const flow = fc.record({ timeMs: fc.integer({ min: 0, max: 300 * HOUR_MS }), amount: fc.constant(50) })
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 50, max: 150, noNaN: true }), { minLength: 1, maxLength: 300 }),
        fc.array(flow, { maxLength: 2 }),
        (values, flows) => {
          const equity = Float64Array.from(values)
          const cashFlows = flows.toSorted((a, b) => a.timeMs - b.timeMs)
          const input = {
            ...{ time: timesOf(equity.length), timeframeMs: HOUR_MS, equity, initialEquity: 100, cashFlows },
            ...{ exposure: new Float64Array(equity.length), trades: [], fees: 0, funding: 0, turnover: 0 },
          }
          const { drawdowns, monthly, yearly } = computeSeries(input)
          expect(tablesIn(metricsContext(input))).toEqual({ drawdowns, monthly, yearly })
        },
      ),
      { seed: 5, numRuns: 100 },
    )
  })
})
