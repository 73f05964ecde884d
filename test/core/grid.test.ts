import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allocateCandles, FIELDS, sharedColumn } from '../../engine/core/candles.ts'
import { buildGrid, firstRowClosingAt, gridCandles, scatter } from '../../engine/core/grid.ts'
import { codeOf, seriesOf } from './support.ts'

const SEED = { seed: 20190407, numRuns: 300 }
const MINUTE = 60_000

/** Ascending bar times, some missing. */
const times = fc
  .uniqueArray(fc.nat(40), { minLength: 1, maxLength: 30 })
  .map((bars) => bars.sort((a, b) => a - b).map((bar) => bar * MINUTE))

it('lays every series on the union of their times, as a naive lookup does', () => {
  fc.assert(
    fc.property(fc.array(times, { minLength: 1, maxLength: 4 }), (all) => {
      const series = all.map((one, k) => seriesOf(`S${k}/USD`, one, (time) => time / MINUTE + 100 * (k + 1)))
      const grid = buildGrid(series)
      const union = [...new Set(all.flat())].sort((a, b) => a - b)
      expect([...grid.time]).toEqual(union)
      expect(grid.rows).toBe(union.length)
      expect(grid.gapless).toBe(union.every((time, row) => time === union[0]! + row * MINUTE))
      series.forEach(({ candles }, k) => {
        const columns = grid.symbols[k]!
        let last = Number.NaN
        union.forEach((time, row) => {
          const bar = candles.time.indexOf(time)
          for (const field of FIELDS) expect(columns[field][row]).toBe(bar < 0 ? Number.NaN : candles[field][bar])
          if (bar >= 0) last = candles.close[bar]!
          expect(columns.mark[row]).toBe(last)
          if (bar >= 0) expect(columns.rowOfBar === null ? bar : columns.rowOfBar[bar]).toBe(row)
        })
        expect(columns.rowOfBar === null).toBe(candles.time.length === union.length)
        expect(gridCandles(grid, k)).toEqual({
          time: grid.time,
          open: columns.open,
          high: columns.high,
          low: columns.low,
          close: columns.close,
          volume: columns.volume,
        })
      })
    }),
    SEED,
  )
})

it('firstRowClosingAt equals a walk from the row it begins at', () => {
  const query = fc.record({ bar: fc.nat(45), shift: fc.integer({ min: -1, max: 1 }), from: fc.nat(30) })
  fc.assert(
    fc.property(times, query, (one, { bar, shift, from }) => {
      const grid = buildGrid([seriesOf('A/USD', one, () => 1)])
      const ms = bar * MINUTE + shift
      const start = Math.min(from, grid.rows)
      let row = start
      while (row < grid.rows && grid.time[row]! + MINUTE < ms) row += 1
      expect(firstRowClosingAt(grid, ms, start)).toBe(row)
    }),
    { ...SEED, numRuns: 2_000 },
  )
})

describe('columns', () => {
  it('a single series is taken as it is, gaps and all', () => {
    const series = seriesOf('A/USD', [0, MINUTE, 5 * MINUTE], (time) => time)
    const { symbols, time } = buildGrid([series])
    expect(time).toBe(series.candles.time)
    expect(symbols[0]!.close).toBe(series.candles.close)
    expect(symbols[0]!.mark).toBe(series.candles.close)
  })

  it('have nothing before the first bar, and the last close behind a missing one', () => {
    const a = seriesOf('A/USD', [0, MINUTE, 2 * MINUTE], () => 1)
    const b = seriesOf('B/USD', [MINUTE], () => 10)
    const { close, mark } = buildGrid([a, b]).symbols[1]!
    expect([...close]).toEqual([Number.NaN, 11, Number.NaN])
    expect([...mark]).toEqual([Number.NaN, 11, 11])
  })

  it('are shared between threads', () => {
    const a = seriesOf('A/USD', [0, MINUTE], () => 1)
    const b = seriesOf('B/USD', [MINUTE], () => 10)
    const { symbols, time } = buildGrid([a, b])
    for (const column of [time, symbols[1]!.close, symbols[1]!.mark, symbols[1]!.rowOfBar!, sharedColumn(3)]) {
      expect(column.buffer).toBeInstanceOf(SharedArrayBuffer)
    }
    for (const column of Object.values(allocateCandles(2))) expect([...column]).toEqual([0, 0])
  })

  it('scatter lays a compact column on the rows', () => {
    expect([...scatter(Float64Array.of(7, 8), Int32Array.of(1, 3), 5)]).toEqual([
      Number.NaN,
      7,
      Number.NaN,
      8,
      Number.NaN,
    ])
    const compact = Float64Array.of(1)
    expect(scatter(compact, null, 1)).toBe(compact)
  })
})

it('refuses nothing, an empty series, and mixed timeframes', () => {
  const one = seriesOf('A/USD', [0], () => 1)
  expect(codeOf(() => buildGrid([]))).toBe('NO_DATA')
  expect(codeOf(() => buildGrid([one, seriesOf('B/USD', [], () => 1)]))).toBe('NO_DATA')
  expect(codeOf(() => buildGrid([one, seriesOf('B/USD', [0], () => 1, 1000)]))).toBe('MIXED_TIMEFRAMES')
})
