/** Relative strength index. */

import { wilderSettled } from './exponential.ts'
import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { BLOCK_ROWS, ColumnIndicator } from './state.ts'

const GAIN = 0
const LOSS = 1
const PREVIOUS = 2
const COUNT = 3

/**
 * 100 × G / (G + L), the same as 100 − 100 / (1 + G/L), where G and L are Wilder averages of the gains and losses
 * from value to value, seeded with the mean of the first `length` changes. No losses give 100, in a flat series too.
 * J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 *
 * State: G, L, the previous value, count of values since the start (at most `length` + 1).
 */
export class Rsi extends ColumnIndicator {
  readonly #length: number

  constructor(length: number) {
    super({
      identity: `rsi:${length}`,
      outputs: ['rsi'],
      warmup: length,
      settled: 1 + wilderSettled(length),
      stateLength: 4,
    })
    this.#length = length
  }

  override run(input: Float64Array, from: number, to: number, output: Float64Array): void {
    for (let row = from; row < to; row += BLOCK_ROWS) {
      const end = Math.min(to, row + BLOCK_ROWS)
      const isSeeded = this.state[COUNT] === this.#length + 1
      const done = isSeeded && this.#steady(input, row, end, output)
      if (!done) this.#careful(input, row, end, output)
    }
  }

  /** Seeded averages and finite values only; false, with the state as it was, if that turns out wrong. */
  #steady(input: Float64Array, from: number, to: number, output: Float64Array): boolean {
    const { keep, half } = weights(this.#length)
    const state = this.state
    let gain = state[GAIN]!
    let loss = state[LOSS]!
    let previous = state[PREVIOUS]!
    for (let i = from; i < to; i++) {
      const value = input[i]!
      const change = value - previous
      const size = Math.abs(change)
      previous = value
      gain = gain * keep + (size + change) * half
      loss = loss * keep + (size - change) * half
      output[i] = strength(gain, loss)
    }
    if (!Number.isFinite(gain) || !Number.isFinite(loss)) return false
    state[GAIN] = gain
    state[LOSS] = loss
    state[PREVIOUS] = previous
    return true
  }

  #careful(input: Float64Array, from: number, to: number, output: Float64Array): void {
    const full = this.#length + 1
    const { keep, half } = weights(this.#length)
    const state = this.state
    let gain = state[GAIN]!
    let loss = state[LOSS]!
    let previous = state[PREVIOUS]!
    let count = state[COUNT]!
    for (let i = from; i < to; i++) {
      const value = input[i]!
      // The first value has no change; the difference is 0, or NaN if it isn't finite.
      const change = value - (count === 0 ? value : previous)
      const size = Math.abs(change)
      previous = value
      if (count === full) {
        gain = gain * keep + (size + change) * half
        loss = loss * keep + (size - change) * half
      } else {
        // Sums of changes times the weight: their mean as soon as there are `length` of them.
        gain += (size + change) * half
        loss += (size - change) * half
        count++
      }
      if (!Number.isFinite(gain) || !Number.isFinite(loss)) {
        gain = 0
        loss = 0
        count = 0
      }
      output[i] = count === full ? strength(gain, loss) : Number.NaN
    }
    state[GAIN] = gain
    state[LOSS] = loss
    state[PREVIOUS] = previous
    state[COUNT] = count
  }
}

/**
 * Weight of the old average, and half the weight of a change. |change| + change is twice the gain or zero, |change| −
 * change twice the loss or zero: both exact, and without a branch that could be mispredicted at every second bar.
 */
function weights(length: number): { keep: number; half: number } {
  return { keep: 1 - 1 / length, half: 0.5 / length }
}

function strength(gain: number, loss: number): number {
  return loss === 0 ? 100 : (gain / (gain + loss)) * 100
}

export const rsiDefinition: IndicatorDefinition = {
  kind: 'rsi',
  description:
    'Relative strength index (Wilder), 0 to 100, seeded with the mean of the first `length` changes; no losses give 100.',
  takesField: true,
  inputs: (field) => [field],
  parameters: { length: lengthParameter(14) },
  outputs: ['rsi'],
  create: (parameters) => new Rsi(numberOf(parameters, 'length')),
}
