/**
 * All metrics of a run, by one convention: drawdown, exposure and turnover from equity marked at every bar; Sharpe,
 * Sortino, volatility and tails from simple returns on UTC days, 365 a year, ddof 1; trade figures from net money.
 */

import type { Metric } from '../core/result.ts'
import { autocorrelationMetrics } from './autocorrelation-metrics.ts'
import { benchmarkMetrics } from './benchmark-metrics.ts'
import { type MetricsContext, type MetricsInput, metricsContext } from './context.ts'
import { costColumns } from './costs.ts'
import { summariseFound } from './drawdown.ts'
import { ratioMetrics } from './ratio-metrics.ts'
import { returnMetrics } from './return-metrics.ts'
import { drawdownMetrics, exposureMetrics, tailMetrics } from './risk-metrics.ts'
import type { TradeColumns } from './trade-columns.ts'
import { costMetrics, tradeMetrics } from './trade-metrics.ts'
import { closedColumns, closedTrades } from './trades.ts'

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
  const { bars } = context
  const drawdowns = summariseFound(bars.drawdowns, bars.rows)
  const trades = columnsOf(context.input.trades)
  return [
    ...returnMetrics(context),
    ...ratioMetrics(context, drawdowns.maxDepth),
    ...autocorrelationMetrics(context),
    ...drawdownMetrics(context, drawdowns),
    ...tailMetrics(context),
    ...exposureMetrics(context),
    ...tradeMetrics(trades),
    ...costMetrics(context.input, trades),
    ...benchmarkMetrics(context),
  ]
}

function columnsOf(trades: MetricsInput['trades']): TradeColumns {
  return 'all' in trades ? trades : { closed: closedColumns(closedTrades(trades)), all: costColumns(trades) }
}
