/**
 * The six gates of an entry (RULES C1), in their order, each with its own code and each to be turned off. They remember
 * approvals, exits and stale cancellations; what is open or pending the caller says. Times are logical, whole ms.
 *
 * The two numbers of a refusal don't change while it lasts, so that equal refusals in a row are one record (B6).
 */

import { RefusalCode } from '../core/refusal.ts'
import type { Skip } from './sizing.ts'

export interface GateConfig {
  /** 1: at least `ms` since the last entry. The interval also is gate 6's. */
  readonly entryInterval: { readonly on: boolean; readonly ms: number }
  /** 2: fewer than `limit` entries in the last `windowMs`, its far edge included. */
  readonly entriesPerWindow: { readonly on: boolean; readonly limit: number; readonly windowMs: number }
  /** 3: open positions and open entry orders together below `limit`. */
  readonly positions: { readonly on: boolean; readonly limit: number }
  /** 4: signal quality of at least `minimum`; a signal without one is refused. */
  readonly quality: { readonly on: boolean; readonly minimum: number }
  /** 5: never add to a position. */
  readonly averagingDown: { readonly on: boolean }
  /** 6: none in a pair within the entry interval of its last exit or of a stale order's cancellation. */
  readonly reEntry: { readonly on: boolean }
}

export interface GateRequest {
  readonly atMs: number
  /** Instrument of the entry, and its side. */
  readonly instrument: number
  readonly side: 1 | -1
  readonly quality: number | null
  /** Signed quantity held of the instrument, in base. */
  readonly held: number
  /** Of the whole account. */
  readonly openPositions: number
  readonly pendingEntries: number
}

/**
 * A refusal by a gate. Until `quietUntilMs` (exclusive), and as long as nothing is approved, filled, closed or
 * cancelled and the profile stays, every entry of that instrument and side gets the same refusal. It is the request's
 * own time where the next signal may differ, and Infinity where only a fact can change it.
 */
export interface GateRefusal extends Skip {
  readonly quietUntilMs: number
}

/** What the gates remember, for a journal. `ended` is [instrument, time of its last exit or stale cancellation]. */
export interface GateSnapshot {
  readonly approvals: readonly number[]
  readonly ended: readonly (readonly [number, number])[]
}

/** Quality has four decimals (C1a); compared as whole numbers of them. */
const QUALITY_UNITS = 1e4
/** Times are whole milliseconds: the next one after an inclusive edge. */
const NEXT_MS = 1

export class EntryGates {
  private config: GateConfig
  /** Approval times, ascending; older ones than any window needs are dropped. */
  private approvals: number[] = []
  /** By instrument, NaN for never: doubles side by side, which a write changes in place. */
  private readonly ended: number[] = []

  constructor(config: GateConfig) {
    this.config = config
  }

  /** Another profile's gates, over the same memory. */
  configure(config: GateConfig): void {
    this.config = config
  }

  /** Whether a signal's quality is asked for: where it isn't, nobody needs to work it out. */
  get asksQuality(): boolean {
    return this.config.quality.on
  }

  /** The first gate that refuses, or null. Changes nothing: an entry counts from `approved`. */
  check(request: GateRequest): GateRefusal | null {
    return (
      this.interval(request) ??
      this.perWindow(request) ??
      this.positions(request) ??
      this.quality(request) ??
      this.averagingDown(request) ??
      this.reEntry(request)
    )
  }

  /** An entry was approved. */
  approved(atMs: number): void {
    const { approvals } = this
    approvals.push(atMs)
    const keepFrom = atMs - this.config.entriesPerWindow.windowMs
    let drop = 0
    while (approvals[drop]! < keepFrom) drop += 1
    if (drop === 0) return
    // By hand: `splice` would make an array of what it takes out, at every entry.
    for (let i = drop; i < approvals.length; i++) approvals[i - drop] = approvals[i]!
    for (; drop > 0; drop--) approvals.pop()
  }

