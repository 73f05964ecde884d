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

export function monthlyReturns(returns: PeriodReturns): readonly CalendarReturn[] {
  return calendarReturns(returns, (date) => date.month)
}

export function yearlyReturns(returns: PeriodReturns): readonly CalendarReturn[] {
  return calendarReturns(returns, () => null)
}

type Date = { readonly year: number; readonly month: number }

function calendarReturns(returns: PeriodReturns, monthIn: (date: Date) => number | null): readonly CalendarReturn[] {
  const table: CalendarReturn[] = []
  const { startMs, unit } = returns
  const n = startMs.length
  let unitBefore = 1
  for (let from = 0; from < n; ) {
    const { year, month } = keyOf(startMs[from]!, monthIn)
    let to = from + 1
    while (to < n && sameKey(keyOf(startMs[to]!, monthIn), year, month)) to++
    table.push({
      year,
      month,
      value: unit[to - 1]! / unitBefore - 1,
      periods: to - from,
      partial: (from === 0 && startsInside(returns, monthIn)) || (to === n && endsInside(returns, monthIn)),
    })
    unitBefore = unit[to - 1]!
    from = to
  }
  return table
}

function startsInside({ startMs, firstFraction }: PeriodReturns, monthIn: (date: Date) => number | null): boolean {
  const { year, month } = keyOf(startMs[0]!, monthIn)
  return firstFraction < 1 || sameKey(keyOf(startMs[0]! - DAY_MS, monthIn), year, month)
}

function endsInside({ startMs, lastFraction }: PeriodReturns, monthIn: (date: Date) => number | null): boolean {
  const last = startMs[startMs.length - 1]!
  const { year, month } = keyOf(last, monthIn)
  return lastFraction < 1 || sameKey(keyOf(last + DAY_MS, monthIn), year, month)
}

function keyOf(timeMs: number, monthIn: (date: Date) => number | null): { year: number; month: number | null } {
  const date = monthOf(timeMs)
  return { year: date.year, month: monthIn(date) }
}

function sameKey(key: { year: number; month: number | null }, year: number, month: number | null): boolean {
  return key.year === year && key.month === month
}
