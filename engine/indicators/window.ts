/** Sliding windows laid out contiguously, for indicators that look at every value of the window at every row. */

import { StatefulIndicator } from './state.ts'

/** Rows handled at a time: the buffer stays in the processor's first cache. */
const BLOCK_ROWS = 512

/**
 * Base of indicators that are a function of the last `length` values alone. Rows are copied, a block at a time, behind
 * the `length` − 1 values before them, so that each row's window is a contiguous stretch. Looking at the whole window
 * costs `length` steps a row and in return nothing drifts and nothing is poisoned: a value that has left is forgotten.
 * It may run in place (an output may be the input).
 *
 * State: count of finite values in a row (at most `length`), then the last `length` − 1 values.
 */
export abstract class WindowIndicator extends StatefulIndicator {
  protected readonly length: number
  readonly #buffer: Float64Array

  protected constructor(name: string, outputs: readonly string[], length: number, identity = `${name}:${length}`) {
    super({ identity, outputs, warmup: length - 1, stateLength: length })
    this.length = length
    this.#buffer = new Float64Array(length - 1 + BLOCK_ROWS)
  }

  /**
   * Writes the outputs of rows [from, to) whose windows are `buffer[i − from + start .. + length)`. All values finite.
   * One call handles a stretch of rows, so that the loop over them is the subclass's own.
   */
  protected abstract evaluate(
    buffer: Float64Array,
    start: number,
    from: number,
    to: number,
    outputs: readonly Float64Array[],
  ): void

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    for (let start = from; start < to; start += BLOCK_ROWS) {
      this.#block(inputs[0]!, start, Math.min(to, start + BLOCK_ROWS), outputs)
    }
  }

  #block(input: Float64Array, from: number, to: number, outputs: readonly Float64Array[]): void {
    const { state, length } = this
    const buffer = this.#buffer
    const past = length - 1
    const rows = to - from
    for (let k = 0; k < past; k++) buffer[k] = state[k + 1]!
    for (let k = 0; k < rows; k++) buffer[past + k] = input[from + k]!
    // A whole number to V8 as well, which comes out of a double.
    let count = state[0]! | 0
    let ready = from
    for (let i = from; i < to; i++) {
      const value = buffer[past + i - from]!
      if (!Number.isFinite(value)) {
        if (ready < i) this.evaluate(buffer, ready - from, ready, i, outputs)
        count = 0
      } else if (count < length) {
        count++
      }
      if (count < length) {
        for (let k = 0; k < outputs.length; k++) outputs[k]![i] = Number.NaN
        ready = i + 1
      }
    }
    if (ready < to) this.evaluate(buffer, ready - from, ready, to, outputs)
    state[0] = count
    for (let k = 0; k < past; k++) state[k + 1] = buffer[rows + k]!
  }
}
