/**
 * Goal: agreement with published vectors where the conventions agree, and a plain statement where they don't.
 * Sources: TA-Lib (ta-lib-python tests) and Tulip Indicators as verified in bennycode/trading-signals (MIT, 62985e1),
 * the latter rounded to the digits shown; a few hand-computed series for the rest.
 */

import { describe, expect, it } from 'vitest'
import type { IndicatorSpec } from '../../engine/core/strategy.ts'
import { computeIndicator } from '../../engine/indicators/registry.ts'
import { candlesFrom, expectColumn } from './support.ts'

// biome-ignore format: a table
const CLOSE = [81.59, 81.06, 82.87, 83, 83.61, 83.15, 82.84, 83.99, 84.55, 84.36, 85.53, 86.54, 86.89, 87.77, 87.29]
// biome-ignore format: a table
const HIGH = [82.15, 81.89, 83.03, 83.3, 83.85, 83.9, 83.33, 84.3, 84.84, 85, 85.9, 86.58, 86.98, 88, 87.87]
// biome-ignore format: a table
const LOW = [81.29, 80.64, 81.31, 82.65, 83.07, 83.11, 82.49, 82.3, 84.15, 84.11, 84.03, 85.39, 85.76, 87.17, 87.01]

const TULIP = candlesFrom({ high: HIGH, low: LOW, close: CLOSE })

/** Values defined, in order. */
function defined(spec: IndicatorSpec, output = 0, candles = TULIP): number[] {
  return [...computeIndicator(spec, candles)[output]!].filter((value) => !Number.isNaN(value))
}

function closes(spec: IndicatorSpec, values: readonly number[]): number[] {
  return [...computeIndicator(spec, candlesFrom({ close: values }))[0]!]
}

const fixed = (values: readonly number[], digits: number) => values.map((value) => value.toFixed(digits))

