/** Rolling linear regression slope. */

import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { finiteOrNaN } from './state.ts'
import { WindowIndicator } from './window.ts'

/**
 * Slope per bar of the least-squares line through the last `length` values: Σ (j − m)(y_j − y_last) / Σ (j − m)² with
 * m the mean index. Taking the newest value off changes nothing in exact arithmetic (the weights sum to zero) and keeps
 * large prices from cancelling; a flat window gives exactly zero.
 */
export class Slope extends WindowIndicator {
  readonly #sumOfSquares: number

  constructor(length: number) {
    super('slope', ['slope'], length)
    // Σ (j − m)² over j = 0 … n − 1.
    this.#sumOfSquares = (length * (length * length - 1)) / 12
  }

  protected override evaluate(
    buffer: Float64Array,
    start: number,
    from: number,
    to: number,
    outputs: readonly Float64Array[],
  ): void {
    const { length } = this
    const middle = (length - 1) / 2
    const sumOfSquares = this.#sumOfSquares
    const output = outputs[0]!
    for (let i = from; i < to; i++) {
      const offset = start + i - from
      const pivot = buffer[offset + length - 1]!
      let sum = 0
      for (let j = 0; j < length; j++) sum += (j - middle) * (buffer[offset + j]! - pivot)
      output[i] = finiteOrNaN(sum / sumOfSquares)
    }
  }
}

export const slopeDefinition: IndicatorDefinition = {
  kind: 'slope',
  aliases: ['linreg-slope', 'linear-regression-slope'],
  description: 'Slope per bar of the least-squares line through the last `length` values.',
  takesField: true,
  inputs: (field) => [field],
  parameters: { length: lengthParameter(14, 2) },
  outputs: ['slope'],
  create: (parameters) => new Slope(numberOf(parameters, 'length')),
}
