/** Repairs of the order of rows: newest first, out of order, there twice. Pure: columns in, new columns out. */

import { type Fixed, mapColumns, type TimedColumns, takeRows } from './fix.ts'

/** The rows in reverse, for files that are newest first. */
export function reverseRows<T extends TimedColumns>(columns: T): Fixed<T> {
  return { columns: mapColumns(columns, (column) => column.slice().reverse()), rows: columns.time.length }
}

/** The rows by time; rows of equal times keep their order. `rows` counts those that were before an earlier time. */
export function sortRows<T extends TimedColumns>(columns: T): Fixed<T> {
  const { time } = columns
  let moved = 0
  let latest = Number.NEGATIVE_INFINITY
  for (const at of time) {
    if (at < latest) moved += 1
    else latest = at
  }
  if (moved === 0) return { columns, rows: 0 }
  const order = Uint32Array.from(time, (_, row) => row).sort((a, b) => time[a]! - time[b]! || a - b)
  return { columns: takeRows(columns, order), rows: moved }
}

/**
 * Leaves out rows that repeat the row before them bit for bit; rows of one time with different values are all kept,
 * since nothing says which is right. Expects rows sorted by time. Columns named in `aside` (line numbers) aren't compared.
 */
export function dropRepeats<T extends TimedColumns>(columns: T, aside: readonly string[] = []): Fixed<T> {
  const all = Object.entries(columns).flatMap(([name, value]) =>
    value instanceof Float64Array && value.length === columns.time.length && !aside.includes(name) ? [value] : [],
  )
  const kept: number[] = []
  for (let row = 0; row < columns.time.length; row++) {
    const last = kept[kept.length - 1]
    if (last === undefined || all.some((column) => !Object.is(column[row], column[last]))) kept.push(row)
  }
  const dropped = columns.time.length - kept.length
  return { columns: dropped === 0 ? columns : takeRows(columns, kept), rows: dropped }
}
