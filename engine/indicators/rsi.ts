/** Relative strength index. */

import { wilderSettled } from './exponential.ts'
import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { BLOCK_ROWS, ColumnIndicator } from './state.ts'

const NET = 0
const TOTAL = 1
const PREVIOUS = 2
const COUNT = 3

/**
 * 100 − 100 / (1 + G/L), where G and L are Wilder averages of the gains and losses from value to value, seeded with the
 * mean of the first `length` changes. No losses give 100, in a flat series too. Computed as 50 + 50 × (G − L) / (G + L):
 * G − L and G + L are the averages of the changes and of their sizes, which takes no branch on the sign of a change;
 * where all changes have one sign the two agree in every bit and the result is exactly 100 or 0.
 * J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 *
 * State: G − L, G + L, the previous value, count of values since the start (at most `length` + 1).
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
    const { keep, weight } = weights(this.#length)
    const state = this.state
    let net = state[NET]!
    let total = state[TOTAL]!
    let previous = state[PREVIOUS]!
    for (let i = from; i < to; i++) {
      const value = input[i]!
      const change = value - previous
      previous = value
      net = net * keep + change * weight
      total = total * keep + Math.abs(change) * weight
      output[i] = strength(net, total)
    }
    if (!Number.isFinite(total)) return false
    state[NET] = net
    state[TOTAL] = total
    state[PREVIOUS] = previous
    return true
  }

  #careful(input: Float64Array, from: number, to: number, output: Float64Array): void {
    const full = this.#length + 1
    const { keep, weight } = weights(this.#length)
    const state = this.state
    let net = state[NET]!
    let total = state[TOTAL]!
    let previous = state[PREVIOUS]!
    let count = state[COUNT]!
    for (let i = from; i < to; i++) {
      const value = input[i]!
      // The first value has no change; the difference is 0, or NaN if it isn't finite.
      const change = value - (count === 0 ? value : previous)
      previous = value
      if (count === full) {
        net = net * keep + change * weight
        total = total * keep + Math.abs(change) * weight
      } else {
        // Sums of changes times the weight: their mean as soon as there are `length` of them.
        net += change * weight
        total += Math.abs(change) * weight
        count++
      }
      if (!Number.isFinite(total)) {
        net = 0
        total = 0
        count = 0
      }
      output[i] = count === full ? strength(net, total) : Number.NaN
    }
    state[NET] = net
    state[TOTAL] = total
    state[PREVIOUS] = previous
    state[COUNT] = count
  }
}

/** Weights of the old average and of a new change. */
function weights(length: number): { keep: number; weight: number } {
  return { keep: 1 - 1 / length, weight: 1 / length }
}

function strength(net: number, total: number): number {
  return total === 0 ? 100 : 50 + (net / total) * 50
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
