/**
 * Long series made short for the eye, never for figures. Curves keep each bucket's lowest and highest row, candles are
 * merged, so that no extreme is lost. Columns are array-likes: typed arrays when a report is made, lists when it is open.
 */

export type Series = ArrayLike<number | null>

/**
 * Rows to draw of `columns` in [first, end), ascending: all of them up to `points`, else the first, the last, and per
 * bucket the lowest and highest row of each column. At most `points` + 2 rows. Rows that aren't finite are passed over.
 */
export function thinRows(columns: readonly Series[], first: number, end: number, points: number): number[] {
  const count = Math.max(0, end - first)
  if (count <= points || columns.length === 0) return Array.from({ length: count }, (_, i) => first + i)
  const buckets = Math.max(1, Math.floor(points / (2 * columns.length)))
  const rows: number[] = [first]
  for (let bucket = 0; bucket < buckets; bucket++) {
    const from = first + Math.floor((bucket * count) / buckets)
    const to = first + Math.floor(((bucket + 1) * count) / buckets)
    const kept: number[] = []
    for (const column of columns) pushExtremes(column, from, to, kept)
    kept.sort((a, b) => a - b)
    for (const row of kept) if (row !== rows.at(-1)) rows.push(row)
  }
  if (rows.at(-1) !== end - 1) rows.push(end - 1)
  return rows
}

function pushExtremes(column: Series, from: number, to: number, into: number[]): void {
  let lowest = -1
  let highest = -1
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let row = from; row < to; row++) {
    const value = column[row]
    if (typeof value !== 'number' || !Number.isFinite(value)) continue
    if (value < low) {
      low = value
      lowest = row
    }
    if (value > high) {
      high = value
      highest = row
    }
  }
  if (lowest >= 0) into.push(lowest)
  if (highest >= 0 && highest !== lowest) into.push(highest)
}

/** Candle columns with equal lengths; `time` is the bar's open in ms. */
export interface CandleColumns {
  readonly time: Series
  readonly open: Series
  readonly high: Series
  readonly low: Series
  readonly close: Series
  readonly volume?: Series
}

export interface DrawnCandle {
  time: number
  open: number
  high: number
  low: number
  close: number
  /** The sum; 0 where none is given. */
  volume: number
}

/** Candles of [first, end) in at most `buckets`, each the merger of equally many rows; rows without a price are left out. */
export function mergeCandles(candles: CandleColumns, first: number, end: number, buckets: number): DrawnCandle[] {
  const count = Math.max(0, end - first)
  const groups = Math.min(buckets, count)
  const merged: DrawnCandle[] = []
  for (let group = 0; group < groups; group++) {
    const from = first + Math.floor((group * count) / groups)
    const to = first + Math.floor(((group + 1) * count) / groups)
    const candle = mergeRows(candles, from, to)
    if (candle !== null) merged.push(candle)
  }
  return merged
}

function mergeRows(candles: CandleColumns, from: number, to: number): DrawnCandle | null {
  let merged: DrawnCandle | null = null
  for (let row = from; row < to; row++) {
    const open = candles.open[row] ?? Number.NaN
    const high = candles.high[row] ?? Number.NaN
    const low = candles.low[row] ?? Number.NaN
    const close = candles.close[row] ?? Number.NaN
    if (!Number.isFinite(open + high + low + close)) continue
    const volume = Number(candles.volume?.[row] ?? 0) || 0
    if (merged === null) {
      merged = { time: Number(candles.time[row]), open, high, low, close, volume }
      continue
    }
    if (high > merged.high) merged.high = high
    if (low < merged.low) merged.low = low
    merged.close = close
    merged.volume += volume
  }
  return merged
}

/** First index of ascending `times` whose value is at least `ms`; the length if there is none. */
export function firstAtOrAfter(times: Series, ms: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (Number(times[middle]) < ms) low = middle + 1
    else high = middle
  }
  return low
}
