/** A run as the datasets of its page: curves and prices thinned to what a screen can show, everything else complete. */

import type { Candles } from '../engine/core/candles.ts'
import type { Metric, RunResult } from '../engine/core/result.ts'
import { benchmarkUnitValues } from '../engine/stats/benchmark.ts'
import type { Breakdown } from '../engine/stats/breakdowns.ts'
import type { RunSeries } from '../engine/stats/series.ts'
import { waterfallDataset } from './analysis/costs.ts'
import { drawdownsDataset } from './analysis/drawdowns.ts'
import { calendarDataset, histogramDataset, rollingDataset } from './analysis/returns.ts'
import { breakdownDataset, breakdownId, scatterDataset } from './analysis/trades.ts'
import { column, type Dataset, type Datasets } from './dataset.ts'
import { formatNumber } from './format.ts'
import { metricsDataset, refusalsDataset, tradesDataset } from './tables-of-run.ts'
import { mergeCandles, thinRows } from './thin.ts'

/** Runs up to this many bars are kept whole, so that zooming in shows every bar. */
const ROWS_WHOLE = 10_000
/** Longer ones are thinned to about this many rows: twice what a chart draws, so that zooming in still gains. */
const ROWS_THINNED = 4000
/** Rows of candles of all symbols together, and the fewest of one. */
const CANDLES_TOGETHER = 16_000
const CANDLES_LEAST = 300

function thinned(kept: number, of: number, how: string): { note?: string } {
  return kept < of
    ? {
        note: `Drawn from ${formatNumber(kept, 0)} of ${formatNumber(of, 0)} rows: ${how}. Figures come from all rows.`,
      }
    : {}
}

/** Nine digits are more than a screen shows, and a third of the bytes. */
function brief(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(9)) : Number.NaN
}

/** The initial equity in the first symbol from the first open on, without costs; null where that never had a price. */
function benchmarkEquity({ candles, initialEquity }: RunResult): Float64Array | null {
  const first = candles[0]
  const entryPrice = first?.open.find((price) => price > 0)
  if (first === undefined || entryPrice === undefined) return null
  return benchmarkUnitValues({ label: '', entryPrice, close: first.close }).map((unit) => unit * initialEquity)
}

function curveDataset(result: RunResult, drawdown: Float64Array): Dataset {
  const benchmark = benchmarkEquity(result)
  const { time, equity, exposure, timeframeMs } = result
  const count = equity.length
  const rows =
    count <= ROWS_WHOLE
      ? Array.from({ length: count }, (_, row) => row)
      : thinRows([equity, drawdown], 0, count, 2 * ROWS_THINNED)
  const at = (values: Float64Array, first: number) => [first, ...rows.map((row) => brief(values[row] ?? Number.NaN))]
  return {
    title: 'Equity, drawdown and exposure at bar closes',
    ...thinned(rows.length, count, 'lowest and highest of each stretch'),
    columns: [
      column('time', 'Time (UTC)', 'time', [result.fromMs, ...rows.map((row) => time[row]! + timeframeMs)]),
      column('equity', `Equity (${result.quote})`, 'money', at(equity, brief(result.initialEquity))),
      column('drawdown', 'Drawdown', 'fraction', at(drawdown, 0)),
      column('exposure', 'Exposure', 'fraction', at(exposure, 0)),
      ...(benchmark === null
        ? []
        : [column('benchmark', `Buy and hold (${result.quote})`, 'money', at(benchmark, brief(result.initialEquity)))]),
    ],
  }
}

function priceDataset(symbol: string, candles: Candles, most: number): Dataset {
  const count = candles.time.length
  const merged = mergeCandles(candles, 0, count, count <= most ? count : Math.min(most, ROWS_THINNED))
  return {
    title: `Candles of ${symbol}`,
    ...thinned(merged.length, count, 'neighbouring candles are merged'),
    columns: [
      column(
        'time',
        'Open time (UTC)',
        'time',
        merged.map((row) => row.time),
      ),
      ...(['open', 'high', 'low', 'close'] as const).map((name) =>
        column(
          name,
          name[0]!.toUpperCase() + name.slice(1),
          'price',
          merged.map((row) => brief(row[name])),
        ),
      ),
    ],
  }
}

/** All datasets of a run's page; candles as `price-0`, `price-1`, … in the order of the run's symbols. */
export function datasetsOfRun(
  result: RunResult,
  metrics: readonly Metric[],
  series: RunSeries,
  breakdowns: readonly Breakdown[],
): Datasets {
  const { drawdown } = series
  const most = Math.max(
    CANDLES_LEAST,
    Math.min(ROWS_WHOLE, Math.floor(CANDLES_TOGETHER / Math.max(1, result.symbols.length))),
  )
  const prices = result.candles.map((candles, index) => [
    `price-${index}`,
    priceDataset(result.symbols[index] ?? '', candles, most),
  ])
  return {
    curve: curveDataset(result, drawdown),
    ...Object.fromEntries(prices),
    trades: tradesDataset(result),
    metrics: metricsDataset(metrics),
    refusals: refusalsDataset(result),
    drawdowns: drawdownsDataset(series.drawdowns),
    calendar: calendarDataset(series.monthly, series.yearly),
    rolling: rollingDataset(series.rolling),
    histogram: histogramDataset(series.days),
    scatter: scatterDataset(result.trades, result.quote),
    waterfall: waterfallDataset(result),
    ...Object.fromEntries(breakdowns.map((one) => [breakdownId(one.id), breakdownDataset(one, result.quote)])),
  }
}
