/** True range, average true range, and that as a percentage of the close. */

import { wilderSettled, wilderWeights } from './exponential.ts'
import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { BLOCK_ROWS, finiteOrNaN, StatefulIndicator } from './state.ts'

const AVERAGE = 0
const PREVIOUS = 1
const COUNT = 2

/** The largest of high − low, |high − previous close| and |low − previous close|; NaN if any of the three prices is. */
export function trueRange(high: number, low: number, previousClose: number): number {
  return Math.max(high, previousClose) - Math.min(low, previousClose)
}

/** True range from the second bar on: the first has no previous close. State: previous close, whether there is one. */
export class TrueRange extends StatefulIndicator {
  constructor() {
    super({ identity: 'tr', outputs: ['tr'], warmup: 1, stateLength: 2 })
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const high = inputs[0]!
    const low = inputs[1]!
    const close = inputs[2]!
    const output = outputs[0]!
    let previous = this.state[1] === 1 ? this.state[0]! : Number.NaN
    for (let i = from; i < to; i++) {
      output[i] = finiteOrNaN(trueRange(high[i]!, low[i]!, previous))
      previous = close[i]!
    }
    this.state[0] = previous
    this.state[1] = 1
  }
}

/**
 * Wilder average of the true range, seeded with the mean of the first `length` of them, from the second bar on.
 * J. W. Wilder, New Concepts in Technical Trading Systems, 1978.
 *
 * State: the average (the sum, until seeded), previous close, count of bars since the start (at most `length` + 1).
 */
export class Atr extends StatefulIndicator {
  readonly #length: number

  constructor(length: number) {
    super({
      identity: `atr:${length}`,
      outputs: ['atr'],
      warmup: length,
      settled: 1 + wilderSettled(length),
      stateLength: 3,
    })
    this.#length = length
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    this.run(inputs[0]!, inputs[1]!, inputs[2]!, from, to, outputs[0]!)
  }

  /** The same without arrays of columns, for composites. */
  run(
    high: Float64Array,
    low: Float64Array,
    close: Float64Array,
    from: number,
    to: number,
    output: Float64Array,
  ): void {
    for (let row = from; row < to; row += BLOCK_ROWS) {
      const end = Math.min(to, row + BLOCK_ROWS)
      const isSeeded = this.state[COUNT] === this.#length + 1
      const done = isSeeded && steady(high, low, close, row, end, output, this.state, this.#length)
      if (!done) this.#careful(high, low, close, row, end, output)
    }
  }

  #careful(
    high: Float64Array,
    low: Float64Array,
    close: Float64Array,
    from: number,
    to: number,
    output: Float64Array,
  ): void {
    const length = this.#length
    const full = length + 1
    const { keep, weight } = wilderWeights(length)
    const state = this.state
    let average = state[AVERAGE]!
    let previous = state[PREVIOUS]!
    let count = state[COUNT]! | 0
    for (let i = from; i < to; i++) {
      // The first bar has no previous close and no range: zero, or NaN if the bar isn't finite.
      const range = count === 0 ? high[i]! - high[i]! + (low[i]! - low[i]!) : trueRange(high[i]!, low[i]!, previous)
      previous = close[i]!
      if (count === full) {
        average = average * keep + range * weight
      } else {
        average += range
        count++
        if (count === full) average /= length
      }
      if (!Number.isFinite(average) || !Number.isFinite(previous)) {
        average = 0
        count = 0
      }
      output[i] = count === full ? average : Number.NaN
    }
    state[AVERAGE] = average
    state[PREVIOUS] = previous
    state[COUNT] = count
  }
}

/** A block over a seeded average; false, with the state as it was, where a value turns out not to be finite. */
function steady(
  high: Float64Array,
  low: Float64Array,
  close: Float64Array,
  from: number,
  to: number,
  output: Float64Array,
  state: Float64Array,
  length: number,
): boolean {
  const { keep, weight } = wilderWeights(length)
  let average = state[AVERAGE]!
  let previous = state[PREVIOUS]!
  let i = from
  for (const last = to - 3; i < last; i += 4) {
    const r0 = trueRange(high[i]!, low[i]!, previous)
    const r1 = trueRange(high[i + 1]!, low[i + 1]!, close[i]!)
    const r2 = trueRange(high[i + 2]!, low[i + 2]!, close[i + 1]!)
    const r3 = trueRange(high[i + 3]!, low[i + 3]!, close[i + 2]!)
    previous = close[i + 3]!
    const a0 = average * keep + r0 * weight
    const a1 = a0 * keep + r1 * weight
    const a2 = a1 * keep + r2 * weight
    average = a2 * keep + r3 * weight
    output[i] = a0
    output[i + 1] = a1
    output[i + 2] = a2
    output[i + 3] = average
  }
  for (; i < to; i++) {
    const range = trueRange(high[i]!, low[i]!, previous)
    previous = close[i]!
    average = average * keep + range * weight
    output[i] = average
  }
  if (!Number.isFinite(average) || !Number.isFinite(previous)) return false
  state[AVERAGE] = average
  state[PREVIOUS] = previous
  return true
}

/** 100 × ATR / close. */
export class AtrPercent extends StatefulIndicator {
  readonly #atr: Atr

  constructor(length: number) {
    const atr = new Atr(length)
    super({
      identity: `atr-percent:${length}`,
      outputs: ['atrPercent'],
      warmup: atr.warmup,
      settled: atr.settled,
      stateLength: 0,
      parts: [atr],
    })
    this.#atr = atr
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const close = inputs[2]!
    const output = outputs[0]!
    this.#atr.advance(inputs, from, to, outputs)
    for (let i = from; i < to; i++) output[i] = finiteOrNaN((output[i]! / close[i]!) * 100)
  }
}

export const trDefinition: IndicatorDefinition = {
  kind: 'tr',
  aliases: ['true-range'],
  description: 'True range, from the second bar on (the first has no previous close).',
  takesField: false,
  inputs: () => ['high', 'low', 'close'],
  parameters: {},
  outputs: ['tr'],
  create: () => new TrueRange(),
}

export const atrDefinition: IndicatorDefinition = {
  kind: 'atr',
  description: 'Average true range (Wilder), seeded with the mean of the first `length` true ranges.',
  takesField: false,
  inputs: () => ['high', 'low', 'close'],
  parameters: { length: lengthParameter(14) },
  outputs: ['atr'],
  create: (parameters) => new Atr(numberOf(parameters, 'length')),
}

export const atrPercentDefinition: IndicatorDefinition = {
  kind: 'atr-percent',
  aliases: ['atrp'],
  description: 'Average true range (Wilder) as a percentage of the close.',
  takesField: false,
  inputs: () => ['high', 'low', 'close'],
  parameters: { length: lengthParameter(14) },
  outputs: ['atrPercent'],
  create: (parameters) => new AtrPercent(numberOf(parameters, 'length')),
}
