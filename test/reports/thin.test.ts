/** Thinning may drop rows but never an extreme, an end, or the order. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstAtOrAfter, mergeCandles, thinRows } from '../../reports/thin.ts'

const series = fc.array(
  fc.oneof(
    { weight: 9, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(Number.NaN) },
  ),
  { minLength: 1, maxLength: 400 },
)
const options = { seed: 7, numRuns: 400 }

describe('thinRows', () => {
  it('keeps the lowest and highest value of each column, first and last row, in order, within the limit', () => {
    fc.assert(
      fc.property(series, series, fc.integer({ min: 4, max: 60 }), (left, right, points) => {
        const length = Math.min(left.length, right.length)
        const columns = [left.slice(0, length), right.slice(0, length)]
        const rows = thinRows(columns, 0, length, points)
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b))
        expect(rows.length).toBeLessThanOrEqual(points + 2)
        expect([rows[0], rows.at(-1)]).toEqual([0, length - 1])
        for (const column of columns) {
          const finite = column.filter(Number.isFinite)
          if (finite.length === 0) continue
          const kept = rows.map((row) => column[row]!).filter(Number.isFinite)
          expect(Math.min(...kept)).toBe(Math.min(...finite))
          expect(Math.max(...kept)).toBe(Math.max(...finite))
        }
      }),
      options,
    )
  })

  it('keeps every row of a short series, and none of an empty one', () => {
    expect(thinRows([[3, 1, 2]], 0, 3, 10)).toEqual([0, 1, 2])
    expect(thinRows([[]], 0, 0, 10)).toEqual([])
  })
})

describe('mergeCandles', () => {
  it('keeps first open, last close, highest high and lowest low, and passes over rows without a price', () => {
    const nan = Number.NaN
    const candles = {
      time: [0, 1, 2, 3],
      open: [10, nan, 12, 9],
      high: [11, nan, 15, 9],
      low: [9, nan, 8, 7],
      close: [10, nan, 9, 8],
    }
    expect(mergeCandles(candles, 0, 4, 1)).toEqual([{ time: 0, open: 10, high: 15, low: 7, close: 8, volume: 0 }])
    expect(mergeCandles(candles, 1, 2, 5)).toEqual([])
    expect(mergeCandles(candles, 0, 4, 9).map((candle) => candle.time)).toEqual([0, 2, 3])
  })
})

describe('firstAtOrAfter', () => {
  it('finds the first index that is not earlier', () => {
    expect([0, 10, 11, 20, 21].map((ms) => firstAtOrAfter([10, 20], ms))).toEqual([0, 0, 1, 1, 2])
  })
})
