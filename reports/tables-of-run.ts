/** A run's trades, metrics and refusals as datasets: complete and unrounded. */

import type { Metric, RunResult, SkipCount, Trade } from '../engine/core/result.ts'
import { type Cell, column, type Dataset } from './dataset.ts'
import type { Kind } from './format.ts'

/** A column of a table of `T`: name, label, kind, how to read it, and whether it is shown only when asked for. */
type Field<T> = readonly [
  name: string,
  label: string,
  kind: Kind,
  read: (item: T, row: number) => Cell,
  extra?: 'extra',
]

function tabulate<T>(title: string, items: readonly T[], fields: readonly Field<T>[]): Dataset {
  const columns = fields.map(([name, label, kind, read, extra]) => {
    const made = column(name, label, kind, items.map(read))
    return extra === undefined ? made : { ...made, extra: true as const }
  })
  return { title, columns }
}

/** One row a trade, in the run's order. */
export function tradesDataset({ trades, quote }: RunResult): Dataset {
  return tabulate<Trade>('Trades', trades, [
    ['number', '#', 'count', (_, row) => row + 1],
    ['symbol', 'Symbol', 'text', (t) => t.symbol],
    ['side', 'Side', 'text', (t) => t.side],
    ['entryTime', 'Entry', 'time', (t) => t.entryTimeMs],
    ['entryPrice', 'Entry price', 'price', (t) => t.entryPrice],
    ['exitTime', 'Exit', 'time', (t) => t.exitTimeMs],
    ['exitPrice', 'Exit price', 'price', (t) => t.exitPrice],
    ['quantity', 'Quantity', 'quantity', (t) => t.quantity],
    ['pnl', `PnL (${quote})`, 'money', (t) => t.pnl],
    ['returnFraction', 'Return', 'fraction', (t) => t.returnFraction],
    ['fees', 'Fees', 'money', (t) => t.entryFee + t.exitFee],
    ['duration', 'Held', 'duration', (t) => (t.exitTimeMs === null ? null : t.exitTimeMs - t.entryTimeMs)],
    ['exitReason', 'Exit reason', 'text', (t) => t.exitReason ?? 'open'],
    ['funding', 'Funding', 'money', (t) => t.funding, 'extra'],
    ['spreadCost', 'Half-spreads', 'money', (t) => t.spreadCost, 'extra'],
    ['slippageCost', 'Slippage', 'money', (t) => t.slippageCost, 'extra'],
    ['maeFraction', 'Worst while open', 'fraction', (t) => t.maeFraction, 'extra'],
    ['mfeFraction', 'Best while open', 'fraction', (t) => t.mfeFraction, 'extra'],
    ['profile', 'Profile', 'text', (t) => t.profile, 'extra'],
    ['tag', 'Tag', 'text', (t) => t.tag, 'extra'],
    ...placeFields(trades),
  ])
}

/** Where a trade was made, in runs of several places. */
function placeFields(trades: readonly Trade[]): Field<Trade>[] {
  const venues = trades.some(({ venue }) => venue !== undefined)
  const accounts = trades.some(({ account }) => account !== undefined)
  return [
    ...(venues ? ([['venue', 'Venue', 'text', (t: Trade) => t.venue ?? null]] as Field<Trade>[]) : []),
    ...(accounts ? ([['account', 'Account', 'text', (t: Trade) => t.account ?? null]] as Field<Trade>[]) : []),
  ]
}

/** One row a metric. */
export function metricsDataset(metrics: readonly Metric[]): Dataset {
  return tabulate<Metric>('Metrics', metrics, [
    ['id', 'Id', 'text', (m) => m.id],
    ['label', 'Metric', 'text', (m) => m.label],
    ['value', 'Value', 'ratio', (m) => m.value],
    ['unit', 'Unit', 'text', (m) => m.unit],
    ['basis', 'Basis', 'text', (m) => m.basis],
    ['n', 'Observations', 'count', (m) => m.n],
    ['annualisation', 'Periods a year', 'count', (m) => m.annualisation ?? null],
    ['reason', 'Reason', 'text', (m) => m.reason ?? null],
    ['definition', 'Definition', 'text', (m) => m.definition],
  ])
}

/** One row a code and symbol. */
export function refusalsDataset({ skips }: RunResult): Dataset {
  return tabulate<SkipCount>('Refusals', skips, [
    ['code', 'Reason', 'text', (s) => s.code],
    ['symbol', 'Symbol', 'text', (s) => s.symbol],
    ['count', 'Count', 'count', (s) => s.count],
    ['firstTime', 'First', 'time', (s) => s.firstTimeMs],
    ['lastTime', 'Last', 'time', (s) => s.lastTimeMs],
    ['example', 'Example', 'text', (s) => s.example],
  ])
}
