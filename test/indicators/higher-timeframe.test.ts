/** Goal: a higher timeframe's value is seen from the close of its bar on, and never a row earlier. */

import { describe, expect, it } from 'vitest'
import type { Candles } from '../../engine/core/candles.ts'
import { buildGrid } from '../../engine/core/grid.ts'
import type { IndicatorSpec } from '../../engine/core/strategy.ts'
import { bucketStart } from '../../engine/indicators/buckets.ts'
import { alignCandles, alignColumn, closedBarIndex, resampleCandles } from '../../engine/indicators/higher-timeframe.ts'
import { computeIndicator } from '../../engine/indicators/registry.ts'
import { MarketColumns } from '../../engine/kernel/columns.ts'
import { seriesOf } from '../support/runs.ts'
import { candlesFrom, firstDifference, randomCandles, seeded, sliceCandles } from './support.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const WEEK = 7 * DAY

/** The column that a strategy of a run on minutes gets. */
const columnOf = (base: Candles, spec: IndicatorSpec): Float64Array =>
  new MarketColumns(buildGrid([seriesOf(base, 'BTC/USD', MINUTE)])).indicator(spec)

const minutes = (...values: number[]) => values.map((minute) => minute * MINUTE)

describe('buckets', () => {
  it('begin at whole multiples since the epoch, weeks on Mondays', () => {
    expect(bucketStart(Date.UTC(2024, 1, 29, 13, 44), 15 * MINUTE)).toBe(Date.UTC(2024, 1, 29, 13, 30))
    expect(bucketStart(Date.UTC(2024, 1, 29, 13, 44), 4 * HOUR)).toBe(Date.UTC(2024, 1, 29, 12))
    expect(bucketStart(Date.UTC(2024, 1, 29, 13, 44), DAY)).toBe(Date.UTC(2024, 1, 29))
    // 29 February 2024 was a Thursday.
    expect(bucketStart(Date.UTC(2024, 1, 29, 13, 44), WEEK)).toBe(Date.UTC(2024, 1, 26))
    expect(bucketStart(Date.UTC(2024, 1, 26), WEEK)).toBe(Date.UTC(2024, 1, 26))
    expect(bucketStart(Date.UTC(2024, 1, 26) - 1, WEEK)).toBe(Date.UTC(2024, 1, 19))
    expect(new Date(bucketStart(Date.UTC(2024, 1, 29), 2 * WEEK)).getUTCDay()).toBe(1)
    expect(bucketStart(-1, DAY)).toBe(-DAY)
  })
})

