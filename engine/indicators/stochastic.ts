/** Stochastic oscillator. */

import { RollingExtreme } from './extreme.ts'
import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { Sma } from './sma.ts'
import { finiteOrNaN, StatefulIndicator } from './state.ts'

const OUTPUTS = ['k', 'd']

/**
 * Raw = 100 × (close − lowest low) / (highest high − lowest low) of `length` bars; k = SMA(smooth) of raw (1: the fast
 * form), d = SMA(signal) of k. Where the highest high equals the lowest low, raw is undefined: k and d are NaN until
 * their windows are clear of it. G. Lane, Technical Analysis of Stocks & Commodities 2:3, 1984.
 */
export class Stochastic extends StatefulIndicator {
  readonly #highest: RollingExtreme
  readonly #lowest: RollingExtreme
  readonly #smooth: Sma
  readonly #signal: Sma

  constructor(length: number, smoothLength: number, signalLength: number) {
    const highest = RollingExtreme.max(length)
    const lowest = RollingExtreme.min(length)
    const smooth = new Sma(smoothLength)
    const signal = new Sma(signalLength)
    super({
      identity: `stochastic:${length}:${smoothLength}:${signalLength}`,
      outputs: OUTPUTS,
      warmup: length - 1 + smooth.warmup + signal.warmup,
      stateLength: 0,
      parts: [highest, lowest, smooth, signal],
    })
    this.#highest = highest
    this.#lowest = lowest
    this.#smooth = smooth
    this.#signal = signal
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const close = inputs[2]!
    const k = outputs[0]!
    const d = outputs[1]!
    this.#highest.run(inputs[0]!, from, to, k)
    this.#lowest.run(inputs[1]!, from, to, d)
    for (let i = from; i < to; i++) d[i] = finiteOrNaN(((close[i]! - d[i]!) / (k[i]! - d[i]!)) * 100)
    this.#smooth.run(d, from, to, k)
    this.#signal.run(k, from, to, d)
  }
}

export const stochasticDefinition: IndicatorDefinition = {
  kind: 'stochastic',
  aliases: ['stoch'],
  description: 'Position of the close in the range of `length` bars, smoothed by SMA(smooth), with its SMA(signal).',
  takesField: false,
  inputs: () => ['high', 'low', 'close'],
  parameters: { length: lengthParameter(14), smooth: lengthParameter(3), signal: lengthParameter(3) },
  outputs: OUTPUTS,
  create: (parameters) =>
    new Stochastic(numberOf(parameters, 'length'), numberOf(parameters, 'smooth'), numberOf(parameters, 'signal')),
}