describe('TA-Lib', () => {
  // Units of 1e-8.
  const pattern = [24, 24, 24, 24, 24, 23, 24, 24, 24, 24, 23, 24, 23, 24, 23, 24, 24, 23, 23, 23]
  const expected = [
    ...Array<null>(10).fill(null),
    33.33333333333333,
    51.35135135135135,
    39.4919168591224,
    51.84807024709005,
    42.25953803191981,
    52.101824405061215,
    52.101824405061215,
    43.043664867691085,
    43.043664867691085,
    43.043664867691085,
  ]

  it('RSI 10 of prices of 2.4e-7, and the same 100,000 times larger', () => {
    for (const unit of [1e-8, 1e-3]) {
      const candles = candlesFrom({ close: pattern.map((units) => units * unit) })
      expectColumn(computeIndicator({ kind: 'rsi', length: 10 }, candles)[0]!, expected, 1e-9)
    }
  })

  it('EMA 3 of 0 to 9 in classic mode; METASTOCK mode seeds with the first price instead', () => {
    const values = closes({ kind: 'ema', length: 3 }, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(values).toEqual([Number.NaN, Number.NaN, 1, 2, 3, 4, 5, 6, 7, 8])
    expect(values[2]).not.toBe(1.25)
  })
})

describe('Tulip', () => {
  it('SMA 5', () => {
    const expected = '82.426 82.738 83.094 83.318 83.628 83.778 84.254 84.994 85.574 86.218 86.804'.split(' ')
    expect(fixed(defined({ kind: 'sma', length: 5 }), 3)).toEqual(expected)
  })

  it('Wilder average 5 (WSMA)', () => {
    const values = closes({ kind: 'smma', length: 5 }, [11, 12, 13, 14, 15, 16, 18, 19, 22, 23, 23]).slice(4)
    expect(fixed(values, 2)).toEqual('13.00 13.60 14.48 15.38 16.71 17.97 18.97'.split(' '))
  })

  it('RSI 5', () => {
    const expected = '72.034 64.927 75.936 79.796 74.713 83.033 87.478 88.755 91.483 78.498'.split(' ')
    expect(fixed(defined({ kind: 'rsi', length: 5 }), 3)).toEqual(expected)
  })

  it('stochastic 5, 3, 3 from the row where d is defined too', () => {
    const k = defined({ kind: 'stochastic', length: 5 }).slice(2)
    expect(fixed(k, 2)).toEqual('77.39 83.13 84.87 88.36 95.25 96.74 91.09'.split(' '))
    const d = defined({ kind: 'stochastic', length: 5 }, 1)
    expect(fixed(d, 2)).toEqual('75.70 78.01 81.79 85.45 89.49 93.45 94.36'.split(' '))
  })

  it('Bollinger bands 20, 2', () => {
    // biome-ignore format: a table
    const prices = [81, 78, 75, 68, 57, 56, 72, 87, 99, 89, 86, 80, 76, 82, 87, 75, 73, 65, 58, 42, 48, 56, 51, 30, 28]
    const [upper, middle, lower] = computeIndicator({ kind: 'bollinger' }, candlesFrom({ close: prices }))
    // biome-ignore format: a table
    const expected = [100.818672666632, 101.315484471748, 100.987900740372, 101.056839628982, 103.847598788618, 106.314119600978]
    for (const [k, wanted] of expected.entries()) expect(upper![19 + k]).toBeCloseTo(wanted, 9)
    expect([...middle!.slice(19, 22)]).toEqual([74.3, 72.65, 71.55])
    expect(lower![19]).toBeCloseTo(47.781327333368, 9)
  })

  it('EMA 5 seeds with the first price there: other values, which the seeds bring together', () => {
    const ours = defined({ kind: 'ema', length: 5 })
    const theirs = [82.71, 82.86, 82.85, 83.23, 83.67, 83.9, 84.44, 85.14, 85.73, 86.41, 86.7]
    expect(ours[0]).toBeCloseTo(82.426, 9)
    // The difference of the seeds, times (1 − 2/6) a row; theirs are rounded to 0.005.
    const gap = theirs[0]! - ours[0]!
    for (const [k, value] of theirs.entries())
      expect(Math.abs(value - ours[k]! - gap * (2 / 3) ** k)).toBeLessThan(0.011)
  })

  it('ATR 5 counts the first bar (high − low) there: its first value is one row earlier', () => {
    const ours = defined({ kind: 'atr', length: 5 })
    const theirs = [1.12, 1.05, 1.01, 1.21, 1.14, 1.09, 1.24, 1.23, 1.23, 1.21, 1.14]
    expect(ours.length).toBe(theirs.length - 1)
    const gap = theirs[1]! - ours[0]!
    for (const [k, value] of ours.entries()) {
      expect(Math.abs(theirs[k + 1]! - value - gap * 0.8 ** k)).toBeLessThan(0.011)
    }
  })

  it('ADX 5 sums four bars before its first value there, which is one row earlier than ours', () => {
    const theirs = [41.38, 44.29, 49.42, 54.92, 59.99, 65.29, 67.36]
    const ours = defined({ kind: 'adx', length: 5 })
    expect(ours.length).toBe(6)
    expect(Math.abs(ours.at(-1)! - theirs.at(-1)!)).toBeLessThan(10)
  })

  it('MACD seeds with the first price there', () => {
    const macd = defined({ kind: 'macd', fast: 2, slow: 5, signal: 9 })
    expect(macd.length).toBe(11)
    expect(macd[0]).not.toBeCloseTo(0.62, 2)
    // Fourteen rows on, both are at 0.62 or near it.
    expect(Math.abs(macd.at(-1)! - 0.62)).toBeLessThan(0.02)
  })
})

describe('by hand', () => {
  it('rolling maximum and minimum', () => {
    const values = [3, 1, 2, 2, 5, 4, 1]
    expect(closes({ kind: 'max', length: 3 }, values).slice(2)).toEqual([3, 2, 5, 5, 5])
    expect(closes({ kind: 'min', length: 3 }, values).slice(2)).toEqual([1, 1, 2, 2, 1])
  })

  it('percentile rank: ties count half, a flat series is in the middle', () => {
    expect(closes({ kind: 'percentile-rank', length: 4 }, [1, 2, 3, 4, 5, 0, 3]).slice(4)).toEqual([100, 0, 37.5])
    expect(closes({ kind: 'percentile-rank', length: 2 }, [7, 7, 7])[2]).toBe(50)
  })

  it('slope of a straight line is its step', () => {
    expect(closes({ kind: 'slope', length: 4 }, [1, 3.5, 6, 8.5, 11]).slice(3)).toEqual([2.5, 2.5])
  })

  it('on-balance volume', () => {
    const candles = candlesFrom({ close: [5, 6, 6, 4, 5], volume: [10, 1, 2, 3, 4] })
    expect([...computeIndicator({ kind: 'obv' }, candles)[0]!]).toEqual([0, 1, 1, -2, 2])
  })

  it('money flow index: 30 up against 10 down is 75', () => {
    const candles = candlesFrom({ close: [9, 10, 5, 10], volume: [1, 1, 2, 2] })
    expect(computeIndicator({ kind: 'mfi', length: 3 }, candles)[0]![3]).toBe(75)
  })

  it('Donchian excludes the current bar unless told otherwise, so that a breakout can be seen', () => {
    const candles = candlesFrom({ high: [1, 2, 3, 4], close: [1, 2, 3, 4], low: [0, 1, 2, 3] })
    expect([...computeIndicator({ kind: 'donchian', length: 2 }, candles)[0]!].slice(2)).toEqual([2, 3])
    const including = computeIndicator({ kind: 'donchian', length: 2, includeCurrent: true }, candles)
    expect([...including[0]!].slice(1)).toEqual([2, 3, 4])
  })

  it('VWAP resets at 00:00 UTC, and is not defined before there is volume', () => {
    const day = 86_400_000
    const candles = candlesFrom({
      time: [day - 120_000, day - 60_000, day, day + 60_000, day + 120_000],
      close: [10, 20, 40, 50, 60],
      volume: [1, 3, 0, 2, 0],
    })
    expect([...computeIndicator({ kind: 'vwap' }, candles)[0]!]).toEqual([10, 17.5, Number.NaN, 50, 50])
    expect(computeIndicator({ kind: 'vwap', reset: 'none' }, candles)[0]![4]).toBe(170 / 6)
  })

  it('weekly VWAP resets on Monday', () => {
    const monday = Date.UTC(2024, 0, 8)
    const candles = candlesFrom({ time: [monday - 60_000, monday, monday + 60_000], close: [10, 20, 30] })
    expect([...computeIndicator({ kind: 'vwap', reset: 'week' }, candles)[0]!]).toEqual([10, 20, 25])
  })

  it('Heikin-Ashi', () => {
    const candles = candlesFrom({ open: [10, 12], high: [14, 16], low: [8, 11], close: [12, 13] })
    const [open, high, low, close] = computeIndicator({ kind: 'heikin-ashi' }, candles)
    expect([...open!]).toEqual([11, 11])
    expect([...high!]).toEqual([14, 16])
    expect([...low!]).toEqual([8, 11])
    expect([...close!]).toEqual([11, 13])
  })
})
