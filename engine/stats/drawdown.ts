/** Drawdowns of the unit value at bar closes, measured from the running maximum that starts at 1, the first capital. */

import { type Figure, known, unknown } from './figure.ts'
import { sum, sumOfSquares } from './sum.ts'

/** One stretch below the last high. */
export interface Drawdown {
  /** Deepest value as a fraction of the high, below zero. */
  readonly depth: number
  /** Close of the bar that made the high (the run's start where that is the first capital). */
  readonly peakMs: number
  readonly valleyMs: number
  /** Close of the first bar back at the high; null while the drawdown is ongoing. */
  readonly recoveryMs: number | null
  /** Wall-clock ms from the high to the recovery, or to the run's end. */
  readonly durationMs: number
  /** Bars that closed below the high. */
  readonly bars: number
}

export interface DrawdownSummary {
  /** Depth of the deepest, ≤ 0; 0 where equity never closed below a high. */
  readonly maxDepth: number
  readonly count: number
  readonly averageDepth: Figure
  readonly averageDurationMs: Figure
  readonly longestMs: number
  readonly longestBars: number
  /** Bars that closed under water over all bars. */
  readonly underwaterShare: Figure
  /** The deepest ones, deepest first, among them an ongoing one. */
  readonly deepest: readonly Drawdown[]
  /** The one the run ended in. */
  readonly ongoing: Drawdown | null
}

/** Rows of the table of drawdowns, unless others are asked for. */
export const DRAWDOWNS = 10

/** Unit value over its running maximum, minus one, at each bar's close: 0 at a high, below zero under water. */
export function drawdownSeries(unit: Float64Array, series: Float64Array = new Float64Array(unit.length)): Float64Array {
  let peak = 1
  for (let row = 0; row < unit.length; row++) {
    if (unit[row]! > peak) peak = unit[row]!
    series[row] = unit[row]! / peak - 1
  }
  return series
}

/** The deepest value of a drawdown series, ≤ 0. */
export function deepest(series: Float64Array): number {
  let least = 0
  for (let row = 0; row < series.length; row++) if (series[row]! < least) least = series[row]!
  return least
}

/** Ulcer index (Martin & McCann 1989): √(Σ drawdown²/n) over all n bars. */
export function ulcerIndex(series: Float64Array): Figure {
  return ulcerIndexOf(series.length, sumOfSquares(series, 0))
}

/** The same from Σ drawdown². */
export function ulcerIndexOf(bars: number, sumOfSquaredDrawdowns: number): Figure {
  return bars === 0 ? unknown('no bars') : known(Math.sqrt(sumOfSquaredDrawdowns / bars))
}

/** All drawdowns in numbers, and the `keep` deepest ones by themselves. */
export function summariseDrawdowns(
  time: Float64Array,
  timeframeMs: number,
  series: Float64Array,
  keep = DRAWDOWNS,
): DrawdownSummary {
  return summariseFound(findDrawdowns(time, timeframeMs, series), series.length, keep)
}

/** The same of drawdowns found already, in order of time, in a run of so many bars. */
export function summariseFound(found: readonly Drawdown[], rows: number, keep = DRAWDOWNS): DrawdownSummary {
  const depths = found.map((one) => one.depth)
  const maxDepth = depths.reduce((least, depth) => Math.min(least, depth), 0)
  const durations = found.map((one) => one.durationMs)
  const bars = found.map((one) => one.bars)
  const last = found[found.length - 1]
  const none = 'no drawdown'
  return {
    maxDepth,
    count: found.length,
    averageDepth: found.length === 0 ? unknown(none) : known(sum(depths) / found.length),
    averageDurationMs: found.length === 0 ? unknown(none) : known(sum(durations) / found.length),
    longestMs: durations.reduce((most, duration) => Math.max(most, duration), 0),
    longestBars: bars.reduce((most, count) => Math.max(most, count), 0),
    underwaterShare: rows === 0 ? unknown('no bars') : known(sum(bars) / rows),
    deepest: found.toSorted((a, b) => a.depth - b.depth || a.peakMs - b.peakMs).slice(0, keep),
    ongoing: last !== undefined && last.recoveryMs === null ? last : null,
  }
}

/** In order of time. */
export function findDrawdowns(time: Float64Array, timeframeMs: number, series: Float64Array): readonly Drawdown[] {
  const list = new DrawdownList().over(time, timeframeMs)
  let row = 0
  while (row < series.length) {
    if (series[row]! === 0) {
      row++
      continue
    }
    list.begin(row)
    list.valleyRow = row
    while (row < series.length && series[row]! < 0) {
      if (series[row]! < series[list.valleyRow]!) list.valleyRow = row
      row++
    }
    if (row < series.length) list.close(row, series[list.valleyRow]!, list.valleyRow)
  }
  if (list.isOpen) list.end(row, series[list.valleyRow]!)
  return list.found
}

/** Drawdowns as they begin and end, in order of time. One list serves run after run: `over` begins it anew. */
export class DrawdownList {
  private list: Drawdown[] = []
  /** First row of the one that is under way; -1 for none. */
  private first = -1
  /** Its deepest row so far. */
  valleyRow = -1
  private time: Float64Array = new Float64Array(0)
  private timeframeMs = 0

  /** An empty list of bars that open at `time`. */
  over(time: Float64Array, timeframeMs: number): this {
    this.list = []
    this.first = -1
    this.valleyRow = -1
    this.time = time
    this.timeframeMs = timeframeMs
    return this
  }

  get found(): readonly Drawdown[] {
    return this.list
  }

  get isOpen(): boolean {
    return this.first >= 0
  }

  /** One begins at the close of `row`, the first below the high. */
  begin(row: number): void {
    this.first = row
  }

  /** It ends at the close of `row`, the first back at the high. */
  close(row: number, depth: number, valleyRow: number): void {
    this.valleyRow = valleyRow
    this.add(row, depth, true)
  }

  /** The run ends after `rows` rows: a drawdown that is under way is ongoing. */
  end(rows: number, depth: number): void {
    if (this.first >= 0) this.add(rows, depth, false)
  }

  private add(row: number, depth: number, ended: boolean): void {
    const peakMs = this.closeOf(this.first - 1)
    this.list.push({
      depth,
      peakMs,
      valleyMs: this.closeOf(this.valleyRow),
      recoveryMs: ended ? this.closeOf(row) : null,
      durationMs: this.closeOf(ended ? row : row - 1) - peakMs,
      bars: row - this.first,
    })
    this.first = -1
  }

  private closeOf(row: number): number {
    return row < 0 ? (this.time[0] ?? 0) : this.time[row]! + this.timeframeMs
  }
}
