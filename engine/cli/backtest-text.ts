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
  | 'margin'
  | 'exits'
  | 'skips'
  | 'profileResults'
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
    ...(summary.margin === null ? [] : [['margin', marginText(summary.margin)] as const]),
    ['exits', counts(summary.exits)],
    ['refusals', counts(summary.skips)],
    ...summary.profileResults.map((one) => [one.profile, profileText(one, money)] as const),
    ...Object.entries(summary.files).map(([name, path]) => [name, path] as const),
  ]
  return formatTable(['', ''], lines).trimStart()
}

/** How much of equity was in use at most, and how near a liquidation came. */
function marginText({ leverage, mode, maxUtilisation, minDistance }: NonNullable<ShownSummary['margin']>): string {
  const share = (fraction: number | null) => (fraction === null ? 'n/a' : `${(fraction * 100).toFixed(1)} %`)
  return `${leverage} x ${mode}, at most ${share(maxUtilisation)} of equity in use, ${share(minDistance)} from liquidation at the nearest`
}

/** A profile's closed trades against what is promised of them. */
function profileText(one: ShownSummary['profileResults'][number], money: (amount: number) => string): string {
  const share = (fraction: number | null) => (fraction === null ? 'n/a' : `${(fraction * 100).toFixed(1)} %`)
  const promised = one.promisedNet === null ? '' : `, promised ${money(one.promisedNet)}`
  const even = one.breakEvenWinRate === null ? '' : ` (break-even at ${share(one.breakEvenWinRate)})`
  const fees = `fees ${share(one.feeShareOfGross)} of gross profit`
  return `${one.trades} trades, ${share(one.winRate)} won${even}, ${fees}, net ${money(one.net)}${promised}`
}

/** `TARGET 4, STOP 2`, most frequent first. */
function counts(byName: Readonly<Record<string, number>>): string {
  const entries = Object.entries(byName).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return entries.length === 0 ? 'none' : entries.map(([name, count]) => `${name} ${count}`).join(', ')
}
