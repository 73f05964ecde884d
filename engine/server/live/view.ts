/** What goes to a page that watches a session: everything once, then what changed. */

import type { ShownPosition } from './books.ts'
import type { SessionEvent, SessionFacts, SessionFold } from './fold.ts'
import type { Point } from './series.ts'
import type { SessionState } from './standing.ts'

/** Events that a page gets at once, at most: what came before them is in the journal. */
const EVENTS_SENT = 100

export interface FileState {
  readonly nowMs: number
  /** When the journal last grew, ms UTC. */
  readonly changedMs: number | null
  readonly bytes: number
}

/** What is small and always sent whole. */
export interface Standing {
  readonly state: SessionState
  readonly haltReason: string | null
  readonly equity: number | null
  readonly cash: number
  readonly fees: number
  readonly fills: number
  readonly openOrders: number
  readonly positions: readonly ShownPosition[]
  readonly refusals: Readonly<Record<string, number>>
  readonly decisions: { readonly count: number; readonly digest: string | null }
  readonly health: {
    readonly records: number
    readonly rows: number
    readonly head: string
    readonly brokenAt: number | null
    readonly unknown: number
    readonly missedCandles: number
    readonly lastRowMs: number | null
    readonly lastMs: number | null
    readonly changedMs: number | null
    readonly bytes: number
    /** The server's clock, so that ages don't depend on the reader's. */
    readonly nowMs: number
  }
}

export interface Snapshot extends Standing {
  readonly id: string
  readonly facts: SessionFacts
  readonly points: readonly Point[]
  readonly events: readonly SessionEvent[]
}

export interface Change extends Standing {
  readonly facts: SessionFacts
  /** Points to add, or all of them where earlier ones were thinned out. */
  readonly points: readonly Point[]
  readonly pointsAnew: boolean
  readonly events: readonly SessionEvent[]
}

/** How far a page has been told. */
export interface Cursor {
  readonly seq: number
  readonly records: number
  readonly points: number
  readonly generation: number
}

export function cursorOf({ records, equity }: SessionFold): Cursor {
  return { seq: records - 1, records, points: equity.length, generation: equity.generation }
}

export function snapshotOf(id: string, fold: SessionFold, file: FileState): Snapshot {
  return {
    id,
    facts: fold.facts,
    ...standingOf(fold, file),
    points: fold.equity.since(0),
    events: fold.eventsAfter(-1).slice(-EVENTS_SENT),
  }
}

/** Null where nothing happened. */
export function changeSince(cursor: Cursor, fold: SessionFold, file: FileState): Change | null {
  if (cursor.records === fold.records) return null
  const pointsAnew = cursor.generation !== fold.equity.generation
  return {
    facts: fold.facts,
    ...standingOf(fold, file),
    points: fold.equity.since(pointsAnew ? 0 : cursor.points),
    pointsAnew,
    events: fold.eventsAfter(cursor.seq).slice(-EVENTS_SENT),
  }
}

function standingOf(fold: SessionFold, { nowMs, changedMs, bytes }: FileState): Standing {
  const { records, rows, head, brokenAt, unknown, missedCandles, lastRowMs, lastMs } = fold
  return {
    state: fold.state,
    haltReason: fold.haltReason,
    equity: fold.equityNow,
    cash: fold.cash,
    fees: fold.fees,
    fills: fold.fills,
    openOrders: fold.openOrders,
    positions: fold.positions,
    refusals: Object.fromEntries([...fold.refusals].sort((a, b) => b[1] - a[1])),
    decisions: fold.decisions,
    health: { records, rows, head, brokenAt, unknown, missedCandles, lastRowMs, lastMs, changedMs, bytes, nowMs },
  }
}