  /** The instrument's position was closed. */
  exited(instrument: number, atMs: number): void {
    this.end(instrument, atMs)
  }

  /** A stale entry order of the instrument was cancelled. */
  staleCancelled(instrument: number, atMs: number): void {
    this.end(instrument, atMs)
  }

  /** What ended inside a bar may be told after what is stamped with its close: the later one counts. */
  private end(instrument: number, atMs: number): void {
    const { ended } = this
    while (ended.length <= instrument) ended.push(Number.NaN)
    if (!(ended[instrument]! >= atMs)) ended[instrument] = atMs
  }

  snapshot(): GateSnapshot {
    const ended = [...this.ended.entries()].filter(([, atMs]) => !Number.isNaN(atMs))
    return { approvals: [...this.approvals], ended }
  }

  restore(state: GateSnapshot): void {
    this.approvals = [...state.approvals]
    this.ended.length = 0
    for (const [instrument, atMs] of state.ended) this.end(instrument, atMs)
  }

  private interval({ atMs }: GateRequest): GateRefusal | null {
    const { on, ms } = this.config.entryInterval
    if (!on || this.approvals.length === 0) return null
    const last = this.approvals[this.approvals.length - 1]!
    if (atMs - last >= ms) return null
    return refusal(RefusalCode.entryInterval, last + ms, ms, last + ms)
  }

  private perWindow({ atMs }: GateRequest): GateRefusal | null {
    const { on, limit, windowMs } = this.config.entriesPerWindow
    if (!on) return null
    const first = this.approvals.length - limit
    // Not left to the array: an index below zero is a name to it, which it looks up slowly.
    if (first < 0) return null
    const nth = this.approvals[first]!
    if (nth < atMs - windowMs) return null
    const untilMs = nth + windowMs + NEXT_MS
    return refusal(RefusalCode.entriesPerMinute, untilMs, limit, untilMs)
  }

  private positions({ openPositions, pendingEntries }: GateRequest): GateRefusal | null {
    const { on, limit } = this.config.positions
    const taken = openPositions + pendingEntries
    if (!on || taken < limit) return null
    if (limit === 1) {
      return refusal(RefusalCode.microPositionOpen, openPositions, pendingEntries, Number.POSITIVE_INFINITY)
    }
    return refusal(RefusalCode.maxPositions, taken, limit, Number.POSITIVE_INFINITY)
  }

  private quality({ quality, atMs }: GateRequest): GateRefusal | null {
    const { on, minimum } = this.config.quality
    if (!on) return null
    if (quality === null) return refusal(RefusalCode.noQuality, minimum, 0, atMs)
    if (Math.round(quality * QUALITY_UNITS) >= Math.round(minimum * QUALITY_UNITS)) return null
    return refusal(RefusalCode.lowQuality, quality, minimum, atMs)
  }

  private averagingDown({ held, side, atMs }: GateRequest): GateRefusal | null {
    if (!this.config.averagingDown.on || held * side <= 0) return null
    return refusal(RefusalCode.averagingDown, held, 0, this.afterQuality(Number.POSITIVE_INFINITY, atMs))
  }

  private reEntry({ instrument, atMs }: GateRequest): GateRefusal | null {
    const { ms } = this.config.entryInterval
    const last = this.ended[instrument]
    // A difference to NaN isn't below anything.
    if (!this.config.reEntry.on || last === undefined || !(atMs - last < ms)) return null
    return refusal(RefusalCode.reEntry, last + ms, ms, this.afterQuality(last + ms, atMs))
  }

  /** Behind an active quality gate the next signal may be refused for its quality instead. */
  private afterQuality(untilMs: number, atMs: number): number {
    return this.config.quality.on ? atMs : untilMs
  }
}

function refusal(code: RefusalCode, first: number, second: number, quietUntilMs: number): GateRefusal {
  return { code, first, second, quietUntilMs }
}
