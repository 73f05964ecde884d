/**
 * Goal: each indicator is what its definition says, in every clone. Method: seeded random candles, every output against
 * the naive forms of naive.ts to 1e-9 of its scale; and the first defined row against `warmup`.
 */

import { describe, expect, it } from 'vitest'
import type { Candles } from '../../engine/core/candles.ts'
import type { IndicatorSpec } from '../../engine/core/strategy.ts'
import { computeIndicator, createIndicator, listIndicators } from '../../engine/indicators/registry.ts'
import * as naive from './naive.ts'
import { expectColumn, randomCandles, seeded } from './support.ts'

const DAY_MS = 86_400_000

type Case = readonly [spec: IndicatorSpec, expected: (candles: Candles) => readonly (readonly number[])[]]

const CASES: readonly Case[] = [
  [{ kind: 'sma', length: 7 }, (c) => [naive.sma([...c.close], 7)]],
  [{ kind: 'sma', length: 1, field: 'open' }, (c) => [[...c.open]]],
  [{ kind: 'ema', length: 9 }, (c) => [naive.ema([...c.close], 9)]],
  [{ kind: 'ema', length: 1 }, (c) => [[...c.close]]],
  [{ kind: 'smma', length: 9, field: 'volume' }, (c) => [naive.smma([...c.volume], 9)]],
  [{ kind: 'rsi', length: 5 }, (c) => [naive.rsi([...c.close], 5)]],
  [{ kind: 'tr' }, (c) => [naive.tr(c)]],
  [{ kind: 'atr', length: 6 }, (c) => [naive.atr(c, 6)]],
  [{ kind: 'atr-percent', length: 6 }, (c) => [naive.atr(c, 6).map((atr, row) => (100 * atr) / c.close[row]!)]],
  [{ kind: 'max', length: 8, field: 'high' }, (c) => [naive.max([...c.high], 8)]],
  [{ kind: 'min', length: 8, field: 'low' }, (c) => [naive.min([...c.low], 8)]],
  [{ kind: 'max', length: 1 }, (c) => [[...c.close]]],
  [{ kind: 'stdev', length: 10 }, (c) => [naive.stdev([...c.close], 10)]],
  [{ kind: 'stdev', length: 10, ddof: 1 }, (c) => [naive.stdev([...c.close], 10, 1)]],
  [{ kind: 'zscore', length: 10 }, (c) => [naive.zscore([...c.close], 10)]],
  [{ kind: 'bollinger', length: 12, multiplier: 1.5 }, (c) => bollinger(c, 12, 1.5)],
  [{ kind: 'macd', fast: 5, slow: 11, signal: 4 }, (c) => macd(c, 5, 11, 4)],
  [{ kind: 'donchian', length: 6 }, (c) => donchian(c, 6).map((column) => [Number.NaN, ...column.slice(0, -1)])],
  [{ kind: 'donchian', length: 6, includeCurrent: true }, (c) => donchian(c, 6)],
  [
    { kind: 'adx', length: 5 },
    (c) => {
      const { adx, plusDi, minusDi } = naive.adx(c, 5)
      return [adx, plusDi, minusDi]
    },
  ],
  [
    { kind: 'stochastic', length: 9, smooth: 3, signal: 4 },
    (c) => {
      const { k, d } = naive.stochastic(c, 9, 3, 4)
      return [k, d]
    },
  ],
  [{ kind: 'vwap' }, (c) => [naive.vwap(c, DAY_MS)]],
  [{ kind: 'keltner', length: 8, multiplier: 1.25, atrLength: 5 }, (c) => keltner(c, 8, 1.25, 5)],
  [
    { kind: 'supertrend', length: 5, multiplier: 1.5 },
    (c) => {
      const { supertrend, direction } = naive.supertrend(c, 5, 1.5)
      return [supertrend, direction]
    },
  ],
  [{ kind: 'percentile-rank', length: 15 }, (c) => [naive.percentileRank([...c.close], 15)]],
  [{ kind: 'slope', length: 9 }, (c) => [naive.slope([...c.close], 9)]],
  [{ kind: 'obv' }, (c) => [naive.obv(c)]],
  [{ kind: 'mfi', length: 7 }, (c) => [naive.mfi(c, 7)]],
  [
    { kind: 'heikin-ashi' },
    (c) => {
      const { open, high, low, close } = naive.heikinAshi(c)
      return [open, high, low, close]
    },
  ],
]

