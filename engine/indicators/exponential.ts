/** Exponential moving averages: EMA and Wilder's smoothed moving average are one recurrence with two weights. */

import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { BLOCK_ROWS, ColumnIndicator } from './state.ts'

const AVERAGE = 0
const COUNT = 1

/**
 * average += (value − average) × weight, seeded with the mean of the first `length` values. In this form a flat series
 * stays exactly flat. It may run in place (`output === input`), which composites use.
 *
 * State: the average (the sum, until seeded), count of values since the start (at most `length`).
 */
export class Exponential extends ColumnIndicator {
  readonly #length: number
  readonly #weight: number

  private constructor(name: string, length: number, weight: number, settled: number) {
    super({ identity: `${name}:${length}`, outputs: [name], warmup: length - 1, settled, stateLength: 2 })
    this.#length = length
    this.#weight = weight
  }

  /** EMA: weight 2 / (length + 1). */
  static ema(length: number): Exponential {
    return new Exponential('ema', length, 2 / (length + 1), emaSettled(length))
  }

  /** Wilder's average (RMA, SMMA): weight 1 / length. J. W. Wilder, New Concepts in Technical Trading Systems, 1978. */
  static wilder(length: number): Exponential {
    return new Exponential('smma', length, 1 / length, wilderSettled(length))
  }

  override run(input: Float64Array, from: number, to: number, output: Float64Array): void {
    // In place the steady loop would destroy the input that the careful one may have to read.
    const inPlace = input === output
    for (let row = from; row < to; row += BLOCK_ROWS) {
      const end = Math.min(to, row + BLOCK_ROWS)
      const isSeeded = this.state[COUNT] === this.#length
      const done = isSeeded && !inPlace && this.#steady(input, row, end, output)
      if (!done) this.#careful(input, row, end, output)
    }
  }

  /** A seeded average and finite values only; false, with the state as it was, if that turns out wrong. */
  #steady(input: Float64Array, from: number, to: number, output: Float64Array): boolean {
    const weight = this.#weight
    let average = this.state[AVERAGE]!
    for (let i = from; i < to; i++) {
      average += (input[i]! - average) * weight
      output[i] = average
    }
    if (!Number.isFinite(average)) return false
    this.state[AVERAGE] = average
    return true
  }

  #careful(input: Float64Array, from: number, to: number, output: Float64Array): void {
    const length = this.#length
    const weight = this.#weight
    let average = this.state[AVERAGE]!
    let count = this.state[COUNT]! | 0
    for (let i = from; i < to; i++) {
      const value = input[i]!
      if (count === length) {
        average += (value - average) * weight
      } else {
        average += value
        count++
        if (count === length) average /= length
      }
      if (!Number.isFinite(average)) {
        average = 0
        count = 0
      }
      output[i] = count === length ? average : Number.NaN
    }
    this.state[AVERAGE] = average
    this.state[COUNT] = count
  }
}

/** Rows until an EMA's seed weighs less than 0.1 %: (1 − 2/(n+1))^k < 0.001 from about k = 3.45 (n + 1). */
export function emaSettled(length: number): number {
  return length - 1 + Math.ceil(3.45 * (length + 1))
}

/**
 * Weights of Wilder's old average and of a new value. As old × keep + new × weight a row waits for one product and one
 * sum of the row before it; as old + (new − old) × weight it would wait for a difference as well.
 */
export function wilderWeights(length: number): { keep: number; weight: number } {
  return { keep: 1 - 1 / length, weight: 1 / length }
}

/** Rows until a Wilder average's seed weighs less than 0.1 %: (1 − 1/n)^k < 0.001 from about k = 6.91 n. */
export function wilderSettled(length: number): number {
  return length - 1 + Math.ceil(6.91 * length)
}

export const emaDefinition: IndicatorDefinition = {
  kind: 'ema',
  description:
    'Exponential moving average, weight 2 / (length + 1), seeded with the mean of the first `length` values.',
  takesField: true,
  inputs: (field) => [field],
  parameters: { length: lengthParameter(20) },
  outputs: ['ema'],
  create: (parameters) => Exponential.ema(numberOf(parameters, 'length')),
}

export const smmaDefinition: IndicatorDefinition = {
  kind: 'smma',
  aliases: ['rma', 'wilder'],
  description:
    "Wilder's smoothed moving average, weight 1 / length, seeded with the mean of the first `length` values.",
  takesField: true,
  inputs: (field) => [field],
  parameters: { length: lengthParameter(20) },
  outputs: ['smma'],
  create: (parameters) => Exponential.wilder(numberOf(parameters, 'length')),
}
