/**
 * All metrics of a run, by one convention: drawdown, exposure and turnover from equity marked at every bar; Sharpe,
 * Sortino, volatility and tails from simple returns on UTC days, 365 a year, ddof 1; trade figures from net money.
 */

import type { Metric } from '../core/result.ts'
import { autocorrelationMetrics } from './autocorrelation-metrics.ts'
import { benchmarkMetrics } from './benchmark-metrics.ts'
import { type MetricsContext, type MetricsInput, metricsContext } from './context.ts'
import { summariseDrawdowns } from './drawdown.ts'
import { ratioMetrics } from './ratio-metrics.ts'
import { returnMetrics } from './return-metrics.ts'
import { drawdownMetrics, exposureMetrics, tailMetrics } from './risk-metrics.ts'
import { costMetrics, tradeMetrics } from './trade-metrics.ts'

/**
 * The metrics, each with its definition, in the order a report shows them. Undefined ones are null with a reason;
 * annualised ones are null below 30 days. The same input gives the same bits. Throws RangeError on columns that don't
 * fit together and equity that isn't finite.
 */
export function computeMetrics(input: MetricsInput): readonly Metric[] {
  return metricsIn(metricsContext(input))
}

/** The same, where the context is wanted for more than the metrics. */
export function metricsIn(context: MetricsContext): readonly Metric[] {
  const { input } = context
  const drawdowns = summariseDrawdowns(input.time, input.timeframeMs, context.drawdown)
  return [
    ...returnMetrics(context),
    ...ratioMetrics(context, drawdowns.maxDepth),
    ...autocorrelationMetrics(context),
    ...drawdownMetrics(context, drawdowns),
    ...tailMetrics(context),
    ...exposureMetrics(context),
    ...tradeMetrics(input.trades),
    ...costMetrics(context),
    ...benchmarkMetrics(context),
  ]
}
