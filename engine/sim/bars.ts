/** The bars that the simulated venue lives on: this row's prices, by instrument, without an object a look. */

import type { Dec } from '../core/dec.ts'
import { firstRowClosingAt, type Grid } from '../core/grid.ts'
import { type Instrument, priceUnits } from '../core/instrument.ts'

export class Bars {
  row = -1
  openMs = 0
  closeMs = 0
  readonly timeframeMs: number
  private readonly grid: Grid
  private readonly time: Float64Array
  private readonly gapless: boolean
  private readonly firstMs: number
  private readonly symbols: Grid['symbols']
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
    this.openMs = this.gapless ? this.firstMs + row * this.timeframeMs : this.time[row]!
    this.closeMs = this.openMs + this.timeframeMs
  }

  /** Whether the symbol has a bar in this row: a missing one is NaN, which isn't above 0. */
  has(instrument: number): boolean {
    return this.symbols[instrument]!.open[this.row]! > 0
  }

  open(instrument: number): number {
    return this.symbols[instrument]!.open[this.row]!
  }

  high(instrument: number): number {
    return this.symbols[instrument]!.high[this.row]!
  }

  low(instrument: number): number {
    return this.symbols[instrument]!.low[this.row]!
  }

  close(instrument: number): number {
    return this.symbols[instrument]!.close[this.row]!
  }

  volume(instrument: number): number {
    return this.symbols[instrument]!.volume[this.row]!
  }

  /** First later row that closes at or after `ms`. */
  rowClosingAt(ms: number): number {
    return firstRowClosingAt(this.grid, ms, this.row + 1)
  }

  /** First later row that opens at or after `ms`. On a gapless grid it is counted: looks into far memory take longer. */
  rowOpeningAt(ms: number): number {
    if (!this.gapless) return this.rowClosingAt(ms + this.timeframeMs)
    return Math.max(this.row + 1, Math.ceil((ms - this.firstMs) / this.timeframeMs))
  }

  /** The open where there is a bar, else the last close: what the venue values a position at. */
  mark(instrument: number): Dec {
    const price = this.has(instrument) ? this.open(instrument) : this.symbols[instrument]!.mark[this.row]!
    return priceUnits(this.instruments[instrument]!, price)
  }
}
