/** The metrics that every trial has, in their order: columns of a sweep's results. */

import type { Metric } from '../../core/result.ts'
import { computeMetrics } from '../../stats/metrics.ts'

let known: readonly Metric[] | null = null

/** Names, units and definitions; the values are those of a run without trades and mean nothing. */
export function trialMetrics(): readonly Metric[] {
  known ??= computeMetrics({
    time: Float64Array.of(0, 86_400_000),
    timeframeMs: 86_400_000,
    equity: Float64Array.of(1, 1),
    exposure: new Float64Array(2),
    initialEquity: 1,
    cashFlows: [],
    trades: [],
    fees: 0,
    funding: 0,
    turnover: 0,
    benchmark: { label: 'holding the first symbol', entryPrice: 1, close: Float64Array.of(1, 1) },
  })
  return known
}
