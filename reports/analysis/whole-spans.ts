/** Series too long to be kept whole: every bar around the trades that matter most, and few of all others. */

import type { Candles } from '../../engine/core/candles.ts'
import type { Trade } from '../../engine/core/result.ts'
import { type DrawnCandle, mergeCandles, thinRows } from '../thin.ts'

/** Bars before and after a trade that are kept whole where the series is thinned, and the longest trade kept so. */
const ROOM = 24
const LONGEST_WHOLE = 600
/** Stretches of rows, in order and apart, that are kept whole. */
type Spans = readonly (readonly [from: number, to: number])[]

/** Stretches around the trades that moved the most money, as far as `room` rows go; and how many trades these are. */
export function wholeSpans(trades: readonly Trade[], count: number, room: number): { spans: Spans; trades: number } {
  const found: [number, number][] = []
  let left = room
  for (const { entryRow, exitRow } of [...trades].sort((a, b) => Math.abs(b.pnl) - Math.abs(a.pnl))) {
    const [from, to] = [Math.max(0, entryRow - ROOM), Math.min(count, (exitRow ?? entryRow) + ROOM + 1)]
    if (to - from > LONGEST_WHOLE) continue
    if (to - from > left) break
    left -= to - from
    found.push([from, to])
  }
  const spans: [number, number][] = []
  for (const [from, to] of found.toSorted((a, b) => a[0] - b[0])) {
    const last = spans.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else spans.push([from, to])
  }
  return { spans, trades: found.length }
}

/** Walks rows in order: stretches that are kept whole, and those between them. */
function walk(spans: Spans, count: number, visit: (from: number, to: number, whole: boolean) => void): void {
  let at = 0
  for (const [from, to] of spans) {
    if (from > at) visit(at, from, false)
    visit(from, to, true)
    at = to
  }
  if (at < count) visit(at, count, false)
}

/** About half of `most` rows for the bars around trades, half for all others. */
export function mergedCandles(candles: Candles, spans: Spans, most: number): DrawnCandle[] {
  const count = candles.time.length
  const rows: DrawnCandle[] = []
  walk(spans, count, (from, to, whole) => {
    const buckets = whole ? to - from : Math.ceil(((to - from) / count) * (most / 2))
    for (const row of mergeCandles(candles, from, to, buckets)) rows.push(row)
  })
  return rows
}

/** The same for lines: whole around trades, lowest and highest of each stretch elsewhere. */
export function thinnedRows(columns: readonly Float64Array[], spans: Spans, count: number, most: number): number[] {
  const rows: number[] = []
  walk(spans, count, (from, to, whole) => {
    const points = whole ? to - from : Math.ceil(((to - from) / count) * (most / 2))
    for (const row of thinRows(columns, from, to, points)) rows.push(row)
  })
  return rows
}
