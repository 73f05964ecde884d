/** The gap policy that fills: missing bars at the last close, without volume. */

import { allocateCandles, type Candles } from '../engine/core/candles.ts'
import { countGaps } from './grid.ts'

/** What a run does about missing bars: nothing, or carry the last close forward with zero volume. */
export type GapPolicy = 'leave' | 'carry'

/**
 * Every bar from the first to the last: a missing one has the close before it as all four prices and volume 0. Only
 * what was known then is used. Returns the same candles where none is missing, and how many were filled in.
 */
export function carryForward(candles: Candles, timeframeMs: number): { candles: Candles; bars: number } {
  const { time } = candles
  const { bars } = countGaps(time, timeframeMs)
  if (bars === 0) return { candles, bars }
  const filled = allocateCandles(time.length + bars)
  let at = 0
  for (let row = 0; row < time.length; row++) {
    if (row > 0) {
      const close = candles.close[row - 1]!
      for (let missing = time[row - 1]! + timeframeMs; missing < time[row]!; missing += timeframeMs) {
        filled.time[at] = missing
        for (const name of ['open', 'high', 'low', 'close'] as const) filled[name][at] = close
        at += 1
      }
    }
    for (const name of ['time', 'open', 'high', 'low', 'close', 'volume'] as const)
      filled[name][at] = candles[name][row]!
    at += 1
  }
  return { candles: filled, bars }
}
