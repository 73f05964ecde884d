/** The data behind the panels on returns, trades and costs. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { computeBreakdowns } from '../../engine/stats/breakdowns.ts'
import type { PeriodReturns } from '../../engine/stats/period-returns.ts'
import { computeSeries } from '../../engine/stats/series.ts'
import { costSums, waterfallDataset } from '../../reports/analysis/costs.ts'
import { drawdownsDataset } from '../../reports/analysis/drawdowns.ts'
import { calendarDataset, histogramDataset, rollingDataset } from '../../reports/analysis/returns.ts'
import { breakdownDataset, scatterDataset } from '../../reports/analysis/trades.ts'
import type { Dataset } from '../../reports/dataset.ts'
import { madeUpRun } from '../support/run-result.ts'

const DAY_MS = 86_400_000

function cells(dataset: Dataset, name: string) {
  const found = dataset.columns.find((column) => column.name === name)
  if (found === undefined) throw new Error(`no column ${name}`)
  return found.values
}

function returns(values: readonly number[]): PeriodReturns {
  const value = Float64Array.from(values)
  return {
    startMs: value.map((_, i) => i * DAY_MS),
    value,
    unit: value,
    basis: 'UTC days',
    periodsPerYear: 365,
    firstFraction: 1,
    lastFraction: 1,
    wipedOut: false,
  }
}

describe('histogramDataset', () => {
  it('counts every return once, in bins that touch', () => {
    const finite = fc.double({ min: -0.9, max: 3, noNaN: true })
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 300 }), (values) => {
        const dataset = histogramDataset(returns(values))
        const [from, to, count] = ['from', 'to', 'count'].map((name) => cells(dataset, name) as number[])
        expect(count!.reduce((sum, one) => sum + one, 0)).toBe(values.length)
        expect(count!.length).toBeLessThanOrEqual(60)
        for (let bin = 1; bin < from!.length; bin++) expect(from![bin]).toBe(to![bin - 1])
        for (let bin = 0; bin < from!.length; bin++) expect(to![bin]!).toBeGreaterThan(from![bin]!)
      }),
      { seed: 3 },
    )
  })

  it('puts returns that do not vary into one bin around them', () => {
    const dataset = histogramDataset(returns([0.01, 0.01, 0.01]))
    expect(cells(dataset, 'count')).toEqual([3])
    expect(cells(dataset, 'from')[0]).toBeCloseTo(0.0095, 12)
  })
})

describe('calendarDataset', () => {
  it('has a row a month, then the year, with its share of the largest of its kind', () => {
    const month = (of: number, value: number, partial = false) => ({
      year: 2021,
      month: of,
      value,
      periods: 30,
      partial,
    })
    const dataset = calendarDataset(
      [month(1, 0.1), month(2, -0.2), month(3, 0, true)],
      [{ year: 2021, month: null, value: -0.12, periods: 90, partial: true }],
    )
    expect(cells(dataset, 'month')).toEqual(['Jan', 'Feb', 'Mar', 'Year'])
    expect(cells(dataset, 'strength')).toEqual([0.5, 1, 0, 1])
    expect(cells(dataset, 'text')).toEqual(['10.0', '-20.0', '0.0*', '-12.0*'])
  })
})

describe('rollingDataset', () => {
  it('stands each window’s value at the day that ends it', () => {
    const series = (window: number, first: number, count: number) => ({
      window,
      startMs: Float64Array.from({ length: count }, (_, i) => (first + i) * DAY_MS),
      sharpe: Array.from({ length: count }, (_, i) => window * 1000 + first + i),
      volatility: Array.from({ length: count }, () => null),
    })
    const dataset = rollingDataset([series(30, 29, 71), series(90, 89, 11)])
    const [time, short, long] = ['time', 'sharpe30', 'sharpe90'].map((name) => cells(dataset, name))
    expect([time![0], short![0], long![0]]).toEqual([29 * DAY_MS, 30_029, null])
    expect([time![60], short![60], long![60]]).toEqual([89 * DAY_MS, 30_089, 90_089])
    expect(cells(dataset, 'volatility30').every((value) => value === null)).toBe(true)
  })
})

describe('waterfallDataset', () => {
  it('steps from gross to net without a gap', () => {
    const run = madeUpRun()
    const dataset = waterfallDataset(run)
    const [from, to] = ['from', 'to'].map((name) => cells(dataset, name) as number[])
    for (let step = 1; step < 5; step++) expect(from![step]).toBe(to![step - 1])
    const net = run.trades.reduce((sum, trade) => sum + trade.pnl, 0)
    expect(to![5]).toBeCloseTo(net, 9)
    expect(to![4]).toBeCloseTo(net, 9)
    const { gross, fees, funding, spread, slippage } = costSums(run)
    expect(gross - fees - funding - spread - slippage).toBeCloseTo(net, 9)
  })
})

describe('scatterDataset', () => {
  it('keeps the largest results of many trades, and says that some are left out', () => {
    const trade = madeUpRun().trades.find((one) => one.exitTimeMs !== null)!
    const trades = Array.from({ length: 10_000 }, (_, i) => ({ ...trade, pnl: i === 77 ? -9e6 : (i % 100) - 50 }))
    const dataset = scatterDataset(trades, 'USD')
    expect(cells(dataset, 'pnl')).toHaveLength(3000)
    expect(cells(dataset, 'pnl')).toContain(-9e6)
    expect(dataset.note).toContain('3000 of 10000 trades')
    expect(scatterDataset(trades.slice(0, 3000), 'USD').note).toBeUndefined()
  })
})

describe('breakdownDataset', () => {
  it('is the breakdown, largest results first where groups are many', () => {
    const run = madeUpRun({ symbols: ['BTC/USD', 'ETH/USD', 'SOL/USD'], trades: 60 })
    for (const one of computeBreakdowns(run.trades)) {
      const dataset = breakdownDataset(one, 'USD')
      const profits = cells(dataset, 'netProfit') as number[]
      expect(profits.reduce((sum, value) => sum + value, 0)).toBeCloseTo(
        one.rows.reduce((sum, row) => sum + row.netProfit, 0),
        9,
      )
      if (one.id === 'symbol') {
        const sizes = profits.map(Math.abs)
        expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
      }
    }
  })
})

describe('drawdownsDataset', () => {
  it('lists the deepest first', () => {
    const dataset = drawdownsDataset(computeSeries(madeUpRun()).drawdowns)
    const depths = cells(dataset, 'depth') as number[]
    expect(depths.length).toBeGreaterThan(1)
    expect(depths).toEqual(depths.toSorted((a, b) => a - b))
  })
})
