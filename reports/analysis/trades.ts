/** Trades taken apart: by group, and one point a trade for the scatter charts. */

import type { Trade } from '../../engine/core/result.ts'
import type { Breakdown } from '../../engine/stats/breakdowns.ts'
import { column, type Dataset } from '../dataset.ts'
import { brief } from './brief.ts'

/** Points that a scatter chart draws at most. */
const POINTS_MOST = 3000

/** Id of a breakdown's dataset and chart. */
export function breakdownId(id: string): string {
  return `by-${id}`
}

/** One row a group. Groups of symbols and tags, which may be many, come by the size of what they made or lost. */
export function breakdownDataset({ id, label, rows }: Breakdown, quote: string): Dataset {
  const sorted =
    id === 'symbol' || id === 'tag'
      ? rows.toSorted((a, b) => Math.abs(b.netProfit) - Math.abs(a.netProfit) || (a.key < b.key ? -1 : 1))
      : rows
  const number = (name: string, title: string, kind: 'count' | 'money' | 'fraction' | 'ratio' | 'duration') =>
    column(
      name,
      title,
      kind,
      sorted.map((row) => row[name as keyof typeof row] as number | null),
    )
  return {
    title: `Closed trades by ${label.toLowerCase().replace('(utc)', '(UTC)')}`,
    columns: [
      column(
        'key',
        label,
        'text',
        sorted.map((row) => row.key),
      ),
      number('trades', 'Trades', 'count'),
      number('wins', 'Wins', 'count'),
      number('losses', 'Losses', 'count'),
      number('netProfit', `Net profit (${quote})`, 'money'),
      number('averageProfit', 'Average', 'money'),
      number('winRate', 'Win rate', 'fraction'),
      number('profitFactor', 'Profit factor', 'ratio'),
      number('averageHoldingMs', 'Average hold', 'duration'),
    ],
  }
}

/**
 * One row a closed trade. Of more than 3,000 the largest profits and losses are kept and, of the rest, evenly spaced
 * ones: what stands out is always there.
 */
export function scatterDataset(trades: readonly Trade[], quote: string): Dataset {
  const closed = trades.filter((trade) => trade.exitTimeMs !== null)
  const kept = closed.length <= POINTS_MOST ? closed : thin(closed)
  return {
    title: 'Closed trades: excursions, time held and result',
    ...(kept.length < closed.length
      ? { note: `${kept.length} of ${closed.length} trades: the largest profits and losses, and evenly spaced others.` }
      : {}),
    columns: [
      column(
        'entryTime',
        'Entry',
        'time',
        kept.map((t) => t.entryTimeMs),
      ),
      column(
        'symbol',
        'Symbol',
        'text',
        kept.map((t) => t.symbol),
      ),
      column(
        'returnFraction',
        'Return',
        'fraction',
        kept.map((t) => brief(t.returnFraction, 6)),
      ),
      column(
        'pnl',
        `PnL (${quote})`,
        'money',
        kept.map((t) => brief(t.pnl, 8)),
      ),
      column(
        'mae',
        'Worst while open',
        'fraction',
        kept.map((t) => brief(t.maeFraction, 6)),
      ),
      column(
        'mfe',
        'Best while open',
        'fraction',
        kept.map((t) => brief(t.mfeFraction, 6)),
      ),
      column(
        'hours',
        'Hours held',
        'ratio',
        kept.map((t) => brief((t.exitTimeMs! - t.entryTimeMs) / 3_600_000, 6)),
      ),
    ],
  }
}

function thin(closed: readonly Trade[]): Trade[] {
  const bySize = closed.map((_, i) => i).sort((a, b) => Math.abs(closed[b]!.pnl) - Math.abs(closed[a]!.pnl) || a - b)
  const kept = new Set(bySize.slice(0, POINTS_MOST / 2))
  const rest = bySize.slice(POINTS_MOST / 2).sort((a, b) => a - b)
  const every = rest.length / (POINTS_MOST / 2)
  for (let i = 0; i < POINTS_MOST / 2; i++) kept.add(rest[Math.floor(i * every)]!)
  return closed.filter((_, i) => kept.has(i))
}
