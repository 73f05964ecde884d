/** Money flow index. */

import type { IndicatorDefinition } from './indicator.ts'
import { lengthParameter, numberOf } from './parameters.ts'
import { finiteOrNaN, StatefulIndicator } from './state.ts'
import { WindowIndicator } from './window.ts'

/** 100 × positive / (positive + negative) of the last `length` signed flows, summed afresh at every row. */
class FlowRatio extends WindowIndicator {
  constructor(length: number) {
    super('flow-ratio', ['mfi'], length)
  }

  protected override evaluate(
    buffer: Float64Array,
    start: number,
    from: number,
    to: number,
    outputs: readonly Float64Array[],
  ): void {
    const { length } = this
    const output = outputs[0]!
    for (let i = from; i < to; i++) {
      const offset = start + i - from
      let net = 0
      let gross = 0
      for (let k = offset; k < offset + length; k++) {
        const flow = buffer[k]!
        net += flow
        gross += Math.abs(flow)
      }
      // net = ±gross, exactly, where all flows have one sign: then this is 100 or 0, exactly.
      output[i] = finiteOrNaN((1 + net / gross) * 50)
    }
  }
}

/**
 * Money flow = (high + low + close) / 3 × volume, positive where that typical price rose from the bar before, negative
 * where it fell, none where it stayed. 100 × positive / (positive + negative) over `length` changes; NaN where there
 * was no flow at all. G. Quong and A. Soudack, Technical Analysis of Stocks & Commodities 7:3, 1989.
 *
 * State: whether it has begun, the previous typical price.
 */
export class MoneyFlowIndex extends StatefulIndicator {
  readonly #ratio: FlowRatio

  constructor(length: number) {
    const ratio = new FlowRatio(length)
    super({ identity: `mfi:${length}`, outputs: ['mfi'], warmup: length, stateLength: 2, parts: [ratio] })
    this.#ratio = ratio
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const [high, low, close, volume] = inputs as [Float64Array, Float64Array, Float64Array, Float64Array]
    const output = outputs[0]!
    let previous = this.state[0] === 1 ? this.state[1]! : Number.NaN
    for (let i = from; i < to; i++) {
      const typical = (high[i]! + low[i]! + close[i]!) / 3
      const change = typical - previous
      const flow = typical * volume[i]!
      // A change that is NaN has no sign: carry it, so that the window restarts.
      output[i] = change > 0 ? flow : change < 0 ? -flow : change * flow
      previous = typical
    }
    this.state[0] = 1
    this.state[1] = previous
    this.#ratio.advance(outputs, from, to, outputs)
  }
}

export const mfiDefinition: IndicatorDefinition = {
  kind: 'mfi',
  aliases: ['money-flow-index'],
  description: 'Money flow index over `length` changes of the typical price, 0 to 100; NaN without any flow.',
  takesField: false,
  inputs: () => ['high', 'low', 'close', 'volume'],
  parameters: { length: lengthParameter(14) },
  outputs: ['mfi'],
  create: (parameters) => new MoneyFlowIndex(numberOf(parameters, 'length')),
}
