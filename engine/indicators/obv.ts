/** On-balance volume. */

import type { IndicatorDefinition } from './indicator.ts'
import { finiteOrNaN, StatefulIndicator } from './state.ts'

/**
 * Running total of volume: added where the close rose, taken off where it fell. It begins with 0 at the first row, so
 * only its changes mean anything. A bar that isn't finite gives NaN and is left out of the total.
 * J. Granville, New Key to Stock Market Profits, 1963.
 *
 * State: whether it has begun, the total, the previous close.
 */
export class OnBalanceVolume extends StatefulIndicator {
  constructor() {
    super({ identity: 'obv', outputs: ['obv'], warmup: 0, stateLength: 3 })
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const closes = inputs[0]!
    const volumes = inputs[1]!
    const output = outputs[0]!
    const state = this.state
    let begun = state[0] === 1
    let total = state[1]!
    let previous = state[2]!
    for (let i = from; i < to; i++) {
      const close = closes[i]!
      const volume = volumes[i]!
      if (!Number.isFinite(close) || !Number.isFinite(volume)) {
        output[i] = Number.NaN
        continue
      }
      if (begun) total += close > previous ? volume : close < previous ? -volume : 0
      begun = true
      previous = close
      output[i] = finiteOrNaN(total)
    }
    state[0] = begun ? 1 : 0
    state[1] = total
    state[2] = previous
  }
}

export const obvDefinition: IndicatorDefinition = {
  kind: 'obv',
  aliases: ['on-balance-volume'],
  description: 'Running total of volume, added where the close rose and taken off where it fell, from 0.',
  takesField: false,
  inputs: () => ['close', 'volume'],
  parameters: {},
  outputs: ['obv'],
  create: () => new OnBalanceVolume(),
}
