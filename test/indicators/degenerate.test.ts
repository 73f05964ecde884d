/**
 * Goal: no input makes an indicator give Infinity, and one bad row doesn't spoil all that follow. Method: fast-check
 * builds series from nasty prices (fixed seed); named degenerate series have their values stated.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Candles, FIELDS } from '../../engine/core/candles.ts'
import { computeIndicator, createIndicator, listIndicators } from '../../engine/indicators/registry.ts'
import { candlesFrom, randomCandles, seeded } from './support.ts'

const KINDS = listIndicators().map(({ kind }) => kind)

function expectNoInfinity(candles: Candles): void {
  for (const kind of KINDS) {
    for (const [k, column] of computeIndicator({ kind }, candles).entries()) {
      const row = column.findIndex((value) => !Number.isFinite(value) && !Number.isNaN(value))
      if (row >= 0) expect.fail(`${kind}, output ${k}, row ${row} is ${column[row]}`)
    }
  }
}

const nasty = fc.oneof(
  fc.constantFrom(0, -0, 1e-300, 5e-324, 1e-8, 1, 1e8, 1e300, 1.7e308, -1, -1e300, Number.NaN, Infinity, -Infinity),
  fc.double({ min: 1e-8, max: 1e6, noNaN: true }),
  fc.double(),
)

describe('degenerate series', () => {
  it('never give Infinity', () => {
    const bar = fc.record({ open: nasty, high: nasty, low: nasty, close: nasty, volume: nasty })
    const series = fc.array(bar, { minLength: 0, maxLength: 120 })
    const property = fc.property(series, (bars) => {
      expectNoInfinity(
        candlesFrom({
          open: bars.map(({ open }) => open),
          high: bars.map(({ high }) => high),
          low: bars.map(({ low }) => low),
          close: bars.map(({ close }) => close),
          volume: bars.map(({ volume }) => volume),
        }),
      )
    })
    fc.assert(property, { seed: 20_260_101, numRuns: 150 })
  })

  it('empty, one-row, tiny, huge, flat', () => {
    expectNoInfinity(candlesFrom({ close: [] }))
    expectNoInfinity(candlesFrom({ close: [100] }))
    for (const price of [1e-8, 1, 1e300]) {
      expectNoInfinity(candlesFrom({ close: Array<number>(200).fill(price) }))
      expectNoInfinity(candlesFrom({ close: Array.from({ length: 200 }, (_, row) => price * (1 + (row % 7) / 10)) }))
      expectNoInfinity(candlesFrom({ close: Array<number>(200).fill(price), volume: Array<number>(200).fill(0) }))
    }
  })

  it('a flat series: what each indicator says', () => {
    const candles = candlesFrom({ close: Array<number>(300).fill(0.1) })
    const last = (kind: string, output = 0) => computeIndicator({ kind }, candles)[output]![299]
    expect(last('ema')).toBeCloseTo(0.1, 15)
    expect(last('rsi')).toBe(100)
    expect(last('atr')).toBe(0)
    expect(last('stdev')).toBe(0)
    expect(last('zscore')).toBeNaN()
    expect(last('bollinger', 0)).toBe(0.1)
    expect(last('bollinger', 3)).toBe(0)
    expect(last('bollinger', 4)).toBeNaN()
    expect(last('adx')).toBeNaN()
    expect(last('stochastic')).toBeNaN()
    expect(last('mfi')).toBeNaN()
    expect(last('percentile-rank')).toBe(50)
    expect(last('slope')).toBe(0)
    expect(last('obv')).toBe(0)
    expect(last('vwap')).toBeCloseTo(0.1, 12)
  })

  it('standard deviation keeps its digits at large prices', () => {
    // 1e9 + {0, 1, 2, 3, …}: sums of squares in one pass without a pivot would have lost everything.
    const close = Array.from({ length: 60 }, (_, row) => 1e9 + (row % 3))
    const column = computeIndicator({ kind: 'stdev', length: 3 }, candlesFrom({ close }))[0]!
    expect(column[59]).toBeCloseTo(Math.sqrt(2 / 3), 14)
  })

  it('a bad row gives NaN and is forgotten after one warm-up', () => {
    const clean = randomCandles(400, seeded(5))
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      for (const field of FIELDS) {
        const candles = Object.fromEntries(Object.entries(clean).map(([name, column]) => [name, column.slice()]))
        candles[field]![100] = bad
        for (const definition of listIndicators()) {
          const { kind } = definition
          const columns = computeIndicator({ kind }, candles as unknown as Candles)
          const { warmup } = createIndicator({ kind })
          if (Number.isNaN(bad) && definition.inputs('close').includes(field)) {
            // Donchian looks at the bars before the current one, so that it notices a row later.
            const noticed = columns.some((column) => Number.isNaN(column[100]) || Number.isNaN(column[101]))
            expect(noticed, `${kind}, ${field} ${bad}`).toBe(true)
          }
          // One row more than the warm-up for those that need the bar before.
          if (kind === 'vwap') continue
          for (const column of columns) expect(column[100 + warmup + 2], `${kind}, ${field} ${bad}`).not.toBeNaN()
        }
      }
    }
  })

  it('after a bad row, a window indicator gives what a fresh one gives', () => {
    const candles = randomCandles(200, seeded(6))
    candles.close[100] = Number.NaN
    const rest = candlesFrom({ close: [...candles.close.slice(101)] })
    for (const kind of ['sma', 'ema', 'smma', 'rsi', 'max', 'min', 'stdev', 'zscore', 'bollinger', 'macd', 'slope']) {
      for (const [k, column] of computeIndicator({ kind }, candles).entries()) {
        expect(column.slice(101)).toEqual(computeIndicator({ kind }, rest)[k])
      }
    }
  })

  it('VWAP stays undefined from a bad bar to the next reset', () => {
    const day = 86_400_000
    const time = [0, 60_000, 120_000, day, day + 60_000]
    const candles = candlesFrom({ time, close: [10, Number.NaN, 10, 20, 30] })
    expect([...computeIndicator({ kind: 'vwap' }, candles)[0]!]).toEqual([10, Number.NaN, Number.NaN, 20, 25])
  })
})