describe('resampling', () => {
  it('takes first open, extremes, last close, sum of volume; empty spans have no bar', () => {
    const base = candlesFrom({
      time: minutes(3, 4, 5, 6, 9, 20),
      open: [1, 2, 3, 4, 5, 6],
      high: [10, 11, 12, 15, 14, 13],
      low: [0.5, 0.6, 0.7, 0.1, 0.4, 0.3],
      close: [2, 3, 4, 5, 6, 7],
      volume: [1, 1, 2, 3, 4, 5],
    })
    const bars = resampleCandles(base, MINUTE, 5 * MINUTE)
    expect([...bars.time]).toEqual(minutes(0, 5, 20))
    expect([...bars.open]).toEqual([1, 3, 6])
    expect([...bars.high]).toEqual([11, 15, 13])
    expect([...bars.low]).toEqual([0.5, 0.1, 0.3])
    expect([...bars.close]).toEqual([3, 6, 7])
    expect([...bars.volume]).toEqual([2, 9, 5])
  })

  it('to the same timeframe is the series itself; in two steps the same as in one', () => {
    const base = randomCandles(500, seeded(2))
    expect(resampleCandles(base, MINUTE, MINUTE)).toEqual({
      ...base,
      time: base.time.map((t) => bucketStart(t, MINUTE)),
    })
    const direct = resampleCandles(base, MINUTE, HOUR)
    const stepped = resampleCandles(resampleCandles(base, MINUTE, 15 * MINUTE), 15 * MINUTE, HOUR)
    for (const field of ['time', 'open', 'high', 'low', 'close'] as const) expect(stepped[field]).toEqual(direct[field])
    for (const [bar, volume] of direct.volume.entries()) expect(stepped.volume[bar]).toBeCloseTo(volume, 9)
  })

  it('refuses what is no whole multiple, and survives an empty series', () => {
    expect(() => resampleCandles(candlesFrom({ close: [1] }), HOUR, 90 * MINUTE)).toThrow(/90m isn't a whole multiple/)
    expect(() => resampleCandles(candlesFrom({ close: [1] }), HOUR, MINUTE)).toThrow(
      /whole multiple of the candles' 1h/,
    )
    expect(resampleCandles(candlesFrom({ close: [] }), MINUTE, HOUR).time.length).toBe(0)
  })
})

describe('alignment', () => {
  it('shows a bar from the base row that closes at its end', () => {
    const base = candlesFrom({ close: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] })
    const bars = resampleCandles(base, MINUTE, 5 * MINUTE)
    const index = closedBarIndex(base.time, MINUTE, bars.time, 5 * MINUTE)
    expect([...index]).toEqual([-1, -1, -1, -1, 0, 0, 0, 0, 0, 1, 1])
    const none = Number.NaN
    expect([...alignColumn(index, bars.close)]).toEqual([none, none, none, none, 5, 5, 5, 5, 5, 10, 10])
  })

  it('shows a bar whose last base bars are missing at the first row that closes at or after its end', () => {
    // The bar of 0–5 min ends with the base bar of minute 2; the next base bars open at minutes 4 and 7 here.
    const without = (time: number[]) => {
      const base = candlesFrom({ time, close: time.map((_, row) => row) })
      const bars = resampleCandles(base, MINUTE, 5 * MINUTE)
      return [...closedBarIndex(base.time, MINUTE, bars.time, 5 * MINUTE)]
    }
    expect(without(minutes(0, 1, 2, 7, 8))).toEqual([-1, -1, -1, 0, 0])
    expect(without(minutes(0, 1, 2, 4, 7))).toEqual([-1, -1, -1, 0, 0])
    // A gap over several bars: the newest closed one shows.
    expect(without(minutes(0, 5, 6, 23, 24))).toEqual([-1, 0, 0, 1, 2])
  })

  it('lays whole candles, with the bar’s own open time', () => {
    const base = candlesFrom({ close: [1, 2, 3, 4, 5], volume: [1, 2, 3, 4, 5] })
    const bars = resampleCandles(base, MINUTE, 2 * MINUTE)
    const aligned = alignCandles(closedBarIndex(base.time, MINUTE, bars.time, 2 * MINUTE), bars)
    expect([...aligned.time]).toEqual([Number.NaN, 0, 0, 2 * MINUTE, 2 * MINUTE])
    expect([...aligned.high]).toEqual([Number.NaN, 2, 2, 4, 4])
    expect([...aligned.volume]).toEqual([Number.NaN, 3, 3, 7, 7])
  })

  it('never looks ahead: cutting the future off changes nothing before the cut', () => {
    const whole = randomCandles(600, seeded(8))
    const rows = (candles: Candles) => [
      columnOf(candles, { kind: 'bollinger', length: 3, timeframe: '15m' }),
      columnOf(candles, { kind: 'vwap', timeframe: '4h' }),
    ]
    const full = rows(whole)
    for (let cut = 1; cut < 600; cut += 13) {
      for (const [k, column] of rows(sliceCandles(whole, 0, cut)).entries()) {
        expect(firstDifference(column, full[k]!.slice(0, cut))).toBe(-1)
      }
    }
  })

  it('at every row equals the indicator on the bars that have ended, none other', () => {
    const base = randomCandles(400, seeded(9))
    const aligned = columnOf(base, { kind: 'sma', length: 4, timeframe: '15m' })
    const bars = resampleCandles(base, MINUTE, 15 * MINUTE)
    for (let row = 0; row < 400; row++) {
      const closed = bars.time.filter((start) => start + 15 * MINUTE <= base.time[row]! + MINUTE).length
      const sma = computeIndicator({ kind: 'sma', length: 4 }, sliceCandles(bars, 0, closed))[0]!
      expect(aligned[row]).toBe(sma.at(-1) ?? Number.NaN)
    }
  })
})
