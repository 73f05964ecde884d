/** Sharpe ratio and volatility over a moving window of periods. */

import type { PeriodReturns } from './period-returns.ts'
import { sharpeRatio, volatility } from './sharpe.ts'

/** Values at the end of each window; null where undefined. The first stands at period `window` − 1. */
export interface RollingSeries {
  /** Periods in a window. */
  readonly window: number
  /** Start of the window's last period, ms UTC. */
  readonly startMs: Float64Array
  readonly sharpe: readonly (number | null)[]
  readonly volatility: readonly (number | null)[]
}

/** Each window is computed afresh: running sums would drift, and days are few. Empty where the run is shorter. */
export function rolling(returns: PeriodReturns, window: number, riskFreeAnnual = 0): RollingSeries {
  const count = Math.max(0, returns.value.length - window + 1)
  const sharpe: (number | null)[] = []
  const deviation: (number | null)[] = []
  for (let from = 0; from < count; from++) {
    const slice = returns.value.subarray(from, from + window)
    sharpe.push(sharpeRatio(slice, returns.periodsPerYear, riskFreeAnnual).value)
    deviation.push(volatility(slice, returns.periodsPerYear).value)
  }
  return { window, startMs: returns.startMs.slice(window - 1, window - 1 + count), sharpe, volatility: deviation }
}
