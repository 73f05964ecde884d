/**
 * Higher timeframes without look-ahead: resample base bars into longer ones, and lay a column of the longer bars back
 * on the base rows so that a value shows only once its bar has closed.
 */

import { allocateCandles, type Candles } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import { formatTimeframe } from '../core/timeframe.ts'
import { bucketStart } from './buckets.ts'

/** Makes a column of `length` values. */
export type Allocate = (length: number) => Float64Array

const plainColumn: Allocate = (length) => new Float64Array(length)

/**
 * Candles of `timeframeMs` made of candles of `baseMs`: first open, highest high, lowest low, last close, sum of
 * volume. Bars begin at whole multiples of the timeframe since 1970-01-01T00:00Z, weeks on Mondays. A bar exists if
 * any base bar lies in it; the first and the last may cover only part of their span. Throws `BAD_TIMEFRAME` unless the
 * timeframe is a whole multiple of the base.
 */
export function resampleCandles(base: Candles, baseMs: number, timeframeMs: number): Candles {
  requireMultiple(baseMs, timeframeMs)
  const bars = allocateCandles(countBars(base.time, timeframeMs))
  let bar = -1
  for (let row = 0; row < base.time.length; row++) {
    const start = bucketStart(base.time[row]!, timeframeMs)
    if (bar < 0 || start !== bars.time[bar]) {
      bar++
      bars.time[bar] = start
      bars.open[bar] = base.open[row]!
      bars.high[bar] = base.high[row]!
      bars.low[bar] = base.low[row]!
    } else {
      bars.high[bar] = Math.max(bars.high[bar]!, base.high[row]!)
      bars.low[bar] = Math.min(bars.low[bar]!, base.low[row]!)
    }
    bars.close[bar] = base.close[row]!
    bars.volume[bar] = bars.volume[bar]! + base.volume[row]!
  }
  return bars
}

/**
 * For each base row, the newest longer bar that has closed when the base bar closes (its end ≤ `baseTime[row] +
 * baseMs`), or −1. A longer bar whose last base bars are missing shows at the first base row that closes at or after
 * its end; the longer bar still open at the end of the data never shows.
 */
export function closedBarIndex(
  baseTime: Float64Array,
  baseMs: number,
  barTime: Float64Array,
  timeframeMs: number,
): Int32Array {
  const index = new Int32Array(baseTime.length)
  let closed = -1
  for (let row = 0; row < baseTime.length; row++) {
    const nowMs = baseTime[row]! + baseMs
    while (closed + 1 < barTime.length && barTime[closed + 1]! + timeframeMs <= nowMs) closed++
    index[row] = closed
  }
  return index
}

/** `column[index[row]]` for each row; NaN where the index is −1. */
export function alignColumn(index: Int32Array, column: Float64Array, allocate: Allocate = plainColumn): Float64Array {
  const aligned = allocate(index.length)
  for (let row = 0; row < index.length; row++) aligned[row] = index[row]! < 0 ? Number.NaN : column[index[row]!]!
  return aligned
}

/** Each column of the last closed longer bar on the base rows; `time` is that bar's open. NaN before the first. */
export function alignCandles(index: Int32Array, bars: Candles, allocate: Allocate = plainColumn): Candles {
  return {
    time: alignColumn(index, bars.time, allocate),
    open: alignColumn(index, bars.open, allocate),
    high: alignColumn(index, bars.high, allocate),
    low: alignColumn(index, bars.low, allocate),
    close: alignColumn(index, bars.close, allocate),
    volume: alignColumn(index, bars.volume, allocate),
  }
}

function requireMultiple(baseMs: number, timeframeMs: number): void {
  if (timeframeMs >= baseMs && timeframeMs % baseMs === 0) return
  throw new TandemError(
    `timeframe ${formatTimeframe(timeframeMs)} isn't a whole multiple of the candles' ${formatTimeframe(baseMs)}`,
    { code: 'BAD_TIMEFRAME', hint: 'choose a multiple of it' },
  )
}

function countBars(time: Float64Array, timeframeMs: number): number {
  let bars = 0
  let last = Number.NaN
  for (let row = 0; row < time.length; row++) {
    const start = bucketStart(time[row]!, timeframeMs)
    if (start !== last) bars++
    last = start
  }
  return bars
}
