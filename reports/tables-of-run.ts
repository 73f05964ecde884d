/** A run's trades, metrics and refusals as datasets: complete, amounts of trades to 1e-8, metrics unrounded. */

import type { Assumption, Metric, RunResult, SkipCount, Trade } from '../engine/core/result.ts'
import { settled } from './analysis/brief.ts'
import type { Dataset } from './dataset.ts'
import { type Field, tabulate } from './tabulate.ts'

/** To 1e-8 of the currency, which no venue's money is finer than; large amounts to twelve digits. */
function cents(value: number): number {
  return Math.abs(value) < 1e6 ? Math.round(value * 1e8) / 1e8 + 0 : settled(value)
}

function billionths(value: number): number {
  return Number.isFinite(value) ? Math.round(value * 1e9) / 1e9 + 0 : Number.NaN
}

/** One row a trade, in the run's order. */
export function tradesDataset({ trades, quote }: RunResult): Dataset {
  return tabulate<Trade>('Trades', trades, [
    ['number', '#', 'count', (_, row) => row + 1],
    ['symbol', 'Symbol', 'text', (t) => t.symbol],
    ['side', 'Side', 'text', (t) => t.side],
    ['entryTime', 'Entry', 'time', (t) => t.entryTimeMs],
    ['entryPrice', 'Entry price', 'price', (t) => settled(t.entryPrice)],
    ['exitTime', 'Exit', 'time', (t) => t.exitTimeMs],
    ['exitPrice', 'Exit price', 'price', (t) => (t.exitPrice === null ? null : settled(t.exitPrice))],
    ['quantity', 'Quantity', 'quantity', (t) => t.quantity],
    ['pnl', `PnL (${quote})`, 'money', (t) => cents(t.pnl)],
    ['returnFraction', 'Return', 'fraction', (t) => billionths(t.returnFraction)],
    ['fees', 'Fees', 'money', (t) => cents(t.entryFee + t.exitFee)],
    ['duration', 'Held', 'duration', (t) => (t.exitTimeMs === null ? null : t.exitTimeMs - t.entryTimeMs)],
    ['exitReason', 'Exit reason', 'text', (t) => t.exitReason ?? 'open'],
    ['funding', 'Funding', 'money', (t) => cents(t.funding), 'extra'],
    ['spreadCost', 'Half-spreads', 'money', (t) => cents(t.spreadCost), 'extra'],
    ['slippageCost', 'Slippage', 'money', (t) => cents(t.slippageCost), 'extra'],
    ['maeFraction', 'Worst while open', 'fraction', (t) => billionths(t.maeFraction), 'extra'],
    ['mfeFraction', 'Best while open', 'fraction', (t) => billionths(t.mfeFraction), 'extra'],
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

/** One row a reason for which positions were closed. */
export function exitsDataset({ exits }: RunResult): Dataset {
  const rows = Object.entries(exits)
    .filter(([, count]) => count > 0)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  const total = rows.reduce((sum, [, count]) => sum + count, 0)
  return tabulate<[string, number]>('Exits by reason', rows, [
    ['reason', 'Reason', 'text', ([reason]) => reason],
    ['count', 'Trades', 'count', ([, count]) => count],
    ['share', 'Share', 'fraction', ([, count]) => count / total],
  ])
}

/** One row an assumption. */
export function assumptionsDataset({ assumptions }: RunResult): Dataset {
  return tabulate<Assumption>('Assumptions', assumptions, [
    ['code', 'Code', 'text', (one) => one.code],
    ['text', 'What was taken for granted', 'text', (one) => one.text],
    ['count', 'Times', 'count', (one) => one.count],
  ])
}

/** One row a reading of what bars leave open. */
export function ambiguityDataset({ ambiguity, finalEquity, quote }: RunResult): Dataset {
  return tabulate<[string, number]>(
    'Final equity by reading of ambiguous bars',
    Object.entries(ambiguity.finalEquity),
    [
      ['model', 'Reading', 'text', ([model]) => model],
      ['ofRun', 'Of this run', 'text', ([model]) => (model === ambiguity.model ? 'yes' : 'no')],
      ['finalEquity', `Final equity (${quote})`, 'money', ([, value]) => value],
      ['difference', 'Difference to this run', 'money', ([, value]) => value - finalEquity],
    ],
  )
}
