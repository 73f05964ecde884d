/** SuperTrend. */

import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, multiplierParameter, numberOf } from './parameters.ts'
import { StatefulIndicator } from './state.ts'
import { Atr } from './true-range.ts'

const OUTPUTS = ['supertrend', 'direction']

const UPPER = 0
const LOWER = 1
const DIRECTION = 2
const PREVIOUS = 3

/**
 * A trailing line: the lower band while the trend is up, the upper band while it is down. Bands are (high + low) / 2 ±
 * multiplier × ATR; the lower one only rises and the upper one only falls, until the previous close has crossed it. The
 * trend turns when the close reaches the line. `direction` is 1 up, −1 down; it begins up where the first defined
 * close is at or above the bar's middle. O. Seban's indicator, in the form of Stock.Indicators.
 *
 * State: upper band, lower band, direction (0 before the first row), previous close.
 */
export class SuperTrend extends StatefulIndicator {
  readonly #atr: Atr
  readonly #multiplier: number

  constructor(length: number, multiplier: number) {
    const atr = new Atr(length)
    super({
      identity: `supertrend:${length}:${multiplier}`,
      outputs: OUTPUTS,
      warmup: atr.warmup,
      settled: atr.settled,
      stateLength: 4,
      parts: [atr],
    })
    this.#atr = atr
    this.#multiplier = multiplier
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const [highs, lows, closes] = inputs as [Float64Array, Float64Array, Float64Array]
    const [line, directions] = outputs as [Float64Array, Float64Array]
    const multiplier = this.#multiplier
    const state = this.state
    let upper = state[UPPER]!
    let lower = state[LOWER]!
    let direction = state[DIRECTION]!
    let previous = state[PREVIOUS]!
    this.#atr.run(highs, lows, closes, from, to, line)
    for (let i = from; i < to; i++) {
      const close = closes[i]!
      const middle = lows[i]! + (highs[i]! - lows[i]!) / 2
      const band = multiplier * line[i]!
      const top = middle + band
      const bottom = middle - band
      if (!Number.isFinite(top) || !Number.isFinite(bottom)) {
        direction = 0
        line[i] = Number.NaN
        directions[i] = Number.NaN
        continue
      }
      const first = direction === 0
      if (first) direction = close >= middle ? 1 : -1
      if (first || top < upper || previous > upper) upper = top
      if (first || bottom > lower || previous < lower) lower = bottom
      direction = close <= (direction === 1 ? lower : upper) ? -1 : 1
      previous = close
      line[i] = direction === 1 ? lower : upper
      directions[i] = direction
    }
    state[UPPER] = upper
    state[LOWER] = lower
    state[DIRECTION] = direction
    state[PREVIOUS] = previous
  }
}

export const supertrendDefinition: IndicatorDefinition = {
  kind: 'supertrend',
  description: 'Trailing line of (high + low) / 2 ± multiplier × ATR(length), with its direction (1 up, −1 down).',
  takesField: false,
  inputs: () => ['high', 'low', 'close'],
  parameters: { length: lengthParameter(10), multiplier: multiplierParameter(3) },
  outputs: OUTPUTS,
  create: (parameters) => new SuperTrend(numberOf(parameters, 'length'), numberOf(parameters, 'multiplier')),
}
