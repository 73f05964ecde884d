/** What the page on data quality is made of: every checked series on one axis of time, one alone day by day. */

import type { CheckReport, Look } from './check-data.ts'
import {
  type CellState,
  type QualityCell,
  qualityCells,
  type RowRun,
  runsOf,
  spanOfRuns,
  stateOf,
} from './quality-map.ts'

/** Stretches of the axis that all series share. */
const STRETCHES = 240
const DAY_MS = 86_400_000
/** Rows of a calendar at most: a longer series gets coarser cells. */
const MOST_CELLS = 6000

/** Neighbouring stretches in the same state, with the share of rows that it concerns. */
export interface QualitySegment {
  readonly fromMs: number
  readonly toMs: number
  readonly state: Exclude<CellState, 'outside'>
  /** Of the rows expected there: wrong, missing or suspicious ones; 1 where all are well. */
  readonly share: number
}

export interface SeriesQuality extends Omit<CheckReport, 'fixes' | 'written' | 'facts'> {
  readonly venue: string | null
  readonly symbol: string | null
  readonly firstMs: number | null
  /** End of the last row. */
  readonly lastMs: number | null
  readonly outageRows: number
  readonly outageRuns: number
  readonly noTradeRows: number
  readonly emptyBars: number
  readonly segments: readonly QualitySegment[]
  readonly dataHash: string | null
}

/** A cell of the calendar of a single series. */
export interface CalendarCell extends QualityCell {
  readonly state: Exclude<CellState, 'outside'>
}

export interface QualityFacts {
  readonly series: readonly SeriesQuality[]
  /** Of the only series, by day or, for rows of a day and more, by month; null where there are several, or none. */
  readonly calendar: { readonly unit: 'day' | 'month'; readonly cells: readonly CalendarCell[] } | null
}

/** Puts checks and what they looked at together; `looks` in the order of `reports`. */
export function qualityFacts(reports: readonly CheckReport[], looks: readonly KeptLook[]): QualityFacts {
  const spans = looks.map(spanOf)
  const known = spans.filter((span) => span !== null)
  const edges = evenEdges(known)
  const series = reports.map((report, i) => seriesQuality(report, looks[i]!, spans[i] ?? null, edges))
  const [only] = looks
  const calendar = looks.length === 1 && only !== undefined && spans[0] != null ? calendarOf(only, spans[0]) : null
  return { series, calendar }
}

/** What is kept of a look until all are there: the rows as runs. */
export interface KeptLook extends Omit<Look, 'time'> {
  readonly runs: readonly RowRun[]
}

export function keepLook({ time, ...look }: Look): KeptLook {
  return { ...look, runs: look.stepMs === null ? [] : runsOf(time, look.stepMs) }
}

type Span = NonNullable<ReturnType<typeof spanOfRuns>>

function spanOf({ runs, stepMs }: KeptLook): Span | null {
  return stepMs === null ? null : spanOfRuns(runs, stepMs)
}

function evenEdges(spans: readonly Span[]): number[] {
  if (spans.length === 0) return []
  const from = spans.reduce((a, { firstMs }) => Math.min(a, firstMs), Number.POSITIVE_INFINITY)
  const to = spans.reduce((a, { lastMs }) => Math.max(a, lastMs), Number.NEGATIVE_INFINITY)
  return Array.from({ length: STRETCHES + 1 }, (_, i) => Math.round(from + (i / STRETCHES) * (to - from)))
}

/** Edges at least a row apart: a stretch in which no row could open would look like a hole. */
function coarse(edges: readonly number[], stepMs: number): number[] {
  const width = (edges.at(-1)! - edges[0]!) / (edges.length - 1)
  const every = Math.max(1, Math.ceil(stepMs / width - 1e-9))
  return edges.filter((_, i) => i % every === 0 || i === edges.length - 1)
}

function seriesQuality(
  report: CheckReport,
  look: KeptLook,
  span: Span | null,
  edges: readonly number[],
): SeriesQuality {
  const { fixes: _, written: __, facts, ...rest } = report
  const gaps = look.findings.filter(({ code }) => code === 'OUTAGE' || code === 'FUNDING_GAP')
  const cells =
    span === null || look.stepMs === null
      ? []
      : qualityCells(look.runs, look.stepMs, look.findings, coarse(edges, look.stepMs))
  return {
    ...rest,
    venue: look.venue,
    symbol: look.symbol,
    firstMs: span?.firstMs ?? null,
    lastMs: span?.lastMs ?? null,
    outageRows: gaps.reduce((sum, { rows }) => sum + rows, 0),
    outageRuns: gaps.length,
    noTradeRows: facts?.noTrades.bars ?? 0,
    emptyBars: facts?.zeroVolumeBars ?? 0,
    segments: segmentsOf(cells),
    dataHash: look.dataHash,
  }
}

/** Neighbours in the same state become one, so that a sound series is one segment whatever its length. */
function segmentsOf(cells: readonly QualityCell[]): QualitySegment[] {
  const segments: { fromMs: number; toMs: number; state: QualitySegment['state']; share: number }[] = []
  for (const cell of cells) {
    const state = stateOf(cell)
    if (state === 'outside') continue
    const share = affected(cell, state)
    const last = segments.at(-1)
    if (last?.state === state && last.share === share && last.toMs === cell.fromMs) last.toMs = cell.toMs
    else segments.push({ fromMs: cell.fromMs, toMs: cell.toMs, state, share })
  }
  return segments
}

/** In steps, so that neighbours can be joined: what is a little wrong is seen, and what is mostly wrong stands out. */
function affected(cell: QualityCell, state: QualitySegment['state']): number {
  if (state === 'present') return 1
  const rows = { error: cell.errors, outage: cell.outage, suspicious: cell.suspicious, 'no trades': cell.noTrades }[
    state
  ]
  const share = rows / Math.max(1, cell.expected)
  return share > 0.5 ? 1 : share > 0.1 ? 0.5 : share > 0.01 ? 0.1 : 0.01
}

function calendarOf({ runs, stepMs, findings }: KeptLook, { firstMs, lastMs }: Span): QualityFacts['calendar'] {
  const step = stepMs!
  const days = (lastMs - firstMs) / DAY_MS
  const unit = step >= DAY_MS || days > MOST_CELLS ? 'month' : 'day'
  const edges = unit === 'day' ? dayEdges(firstMs, lastMs) : monthEdges(firstMs, lastMs)
  if (edges.length > MOST_CELLS) return null
  const cells = qualityCells(runs, step, findings, edges).flatMap((cell): CalendarCell[] => {
    const state = stateOf(cell)
    return state === 'outside' ? [] : [{ ...cell, state }]
  })
  return { unit, cells }
}

function dayEdges(firstMs: number, lastMs: number): number[] {
  const from = Math.floor(firstMs / DAY_MS)
  const to = Math.ceil(lastMs / DAY_MS)
  return Array.from({ length: to - from + 1 }, (_, i) => (from + i) * DAY_MS)
}

function monthEdges(firstMs: number, lastMs: number): number[] {
  const edges: number[] = []
  const first = new Date(firstMs)
  for (let month = first.getUTCMonth(); ; month++) {
    const at = Date.UTC(first.getUTCFullYear(), month, 1)
    edges.push(at)
    if (at >= lastMs || edges.length > MOST_CELLS + 1) return edges
  }
}
