/** A run as the datasets of its page: curves and prices thinned to what a screen can show, everything else complete. */

import type { Candles } from '../engine/core/candles.ts'
import type { Metric, RunResult } from '../engine/core/result.ts'
import { column, type Dataset, type Datasets } from './dataset.ts'
import { mergeCandles, thinRows } from './thin.ts'

/** Runs up to this many bars are kept whole, so that zooming in shows every bar. */
const ROWS_WHOLE = 6000
/** Longer ones are thinned to about this many points a series. */
const ROWS_THINNED = 2000
/** Rows of candles of all symbols together, and the fewest of one. */
const CANDLES_TOGETHER = 12_000
const CANDLES_LEAST = 300

function thinned(kept: number, of: number, how: string): { note?: string } {
  return kept < of ? { note: `${kept} of ${of} rows: ${how}. Figures come from all rows.` } : {}
}

/** Nine digits are more than a screen shows, and a third of the bytes. */
function brief(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(9)) : Number.NaN
}

function curveDataset(result: RunResult, drawdown: Float64Array): Dataset {
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
      column('time', 'Open time (UTC)', 'time', merged.map((row) => row.time)),
      ...(['open', 'high', 'low', 'close'] as const).map((name) =>
        column(name, name[0]!.toUpperCase() + name.slice(1), 'price', merged.map((row) => brief(row[name]))),
      ),
    ],
  }
}

function tradesDataset({ trades, quote }: RunResult): Dataset {
  return {
    title: 'Trades',
    columns: [
      column('number', '#', 'count', trades.map((_, index) => index + 1)),
      column('symbol', 'Symbol', 'text', trades.map((t) => t.symbol)),
      column('side', 'Side', 'text', trades.map((t) => t.side)),
      column('entryTime', 'Entry', 'time', trades.map((t) => t.entryTimeMs)),
      column('entryPrice', 'Entry price', 'price', trades.map((t) => t.entryPrice)),
      column('exitTime', 'Exit', 'time', trades.map((t) => t.exitTimeMs)),
      column('exitPrice', 'Exit price', 'price', trades.map((t) => t.exitPrice)),
      column('quantity', 'Quantity', 'quantity', trades.map((t) => t.quantity)),
      column('pnl', `PnL (${quote})`, 'money', trades.map((t) => t.pnl)),
      column('returnFraction', 'Return', 'fraction', trades.map((t) => t.returnFraction)),
      column('duration', 'Held', 'duration', trades.map((t) => (t.exitTimeMs === null ? null : t.exitTimeMs - t.entryTimeMs))),
      column('exitReason', 'Exit reason', 'text', trades.map((t) => t.exitReason ?? 'open')),
      column('fees', 'Fees', 'money', trades.map((t) => t.entryFee + t.exitFee)),
      column('funding', 'Funding', 'money', trades.map((t) => t.funding)),
      column('spreadCost', 'Spread', 'money', trades.map((t) => t.spreadCost)),
      column('slippageCost', 'Slippage', 'money', trades.map((t) => t.slippageCost)),
      column('maeFraction', 'Worst', 'fraction', trades.map((t) => t.maeFraction)),
      column('mfeFraction', 'Best', 'fraction', trades.map((t) => t.mfeFraction)),
      column('profile', 'Profile', 'text', trades.map((t) => t.profile)),
      column('tag', 'Tag', 'text', trades.map((t) => t.tag)),
    ],
  }
}

function metricsDataset(metrics: readonly Metric[]): Dataset {
  return {
    title: 'Metrics',
    columns: [
      column('id', 'Id', 'text', metrics.map((m) => m.id)),
      column('label', 'Metric', 'text', metrics.map((m) => m.label)),
      column('value', 'Value', 'ratio', metrics.map((m) => m.value)),
      column('unit', 'Unit', 'text', metrics.map((m) => m.unit)),
      column('basis', 'Basis', 'text', metrics.map((m) => m.basis)),
      column('n', 'Observations', 'count', metrics.map((m) => m.n)),
      column('annualisation', 'Periods a year', 'count', metrics.map((m) => m.annualisation ?? null)),
      column('reason', 'Reason', 'text', metrics.map((m) => m.reason ?? null)),
      column('definition', 'Definition', 'text', metrics.map((m) => m.definition)),
    ],
  }
}

function refusalsDataset({ skips }: RunResult): Dataset {
  return {
    title: 'Refusals',
    columns: [
      column('code', 'Reason', 'text', skips.map((s) => s.code)),
      column('symbol', 'Symbol', 'text', skips.map((s) => s.symbol)),
      column('count', 'Count', 'count', skips.map((s) => s.count)),
      column('firstTime', 'First', 'time', skips.map((s) => s.firstTimeMs)),
      column('lastTime', 'Last', 'time', skips.map((s) => s.lastTimeMs)),
      column('example', 'Example', 'text', skips.map((s) => s.example)),
    ],
  }
}

/** All datasets of a run's page; candles as `price-0`, `price-1`, … in the order of the run's symbols. */
export function datasetsOfRun(result: RunResult, metrics: readonly Metric[], drawdown: Float64Array): Datasets {
  const most = Math.max(CANDLES_LEAST, Math.min(ROWS_WHOLE, Math.floor(CANDLES_TOGETHER / Math.max(1, result.symbols.length))))
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
  }
}
