/** Moving average convergence/divergence. */

import { Exponential } from './exponential.ts'
import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { StatefulIndicator } from './state.ts'

const OUTPUTS = ['macd', 'signal', 'histogram']

/**
 * macd = EMA(fast) − EMA(slow), signal = EMA(signal) of macd, histogram = macd − signal. Each EMA is seeded with a mean:
 * macd begins at row slow − 1, its signal `signal` − 1 rows later. G. Appel, Technical Analysis, 2005.
 */
export class Macd extends StatefulIndicator {
  readonly #fast: Exponential
  readonly #slow: Exponential
  readonly #signal: Exponential

  constructor(fastLength: number, slowLength: number, signalLength: number) {
    const fast = Exponential.ema(fastLength)
    const slow = Exponential.ema(slowLength)
    const signal = Exponential.ema(signalLength)
    super({
      identity: `macd:${fastLength}:${slowLength}:${signalLength}`,
      outputs: OUTPUTS,
      warmup: slow.warmup + signal.warmup,
      settled: slow.settled + signal.settled,
      stateLength: 0,
      parts: [fast, slow, signal],
    })
    this.#fast = fast
    this.#slow = slow
    this.#signal = signal
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const macd = outputs[0]!
    const signal = outputs[1]!
    const histogram = outputs[2]!
    this.#fast.run(inputs[0]!, from, to, macd)
    this.#slow.run(inputs[0]!, from, to, signal)
    for (let i = from; i < to; i++) macd[i] = macd[i]! - signal[i]!
    this.#signal.run(macd, from, to, signal)
    for (let i = from; i < to; i++) histogram[i] = macd[i]! - signal[i]!
  }
}

export const macdDefinition: IndicatorDefinition = {
  kind: 'macd',
  description: 'EMA(fast) − EMA(slow), its EMA(signal), and their difference; every EMA is seeded with a mean.',
  takesField: true,
  inputs: (field) => [field],
  parameters: { fast: lengthParameter(12), slow: lengthParameter(26, 2), signal: lengthParameter(9) },
  outputs: OUTPUTS,
  check: (parameters) =>
    numberOf(parameters, 'fast') < numberOf(parameters, 'slow')
      ? null
      : `'fast' (${parameters['fast']}) must be less than 'slow' (${parameters['slow']})`,
  create: (parameters) =>
    new Macd(numberOf(parameters, 'fast'), numberOf(parameters, 'slow'), numberOf(parameters, 'signal')),
}
