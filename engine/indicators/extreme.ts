/** Rolling maximum and minimum. */

import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { ColumnIndicator } from './state.ts'

const COUNT = 0
const PLACE = 1
const PREFIX = 2
const SCALARS = 3

/**
 * Largest (sign 1) or smallest (sign −1) of the last `length` values in three comparisons a bar, whatever the length:
 * values come in blocks of `length`, and a window is the end of one block and the begin of the next. The begin's
 * extreme is kept as it grows; the ends' extremes are computed, all at once, when a block is full.
 * M. van Herk, Pattern Recognition Letters 13, 1992.
 *
 * State: count of finite values in a row (at most `length`), place in the block, extreme of the block's begin, then
 * `length` slots: the block's values (times the sign) before the place, the last block's end extremes from it on.
 */
export class RollingExtreme extends ColumnIndicator {
  readonly #length: number
  readonly #sign: 1 | -1
  readonly #slots: Float64Array

  private constructor(name: string, length: number, sign: 1 | -1) {
    super({ identity: `${name}:${length}`, outputs: [name], warmup: length - 1, stateLength: SCALARS + length })
    this.#length = length
    this.#sign = sign
    this.#slots = this.state.subarray(SCALARS)
  }

  static max(length: number): RollingExtreme {
    return new RollingExtreme('max', length, 1)
  }

  static min(length: number): RollingExtreme {
    return new RollingExtreme('min', length, -1)
  }

  override run(input: Float64Array, from: number, to: number, output: Float64Array): void {
    const length = this.#length
    const sign = this.#sign
    const slots = this.#slots
    const state = this.state
    // Whole numbers to V8 as well, which come out of doubles.
    let count = state[COUNT]! | 0
    let place = state[PLACE]! | 0
    let prefix = state[PREFIX]!
    for (let i = from; i < to; i++) {
      const value = input[i]! * sign
      if (!Number.isFinite(value)) {
        count = 0
        place = 0
        output[i] = Number.NaN
        continue
      }
      prefix = place === 0 ? value : Math.max(prefix, value)
      slots[place++] = value
      if (count < length) count++
      const extreme = place === length ? prefix : Math.max(prefix, slots[place]!)
      output[i] = count === length ? extreme * sign : Number.NaN
      if (place === length) {
        for (let k = length - 2; k >= 0; k--) slots[k] = Math.max(slots[k]!, slots[k + 1]!)
        place = 0
      }
    }
    state[COUNT] = count
    state[PLACE] = place
    state[PREFIX] = prefix
  }
}

export const maxDefinition: IndicatorDefinition = {
  kind: 'max',
  aliases: ['highest'],
  description: 'Largest of the last `length` values, the current one included.',
  takesField: true,
  inputs: (field) => [field],
  parameters: { length: lengthParameter(20) },
  outputs: ['max'],
  create: (parameters) => RollingExtreme.max(numberOf(parameters, 'length')),
}

export const minDefinition: IndicatorDefinition = {
  kind: 'min',
  aliases: ['lowest'],
  description: 'Smallest of the last `length` values, the current one included.',
  takesField: true,
  inputs: (field) => [field],
  parameters: { length: lengthParameter(20) },
  outputs: ['min'],
  create: (parameters) => RollingExtreme.min(numberOf(parameters, 'length')),
}
