/** Rows as a source has them, unchecked: any time, any order, NaN where a cell is no number. */

import type { Candles } from '../../engine/core/candles.ts'
import type { TimedColumns } from '../fixes/fix.ts'
import type { Finding, Severity } from './finding.ts'

/** Columns of equal length. `line` is each row's number in its source, which stays with it when rows are sorted. */
export interface RawTable extends TimedColumns {
  readonly line: Float64Array
}

export interface RawCandles extends RawTable, Candles {
  /** The other volume (in quote), where the file has both; its length is 0 where it hasn't. */
  readonly otherVolume: Float64Array
}

export interface RawFunding extends RawTable {
  /** Fraction an interval, positive: longs pay. */
  readonly rate: Float64Array
}

/** A stored or in-memory series as a table: row 1 is its first. */
export function tableOf(candles: Candles): RawCandles {
  const { time, open, high, low, close, volume } = candles
  return { time, open, high, low, close, volume, line: lines(time.length), otherVolume: new Float64Array(0) }
}

export function lines(rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => row + 1)
}

/** What a finding says beside its place. */
export interface Said {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly suggestion: string
  readonly rows?: number
  readonly fixable?: boolean
}

/** A finding about the row at `index` of `table`. */
export function findingAt(table: RawTable, index: number, said: Said): Finding {
  const time = table.time[index]!
  const timeMs = Number.isFinite(time) && Math.abs(time) <= 8.64e15 ? time : null
  const { code, severity, message, suggestion, rows = 1, fixable = false } = said
  return { code, severity, row: table.line[index]!, rows, timeMs, message, suggestion, fixable }
}
