/** Coarser bars from finer ones, and what is said about those that aren't whole. */

import { allocateCandles, type Candles } from '../engine/core/candles.ts'
import { TandemError } from '../engine/core/errors.ts'
import { formatTimeframe } from '../engine/core/timeframe.ts'

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
/** 1970-01-05, a Monday: ISO weeks and those of most venues begin then. */
const MONDAY_MS = 4 * DAY_MS

/** Bars that were made of fewer finer bars than fit into them. */
export interface Partial {
  /** The series begins inside the first bar, or ends inside the last: their range and close aren't final. */
  readonly first: boolean
  readonly last: boolean
  /** Bars in between with holes inside; in a market without trades these are no fault. */
  readonly inside: number
}

export interface Resampled {
  readonly candles: Candles
  /** How many finer bars each was made of. */
  readonly count: Float64Array
  readonly partial: Partial
}

/** When the bar that holds `timeMs` opens: multiples of the timeframe from the epoch on; weeks begin on Monday. */
export function barOpen(timeMs: number, timeframeMs: number): number {
  const origin = timeframeMs % WEEK_MS === 0 ? MONDAY_MS : 0
  return Math.floor((timeMs - origin) / timeframeMs) * timeframeMs + origin
}

/** Can bars of `toMs` be made of bars of `fromMs`? */
export function divides(fromMs: number, toMs: number): boolean {
  return fromMs < toMs && toMs % fromMs === 0
}

/**
 * Open of the first, highest high, lowest low, close of the last, volumes added in the order of time, so that the same
 * bars always give the same bits. A coarser bar without any finer one is absent. Throws `BAD_TIMEFRAME`.
 */
export function resample(fine: Candles, fromMs: number, toMs: number): Resampled {
  if (!divides(fromMs, toMs)) {
    throw new TandemError(`${formatTimeframe(toMs)} bars can't be made of ${formatTimeframe(fromMs)} bars`, {
      code: 'BAD_TIMEFRAME',
      hint: `take a whole multiple of ${formatTimeframe(fromMs)}`,
    })
  }
  const { time } = fine
  const starts: number[] = []
  let open = Number.NaN
  for (let row = 0; row < time.length; row++) {
    if (row > 0 && time[row]! < open + toMs) continue
    open = barOpen(time[row]!, toMs)
    starts.push(row)
  }
  const candles = allocateCandles(starts.length)
  const count = new Float64Array(starts.length)
  starts.forEach((from, bar) => {
    const to = starts[bar + 1] ?? time.length
    candles.time[bar] = barOpen(time[from]!, toMs)
    fill(candles, bar, fine, from, to)
    count[bar] = to - from
  })
  return { candles, count, partial: partialOf(candles.time, time, count, fromMs, toMs) }
}

function fill(candles: Candles, bar: number, fine: Candles, from: number, to: number): void {
  let high = fine.high[from]!
  let low = fine.low[from]!
  let volume = 0
  for (let row = from; row < to; row++) {
    high = Math.max(high, fine.high[row]!)
    low = Math.min(low, fine.low[row]!)
    volume += fine.volume[row]!
  }
  candles.open[bar] = fine.open[from]!
  candles.high[bar] = high
  candles.low[bar] = low
  candles.close[bar] = fine.close[to - 1]!
  candles.volume[bar] = volume
}

function partialOf(
  opens: Float64Array,
  time: Float64Array,
  count: Float64Array,
  fromMs: number,
  toMs: number,
): Partial {
  const bars = opens.length
  const first = time[0]! > opens[0]!
  const last = time[time.length - 1]! + fromMs < opens[bars - 1]! + toMs
  let inside = 0
  for (let bar = first ? 1 : 0; bar < (last ? bars - 1 : bars); bar++) if (count[bar]! < toMs / fromMs) inside += 1
  return { first, last, inside }
}

/** Without the first and the last bar where those are partial. */
export function withoutPartialEnds({ candles, count, partial }: Resampled): Resampled {
  const from = partial.first ? 1 : 0
  const to = Math.max(from, candles.time.length - (partial.last ? 1 : 0))
  const kept = allocateCandles(to - from)
  for (const name of ['time', 'open', 'high', 'low', 'close', 'volume'] as const) {
    kept[name].set(candles[name].subarray(from, to))
  }
  return { candles: kept, count: count.subarray(from, to), partial: { ...partial, first: false, last: false } }
}
