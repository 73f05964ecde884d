/** How much of a run hangs on what candles don't tell: the range over models, and the trades that were open then. */

import type { Ambiguity, Trade } from '../core/result.ts'
import type { ResolvedConfig } from './config/index.ts'
import type { Executed } from './execute.ts'

export function ambiguityOf(
  { execution }: ResolvedConfig,
  { venue }: Executed,
  trades: readonly Trade[],
  finalEquity: Readonly<Record<string, number>>,
): Ambiguity {
  const { bars, fills, rows } = venue.ambiguity
  const finals = Object.values(finalEquity)
  const open = trades.filter((trade) => someWithin(rows, trade.entryRow, trade.exitRow ?? Number.POSITIVE_INFINITY))
  const size = (list: readonly Trade[]): number => list.reduce((sum, { pnl }) => sum + Math.abs(pnl), 0)
  const all = size(trades)
  return {
    model: execution.ambiguous,
    bars,
    fills,
    finalEquity,
    range: { low: Math.min(...finals), high: Math.max(...finals) },
    trades: open.length,
    pnl: open.reduce((sum, { pnl }) => sum + pnl, 0),
    profitShare: all === 0 ? null : size(open) / all,
    detail:
      venue.detail === null
        ? null
        : {
            timeframe: execution.detail,
            bars: venue.detail.played,
            missing: venue.detail.missing,
            differing: venue.detail.differing,
          },
  }
}

/** Whether a rising list has a row from `first` to `last`. */
function someWithin(rows: readonly number[], first: number, last: number): boolean {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (rows[middle]! < first) low = middle + 1
    else high = middle
  }
  return low < rows.length && rows[low]! <= last
}
