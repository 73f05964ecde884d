/**
 * Hourly candles that every clone can make, and any language: a random walk in whole cents. make-reference.py holds
 * the same generator, so that other engines ran on the very same bars.
 */

import { allocateCandles, type Candles } from '../../engine/core/candles.ts'
import { ParkMiller } from '../support/park-miller.ts'

const START_MS = 1577836800000 // 2020-01-01T00:00:00Z
const HOUR_MS = 3_600_000
const START_CENTS = 2_000_000

/** The whole part of `cents` that `millionths` make; below 2⁵³, so that the division is the only rounding. */
function part(cents: number, millionths: number): number {
  return Math.round((cents * millionths) / 1_000_000)
}

/**
 * The series of the conformance tests. Every open leaves a gap of up to 0.3 % to the close before it, so that sizing at
 * the signal's close and sizing at the fill differ. The default seed was chosen for a trade that is still open at the
 * last bar and for averages of 20 and 100 closes that never come close to a tie.
 */
export function syntheticSeries(bars = 6000, seed = 20274): Candles {
  const random = new ParkMiller(seed)
  const candles = allocateCandles(bars)
  let close = START_CENTS
  for (let row = 0; row < bars; row++) {
    const open = close + part(close, random.draw(3000))
    close = open + part(open, random.draw(4000) + random.draw(4000) + random.draw(4000))
    const high = Math.max(open, close) + part(open, Math.abs(random.draw(2500)))
    const low = Math.min(open, close) - part(open, Math.abs(random.draw(2500)))
    candles.time[row] = START_MS + row * HOUR_MS
    candles.open[row] = open / 100
    candles.high[row] = high / 100
    candles.low[row] = low / 100
    candles.close[row] = close / 100
    candles.volume[row] = (50_000 + random.draw(49_000)) / 1000
  }
  return candles
}
