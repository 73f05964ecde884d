/** A run's summary as a human reads it in a terminal; the report has the rest. */

import type { BacktestSummary } from '../run/backtest.ts'
import { formatTable } from './output.ts'

/** What is shown of a run. */
export type ShownSummary = Pick<
  BacktestSummary,
  | 'runId'
  | 'bars'
  | 'initialEquity'
  | 'finalEquity'
  | 'trades'
  | 'fees'
  | 'funding'
  | 'liquidations'
  | 'exits'
  | 'skips'
  | 'files'
>

/** Lines of figures, then why positions were closed and entries refused, then the files. `quote` names the money. */
export function backtestText(summary: ShownSummary, quote: string): string {
  const money = (amount: number) => `${amount.toFixed(2)} ${quote}`
  const change = summary.finalEquity / summary.initialEquity - 1
  const lines: (readonly [string, string])[] = [
    ['run', summary.runId],
    ['bars', String(summary.bars)],
    ['equity', `${money(summary.initialEquity)} → ${money(summary.finalEquity)} (${(change * 100).toFixed(2)} %)`],
    ['closed trades', String(summary.trades)],
    ['fees', money(summary.fees)],
    ['funding', money(summary.funding)],
    ['liquidations', String(summary.liquidations)],
    ['exits', counts(summary.exits)],
    ['refusals', counts(summary.skips)],
    ...Object.entries(summary.files).map(([name, path]) => [name, path] as const),
  ]
  return formatTable(['', ''], lines).trimStart()
}

/** `TARGET 4, STOP 2`, most frequent first. */
function counts(byName: Readonly<Record<string, number>>): string {
  const entries = Object.entries(byName).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return entries.length === 0 ? 'none' : entries.map(([name, count]) => `${name} ${count}`).join(', ')
}
