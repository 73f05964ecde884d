/** A series cut into calendar years (UTC), one file each; a year of very many rows into several. */

import type { Candles } from '../engine/core/candles.ts'
import { COLUMNS, hashCandles, lowerBound } from './columns.ts'

/** Rows of a file at most: two years of minutes, twelve days of seconds. */
export const FILE_ROWS = 1 << 20

/** Rows of one year and the file they belong into. */
export interface Year {
  /** `year=2020/candles-0123456789abcdef.parquet`, named by what is in it. */
  readonly file: string
  readonly candles: Candles
}

/** The years of an ascending series that has rows, in order. Rows are views on a piece where one has the whole year. */
export function* yearsOf(pieces: Iterable<Candles>, fileRows: number = FILE_ROWS): Generator<Year> {
  let year = Number.NaN
  let endMs = Number.NEGATIVE_INFINITY
  let parts: Candles[] = []
  let rows = 0
  const take = (): Year[] => {
    if (rows === 0) return []
    const candles = parts.length === 1 ? parts[0]! : joined(parts, rows)
    parts = []
    rows = 0
    return [{ file: `year=${year}/candles-${hashCandles(candles).slice(0, 16)}.parquet`, candles }]
  }
  for (const piece of pieces) {
    const { time } = piece
    for (let from = 0; from < time.length; ) {
      if (time[from]! >= endMs) {
        yield* take()
        year = new Date(time[from]!).getUTCFullYear()
        endMs = Date.UTC(year + 1, 0)
      }
      if (rows === fileRows) yield* take()
      const to = Math.min(lowerBound(time, endMs), from + fileRows - rows)
      parts.push(cut(piece, from, to))
      rows += to - from
      from = to
    }
  }
  yield* take()
}

function cut(candles: Candles, from: number, to: number): Candles {
  return Object.fromEntries(COLUMNS.map((name) => [name, candles[name].subarray(from, to)])) as unknown as Candles
}

function joined(parts: readonly Candles[], rows: number): Candles {
  const whole = COLUMNS.map((name) => {
    const column = new Float64Array(rows)
    let done = 0
    for (const part of parts) {
      column.set(part[name], done)
      done += part[name].length
    }
    return [name, column]
  })
  return Object.fromEntries(whole) as unknown as Candles
}
