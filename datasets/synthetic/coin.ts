/** The fair coin: a market in which nothing can be known, so that whatever earns here, after many bars, cheats. */

import { allocateCandles, type Candles } from '../../engine/core/candles.ts'
import { YEAR_MS } from './models.ts'
import type { SyntheticParameters } from './options.ts'
import { forkedUniform } from './random.ts'
import { highestPrice, makeTick, toTick } from './tick.ts'

/**
 * Every bar opens at the close before and closes a fixed fraction (the bar's volatility) above or below, at even odds:
 * the price is a martingale but for its rounding to the tick. High and low are open and close; drift is ignored.
 */
export function coinCandles(parameters: SyntheticParameters, timeframeMs: number): Candles {
  const { bars, seed, startMs, startPrice, annualVolatility, meanVolume } = parameters
  const candles = allocateCandles(bars)
  const tick = makeTick(parameters.tick)
  const toss = forkedUniform(seed, 'coin')
  const move = Math.min(0.5, annualVolatility * Math.sqrt(timeframeMs / YEAR_MS))
  const [lowest, highest] = [tick.numerator / tick.scale, highestPrice(tick)]
  let price = startPrice
  for (let row = 0; row < bars; row++) {
    const open = toTick(price, tick)
    price = Math.min(highest, Math.max(lowest, price * (toss() < 0.5 ? 1 + move : 1 - move)))
    const close = toTick(price, tick)
    candles.time[row] = startMs + row * timeframeMs
    candles.open[row] = open
    candles.high[row] = Math.max(open, close)
    candles.low[row] = Math.min(open, close)
    candles.close[row] = close
    candles.volume[row] = meanVolume
  }
  return candles
}
