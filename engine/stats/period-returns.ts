/**
 * Simple returns on UTC days, the basis of Sharpe, Sortino, volatility, VaR: days make a run on minutes and one on
 * hours comparable and don't scale up the noise of single bars.
 */

import { DAY_MS, DAYS_PER_YEAR, dayStart } from './calendar.ts'

export interface PeriodReturns {
  /** Start of each period, ms UTC. */
  readonly startMs: Float64Array
  /** Simple return of each period. */
  readonly value: Float64Array
  /** Unit value at each period's end. */
  readonly unit: Float64Array
  readonly basis: 'UTC days' | 'bars'
  readonly periodsPerYear: number
  /** Share of the first and the last period that the run covers, (0, 1]. */
  readonly firstFraction: number
  readonly lastFraction: number
  /** True where the unit value fell to zero or below before the end: the periods after it have no return. */
  readonly wipedOut: boolean
}

/**
 * UTC-day returns of unit values at bar closes. Every calendar day from the first open to the last close is a row:
 * flat days and days without bars count as zero, partial first and last days are rows of their own (so the rows
 * compound to the run's total return). A bar that closes at midnight belongs to the day that ends there.
 * Bars longer than a day can't be split: they are the rows themselves, annualised by their length.
 */
export function periodReturns(time: Float64Array, timeframeMs: number, unit: Float64Array): PeriodReturns {
  return periodReturnsAt(time, timeframeMs, (row) => unit[row]!)
}

/** The same of unit values that are worked out where they are wanted, with days that are kept for the next run's. */
export function periodReturnsAt(
  time: Float64Array,
  timeframeMs: number,
  unitAt: (row: number) => number,
  kept: KeptDays = { days: null },
): PeriodReturns {
  if (timeframeMs > DAY_MS || time.length === 0) {
    return barReturns(
      time,
      timeframeMs,
      Float64Array.from(time, (_, row) => unitAt(row)),
    )
  }
  let { days } = kept
  if (days?.time !== time || days.timeframeMs !== timeframeMs) kept.days = days = daysOf(time, timeframeMs)
  return periodReturnsOn(days, unitAt)
}

/** The UTC days that bars of at most a day lie in: the same for every run on them. */
export interface Days {
  readonly time: Float64Array
  readonly timeframeMs: number
  /** Start of each day, ms UTC. */
  readonly startMs: Float64Array
  /** Rows that have closed by each day's end. */
  readonly closed: Int32Array
  /** Share of the first and the last day that the bars cover. */
  readonly firstFraction: number
  readonly lastFraction: number
}

/** Days that were found for a run before. */
export interface KeptDays {
  days: Days | null
}

/** The days of bars that open at `time`, of which there is one at least. */
function daysOf(time: Float64Array, timeframeMs: number): Days {
  const firstOpen = time[0]!
  const lastClose = time[time.length - 1]! + timeframeMs
  const firstDay = dayStart(firstOpen)
  const days = Math.ceil((lastClose - firstDay) / DAY_MS)
  const startMs = Float64Array.from({ length: days }, (_, day) => firstDay + day * DAY_MS)
  const closed = new Int32Array(days)
  for (let day = 0, row = 0; day < days; day++) {
    row = firstClosingAfter(time, timeframeMs, firstDay + (day + 1) * DAY_MS, row)
    closed[day] = row
  }
  return {
    ...{ time, timeframeMs, startMs, closed },
    firstFraction: (Math.min(firstDay + DAY_MS, lastClose) - firstOpen) / DAY_MS,
    lastFraction: (lastClose - Math.max(startMs[days - 1]!, firstOpen)) / DAY_MS,
  }
}

function periodReturnsOn(days: Days, unitAt: (row: number) => number): PeriodReturns {
  const { startMs, closed, firstFraction, lastFraction } = days
  const closing = new Float64Array(closed.length)
  for (let day = 0; day < closed.length; day++) closing[day] = closed[day] === 0 ? 1 : unitAt(closed[day]! - 1)
  return simpleReturns(startMs, closing, {
    basis: 'UTC days',
    periodsPerYear: DAYS_PER_YEAR,
    firstFraction,
    lastFraction,
  })
}

/** First row from `from` on that closes after `ms`; the number of rows where none does. */
function firstClosingAfter(time: Float64Array, timeframeMs: number, ms: number, from: number): number {
  let low = from
  let high = time.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (time[middle]! + timeframeMs <= ms) low = middle + 1
    else high = middle
  }
  return low
}

export function barsPerYear(timeframeMs: number): number {
  return (DAYS_PER_YEAR * DAY_MS) / timeframeMs
}

/** Returns bar by bar, annualised by 365 days over the bar's length. */
export function barReturns(
  time: Float64Array,
  timeframeMs: number,
  unit: Float64Array,
  memory?: Float64Array,
): PeriodReturns {
  const kind = { basis: 'bars', periodsPerYear: barsPerYear(timeframeMs), firstFraction: 1, lastFraction: 1 } as const
  return simpleReturns(time, unit, kind, memory)
}

type PeriodKind = Pick<PeriodReturns, 'basis' | 'periodsPerYear' | 'firstFraction' | 'lastFraction'>

function simpleReturns(
  startMs: Float64Array,
  unit: Float64Array,
  { basis, periodsPerYear, firstFraction, lastFraction }: PeriodKind,
  value: Float64Array = new Float64Array(unit.length),
): PeriodReturns {
  let before = 1
  let rows = 0
  while (rows < unit.length && before > 0) {
    value[rows] = unit[rows]! / before - 1
    before = unit[rows]!
    rows++
  }
  return {
    startMs: startMs.subarray(0, rows),
    value: value.subarray(0, rows),
    unit: unit.subarray(0, rows),
    basis,
    periodsPerYear,
    firstFraction,
    lastFraction,
    wipedOut: rows < unit.length,
  }
}
