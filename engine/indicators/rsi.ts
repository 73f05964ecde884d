/** Relative strength index. */

import { wilderSettled, wilderWeights } from './exponential.ts'
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
      const done = isSeeded && steady(input, row, end, output, this.state, this.#length)
      if (!done) this.#careful(input, row, end, output)
    }
  }

  #careful(input: Float64Array, from: number, to: number, output: Float64Array): void {
    const full = this.#length + 1
    const { keep, weight } = wilderWeights(this.#length)
    const state = this.state
    let net = state[NET]!
    let total = state[TOTAL]!
    let previous = state[PREVIOUS]!
    let count = state[COUNT]! | 0
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

/** A block over seeded averages; false, with the state as it was, where a value turns out not to be finite. */
function steady(
  input: Float64Array,
  from: number,
  to: number,
  output: Float64Array,
  state: Float64Array,
  length: number,
): boolean {
  const { keep, weight } = wilderWeights(length)
  let net = state[NET]!
  let total = state[TOTAL]!
  let previous = state[PREVIOUS]!
  let i = from
  for (const last = to - 3; i < last; i += 4) {
    const c0 = input[i]! - previous
    const c1 = input[i + 1]! - input[i]!
    const c2 = input[i + 2]! - input[i + 1]!
    previous = input[i + 3]!
    const c3 = previous - input[i + 2]!
    const n0 = net * keep + c0 * weight
    const n1 = n0 * keep + c1 * weight
    const n2 = n1 * keep + c2 * weight
    net = n2 * keep + c3 * weight
    const t0 = total * keep + Math.abs(c0) * weight
    const t1 = t0 * keep + Math.abs(c1) * weight
    const t2 = t1 * keep + Math.abs(c2) * weight
    total = t2 * keep + Math.abs(c3) * weight
    output[i] = strength(n0, t0)
    output[i + 1] = strength(n1, t1)
    output[i + 2] = strength(n2, t2)
    output[i + 3] = strength(net, total)
  }
  for (; i < to; i++) {
    const change = input[i]! - previous
    previous = input[i]!
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
