/**
 * Where in time a series is whole and where it isn't: stretches of equal length, each with how many rows it should have,
 * how many it has, and what is wrong there. Findings about a series as a whole (its clock, its symbol) have no place on it.
 */

import type { Finding } from './finding.ts'

/** A stretch of time. Rows by what became of them; a row may be both there and suspicious. */
export interface QualityCell {
  readonly fromMs: number
  readonly toMs: number
  /** Rows between the series' first and last in this stretch. */
  readonly expected: number
  readonly present: number
  /** Missing, more than a market without trades explains. */
  readonly outage: number
  /** Missing for want of trades. */
  readonly noTrades: number
  /** Rows with a warning. */
  readonly suspicious: number
  /** Rows with an error, repeated ones among them. */
  readonly errors: number
}

/** Findings about a run of rows from the one they name on. */
const RUNS = new Set(['CARRIED_FORWARD', 'SWAPPED_VOLUME', 'PRICE_LEVEL'])
/** Findings about rows that are missing before the one they name. */
const GAPS = new Set(['OUTAGE', 'FUNDING_GAP'])
/** Findings about all rows, or about rows here and there of which only the first is named. */
const WHOLE = new Set([
  'NEWEST_FIRST',
  'WRONG_TIME_UNIT',
  'WRONG_TIMEFRAME',
  'STAMPED_AT_END',
  'LOCAL_TIME',
  'OFF_BY_MS',
  'OTHER_VENUE',
  'WRONG_SYMBOL',
  'UNLIKE_STORE',
  'NO_VOLUME',
  'FUNDING_OFF_HOUR',
])

/** Does the finding stand at a place in time? */
export function hasPlace({ code, timeMs }: Pick<Finding, 'code' | 'timeMs'>): boolean {
  return timeMs !== null && !WHOLE.has(code)
}

/** Rows that follow each other at the series' distance. */
export interface RowRun {
  readonly fromMs: number
  readonly rows: number
}

/** Times as runs: a sound series is one, whatever its length. Times that no calendar has, of broken files, are left out. */
export function runsOf(time: Float64Array, stepMs: number): RowRun[] {
  const runs: { fromMs: number; rows: number }[] = []
  for (const at of time) {
    if (!(Math.abs(at) < 8.64e15)) continue
    const last = runs.at(-1)
    if (last !== undefined && at === last.fromMs + last.rows * stepMs) last.rows += 1
    else runs.push({ fromMs: at, rows: 1 })
  }
  return runs
}

/** From the first row to the end of the last; null without rows. */
export function spanOfRuns(runs: readonly RowRun[], stepMs: number): { firstMs: number; lastMs: number } | null {
  if (runs.length === 0) return null
  return {
    firstMs: runs.reduce((a, { fromMs }) => Math.min(a, fromMs), Number.POSITIVE_INFINITY),
    lastMs: runs.reduce((a, { fromMs, rows }) => Math.max(a, fromMs + rows * stepMs), Number.NEGATIVE_INFINITY),
  }
}

interface Counts {
  expected: number
  present: number
  outage: number
  suspicious: number
  errors: number
}

/**
 * The cells between `edges` (ascending, in ms). `stepMs` is the distance of rows. Cells outside of the series expect
 * nothing.
 */
export function qualityCells(
  runs: readonly RowRun[],
  stepMs: number,
  findings: readonly Finding[],
  edges: readonly number[],
): readonly QualityCell[] {
  const counts = Array.from(
    edges.slice(1),
    (): Counts => ({ expected: 0, present: 0, outage: 0, suspicious: 0, errors: 0 }),
  )
  const add = (what: keyof Counts, fromMs: number, toMs: number): void =>
    addSpan(counts, edges, stepMs, what, fromMs, toMs)
  const span = spanOfRuns(runs, stepMs)
  if (span !== null) add('expected', span.firstMs, span.lastMs)
  for (const { fromMs, rows } of runs) add('present', fromMs, fromMs + rows * stepMs)
  for (const finding of findings) {
    if (!hasPlace(finding)) continue
    const at = finding.timeMs!
    if (GAPS.has(finding.code)) add('outage', at - finding.rows * stepMs, at)
    else {
      const rows = RUNS.has(finding.code) ? finding.rows : 1
      add(finding.severity === 'error' ? 'errors' : 'suspicious', at, at + rows * stepMs)
    }
  }
  return counts.map(({ expected, present, outage, ...rest }, i) => ({
    fromMs: edges[i]!,
    toMs: edges[i + 1]!,
    // Repeated times make a stretch hold more rows than it should.
    expected: Math.max(Math.round(expected), 0),
    present,
    outage: Math.round(outage),
    noTrades: Math.max(0, Math.round(expected) - present - Math.round(outage)),
    suspicious: Math.round(rest.suspicious),
    errors: Math.round(rest.errors),
  }))
}

/** The cell that holds a time; −1 outside. */
function cellAt(edges: readonly number[], at: number): number {
  if (at < edges[0]! || at >= edges.at(-1)!) return -1
  let [low, high] = [0, edges.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >>> 1
    if (edges[middle]! <= at) low = middle
    else high = middle
  }
  return low
}

/** Adds the rows of [fromMs, toMs) to the cells they open in. */
function addSpan(
  counts: readonly Counts[],
  edges: readonly number[],
  stepMs: number,
  what: keyof Counts,
  fromMs: number,
  toMs: number,
): void {
  const total = Math.round((toMs - fromMs) / stepMs)
  let row = 0
  while (row < total) {
    const at = fromMs + row * stepMs
    const cell = cellAt(edges, at)
    // All rows up to the next edge at once.
    const next = at < edges[0]! ? edges[0]! : cell === -1 ? toMs : edges[cell + 1]!
    const rows = Math.min(total - row, Math.max(1, Math.ceil((next - at) / stepMs)))
    if (cell >= 0) counts[cell]![what] += rows
    row += rows
  }
}

/** What a cell is above all: the gravest that holds of it. */
export type CellState = 'outside' | 'error' | 'outage' | 'suspicious' | 'no trades' | 'present'

export function stateOf({ expected, present, errors, outage, suspicious, noTrades }: QualityCell): CellState {
  if (expected === 0 && present === 0) return 'outside'
  if (errors > 0) return 'error'
  if (outage > 0) return 'outage'
  if (suspicious > 0) return 'suspicious'
  return noTrades > 0 ? 'no trades' : 'present'
}
