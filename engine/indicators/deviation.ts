/** Rolling standard deviation and z-score. */

import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { finiteOrNaN } from './state.ts'
import { WindowIndicator } from './window.ts'

/** Where `windowMoments` leaves the mean and the population variance. */
export const MEAN = 0
export const VARIANCE = 1

/**
 * Mean and population variance of `buffer[start .. start + length)`, into `moments`. One pass over the differences to
 * the newest value. As that value belongs to the window, Samuelson's inequality, (x − mean)² ≤ (n − 1) variance,
 * bounds the cancellation: the relative error stays within about n rounding errors, however large the prices, and a
 * flat window gives exactly zero.
 */
export function windowMoments(buffer: Float64Array, start: number, length: number, moments: Float64Array): void {
  const end = start + length
  const pivot = buffer[end - 1]!
  let sum = 0
  let squares = 0
  for (let k = start; k < end; k++) {
    const difference = buffer[k]! - pivot
    sum += difference
    squares += difference * difference
  }
  const variance = (squares - (sum * sum) / length) / length
  moments[MEAN] = pivot + sum / length
  moments[VARIANCE] = Math.max(variance, 0)
}

/** Standard deviation of the last `length` values; `ddof` 0 divides by n (population), 1 by n − 1 (sample). */
export class StandardDeviation extends WindowIndicator {
  readonly #bessel: number
  readonly #moments = new Float64Array(2)

  constructor(length: number, ddof: number) {
    super('stdev', ['stdev'], length, `stdev:${length}:${ddof}`)
    this.#bessel = length / (length - ddof)
  }

  protected override evaluate(
    buffer: Float64Array,
    start: number,
    from: number,
    to: number,
    outputs: readonly Float64Array[],
  ): void {
    const { length } = this
    const bessel = this.#bessel
    const moments = this.#moments
    const output = outputs[0]!
    for (let i = from; i < to; i++) {
      windowMoments(buffer, start + i - from, length, moments)
      output[i] = finiteOrNaN(Math.sqrt(moments[VARIANCE]! * bessel))
    }
  }
}

/** (value − mean) / population standard deviation of the last `length` values; NaN where they are all equal. */
export class ZScore extends WindowIndicator {
  readonly #moments = new Float64Array(2)

  constructor(length: number) {
    super('zscore', ['zscore'], length)
  }

  protected override evaluate(
    buffer: Float64Array,
    start: number,
    from: number,
    to: number,
    outputs: readonly Float64Array[],
  ): void {
    const { length } = this
    const moments = this.#moments
    const output = outputs[0]!
    for (let i = from; i < to; i++) {
      const offset = start + i - from
      windowMoments(buffer, offset, length, moments)
      const deviation = Math.sqrt(moments[VARIANCE]!)
      output[i] = finiteOrNaN((buffer[offset + length - 1]! - moments[MEAN]!) / deviation)
    }
  }
}

export const stdevDefinition: IndicatorDefinition = {
  kind: 'stdev',
  aliases: ['stddev'],
  description: 'Standard deviation of the last `length` values; `ddof` 0 is the population form, 1 the sample form.',
  takesField: true,
  inputs: (field) => [field],
  parameters: { length: lengthParameter(20, 2), ddof: { type: 'integer', default: 0, min: 0, max: 1 } },
  outputs: ['stdev'],
  create: (parameters) => new StandardDeviation(numberOf(parameters, 'length'), numberOf(parameters, 'ddof')),
}

export const zscoreDefinition: IndicatorDefinition = {
  kind: 'zscore',
  aliases: ['z-score'],
  description: 'Distance of the value from the mean of the last `length` values in population standard deviations.',
  takesField: true,
  inputs: (field) => [field],
  parameters: { length: lengthParameter(20, 2) },
  outputs: ['zscore'],
  create: (parameters) => new ZScore(numberOf(parameters, 'length')),
}
