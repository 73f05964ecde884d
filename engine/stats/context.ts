/** What the metrics of one run share, computed once, and the conditions under which a figure is undefined. */

import type { Trade } from '../core/result.ts'
import { type BarFigures, barFigures, type MetricsMemory } from './bar-figures.ts'
import type { Benchmark } from './benchmark.ts'
import { DAY_MS } from './calendar.ts'
import type { ExposureFigures } from './exposure.ts'
import { type Figure, unknown } from './figure.ts'
import { type PeriodReturns, periodReturnsAt } from './period-returns.ts'
import type { TradeColumns } from './trade-columns.ts'
import type { EquityCurve } from './unit-value.ts'

/** A run as the metrics see it: the fields of a RunResult, so that one can be passed as it is. */
export interface MetricsInput extends EquityCurve {
  /** Absolute position value over equity at each bar's close, as long as `time`; or what comes of it. */
  readonly exposure: Float64Array | ExposureFigures
  readonly trades: readonly Trade[] | TradeColumns
  /** Paid over the run, quote. */
  readonly fees: number
  /** Net funding of the run, quote: positive is paid, negative received. */
  readonly funding: number
  /** Σ of the notional of all fills, quote. */
  readonly turnover: number
  /** Per year; default 0, as stablecoin cash earns nothing. */
  readonly riskFreeAnnual?: number
  readonly benchmark?: Benchmark
  /** Used instead of new memory; made for at least as many rows, it belongs to the metrics until they are done. */
  readonly memory?: MetricsMemory
}

/** A rate per year from less than this is noise blown up: it isn't given. */
export const MIN_DAYS_TO_ANNUALISE = 30

export interface MetricsContext {
  readonly input: MetricsInput
  readonly riskFreeAnnual: number
  /** Wall-clock length from the first open to the last close, in (fractional) days. */
  readonly days: number
  readonly bars: BarFigures
  /** Unit value at the last close; 1 without bars. */
  readonly unitAtEnd: number
  readonly periods: PeriodReturns
  /** Why nothing can be said about returns at all, or null. */
  readonly blocked: string | null
}

export function metricsContext(input: MetricsInput): MetricsContext {
  const { time, timeframeMs } = input
  const bars = barFigures(input, input.memory)
  return {
    input,
    riskFreeAnnual: input.riskFreeAnnual ?? 0,
    days: time.length === 0 ? 0 : (time[time.length - 1]! + timeframeMs - time[0]!) / DAY_MS,
    bars,
    unitAtEnd: bars.rows === 0 ? 1 : bars.unitAt(bars.rows - 1),
    periods: periodReturnsAt(time, timeframeMs, bars.unitAt, input.memory),
    blocked: blockedBy(input),
  }
}

/** A figure on the unit value: null with the reason where there are no bars or no capital. */
export function onCurve({ blocked }: MetricsContext, figure: () => Figure): Figure {
  return blocked === null ? figure() : unknown(blocked)
}

/** A figure on period returns: null also where they end in a ruin before the run does. */
export function onPeriods(context: MetricsContext, figure: (returns: Float64Array) => Figure): Figure {
  if (context.blocked === null && context.periods.wipedOut) {
    return unknown('equity fell to zero or below: returns after that are undefined')
  }
  return onCurve(context, () => figure(context.periods.value))
}

/** A rate per year: null where the run is too short to have one. */
export function annualised({ days, blocked }: MetricsContext, figure: Figure): Figure {
  if (blocked !== null || days >= MIN_DAYS_TO_ANNUALISE) return figure
  const length = Math.round(days * 100) / 100
  return unknown(`annualised figures need at least ${MIN_DAYS_TO_ANNUALISE} days, the run has ${length}`)
}

function blockedBy({ time, timeframeMs, initialEquity, cashFlows }: MetricsInput): string | null {
  if (time.length === 0) return 'no bars'
  let capital = initialEquity
  for (const flow of cashFlows) if (flow.timeMs < time[0]! + timeframeMs) capital += flow.amount
  return capital > 0 ? null : 'no capital at the start'
}
