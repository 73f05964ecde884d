/** Simple moving average. */

import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { BLOCK_ROWS, ColumnIndicator } from './state.ts'

const SUM = 0
const COUNT = 1
const HEAD = 2
const SCALARS = 3
/** Fewer rows are sooner done one by one than by views of them. */
const VIEWS_PAY = 64

/**
 * Mean of the last `length` values by a running sum: add the newest less the value that leaves, then divide.
 * Division, rather than a product with 1/n, makes the mean of equal round values exact. The sum keeps the rounding
 * error of its additions (about 1e-16 of the largest sum so far per bar), so the last bits depend on where it began.
 *
 * State: sum, count of values since the start (at most `length`), slot of the oldest value, ring of `length` values.
 */
export class Sma extends ColumnIndicator {
  readonly #length: number
  readonly #ring: Float64Array

  constructor(length: number) {
    super({ identity: `sma:${length}`, outputs: ['sma'], warmup: length - 1, stateLength: SCALARS + length })
    this.#length = length
    this.#ring = this.state.subarray(SCALARS)
  }

  override run(input: Float64Array, from: number, to: number, output: Float64Array): void {
    const length = this.#length
    // Whole numbers to V8 as well, here and below, which come out of doubles.
    const head = this.state[HEAD]! | 0
    // The value that leaves at a row lies in the ring for the first `length` rows (up to its end, then from its
    // begin), and in the input itself after that.
    const wrap = Math.min(to, from + length - head)
    const beyond = Math.min(to, from + length)
    this.#span(input, from, wrap, this.#ring, head - from, output)
    this.#span(input, wrap, beyond, this.#ring, head - from - length, output)
    this.#span(input, beyond, to, input, -length, output)
    this.#remember(input, from, to)
  }

  /** Rows [from, to); the value that leaves at row i is `older[i + shift]`. */
  #span(input: Float64Array, from: number, to: number, older: Float64Array, shift: number, output: Float64Array): void {
    for (let row = from; row < to; row += BLOCK_ROWS) {
      const end = Math.min(to, row + BLOCK_ROWS)
      const isLong = this.state[COUNT] === this.#length && end - row >= VIEWS_PAY
      const done =
        isLong &&
        steady(
          input.subarray(row, end),
          older.subarray(row + shift, end + shift),
          output.subarray(row, end),
          this.state,
          this.#length,
        )
      if (!done) this.#careful(input, row, end, older, shift, output)
    }
  }

  #careful(
    input: Float64Array,
    from: number,
    to: number,
    older: Float64Array,
    shift: number,
    output: Float64Array,
  ): void {
    const length = this.#length
    let sum = this.state[SUM]!
    let count = this.state[COUNT]! | 0
    for (let i = from; i < to; i++) {
      if (count === length) sum += input[i]! - older[i + shift]!
      else {
        sum += input[i]!
        count++
      }
      if (!Number.isFinite(sum)) {
        sum = 0
        count = 0
      }
      output[i] = count === length ? sum / length : Number.NaN
    }
    this.state[SUM] = sum
    this.state[COUNT] = count
  }

  #remember(input: Float64Array, from: number, to: number): void {
    const length = this.#length
    const ring = this.#ring
    const first = Math.max(from, to - length)
    let slot = ((this.state[HEAD]! | 0) + (first - from)) % length
    for (let i = first; i < to; i++) {
      ring[slot] = input[i]!
      slot = slot + 1 === length ? 0 : slot + 1
    }
    this.state[HEAD] = slot
  }
}

/**
 * A block over a full window, whose rows all three arrays count alike: then V8 works a row's place out once. False, with
 * the state as it was, where a value turns out not to be finite.
 */
function steady(
  input: Float64Array,
  older: Float64Array,
  output: Float64Array,
  state: Float64Array,
  length: number,
): boolean {
  const rows = input.length
  let sum = state[SUM]!
  let i = 0
  for (const last = (rows - 5) | 0; i < last; i = (i + 6) | 0) {
    // One addition a row on the chain from sum to sum: the differences don't wait for it.
    const s0 = sum + (input[i]! - older[i]!)
    const s1 = s0 + (input[i + 1]! - older[i + 1]!)
    const s2 = s1 + (input[i + 2]! - older[i + 2]!)
    const s3 = s2 + (input[i + 3]! - older[i + 3]!)
    const s4 = s3 + (input[i + 4]! - older[i + 4]!)
    sum = s4 + (input[i + 5]! - older[i + 5]!)
    output[i] = s0 / length
    output[i + 1] = s1 / length
    output[i + 2] = s2 / length
    output[i + 3] = s3 / length
    output[i + 4] = s4 / length
    output[i + 5] = sum / length
  }
  for (; i < rows; i++) {
    sum += input[i]! - older[i]!
    output[i] = sum / length
  }
  if (!Number.isFinite(sum)) return false
  state[SUM] = sum
  return true
}

export const smaDefinition: IndicatorDefinition = {
  kind: 'sma',
  description: 'Simple moving average: the mean of the last `length` values.',
  takesField: true,
  inputs: (field) => [field],
  parameters: { length: lengthParameter(20) },
  outputs: ['sma'],
  create: (parameters) => new Sma(numberOf(parameters, 'length')),
}
