/**
 * The bench's market: one-minute candles of a random walk, the same on every machine (only + − × ÷ and Math.round).
 * A shorter series is the beginning of a longer one.
 */

import { allocateCandles, type Candles } from '../../engine/core/candles.ts'
import { ParkMiller } from '../support/park-miller.ts'

const START_MS = 1577836800000 // 2020-01-01T00:00:00Z
const MINUTE_MS = 60_000
const START_PRICE = 10_000
/** Half width in millionths of each of the four draws that make a bar's return: a standard deviation of 6 bp. */
const STEP = 520

const toCent = (price: number): number => Math.round(price * 100) / 100

/**
 * `bars` candles with prices in cents. SMA 20 crosses above SMA 100 some 640 to 720 times in 100,000 bars, by seed (698
 * by default); the default seed has no exact tie of these averages among a million bars.
 */
export function randomWalk(bars: number, seed = 7): Candles {
  const random = new ParkMiller(seed)
  const candles = allocateCandles(bars)
  let close = START_PRICE
  for (let row = 0; row < bars; row++) {
    const open = toCent(close * (1 + random.draw(60) / 1e6))
    const drift = random.draw(STEP) + random.draw(STEP) + random.draw(STEP) + random.draw(STEP)
    close = toCent(open * (1 + drift / 1e6))
    candles.time[row] = START_MS + row * MINUTE_MS
    candles.open[row] = open
    candles.high[row] = toCent(Math.max(open, close) * (1 + Math.abs(random.draw(STEP)) / 1e6))
    candles.low[row] = toCent(Math.min(open, close) * (1 - Math.abs(random.draw(STEP)) / 1e6))
    candles.close[row] = close
    candles.volume[row] = (1_000_000 + random.draw(900_000)) / 1000
  }
  return candles
}

/** The candles as the C program reads them: float64 in this machine's byte order, column after column. */
export function toPlanar(candles: Candles): Uint8Array {
  const { time, open, high, low, close, volume } = candles
  const columns = [time, open, high, low, close, volume]
  const out = new Float64Array(time.length * columns.length)
  for (const [index, column] of columns.entries()) out.set(column, index * time.length)
  return new Uint8Array(out.buffer)
}