function bollinger(candles: Candles, length: number, multiplier: number): number[][] {
  const values = [...candles.close]
  const middle = naive.sma(values, length)
  const band = naive.stdev(values, length).map((deviation) => deviation * multiplier)
  const upper = middle.map((mean, row) => mean + band[row]!)
  const lower = middle.map((mean, row) => mean - band[row]!)
  const width = middle.map((mean, row) => (2 * band[row]!) / mean)
  const percentB = values.map((value, row) => (value - lower[row]!) / (2 * band[row]!))
  return [upper, middle, lower, width, percentB]
}

function macd(candles: Candles, fast: number, slow: number, signalLength: number): number[][] {
  const values = [...candles.close]
  const slowLine = naive.ema(values, slow)
  const line = naive.ema(values, fast).map((value, row) => value - slowLine[row]!)
  const signal = naive.ema(line, signalLength)
  return [line, signal, line.map((value, row) => value - signal[row]!)]
}

function donchian(candles: Candles, length: number): number[][] {
  const upper = naive.max([...candles.high], length)
  const lower = naive.min([...candles.low], length)
  return [upper, upper.map((value, row) => (value + lower[row]!) / 2), lower]
}

function keltner(candles: Candles, length: number, multiplier: number, atrLength: number): number[][] {
  const middle = naive.ema([...candles.close], length)
  const band = naive.atr(candles, atrLength).map((range) => range * multiplier)
  return [middle.map((value, row) => value + band[row]!), middle, middle.map((value, row) => value - band[row]!)]
}

describe('definitions', () => {
  for (const [spec, expected] of CASES) {
    it(`${JSON.stringify(spec)} equals its naive form`, () => {
      for (let seed = 0; seed < 20; seed++) {
        const candles = randomCandles(150, seeded(seed))
        const columns = computeIndicator(spec, candles)
        for (const [k, wanted] of expected(candles).entries()) {
          const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value) || 0), 1)
          expectColumn(columns[k]!, wanted, 1e-9 * scale, `seed ${seed}, output ${k}`)
        }
      }
    })
  }

  it('has a case for every indicator', () => {
    expect(new Set(CASES.map(([spec]) => spec.kind))).toEqual(new Set(listIndicators().map(({ kind }) => kind)))
  })

  it('warmup is the row from which every output is defined', () => {
    const candles = randomCandles(400, seeded(11))
    candles.volume.fill(1)
    for (const { kind } of listIndicators()) {
      const { warmup, settled } = createIndicator({ kind })
      const columns = computeIndicator({ kind }, candles)
      const undefinedRows = columns.map((column) => column.findLastIndex((value) => Number.isNaN(value)))
      expect(Math.max(...undefinedRows), kind).toBe(warmup - 1)
      expect(settled, kind).toBeGreaterThanOrEqual(warmup)
    }
  })

  it('settled is where the start weighs less than 0.1 %', () => {
    for (const kind of ['ema', 'smma']) {
      // A seed of 1 and zeros from then on leave the seed's weight itself.
      const { warmup, settled } = createIndicator({ kind, length: 10 })
      const candles = randomCandles(200, seeded(1))
      for (let row = 0; row < 200; row++) candles.close[row] = row <= warmup ? 1 : 0
      const column = computeIndicator({ kind, length: 10 }, candles)[0]!
      expect(column[settled]).toBeLessThan(0.001)
      expect(column[settled - 6]).toBeGreaterThan(0.001)
    }
  })
})
