/** Times that can't be read, in a wrong unit, newest first, out of order or there twice. */

import { formatTime } from '../dates.ts'
import { EARLIEST_MS, LATEST_MS, rescaleTimes, unitFactor } from '../fixes/clock.ts'
import { takeRows } from '../fixes/fix.ts'
import { dropRepeats, reverseRows, sortRows } from '../fixes/order.ts'
import { counted, type Examined } from './stage.ts'
import type { RawTable } from './table.ts'

const UNITS: Readonly<Record<number, string>> = { 1000: 's', 0.001: 'µs', 0.000001: 'ns' }

/** Rows whose time can't be read, which are left out of all further checks, and times of another unit taken for ms. */
export function checkUnits<T extends RawTable>(examined: Examined<T>): void {
  const { time } = examined.table
  const timed: number[] = []
  let first = -1
  let rows = 0
  for (let row = 0; row < time.length; row++) {
    const at = time[row]!
    const isPlausible = at >= EARLIEST_MS && at < LATEST_MS
    if (!isPlausible && unitFactor(at) === 1) {
      tellBadTime(examined, row)
      continue
    }
    timed.push(row)
    if (isPlausible) continue
    rows += 1
    if (first === -1) first = row
  }
  if (first !== -1) {
    const unit = UNITS[unitFactor(time[first]!)]!
    const message = `${counted(rows, 'time')} from here on are in ${unit}, not in ms, the first ${time[first]}`
    const suggestion = `read them as ${unit}; --fix makes them ms`
    examined.tell(first, { code: 'WRONG_TIME_UNIT', severity: 'error', message, suggestion, rows, fixable: true })
    examined.mend('WRONG_TIME_UNIT', rescaleTimes(examined.table), `times in ${unit} made ms`)
  }
  if (timed.length < time.length) examined.table = takeRows(examined.table, timed)
}

function tellBadTime<T extends RawTable>(examined: Examined<T>, row: number): void {
  const at = examined.table.time[row]!
  const message = Number.isNaN(at)
    ? 'the time is empty or can not be read'
    : `the time ${at} is before 2009 or after 2100, whatever its unit`
  examined.tell(row, { code: 'BAD_TIME', severity: 'error', message, suggestion: 'correct or remove the row' })
}

/** Newest first as a whole, or single rows out of order; then rows that are there twice. */
export function checkOrder<T extends RawTable>(examined: Examined<T>): void {
  reversed(examined)
  outOfOrder(examined)
  duplicates(examined)
}

function reversed<T extends RawTable>(examined: Examined<T>): void {
  const { time } = examined.table
  let falls = 0
  let rises = 0
  for (let row = 1; row < time.length; row++) {
    if (time[row]! < time[row - 1]!) falls += 1
    else if (time[row]! > time[row - 1]!) rises += 1
  }
  if (falls <= rises) return
  const message = `the rows are newest first, from ${formatTime(time[0]!)} back`
  const suggestion = 'reverse them; --fix does'
  const rows = time.length
  examined.tell(0, { code: 'NEWEST_FIRST', severity: 'warning', message, suggestion, rows, fixable: true })
  examined.mend('NEWEST_FIRST', reverseRows(examined.table), 'rows turned oldest first')
}

function outOfOrder<T extends RawTable>(examined: Examined<T>): void {
  const { time } = examined.table
  for (let row = 1; row < time.length; row++) {
    if (!(time[row]! < time[row - 1]!)) continue
    const message = `${formatTime(time[row]!)} comes after ${formatTime(time[row - 1]!)}`
    const suggestion = 'sort the rows by time; --fix does'
    examined.tell(row, { code: 'OUT_OF_ORDER', severity: 'error', message, suggestion, fixable: true })
  }
  examined.mend('OUT_OF_ORDER', sortRows(examined.table), 'rows sorted by time')
}

function duplicates<T extends RawTable>(examined: Examined<T>): void {
  const { table } = examined
  for (let row = 1; row < table.time.length; row++) {
    if (table.time[row] !== table.time[row - 1]) continue
    const same = sameValues(table, row, row - 1)
    const before = `${formatTime(table.time[row]!)} is there twice (see row ${table.line[row - 1]})`
    if (same) {
      const suggestion = 'leave one out; --fix does'
      const message = `${before}, with the same values`
      examined.tell(row, { code: 'DUPLICATE', severity: 'error', message, suggestion, fixable: true })
    } else {
      const suggestion = 'find out which of them is right and remove the other'
      const message = `${before}, with different values`
      examined.tell(row, { code: 'CONFLICTING_DUPLICATE', severity: 'error', message, suggestion })
    }
  }
  examined.mend('DUPLICATE', dropRepeats(examined.table, ['line']), 'repeated rows left out')
}

function sameValues<T extends RawTable>(table: T, a: number, b: number): boolean {
  return Object.entries(table).every(
    ([name, column]: [string, Float64Array]) => name === 'line' || Object.is(column[a], column[b]),
  )
}
