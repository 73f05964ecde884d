/** The series and tables behind a report's charts. */

import { type CalendarReturn, monthlyReturns, yearlyReturns } from './calendar-returns.ts'
import type { MetricsContext, MetricsInput } from './context.ts'
import { type DrawdownSummary, drawdownSeries, summariseDrawdowns, summariseFound } from './drawdown.ts'
import { type PeriodReturns, periodReturns } from './period-returns.ts'
import { type RollingSeries, rolling } from './rolling.ts'
import { unitValues } from './unit-value.ts'

export interface SeriesOptions {
  /** Rolling windows in days; default 30 and 90. */
  readonly windows?: readonly number[]
  /** Rows of the drawdown table; default 10. */
  readonly drawdowns?: number
}

/** The tables alone: what can be said without a column of every bar. */
export interface RunTables {
  readonly drawdowns: DrawdownSummary
  readonly monthly: readonly CalendarReturn[]
  readonly yearly: readonly CalendarReturn[]
}

export interface RunSeries extends RunTables {
  /** Time-weighted value of one unit at each bar's close, 1 at the start. */
  readonly unit: Float64Array
  /** Fraction below the running maximum at each bar's close, ≤ 0. */
  readonly drawdown: Float64Array
  /** Returns on UTC days. */
  readonly days: PeriodReturns
  readonly rolling: readonly RollingSeries[]
}

/** The tables of `computeSeries`, to the bit, from what a run's metrics came of. */
export function tablesIn({ bars, periods }: MetricsContext): RunTables {
  return {
    drawdowns: summariseFound(bars.drawdowns, bars.rows),
    monthly: monthlyReturns(periods),
    yearly: yearlyReturns(periods),
  }
}

/** Computes them; the rows of `unit` and `drawdown` are those of `input.time`. Throws as `computeMetrics` does. */
export function computeSeries(input: MetricsInput, options: SeriesOptions = {}): RunSeries {
  const unit = unitValues(input)
  const drawdown = drawdownSeries(unit)
  const periods = periodReturns(input.time, input.timeframeMs, unit)
  const riskFreeAnnual = input.riskFreeAnnual ?? 0
  const windows = options.windows ?? [30, 90]
  return {
    unit,
    drawdown,
    drawdowns: summariseDrawdowns(input.time, input.timeframeMs, drawdown, options.drawdowns),
    days: periods,
    monthly: monthlyReturns(periods),
    yearly: yearlyReturns(periods),
    rolling: windows.map((window) => rolling(periods, window, riskFreeAnnual)),
  }
}
