/** What of prices, indicators and resting orders gets onto a page: all of a short run, the telling part of a long one. */

import { describe, expect, it } from 'vitest'
import type { RunIndicator } from '../../engine/core/run-detail.ts'
import { pricesOf } from '../../reports/analysis/prices.ts'
import { rowCount } from '../../reports/dataset.ts'
import { madeUpDetail } from '../support/run-detail.ts'
import { madeUpRun } from '../support/run-result.ts'

const run = madeUpRun({ bars: 3000, trades: 30 })
const detail = madeUpDetail(run)
const values = (prices: ReturnType<typeof pricesOf>, dataset: string, column: string) =>
  prices.datasets[dataset]!.columns.find(({ name }) => name === column)!.values

describe('pricesOf', () => {
  it('has every bar, indicator and level of a short run', () => {
    const prices = pricesOf(run, detail)
    expect(values(prices, 'price-0', 'time')).toEqual(Array.from(run.time))
    expect(values(prices, 'indicators-0', 'time')).toEqual(Array.from(run.time, (open) => open + run.timeframeMs))
    expect(rowCount(prices.datasets['levels']!)).toBe(detail.levels.length)
    expect(prices.datasets['price-0']!.note).toBeUndefined()
    // Before its first value an indicator has none.
    const average = values(prices, 'indicators-0', 'i1')
    expect(average.slice(0, 99).every((value) => value === null)).toBe(true)
    expect(average[99]).toBeCloseTo(run.candles[0]!.close.slice(0, 100).reduce((sum, close) => sum + close) / 100, 1)
  })

  it('gives prices one axis and every other kind of indicator a pane, as many as can be told apart', () => {
    const [first] = detail.indicators as readonly [RunIndicator, ...RunIndicator[]]
    const many = Array.from({ length: 9 }, (_, i) => ({ ...first, label: `sma ${i}` }))
    const kinds = ['a', 'b', 'b', 'c', 'd', 'e'].map((group, i) => ({
      ...first,
      overlay: false,
      group,
      label: `${group}${i}`,
    }))
    const [layers] = pricesOf(run, { ...detail, indicators: [...many, ...kinds] }).layers
    expect(layers!.overlays.map(({ label }) => label)).toEqual(['sma 0', 'sma 1', 'sma 2', 'sma 3', 'sma 4', 'sma 5'])
    expect(layers!.panes.map(({ title, lines }) => [title, lines.length])).toEqual([
      ['a', 1],
      ['b', 2],
      ['c', 1],
      ['d', 1],
    ])
    expect(layers!.undrawn).toEqual(['sma 6', 'sma 7', 'sma 8', 'e5'])
  })

  it('keeps a share of the rows: whole around the trades that moved the most, extremes of the rest', () => {
    const prices = pricesOf(run, detail, 1 / 64)
    const kept = new Set(values(prices, 'price-0', 'time'))
    expect(kept.size).toBeLessThan(run.bars)
    const bySize = run.trades.toSorted((a, b) => Math.abs(b.pnl) - Math.abs(a.pnl))
    for (let row = bySize[0]!.entryRow; row <= bySize[0]!.exitRow!; row++) expect(kept.has(run.time[row]!)).toBe(true)
    const { high, low } = run.candles[0]!
    const most = (column: readonly unknown[]) => Math.max(...(column as number[]))
    const least = (column: readonly unknown[]) => Math.min(...(column as number[]))
    expect(most(values(prices, 'price-0', 'high'))).toBe(Number(high.reduce((a, b) => Math.max(a, b)).toPrecision(9)))
    expect(least(values(prices, 'price-0', 'low'))).toBe(Number(low.reduce((a, b) => Math.min(a, b)).toPrecision(9)))
    expect(prices.datasets['price-0']!.note).toMatch(/whole around \d+ of 30 trades/)
    const times = values(prices, 'price-0', 'time') as number[]
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })
})
