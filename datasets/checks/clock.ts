/** Do bars open when bars of their timeframe open, in UTC? What a series shows by itself, without another to compare. */

import { formatTimeframe } from '../../engine/core/timeframe.ts'
import { formatTime } from '../dates.ts'
import { roundTimes, shiftTimes } from '../fixes/clock.ts'
import { coarserSpacing, gridOrigin } from '../grid.ts'
import { counted, type Examined } from './stage.ts'
import type { RawCandles, RawTable } from './table.ts'

const SECOND_MS = 1000
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** Bars off their timeframe's grid: ends, milliseconds, zones, or just wrong; and a timeframe that is another. */
export function checkGrid(examined: Examined<RawCandles>, timeframeMs: number): void {
  const { phase, share } = commonPhase(examined.table.time, timeframeMs)
  const late = timeframeMs - phase
  if (share >= 0.9 && (late === 1 || late === SECOND_MS)) stampedAtClose(examined, timeframeMs, late)
  else if (share >= 0.9 && phase !== 0 && phase % (SECOND_MS * 900) === 0 && timeframeMs <= DAY_MS) {
    otherDay(examined, timeframeMs, phase)
    return
  }
  jitter(examined, timeframeMs)
  offGrid(examined, timeframeMs)
  otherTimeframe(examined, timeframeMs)
}

/** The commonest distance of a row from the grid below it, and its share of the rows. */
function commonPhase(time: Float64Array, timeframeMs: number): { phase: number; share: number } {
  const origin = gridOrigin(time[0]!, timeframeMs)
  const counts = new Map<number, number>()
  let phase = 0
  for (const at of time) {
    const own = (((at - origin) % timeframeMs) + timeframeMs) % timeframeMs
    const count = (counts.get(own) ?? 0) + 1
    counts.set(own, count)
    if (count > (counts.get(phase) ?? 0)) phase = own
  }
  return { phase, share: (counts.get(phase) ?? 0) / time.length }
}

/** Close times such as 00:59:59.999 in place of opens. */
function stampedAtClose(examined: Examined<RawCandles>, timeframeMs: number, late: number): void {
  const { time } = examined.table
  const message = `bars are stamped when they close (${formatTime(time[0]!)}), ${late} ms before the next opens`
  const suggestion = `stamp them when they open, ${formatTime(time[0]! + late - timeframeMs)}; --fix does`
  const rows = time.length
  examined.tell(0, { code: 'STAMPED_AT_END', severity: 'error', message, suggestion, rows, fixable: true })
  const fixed = shiftTimes(examined.table, late - timeframeMs)
  examined.mend('STAMPED_AT_END', fixed, `close times made open times (${late - timeframeMs} ms)`)
}

function otherDay(examined: Examined<RawCandles>, timeframeMs: number, phase: number): void {
  const { time } = examined.table
  const zone = phase > DAY_MS / 2 ? phase - DAY_MS : phase
  const hours = `${zone > 0 ? '+' : ''}${zone / HOUR_MS} h`
  examined.tell(0, {
    code: 'LOCAL_TIME',
    severity: 'error',
    message: `bars open ${hours} off the ${formatTimeframe(timeframeMs)} grid in UTC (${formatTime(time[0]!)}): local time, or days of another zone`,
    suggestion: 'find out the zone: shift the times to UTC, or fetch bars that are cut in UTC',
    rows: time.length,
  })
}

function jitter(examined: Examined<RawCandles>, timeframeMs: number): void {
  if (timeframeMs < 60 * SECOND_MS || timeframeMs > DAY_MS) return
  const fixed = roundTimes(examined.table, timeframeMs, SECOND_MS - 1)
  if (fixed.rows === 0) return
  const first = examined.table.time.findIndex((at, row) => at !== fixed.columns.time[row])
  const message = `${counted(fixed.rows, 'bar')} from here on miss the open by less than a second`
  const suggestion = 'round the times; --fix does'
  const rows = fixed.rows
  examined.tell(first, { code: 'OFF_BY_MS', severity: 'warning', message, suggestion, rows, fixable: true })
  examined.mend('OFF_BY_MS', fixed, `times rounded to the ${formatTimeframe(timeframeMs)} grid`)
}

function offGrid(examined: Examined<RawCandles>, timeframeMs: number): void {
  const { time } = examined.table
  const origin = gridOrigin(time[0]!, timeframeMs)
  for (let row = 0; row < time.length; row++) {
    if (!((time[row]! - origin) % timeframeMs !== 0)) continue
    examined.tell(row, {
      code: 'OFF_GRID',
      severity: 'error',
      message: `${formatTime(time[row]!)} is not when a ${formatTimeframe(timeframeMs)} bar opens`,
      suggestion: 'check the timeframe, and that times are bar opens in UTC',
    })
  }
}

function otherTimeframe(examined: Examined<RawCandles>, timeframeMs: number): void {
  const spacing = coarserSpacing(examined.table.time, timeframeMs)
  if (spacing === null) return
  const message = `the rows are ${formatTimeframe(spacing)} apart, so these are not ${formatTimeframe(timeframeMs)} candles`
  const suggestion = `take them as timeframe ${formatTimeframe(spacing)}`
  examined.tell(0, {
    code: 'WRONG_TIMEFRAME',
    severity: 'error',
    message,
    suggestion,
    rows: examined.table.time.length,
  })
}

/**
 * Summer time: an hour that never was in spring and one with two sets of values in autumn, both on the Sundays on which
 * clocks change (last of March and of October in Europe, second of March and first of November in North America).
 */
export function checkSummerTime<T extends RawTable>(examined: Examined<T>, stepMs: number): void {
  const { time } = examined.table
  if (stepMs > HOUR_MS) return
  let spring = -1
  let autumn = -1
  for (let row = 1; row < time.length; row++) {
    const step = time[row]! - time[row - 1]!
    if (step === HOUR_MS + stepMs && spring === -1 && isChange(time[row]! - 1, true)) spring = row
    if (step === 0 && autumn === -1 && isChange(time[row]!, false)) autumn = row
  }
  if (spring === -1 || autumn === -1) return
  examined.tell(Math.min(spring, autumn), {
    code: 'LOCAL_TIME',
    severity: 'error',
    message: `local time with summer time: the hour before ${formatTime(time[spring]!)} is missing, ${formatTime(time[autumn]!)} is there twice`,
    suggestion: 'export the data in UTC',
    rows: time.length,
  })
}

function isChange(timeMs: number, inSpring: boolean): boolean {
  const date = new Date(timeMs)
  if (date.getUTCDay() !== 0) return false
  const [month, day] = [date.getUTCMonth(), date.getUTCDate()]
  if (inSpring) return month === 2 && (day > 24 || (day > 7 && day < 15))
  return (month === 9 && day > 24) || (month === 10 && day < 8)
}
