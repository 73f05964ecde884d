/**
 * The time grid of a run: one row a bar time, all symbols' columns laid on it. A row exists where any symbol has a
 * bar. A missing bar is NaN in open, high, low, close and volume; `mark` carries the last close forward, for marking
 * equity only. Rows are dense for a single symbol, whatever gaps its series has.
 */

import { type CandleSeries, type Candles, FIELDS, type Field, sharedColumn } from './candles.ts'
import { TandemError } from './errors.ts'

export interface SymbolColumns {
  readonly series: CandleSeries
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
  readonly mark: Float64Array
  /** Grid row of each bar of the series, or null where row i is bar i. */
  readonly rowOfBar: Int32Array | null
}

export interface Grid {
  readonly rows: number
  readonly timeframeMs: number
  /** Bar open of each row, ms UTC. A row closes `timeframeMs` later. */
  readonly time: Float64Array
  /**
   * Whether row i opens at time[0] + i × timeframeMs throughout. Who needs the time of few rows then counts rather than
   * reads a column that nobody else has just read: a look into cold memory takes longer than a signal's rules.
   */
  readonly gapless: boolean
  readonly symbols: readonly SymbolColumns[]
}

/** Lays the series on one grid. All must share the timeframe; throws `NO_DATA` for none or an empty one. */
export function buildGrid(series: readonly CandleSeries[]): Grid {
  const first = series[0]
  if (first === undefined) throw new TandemError('a run needs at least one symbol', { code: 'NO_DATA' })
  for (const one of series) {
    if (one.candles.time.length === 0) throw new TandemError(`${one.symbol} has no candles`, { code: 'NO_DATA' })
    if (one.timeframeMs !== first.timeframeMs) {
      throw new TandemError(`${one.symbol} has another timeframe than ${first.symbol}`, { code: 'MIXED_TIMEFRAMES' })
    }
  }
  const time = series.length === 1 ? first.candles.time : unionOfTimes(series.map((one) => one.candles.time))
  return {
    rows: time.length,
    timeframeMs: first.timeframeMs,
    time,
    gapless: isGapless(time, first.timeframeMs),
    symbols: series.map((one) => layOut(one, time)),
  }
}

function isGapless(time: Float64Array, timeframeMs: number): boolean {
  const first = time[0]!
  for (let row = 1; row < time.length; row++) if (time[row] !== first + row * timeframeMs) return false
  return true
}

/** Ascending union of ascending arrays. */
function unionOfTimes(times: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(times.reduce((sum, one) => sum + one.length, 0))
  let at = 0
  for (const one of times) {
    all.set(one, at)
    at += one.length
  }
  all.sort()
  let kept = 0
  for (let i = 0; i < all.length; i++) {
    if (i === 0 || all[i] !== all[i - 1]) all[kept++] = all[i]!
  }
  const union = sharedColumn(kept)
  union.set(all.subarray(0, kept))
  return union
}

function layOut(series: CandleSeries, time: Float64Array): SymbolColumns {
  const candles = series.candles
  if (candles.time.length === time.length) {
    const { open, high, low, close, volume } = candles
    return { series, open, high, low, close, volume, mark: close, rowOfBar: null }
  }
  const rowOfBar = new Int32Array(new SharedArrayBuffer(candles.time.length * 4))
  for (let bar = 0, row = 0; bar < rowOfBar.length; bar++) {
    while (time[row]! < candles.time[bar]!) row += 1
    rowOfBar[bar] = row
  }
  const columns = Object.fromEntries(
    FIELDS.map((field) => [field, scatter(candles[field], rowOfBar, time.length)]),
  ) as Record<Field, Float64Array>
  return { series, ...columns, mark: carryForward(columns.close), rowOfBar }
}

/** A compact column laid on the grid's rows; NaN where the symbol has no bar. */
export function scatter(compact: Float64Array, rowOfBar: Int32Array | null, rows: number): Float64Array {
  if (rowOfBar === null) return compact
  const column = sharedColumn(rows).fill(Number.NaN)
  for (let bar = 0; bar < rowOfBar.length; bar++) column[rowOfBar[bar]!] = compact[bar]!
  return column
}

function carryForward(column: Float64Array): Float64Array {
  const carried = sharedColumn(column.length)
  let last = Number.NaN
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!
    if (!Number.isNaN(value)) last = value
    carried[row] = last
  }
  return carried
}

/** First row whose close is at or after `ms`, searching from `from`; `rows` where there is none. */
export function firstRowClosingAt(grid: Grid, ms: number, from: number): number {
  let low = from
  let high = grid.rows
  while (low < high) {
    const middle = (low + high) >> 1
    if (grid.time[middle]! + grid.timeframeMs < ms) low = middle + 1
    else high = middle
  }
  return low
}

/** The run's candles on its rows, for reports. */
export function gridCandles(grid: Grid, symbol: number): Candles {
  const { open, high, low, close, volume } = grid.symbols[symbol]!
  return { time: grid.time, open, high, low, close, volume }
}
