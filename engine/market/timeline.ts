/**
 * Lookup in dated records. A time outside all of them uses the nearest earlier record, else the first (RULES E), and
 * says so. A cursor makes rising times cost O(1); the answer never depends on what was asked before.
 */

import { BugError } from '../core/errors.ts'

export interface Interval {
  readonly fromMs: number
  readonly toMs: number | null
}

/** How a time lies to the records. */
export type Coverage = 'inForce' | 'beforeFirst' | 'hole'

const DAY_MS = 86_400_000

export class Timeline<R extends Interval> {
  /** By rising `fromMs`. */
  readonly records: readonly R[]
  private cursor = 0

  /** `records` must not overlap and not be empty. */
  constructor(records: readonly R[]) {
    if (records.length === 0) throw new BugError('a timeline without records')
    this.records = [...records].sort((a, b) => a.fromMs - b.fromMs)
  }

  /** Index of the record that a time uses. */
  indexAt(ms: number): number {
    const { records } = this
    let at = this.cursor
    while (at + 1 < records.length && records[at + 1]!.fromMs <= ms) at += 1
    while (at > 0 && records[at]!.fromMs > ms) at -= 1
    this.cursor = at
    return at
  }

  at(ms: number): R {
    return this.records[this.indexAt(ms)]!
  }

  coverageAt(ms: number): Coverage {
    const record = this.at(ms)
    if (ms < record.fromMs) return 'beforeFirst'
    return record.toMs !== null && ms >= record.toMs ? 'hole' : 'inForce'
  }

  /** The next time after `ms` from which another record is used; Infinity where there's none. */
  nextChangeMs(ms: number): number {
    const index = this.indexAt(ms)
    return this.records[index + 1]?.fromMs ?? Number.POSITIVE_INFINITY
  }
}

/** Days, rounded up, of [fromMs, toMs) that lie before the first record, in holes, and in records that `flagged` picks. */
export function coverageDays<R extends Interval>(
  timeline: Timeline<R>,
  fromMs: number,
  toMs: number,
  flagged: (record: R) => boolean,
): { readonly beforeFirst: number; readonly hole: number; readonly flagged: number } {
  const { records } = timeline
  const overlap = (from: number, to: number): number => Math.max(0, Math.min(to, toMs) - Math.max(from, fromMs))
  const beforeFirst = overlap(Number.NEGATIVE_INFINITY, records[0]!.fromMs)
  let hole = 0
  let flaggedMs = flagged(records[0]!) ? beforeFirst : 0
  records.forEach((record, i) => {
    const next = records[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY
    hole += overlap(record.toMs ?? next, next)
    if (flagged(record)) flaggedMs += overlap(record.fromMs, next)
  })
  const days = (ms: number): number => Math.ceil(ms / DAY_MS)
  return { beforeFirst: days(beforeFirst), hole: days(hole), flagged: days(flaggedMs) }
}
