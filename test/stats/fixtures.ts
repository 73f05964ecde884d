/** Small runs and trades for the tests of this room. */

import type { Metric, Trade } from '../../engine/core/result.ts'
import { HOUR_MS } from '../../engine/stats/calendar.ts'
import type { MetricsInput } from '../../engine/stats/context.ts'
import { computeMetrics } from '../../engine/stats/metrics.ts'

/** A closed long trade of an hour without costs; give what matters. */
export function trade(fields: Partial<Trade> = {}): Trade {
  return {
    symbol: 'BTC/USD',
    side: 'long',
    entryTimeMs: 0,
    entryPrice: 100,
    exitTimeMs: HOUR_MS,
    exitPrice: 100,
    quantity: 1,
    entryFee: 0,
    exitFee: 0,
    funding: 0,
    pnl: 0,
    returnFraction: 0,
    entryRow: 0,
    exitRow: 1,
    exitReason: 'SIGNAL',
    tag: null,
    profile: null,
    maeFraction: 0,
    mfeFraction: 0,
    spreadCost: 0,
    slippageCost: 0,
    ...fields,
  }
}

/** A run of hourly bars from 2021-01-01 with this equity; give what else matters. */
export function run(equity: readonly number[], fields: Partial<MetricsInput> = {}): MetricsInput {
  const timeframeMs = fields.timeframeMs ?? HOUR_MS
  return {
    time: Float64Array.from(equity, (_, i) => Date.UTC(2021, 0, 1) + i * timeframeMs),
    timeframeMs,
    equity: Float64Array.from(equity),
    exposure: new Float64Array(equity.length),
    initialEquity: 100,
    trades: [],
    fees: 0,
    funding: 0,
    turnover: 0,
    cashFlows: [],
    ...fields,
  }
}

/** The metrics by their id. */
export function metricsById(input: MetricsInput): Map<string, Metric> {
  return new Map(computeMetrics(input).map((one) => [one.id, one]))
}

/** The value of one metric of a run. */
export function metricValue(input: MetricsInput, id: string): number | null {
  const found = metricsById(input).get(id)
  if (found === undefined) throw new Error(`no metric ${id}`)
  return found.value
}
