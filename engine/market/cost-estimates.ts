/**
 * Costs as the candles themselves tell them, each bar's from the bars before it alone.
 *
 * Spread: Abdi and Ranaldo, "A Simple Estimation of Bid-Ask Spreads from Daily Close, High, and Low Prices", Review of
 * Financial Studies 30 (2017), their two-period corrected version:
 *
 *   s_t = √max(4 (c_t − η_t)(c_t − η_{t+1}), 0),  c = ln close,  η = (ln high + ln low) / 2,  spread = mean of s_t
 *
 * over a window of pairs of bars. It reads the bounce of closes around mid-ranges, so that on long bars it takes some
 * of the volatility for spread. Deviation: √ of the mean square of the returns close / close before − 1. Volume: mean.
 */

import type { Candles } from '../core/candles.ts'
import { ln } from './logarithm.ts'

/** Half the estimated spread as a fraction of the price, by bar; NaN until `window` pairs lie before it. */
export function halfSpreadColumn({ high, low, close }: Candles, window: number): Float64Array {
  const bars = close.length
  const middle = new Float64Array(bars)
  const last = new Float64Array(bars)
  for (let bar = 0; bar < bars; bar++) {
    middle[bar] = (ln(high[bar]!) + ln(low[bar]!)) / 2
    last[bar] = ln(close[bar]!)
  }
  // pairs[t + 1] is known once bar t + 1 has closed.
  const pairs = new Float64Array(bars).fill(Number.NaN)
  for (let bar = 1; bar < bars; bar++) {
    const c = last[bar - 1]!
    pairs[bar] = Math.sqrt(Math.max(0, 4 * (c - middle[bar - 1]!) * (c - middle[bar]!)))
  }
  return meanBefore(pairs, window, (mean) => mean / 2)
}

/** Standard deviation of a bar's return around nothing, by bar. */
export function deviationColumn({ close }: Candles, window: number): Float64Array {
  const squares = new Float64Array(close.length).fill(Number.NaN)
  for (let bar = 1; bar < close.length; bar++) {
    const change = close[bar]! / close[bar - 1]! - 1
    squares[bar] = change * change
  }
  return meanBefore(squares, window, Math.sqrt)
}

export function volumeColumn({ volume }: Candles, window: number): Float64Array {
  return meanBefore(volume, window, (mean) => mean)
}

/** `shape` of the mean of the `window` values before each bar, its own left out; summed anew, so that nothing drifts. */
function meanBefore(values: Float64Array, window: number, shape: (mean: number) => number): Float64Array {
  const column = new Float64Array(values.length).fill(Number.NaN)
  for (let bar = window; bar < values.length; bar++) {
    let sum = 0
    for (let i = bar - window; i < bar; i++) sum += values[i]!
    column[bar] = shape(sum / window)
  }
  return column
}
