/** Bollinger bands. */

import { MEAN, VARIANCE, windowMoments } from './deviation.ts'
import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, multiplierParameter, numberOf } from './parameters.ts'
import { finiteOrNaN } from './state.ts'
import { WindowIndicator } from './window.ts'

const OUTPUTS = ['upper', 'middle', 'lower', 'width', 'percentB']

/**
 * Middle = mean of the last `length` values, upper and lower = middle ± multiplier × population standard deviation,
 * width = (upper − lower) / middle, percentB = (value − lower) / (upper − lower), NaN where the bands meet.
 * J. Bollinger, Bollinger on Bollinger Bands, 2001. The mean is taken over the window, so its last bits can differ
 * from those of the running sum in `sma`.
 */
export class Bollinger extends WindowIndicator {
  readonly #multiplier: number
  readonly #moments = new Float64Array(2)

  constructor(length: number, multiplier: number) {
    super('bollinger', OUTPUTS, length, `bollinger:${length}:${multiplier}`)
    this.#multiplier = multiplier
  }

  protected override evaluate(
    buffer: Float64Array,
    start: number,
    from: number,
    to: number,
    outputs: readonly Float64Array[],
  ): void {
    const { length } = this
    const multiplier = this.#multiplier
    const moments = this.#moments
    const upper = outputs[0]!
    const middle = outputs[1]!
    const lower = outputs[2]!
    const width = outputs[3]!
    const percentB = outputs[4]!
    for (let i = from; i < to; i++) {
      const offset = start + i - from
      windowMoments(buffer, offset, length, moments)
      const mean = moments[MEAN]!
      const band = multiplier * Math.sqrt(moments[VARIANCE]!)
      const top = finiteOrNaN(mean + band)
      const bottom = finiteOrNaN(mean - band)
      upper[i] = top
      middle[i] = finiteOrNaN(mean)
      lower[i] = bottom
      width[i] = finiteOrNaN((top - bottom) / mean)
      percentB[i] = finiteOrNaN((buffer[offset + length - 1]! - bottom) / (top - bottom))
    }
  }
}

export const bollingerDefinition: IndicatorDefinition = {
  kind: 'bollinger',
  aliases: ['bb', 'bollinger-bands'],
  description:
    'Mean ± multiplier × population standard deviation of the last `length` values; width over the mean; percentB.',
  takesField: true,
  inputs: (field) => [field],
  parameters: { length: lengthParameter(20, 2), multiplier: multiplierParameter(2) },
  outputs: OUTPUTS,
  create: (parameters) => new Bollinger(numberOf(parameters, 'length'), numberOf(parameters, 'multiplier')),
}
