/** Returns by calendar month and year (UTC), for the report's tables. */

import { DAY_MS, monthOf } from './calendar.ts'
import type { PeriodReturns } from './period-returns.ts'

export interface CalendarReturn {
  readonly year: number
  /** 1 to 12; null in the yearly table. */
  readonly month: number | null
  /** Simple return over the part of the month (year) that the run covers. */
  readonly value: number
  /** Days (or bars, where those are longer) it is made of. */
  readonly periods: number
  /** True where the run starts or ends inside it. */
  readonly partial: boolean
}

/** One row a month, in order. */
export function monthlyReturns(returns: PeriodReturns): readonly CalendarReturn[] {
  return calendarReturns(returns, (timeMs) => {
    const { year, month } = monthOf(timeMs)
    return year * MONTHS + month
  })
}

/** One row a year, in order. */
export function yearlyReturns(returns: PeriodReturns): readonly CalendarReturn[] {
  return calendarReturns(returns, (timeMs) => monthOf(timeMs).year * MONTHS)
}

/** Base of the keys below: year·13 + month, where month 0 stands for the whole year. */
const MONTHS = 13

function calendarReturns(returns: PeriodReturns, keyOf: (timeMs: number) => number): readonly CalendarReturn[] {
  const table: CalendarReturn[] = []
  const { startMs, unit, firstFraction, lastFraction } = returns
  const n = startMs.length
  let unitBefore = 1
  for (let from = 0; from < n; ) {
    const key = keyOf(startMs[from]!)
    let to = from + 1
    while (to < n && keyOf(startMs[to]!) === key) to++
    const startsInside = from === 0 && (firstFraction < 1 || keyOf(startMs[0]! - DAY_MS) === key)
    const endsInside = to === n && (lastFraction < 1 || keyOf(startMs[n - 1]! + DAY_MS) === key)
    const month = key % MONTHS
    table.push({
      year: Math.floor(key / MONTHS),
      month: month === 0 ? null : month,
      value: unit[to - 1]! / unitBefore - 1,
      periods: to - from,
      partial: startsInside || endsInside,
    })
    unitBefore = unit[to - 1]!
    from = to
  }
  return table
}
