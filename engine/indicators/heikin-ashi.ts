/** Heikin-Ashi candles. */

import type { IndicatorDefinition } from './indicator.ts'
import { StatefulIndicator } from './state.ts'

const OUTPUTS = ['open', 'high', 'low', 'close']

/** Rows until the first open, halved at every row, weighs less than 0.1 %. */
const SETTLED_ROWS = 10

/**
 * close = (open + high + low + close) / 4; open = middle of the last Heikin-Ashi open and close, at the first bar of
 * the bar's own; high and low = the extremes of the bar's high, low and these two. Averages, not prices that traded:
 * signals may use them, orders never fill at them. D. Valcu, Technical Analysis of Stocks & Commodities 22:2, 2004.
 *
 * State: whether it has begun, the last open and close.
 */
export class HeikinAshi extends StatefulIndicator {
  constructor() {
    super({ identity: 'heikin-ashi', outputs: OUTPUTS, warmup: 0, settled: SETTLED_ROWS, stateLength: 3 })
  }

  override advance(inputs: readonly Float64Array[], from: number, to: number, outputs: readonly Float64Array[]): void {
    const [opens, highs, lows, closes] = inputs as [Float64Array, Float64Array, Float64Array, Float64Array]
    const [outOpen, outHigh, outLow, outClose] = outputs as [Float64Array, Float64Array, Float64Array, Float64Array]
    const state = this.state
    let begun = state[0] === 1
    let lastOpen = state[1]!
    let lastClose = state[2]!
    for (let i = from; i < to; i++) {
      const close = (opens[i]! + highs[i]! + lows[i]! + closes[i]!) / 4
      const open = begun ? (lastOpen + lastClose) / 2 : (opens[i]! + closes[i]!) / 2
      begun = Number.isFinite(close) && Number.isFinite(open)
      lastOpen = open
      lastClose = close
      outOpen[i] = begun ? open : Number.NaN
      outHigh[i] = begun ? Math.max(highs[i]!, open, close) : Number.NaN
      outLow[i] = begun ? Math.min(lows[i]!, open, close) : Number.NaN
      outClose[i] = begun ? close : Number.NaN
    }
    state[0] = begun ? 1 : 0
    state[1] = lastOpen
    state[2] = lastClose
  }
}

export const heikinAshiDefinition: IndicatorDefinition = {
  kind: 'heikin-ashi',
  description: 'Heikin-Ashi candles: averages for signals, not prices that traded.',
  takesField: false,
  inputs: () => ['open', 'high', 'low', 'close'],
  parameters: {},
  outputs: OUTPUTS,
  create: () => new HeikinAshi(),
}
