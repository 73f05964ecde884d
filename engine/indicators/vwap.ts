/** Volume-weighted average price from an anchor. */

import { bucketOrigin, DAY_MS, WEEK_MS } from './buckets.ts'
import type { IndicatorDefinition } from './indicator.ts'
import { finiteOrNaN, StatefulIndicator } from './state.ts'

/** Reset periods by name. */
const SPAN_MS: Readonly<Record<string, number>> = { day: DAY_MS, week: WEEK_MS, none: Number.POSITIVE_INFINITY }

/**
 * Σ (high + low + close) / 3 × volume over Σ volume, since the last 00:00 UTC (`day`), Monday 00:00 UTC (`week`) or the
 * first row (`none`). NaN until there is volume. A bar that isn't finite leaves NaN until the next reset, since the
 * average from the anchor is unknown from there on.
 *
 * State: whether it has begun, number of the period, Σ price × volume, Σ volume.
 */
export class Vwap extends StatefulIndicator {
  readonly #spanMs: number

  constructor(reset: string) {
    super({ identity: `vwap:${reset}`, outputs: ['vwap'], warmup: 0, stateLength: 4 })
    this.#spanMs = SPAN_MS[reset]!
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const [high, low, close, volume, time] = inputs as [
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
      Float64Array,
    ]
    const output = outputs[0]!
    const spanMs = this.#spanMs
    const originMs = bucketOrigin(spanMs)
    const state = this.state
    let period = state[0] === 1 ? state[1]! : Number.NaN
    let turnover = state[2]!
    let total = state[3]!
    for (let i = from; i < to; i++) {
      const current = Math.floor((time[i]! - originMs) / spanMs)
      if (current !== period) {
        period = current
        turnover = 0
        total = 0
      }
      turnover += ((high[i]! + low[i]! + close[i]!) / 3) * volume[i]!
      total += volume[i]!
      output[i] = finiteOrNaN(turnover / total)
    }
    state[0] = 1
    state[1] = period
    state[2] = turnover
    state[3] = total
  }
}

export const vwapDefinition: IndicatorDefinition = {
  kind: 'vwap',
  description: 'Volume-weighted average of (high + low + close) / 3 since the last reset, by default 00:00 UTC.',
  takesField: false,
  inputs: () => ['high', 'low', 'close', 'volume', 'time'],
  parameters: { reset: { type: 'choice', default: 'day', choices: ['day', 'week', 'none'] } },
  outputs: ['vwap'],
  create: (parameters) => new Vwap(parameters['reset'] as string),
}
