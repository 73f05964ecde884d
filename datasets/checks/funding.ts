/** Funding: settlements off the hour by milliseconds, in local time, missing, or in percent. */

import { formatTime } from '../dates.ts'
import { roundTimes, shiftTimes } from '../fixes/clock.ts'
import { median } from './median.ts'
import { checkOrder, checkUnits } from './order.ts'
import { counted, type Examined } from './stage.ts'
import type { RawFunding } from './table.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Settlements later than this are at another time, not late. */
const LATE_MS = 60_000
/** No venue's cap lets one interval's funding go higher; a rate in percent does. */
const HIGHEST_RATE = 0.05

/** All checks of a funding series; the interval (ms) it seems to have, null for fewer than three rows. */
export function checkFunding(examined: Examined<RawFunding>): number | null {
  checkUnits(examined)
  if (examined.table.time.length === 0) return null
  checkOrder(examined)
  offTheHour(examined)
  rates(examined)
  const intervalMs = interval(examined.table.time)
  if (intervalMs === null) return null
  localTime(examined, intervalMs)
  missing(examined, intervalMs)
  return intervalMs
}

function offTheHour(examined: Examined<RawFunding>): void {
  const fixed = roundTimes(examined.table, HOUR_MS, LATE_MS)
  if (fixed.rows === 0) return
  const { time } = examined.table
  let most = 0
  let first = -1
  for (let row = 0; row < time.length; row++) {
    const off = Math.abs(time[row]! - fixed.columns.time[row]!)
    if (off > 0 && first === -1) first = row
    most = Math.max(most, off)
  }
  examined.tell(first, {
    code: 'FUNDING_OFF_HOUR',
    severity: 'warning',
    message: `${counted(fixed.rows, 'settlement')} from here on are off the hour, by up to ${most} ms`,
    suggestion: 'round them to the hour; --fix does',
    rows: fixed.rows,
    fixable: true,
  })
  examined.mend('FUNDING_OFF_HOUR', fixed, `times rounded to the hour (up to ${most} ms)`)
}

function rates(examined: Examined<RawFunding>): void {
  const { rate } = examined.table
  for (let row = 0; row < rate.length; row++) {
    const value = rate[row]!
    if (Number.isFinite(value) && Math.abs(value) <= HIGHEST_RATE) continue
    const message = Number.isFinite(value)
      ? `a rate of ${value} is ${(value * 100).toPrecision(4)} % an interval`
      : 'the rate is no number'
    const suggestion = Number.isFinite(value) ? 'it may be in percent: divide it by 100' : 'correct or remove the row'
    examined.tell(row, { code: 'BAD_RATE', severity: 'error', message, suggestion })
  }
}

/** The usual time between settlements, in whole hours. */
function interval(time: Float64Array): number | null {
  if (time.length < 3) return null
  const steps = Array.from({ length: time.length - 1 }, (_, row) => time[row + 1]! - time[row]!)
  const hours = Math.round(median(steps) / HOUR_MS)
  return hours >= 1 ? hours * HOUR_MS : null
}

/** Venues settle at 00:00 UTC and every interval from there. What is off by whole hours throughout is another zone. */
function localTime(examined: Examined<RawFunding>, intervalMs: number): void {
  const { time } = examined.table
  if (intervalMs < 2 * HOUR_MS || DAY_MS % intervalMs !== 0) return
  const phase = time[0]! % intervalMs
  const same = time.reduce((count, at) => count + (at % intervalMs === phase ? 1 : 0), 0)
  if (phase === 0 || phase % HOUR_MS !== 0 || same < 0.99 * time.length) return
  const { zoneMs, sure } = zoneOf(time, phase, intervalMs)
  const zone = `UTC${zoneMs > 0 ? '+' : '-'}${Math.abs(zoneMs) / HOUR_MS}`
  examined.tell(0, {
    code: 'LOCAL_TIME',
    severity: 'error',
    message: `settlements are ${phase / HOUR_MS} h after those of ${intervalMs / HOUR_MS}-hour funding in UTC (${formatTime(time[0]!)}): local time, ${zone} most likely`,
    suggestion: `shift them by ${-zoneMs / HOUR_MS} h${sure ? '; --fix does' : ', once you are sure of the zone'}`,
    rows: time.length,
    fixable: sure,
  })
  if (sure) examined.mend('LOCAL_TIME', shiftTimes(examined.table, -zoneMs), `${zone} made UTC`)
}

/**
 * The phase fits several zones, an interval apart; the nearest to UTC is named. It is sure where whole days of UTC then
 * come out, from the first settlement of one to the last of another, as series are fetched.
 */
function zoneOf(time: Float64Array, phase: number, intervalMs: number): { zoneMs: number; sure: boolean } {
  const zoneMs = phase <= intervalMs / 2 ? phase : phase - intervalMs
  const begins = (time[0]! - zoneMs) % DAY_MS === 0
  const ends = (time[time.length - 1]! - zoneMs + intervalMs) % DAY_MS === 0
  return { zoneMs, sure: begins && ends }
}

function missing(examined: Examined<RawFunding>, intervalMs: number): void {
  const { time } = examined.table
  for (let row = 1; row < time.length; row++) {
    const rows = Math.round((time[row]! - time[row - 1]!) / intervalMs) - 1
    if (rows <= 0) continue
    const message = `${counted(rows, 'settlement')} missing after ${formatTime(time[row - 1]!)}`
    const suggestion = 'fetch them again: funding has no empty intervals'
    examined.tell(row, { code: 'FUNDING_GAP', severity: 'warning', message, suggestion, rows })
  }
}
