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
  | 'venues'
  | 'accounts'
  | 'reallocations'
  | 'dust'
  | 'cashFlows'
  | 'profileResults'
  | 'ambiguity'
  | 'files'
> &
  Partial<Pick<BacktestSummary, 'metrics'>>

/** Lines of figures, then why positions were closed and entries refused, then the files. `quote` names the money. */
export function backtestText(summary: ShownSummary, quote: string): string {
  const money = (amount: number) => `${amount.toFixed(2)} ${quote}`
  const { cashFlows = [] } = summary
  const moved = cashFlows.reduce((sum, { amount }) => sum + amount, 0)
  // What was moved in or out is no return: the metric is weighted by time.
  const simple = summary.finalEquity / summary.initialEquity - 1
  const change = cashFlows.length === 0 ? simple : (summary.metrics?.['totalReturn'] ?? simple)
  const lines: (readonly [string, string])[] = [
    ['run', summary.runId],
    ['bars', String(summary.bars)],
    ['equity', `${money(summary.initialEquity)} → ${money(summary.finalEquity)} (${(change * 100).toFixed(2)} %)`],
    ...(cashFlows.length === 0 ? [] : [['moved in', `${money(moved)} in ${cashFlows.length} flows`] as const]),
    ['closed trades', String(summary.trades)],
    ['fees', money(summary.fees)],
    ['funding', money(summary.funding)],
    ['liquidations', String(summary.liquidations)],
    ...(summary.margin === null ? [] : [['margin', marginText(summary.margin)] as const]),
    ['exits', counts(summary.exits)],
    ['refusals', counts(summary.skips)],
    ...summary.accounts.map((one) => [one.account, accountText(one, money)] as const),
    ...(summary.venues.length > 1 ? summary.venues : []).map((one) => [one.venue, venueText(one, money)] as const),
    ...reallocationLines(summary.reallocations, money),
    ...dustLines(summary.dust, money),
    ['ambiguity', ambiguityText(summary.ambiguity, money)],
    ...summary.profileResults.map((one) => [profileName(one), profileText(one, money)] as const),
    ...Object.entries(summary.files).map(([name, path]) => [name, path] as const),
  ]
  return formatTable(['', ''], lines).trimStart()
}

/** How much of equity was in use at most, and how near a liquidation came. */
function marginText({ leverage, mode, maxUtilisation, minDistance }: NonNullable<ShownSummary['margin']>): string {
  const share = (fraction: number | null) => (fraction === null ? 'n/a' : `${(fraction * 100).toFixed(1)} %`)
  return `${leverage} x ${mode}, at most ${share(maxUtilisation)} of equity in use, ${share(minDistance)} from liquidation at the nearest`
}

function reallocationLines(
  all: ShownSummary['reallocations'],
  money: (amount: number) => string,
): (readonly [string, string])[] {
  if (all === null || all.planned === 0) return []
  const { planned, bought, cancelled, sells, received } = all
  return [
    ['reallocations', `${planned}: ${bought} bought, ${cancelled} cancelled; ${sells} sells for ${money(received)}`],
  ]
}

/** Positions too small to matter at the end, and those that can't be sold. */
function dustLines(dust: ShownSummary['dust'], money: (amount: number) => string): (readonly [string, string])[] {
  if (dust.length === 0) return []
  const stuck = dust.filter(({ sellable }) => !sellable).length
  const value = dust.reduce((sum, one) => sum + one.value, 0)
  return [['dust', `${dust.length} left, ${stuck} too small to sell, worth ${money(value)}`]]
}

/** One of several accounts. */
function accountText(one: ShownSummary['accounts'][number], money: (amount: number) => string): string {
  const change = `${money(one.initialEquity)} → ${money(one.finalEquity)}`
  return `${change}, ${one.trades} trades, fees ${money(one.fees)}, refusals ${counts(one.skips)}`
}

function profileName({ account, profile }: ShownSummary['profileResults'][number]): string {
  return account === undefined ? profile : `${account} ${profile}`
}

/** One of several venues. */
function venueText(one: ShownSummary['venues'][number], money: (amount: number) => string): string {
  const routed = one.routed === null ? '' : `${one.routed} entries routed here, `
  return `${money(one.initialEquity)} → ${money(one.finalEquity)}, ${routed}${one.trades} trades, fees ${money(one.fees)}`
}

/** What the candles leave open, and how much hangs on it. */
function ambiguityText(known: ShownSummary['ambiguity'], money: (amount: number) => string): string {
  const { bars, range, profitShare, detail } = known
  const finer = detail === null ? '' : ` (${detail.bars} bars played on ${detail.timeframe} candles)`
  if (bars === 0) return `none${finer}`
  const models = Object.keys(known.finalEquity).length
  const share = profitShare === null ? '' : `; ${(profitShare * 100).toFixed(1)} % of profits and losses hang on them`
  return `${bars} bars${finer}: equity ${money(range.low)} to ${money(range.high)} over ${models} models${share}`
}

/** A profile's closed trades against what is promised of them. */
function profileText(one: ShownSummary['profileResults'][number], money: (amount: number) => string): string {
  const share = (fraction: number | null) => (fraction === null ? 'n/a' : `${(fraction * 100).toFixed(1)} %`)
  const promised = one.promisedNet === null ? '' : `, promised ${money(one.promisedNet)}`
  const even = one.breakEvenWinRate === null ? '' : ` (break-even at ${share(one.breakEvenWinRate)})`
  if (one.trades === 0) return `no trades; ${one.signals} signals, ${one.entries} entries`
  const fees = `fees ${share(one.feeShareOfGross)} of gross profit`
  return `${one.trades} trades, ${share(one.winRate)} won${even}, ${fees}, net ${money(one.net)}${promised}`
}

/** `TARGET 4, STOP 2`, most frequent first. */
function counts(byName: Readonly<Record<string, number>>): string {
  const entries = Object.entries(byName).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
  return entries.length === 0 ? 'none' : entries.map(([name, count]) => `${name} ${count}`).join(', ')
}
