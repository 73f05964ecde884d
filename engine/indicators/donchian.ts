/** Donchian channel. */

import { RollingExtreme } from './extreme.ts'
import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { StatefulIndicator } from './state.ts'

const OUTPUTS = ['upper', 'middle', 'lower']

/**
 * Highest high and lowest low of `length` bars, and their middle. By default of the bars before the current one, so
 * that a breakout (high above upper) can happen at all; with `includeCurrent` of the last `length` bars.
 *
 * State (used without `includeCurrent`): upper and lower of the last row, and whether there was one.
 */
export class Donchian extends StatefulIndicator {
  readonly #highest: RollingExtreme
  readonly #lowest: RollingExtreme
  readonly #includeCurrent: boolean

  constructor(length: number, includeCurrent: boolean) {
    const highest = RollingExtreme.max(length)
    const lowest = RollingExtreme.min(length)
    super({
      identity: `donchian:${length}:${includeCurrent}`,
      outputs: OUTPUTS,
      warmup: includeCurrent ? length - 1 : length,
      stateLength: 3,
      parts: [highest, lowest],
    })
    this.#highest = highest
    this.#lowest = lowest
    this.#includeCurrent = includeCurrent
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const upper = outputs[0]!
    const middle = outputs[1]!
    const lower = outputs[2]!
    this.#highest.run(inputs[0]!, from, to, upper)
    this.#lowest.run(inputs[1]!, from, to, lower)
    if (!this.#includeCurrent) this.#delay(from, to, upper, lower)
    for (let i = from; i < to; i++) middle[i] = (upper[i]! + lower[i]!) / 2
  }

  /** Moves both columns one row later. */
  #delay(from: number, to: number, upper: Float64Array, lower: Float64Array): void {
    const state = this.state
    let heldUpper = state[2] === 1 ? state[0]! : Number.NaN
    let heldLower = state[2] === 1 ? state[1]! : Number.NaN
    for (let i = from; i < to; i++) {
      const nextUpper = upper[i]!
      const nextLower = lower[i]!
      upper[i] = heldUpper
      lower[i] = heldLower
      heldUpper = nextUpper
      heldLower = nextLower
    }
    state[0] = heldUpper
    state[1] = heldLower
    state[2] = 1
  }
}

export const donchianDefinition: IndicatorDefinition = {
  kind: 'donchian',
  description: 'Highest high and lowest low of `length` bars; the current bar counts only with `includeCurrent`.',
  takesField: false,
  inputs: () => ['high', 'low'],
  parameters: { length: lengthParameter(20), includeCurrent: { type: 'boolean', default: false } },
  outputs: OUTPUTS,
  create: (parameters) => new Donchian(numberOf(parameters, 'length'), parameters['includeCurrent'] === true),
}
