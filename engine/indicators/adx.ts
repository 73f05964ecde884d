/** Average directional index with the directional indicators. */

import { Exponential, wilderSettled } from './exponential.ts'
import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { finiteOrNaN, StatefulIndicator } from './state.ts'
import { trueRange } from './true-range.ts'

const OUTPUTS = ['adx', 'plusDi', 'minusDi']

/**
 * +DM = the rise of the high where it is positive and exceeds the fall of the low, else 0; −DM the other way round.
 * ±DI = 100 × Wilder average of ±DM / Wilder average of the true range; DX = 100 × |+DI − −DI| / (+DI + −DI), 0 where
 * neither moves; ADX = Wilder average of DX. All seeded with means of `length`: ±DI begin at row `length`, ADX at
 * 2 `length` − 1. Where no bar of the seed has any range, ±DI is undefined and ADX waits.
 * J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 *
 * State: previous high, low and close, and whether there is a previous bar. The output columns hold the intermediate
 * ones: true range in adx, +DM in plusDi, −DM in minusDi.
 */
export class Adx extends StatefulIndicator {
  readonly #range: Exponential
  readonly #plus: Exponential
  readonly #minus: Exponential
  readonly #index: Exponential

  constructor(length: number) {
    const parts = [0, 1, 2, 3].map(() => Exponential.wilder(length))
    super({
      identity: `adx:${length}`,
      outputs: OUTPUTS,
      warmup: 2 * length - 1,
      settled: 1 + 2 * wilderSettled(length),
      stateLength: 4,
      parts,
    })
    this.#range = parts[0]!
    this.#plus = parts[1]!
    this.#minus = parts[2]!
    this.#index = parts[3]!
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const adx = outputs[0]!
    const plus = outputs[1]!
    const minus = outputs[2]!
    this.#movements(inputs, from, to, outputs)
    this.#range.run(adx, from, to, adx)
    this.#plus.run(plus, from, to, plus)
    this.#minus.run(minus, from, to, minus)
    for (let i = from; i < to; i++) {
      const range = adx[i]!
      const up = finiteOrNaN((plus[i]! / range) * 100)
      const down = finiteOrNaN((minus[i]! / range) * 100)
      plus[i] = up
      minus[i] = down
      adx[i] = up === down ? 0 : (Math.abs(up - down) / (up + down)) * 100
    }
    this.#index.run(adx, from, to, adx)
  }

  /** True range, +DM and −DM; NaN in all three where the bar or the one before it is missing. */
  #movements(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const [highs, lows, closes] = inputs as [Float64Array, Float64Array, Float64Array]
    const [ranges, pluses, minuses] = outputs as [Float64Array, Float64Array, Float64Array]
    const state = this.state
    const started = state[3] === 1
    let previousHigh = started ? state[0]! : Number.NaN
    let previousLow = started ? state[1]! : Number.NaN
    let previousClose = started ? state[2]! : Number.NaN
    for (let i = from; i < to; i++) {
      const high = highs[i]!
      const low = lows[i]!
      const rise = high - previousHigh
      const fall = previousLow - low
      const range = trueRange(high, low, previousClose)
      // Zero if all five prices are finite, else NaN: NaN compares false with everything and has to be carried.
      const gap = rise - rise + (fall - fall) + (range - range)
      ranges[i] = range + gap
      pluses[i] = (rise > fall && rise > 0 ? rise : 0) + gap
      minuses[i] = (fall > rise && fall > 0 ? fall : 0) + gap
      previousHigh = high
      previousLow = low
      previousClose = closes[i]!
    }
    state[0] = previousHigh
    state[1] = previousLow
    state[2] = previousClose
    state[3] = 1
  }
}

export const adxDefinition: IndicatorDefinition = {
  kind: 'adx',
  description: 'Average directional index (Wilder) with +DI and −DI.',
  takesField: false,
  inputs: () => ['high', 'low', 'close'],
  parameters: { length: lengthParameter(14) },
  outputs: OUTPUTS,
  create: (parameters) => new Adx(numberOf(parameters, 'length')),
}
