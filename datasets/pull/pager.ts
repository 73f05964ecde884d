/**
 * Pages of candles in time order. Paging of our own: the library's goes on by the clock where a venue leaves bars out,
 * and so skips. Here the next page begins after the last row that came, and an empty window is asked for twice.
 */

import { TandemError } from '../../engine/core/errors.ts'
import { formatTime } from '../dates.ts'
import type { CandleRow, Exchange } from './port.ts'
import type { Retrying } from './retry.ts'

export interface PageRange {
  readonly symbol: string
  readonly timeframe: string
  readonly timeframeMs: number
  /** Bars that open within [fromMs, toMs). */
  readonly fromMs: number
  readonly toMs: number
  /** Rows to ask for in one call. */
  readonly limit: number
}

export interface Page {
  /** Ascending, unique, on the grid, within the range. Empty where the venue has nothing. */
  readonly rows: readonly CandleRow[]
  /** Everything that opens before is done. */
  readonly doneMs: number
}

/** The pages of a range. Throws `BAD_VENUE_DATA` for rows that can't be candles. */
export async function* pagesOf(exchange: Exchange, range: PageRange, again: Retrying): AsyncGenerator<Page> {
  const { symbol, timeframe, timeframeMs, toMs, limit } = range
  let sinceMs = range.fromMs
  let isSecondLook = false
  while (sinceMs < toMs) {
    const asked = Math.max(1, Math.min(limit, Math.ceil((toMs - sinceMs) / timeframeMs)))
    const sent = await again(() => exchange.candles(symbol, timeframe, sinceMs, asked))
    const rows = cleanPage(exchange.name, sent, range, sinceMs)
    if (rows.length === 0 && !isSecondLook) {
      isSecondLook = true
      continue
    }
    isSecondLook = false
    const last = rows.at(-1)
    sinceMs = last === undefined ? sinceMs + limit * timeframeMs : last[0] + timeframeMs
    yield { rows, doneMs: Math.min(sinceMs, toMs) }
  }
}

/** The rows of a page that are wanted, in order; of two for one time the later sent. */
function cleanPage(name: string, sent: readonly CandleRow[], range: PageRange, sinceMs: number): CandleRow[] {
  const byTime = new Map<number, CandleRow>()
  for (const row of sent) {
    const fault = faultOf(row, range.timeframeMs)
    if (fault !== null) {
      throw new TandemError(`sent a candle that can't be one: ${fault}`, {
        code: 'BAD_VENUE_DATA',
        where: `${name} ${range.symbol} ${range.timeframe}`,
        hint: 'try again later; report it if it stays',
      })
    }
    if (row[0] >= sinceMs && row[0] < range.toMs) byTime.set(row[0], row)
  }
  return [...byTime.values()].sort((a, b) => a[0] - b[0])
}

function faultOf(row: CandleRow, timeframeMs: number): string | null {
  if (!Array.isArray(row) || row.length < 6 || !row.slice(0, 6).every((value) => Number.isFinite(value))) {
    return `expected six numbers, got ${JSON.stringify(row).slice(0, 80)}`
  }
  // Weeks begin on any day.
  const grid = Math.min(timeframeMs, 86_400_000)
  return row[0] % grid === 0 ? null : `${formatTime(row[0])} is not when such a bar opens`
}
