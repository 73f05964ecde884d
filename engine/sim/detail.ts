/**
 * Finer bars for rows in which the order of events matters. A row is played on them when it reaches a resting order or
 * something arrives inside it; in all others nothing can happen after the open, on finer bars neither. Where the finer
 * series has no bars for the row, the model decides as it would without, and that is counted.
 */

import type { Grid } from '../core/grid.ts'
import type { Bars } from './bars.ts'
import type { RestingOrders } from './resting.ts'
import { takesAny } from './resting.ts'
import { trails } from './trailing.ts'

export class Detail {
  /** Rows that were played on finer bars; that would have been, had there been any; that the finer bars contradict. */
  played = 0
  missing = 0
  differing = 0
  /** Whether the bars stand at a finer one. */
  isInside = false
  private readonly fine: Grid
  private readonly grid: Grid
  private readonly bars: Bars
  private readonly resting: RestingOrders
  /** Whether a row is entered before its open: by volume or by messages under way an open alone can tell them apart. */
  private readonly eager: boolean
  private at = 0
  private end = 0
  /** Row for which the question has been answered, so that it is asked once. */
  private askedRow = -1

  constructor(fine: Grid, grid: Grid, bars: Bars, resting: RestingOrders, eager: boolean) {
    this.fine = fine
    this.grid = grid
    this.bars = bars
    this.resting = resting
    this.eager = eager
  }

  /** Another row begins. */
  leave(): void {
    this.isInside = false
    this.askedRow = -1
  }

  /** Whether the row is played on finer bars from its open on. */
  enterAtOpen(row: number): boolean {
    return this.eager && this.enter(row, false)
  }

  /** Whether the rest of the row is played on finer bars, from the first on. `quiet`: no message is under way. */
  enter(row: number, quiet: boolean): boolean {
    if (this.askedRow === row) return false
    if (quiet && !this.reachable()) return false
    this.askedRow = row
    this.at = firstFrom(this.fine.time, this.bars.openMs)
    this.end = firstFrom(this.fine.time, this.bars.closeMs)
    if (this.at === this.end) {
      this.missing += 1
      return false
    }
    this.played += 1
    if (!this.agrees(row)) this.differing += 1
    this.isInside = true
    this.next()
    return true
  }

  /** Moves to the next finer bar of the row; false after the last, and the row takes its place again. */
  next(): boolean {
    if (this.at === this.end) {
      this.isInside = false
      this.bars.move(this.bars.coarseRow)
      return false
    }
    this.bars.moveInside(this.fine, this.at++)
    return true
  }

  /** Whether the row's range touches any level, or could touch one that moves. */
  private reachable(): boolean {
    const { bars } = this
    for (const resting of this.resting.items) {
      const { instrument } = resting.order
      if (takesAny(resting) || trails(resting)) return true
      const extreme = resting.above ? bars.high(instrument) : bars.low(instrument)
      if (resting.above ? extreme >= resting.level : extreme <= resting.level) return true
    }
    return false
  }

  /** Whether the finer bars have the row's open, high, low and close, symbol by symbol. */
  private agrees(row: number): boolean {
    return this.grid.symbols.every((coarse, id) => {
      const { open, high, low, close } = this.fine.symbols[id]!
      let first = Number.NaN
      let last = Number.NaN
      let top = Number.NEGATIVE_INFINITY
      let bottom = Number.POSITIVE_INFINITY
      for (let i = this.at; i < this.end; i++) {
        if (Number.isNaN(open[i]!)) continue
        if (Number.isNaN(first)) first = open[i]!
        last = close[i]!
        top = Math.max(top, high[i]!)
        bottom = Math.min(bottom, low[i]!)
      }
      if (Number.isNaN(first)) return Number.isNaN(coarse.open[row]!)
      const same = first === coarse.open[row] && last === coarse.close[row]
      return same && top === coarse.high[row] && bottom === coarse.low[row]
    })
  }
}

/** First index whose time is at or after `ms`. */
function firstFrom(time: Float64Array, ms: number): number {
  let low = 0
  let high = time.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (time[middle]! < ms) low = middle + 1
    else high = middle
  }
  return low
}
