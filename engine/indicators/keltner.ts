/** Keltner channel. */

import { Exponential } from './exponential.ts'
import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, multiplierParameter, numberOf } from './parameters.ts'
import { finiteOrNaN, StatefulIndicator } from './state.ts'
import { Atr } from './true-range.ts'

const OUTPUTS = ['upper', 'middle', 'lower']

/** Middle = EMA(length) of the close, upper and lower = middle ± multiplier × ATR(atrLength). L. Raschke's form. */
export class Keltner extends StatefulIndicator {
  readonly #ema: Exponential
  readonly #atr: Atr
  readonly #multiplier: number

  constructor(length: number, multiplier: number, atrLength: number) {
    const ema = Exponential.ema(length)
    const atr = new Atr(atrLength)
    super({
      identity: `keltner:${length}:${multiplier}:${atrLength}`,
      outputs: OUTPUTS,
      warmup: Math.max(ema.warmup, atr.warmup),
      settled: Math.max(ema.settled, atr.settled),
      stateLength: 0,
      parts: [ema, atr],
    })
    this.#ema = ema
    this.#atr = atr
    this.#multiplier = multiplier
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const upper = outputs[0]!
    const middle = outputs[1]!
    const lower = outputs[2]!
    const multiplier = this.#multiplier
    this.#ema.run(inputs[2]!, from, to, middle)
    this.#atr.advance(inputs, from, to, outputs)
    for (let i = from; i < to; i++) {
      const centre = middle[i]!
      const band = multiplier * upper[i]!
      upper[i] = finiteOrNaN(centre + band)
      lower[i] = finiteOrNaN(centre - band)
    }
  }
}

export const keltnerDefinition: IndicatorDefinition = {
  kind: 'keltner',
  description: 'EMA(length) of the close ± multiplier × ATR(atrLength).',
  takesField: false,
  inputs: () => ['high', 'low', 'close'],
  parameters: { length: lengthParameter(20), multiplier: multiplierParameter(2), atrLength: lengthParameter(10) },
  outputs: OUTPUTS,
  create: (parameters) =>
    new Keltner(numberOf(parameters, 'length'), numberOf(parameters, 'multiplier'), numberOf(parameters, 'atrLength')),
}
