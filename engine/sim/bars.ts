/**
 * The bars that the simulated venue lives on: this row's prices, by instrument, without an object a look. Where a finer
 * series decides what happened inside a bar, its bars take the row's place one after the other.
 */

import type { Dec } from '../core/dec.ts'
import { firstRowClosingAt, type Grid } from '../core/grid.ts'
import { type Instrument, priceUnits } from '../core/instrument.ts'

export class Bars {
  /** Number of the bar that is looked at: its row, or for a finer one a number beyond all rows. */
  row = -1
  /** Row of the run's grid that it belongs to. */
  coarseRow = -1
  openMs = 0
  closeMs = 0
  timeframeMs: number
  private readonly grid: Grid
  private readonly time: Float64Array
  private readonly gapless: boolean
  private readonly firstMs: number
  private symbols: Grid['symbols']
  /** Place of the bar in `symbols`. */
  private index = -1
  private readonly instruments: readonly Instrument[]

  constructor(grid: Grid, instruments: readonly Instrument[]) {
    this.grid = grid
    this.time = grid.time
    this.gapless = grid.gapless
    this.firstMs = grid.time[0]!
    this.symbols = grid.symbols
    this.instruments = instruments
    this.timeframeMs = grid.timeframeMs
  }

  move(row: number): void {
    this.row = row
    this.coarseRow = row
    this.index = row
    if (this.symbols !== this.grid.symbols) {
      this.symbols = this.grid.symbols
      this.timeframeMs = this.grid.timeframeMs
    }
    this.openMs = this.gapless ? this.firstMs + row * this.timeframeMs : this.time[row]!
    this.closeMs = this.openMs + this.timeframeMs
  }

  /** Looks at a bar of a finer grid, inside the row. */
  moveInside(fine: Grid, index: number): void {
    this.symbols = fine.symbols
    this.timeframeMs = fine.timeframeMs
    this.row = this.grid.rows + index
    this.index = index
    this.openMs = fine.time[index]!
    this.closeMs = this.openMs + fine.timeframeMs
  }

  /** Highest or lowest price of the rows after `from` and before `to`; NaN where the symbol has none there. */
  extremeBetween(instrument: number, high: boolean, from: number, to: number): number {
    const column = this.grid.symbols[instrument]![high ? 'high' : 'low']
    let best = Number.NaN
    for (let row = from + 1; row < to; row++) {
      const price = column[row]!
      if (Number.isNaN(best) || (high ? price > best : price < best)) best = price
    }
    return best
  }

  /** Whether the symbol has a bar in this row: a missing one is NaN, which isn't above 0. */
  has(instrument: number): boolean {
    return this.symbols[instrument]!.open[this.index]! > 0
  }

  open(instrument: number): number {
    return this.symbols[instrument]!.open[this.index]!
  }

  high(instrument: number): number {
    return this.symbols[instrument]!.high[this.index]!
  }

  low(instrument: number): number {
    return this.symbols[instrument]!.low[this.index]!
  }

  close(instrument: number): number {
    return this.symbols[instrument]!.close[this.index]!
  }

  volume(instrument: number): number {
    return this.symbols[instrument]!.volume[this.index]!
  }

  /** First later row that closes at or after `ms`. */
  rowClosingAt(ms: number): number {
    return firstRowClosingAt(this.grid, ms, this.coarseRow + 1)
  }

  /** First later row that opens at or after `ms`. On a gapless grid it is counted: looks into far memory take longer. */
  rowOpeningAt(ms: number): number {
    if (!this.gapless) return this.rowClosingAt(ms + this.grid.timeframeMs)
    return Math.max(this.coarseRow + 1, Math.ceil((ms - this.firstMs) / this.grid.timeframeMs))
  }

  /** The open where there is a bar, else the last close: what the venue values a position at. */
  mark(instrument: number): Dec {
    const price = this.has(instrument) ? this.open(instrument) : this.symbols[instrument]!.mark[this.index]!
    return priceUnits(this.instruments[instrument]!, price)
  }
}
