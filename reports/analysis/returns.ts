/** Returns by calendar, over moving windows and as a distribution: what the panels on returns draw and list. */

import type { CalendarReturn } from '../../engine/stats/calendar-returns.ts'
import type { PeriodReturns } from '../../engine/stats/period-returns.ts'
import type { RollingSeries } from '../../engine/stats/rolling.ts'
import { column, type Dataset } from '../dataset.ts'

export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const
/** The column behind the months. */
export const WHOLE_YEAR = 'Year'

/** One row a month and year; `strength` is how large a return is beside the largest of its kind, 0 to 1. */
export function calendarDataset(monthly: readonly CalendarReturn[], yearly: readonly CalendarReturn[]): Dataset {
  const rows = [...strengths(monthly), ...strengths(yearly)].sort(
    (a, b) => a.of.year - b.of.year || (a.of.month ?? 13) - (b.of.month ?? 13),
  )
  const short = (value: number) => (value * 100).toFixed(Math.abs(value) >= 1 ? 0 : 1)
  return {
    title: 'Returns by month and year (UTC)',
    note: 'Time-weighted, from returns on UTC days. A month or year in which the run starts or ends is partial.',
    columns: [
      column(
        'year',
        'Year',
        'text',
        rows.map(({ of }) => String(of.year)),
      ),
      column(
        'month',
        'Month',
        'text',
        rows.map(({ of }) => (of.month === null ? WHOLE_YEAR : MONTHS[of.month - 1]!)),
      ),
      column(
        'value',
        'Return',
        'fraction',
        rows.map(({ of }) => of.value),
      ),
      column(
        'partial',
        'Partial',
        'text',
        rows.map(({ of }) => (of.partial ? 'yes' : 'no')),
      ),
      {
        ...column(
          'strength',
          'Strength',
          'ratio',
          rows.map((row) => row.strength),
        ),
        extra: true,
      },
      {
        ...column(
          'text',
          'Label',
          'text',
          rows.map(({ of }) => `${short(of.value)}${of.partial ? '*' : ''}`),
        ),
        extra: true,
      },
    ],
  }
}

function strengths(returns: readonly CalendarReturn[]): { of: CalendarReturn; strength: number }[] {
  const largest = returns.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0)
  return returns.map((of) => ({ of, strength: largest === 0 ? 0 : Math.abs(of.value) / largest }))
}

/** Rows of the rolling series that are drawn; longer ones are drawn every so many days. */
const ROLLING_MOST = 1500

/** Sharpe ratio and volatility over each window, at the days of the shortest; null before a window is full. */
export function rollingDataset(series: readonly RollingSeries[]): Dataset {
  const base = series.reduce((a, b) => (b.window < a.window ? b : a))
  const every = Math.max(1, Math.ceil(base.startMs.length / ROLLING_MOST))
  const days = Array.from({ length: Math.ceil(base.startMs.length / every) }, (_, i) =>
    Math.min(base.startMs.length - 1, i * every),
  )
  const at = (one: RollingSeries, values: readonly (number | null)[], day: number) =>
    values[day - (one.window - base.window)] ?? null
  return {
    title: `Rolling Sharpe ratio and volatility over ${series.map((one) => one.window).join(' and ')} days`,
    ...(every > 1 ? { note: `Every ${every}th day is drawn.` } : {}),
    columns: [
      column(
        'time',
        'Day (UTC)',
        'time',
        days.map((day) => base.startMs[day]!),
      ),
      ...series.flatMap((one) => [
        column(
          `sharpe${one.window}`,
          `Sharpe ${one.window} days`,
          'ratio',
          days.map((day) => at(one, one.sharpe, day)),
        ),
        column(
          `volatility${one.window}`,
          `Volatility ${one.window} days`,
          'fraction',
          days.map((day) => at(one, one.volatility, day)),
        ),
      ]),
    ],
  }
}

const BINS_MOST = 60

/**
 * Counts of period returns in bins of equal width, by the Freedman–Diaconis rule (width 2·IQR/∛n; Freedman & Diaconis
 * 1981), at most 60. One bin where the returns don't vary.
 */
export function histogramDataset({ value, basis, wipedOut }: PeriodReturns): Dataset {
  const ascending = Float64Array.from(value).sort()
  const n = ascending.length
  const low = ascending[0] ?? 0
  const high = ascending[n - 1] ?? 0
  const quartile = (p: number) => ascending[Math.floor(p * (n - 1))] ?? 0
  const width = (2 * (quartile(0.75) - quartile(0.25))) / Math.cbrt(Math.max(1, n))
  const bins =
    high > low ? Math.min(BINS_MOST, width > 0 ? Math.max(1, Math.ceil((high - low) / width)) : BINS_MOST) : 1
  const step = high > low ? (high - low) / bins : Math.max(1e-4, Math.abs(low) * 0.1)
  const start = high > low ? low : low - step / 2
  const counts = new Array<number>(n === 0 ? 0 : bins).fill(0)
  for (let i = 0; i < n; i++) counts[Math.min(bins - 1, Math.floor((ascending[i]! - start) / step))]! += 1
  return {
    title: `Distribution of returns on ${basis}`,
    ...(wipedOut ? { note: 'Equity fell to zero or below: the days after that have no return.' } : {}),
    columns: [
      column(
        'from',
        'From',
        'fraction',
        counts.map((_, bin) => start + bin * step),
      ),
      column(
        'to',
        'To',
        'fraction',
        counts.map((_, bin) => start + (bin + 1) * step),
      ),
      column('count', basis === 'bars' ? 'Bars' : 'Days', 'count', counts),
    ],
  }
}
