/** What stays true between two state changes: the levels, timers and gates that a scan needs to watch, and nothing else. */

import type { Grid } from '../core/grid.ts'
import type { VenueLevels } from '../core/venue.ts'
import type { ScanGate, ScanLevels } from './scan.ts'

export class Quiet {
  /** Next row that must be stepped whatever its prices. */
  endRow = 0
  /** Whether any level is finite. */
  levelled = false
  readonly levels: readonly ScanLevels[]
  readonly gate: ScanGate = { row: -1, symbol: -1, side: 0, count: 0, lastRow: -1 }
  /** Where the venue writes the levels of resting orders. */
  readonly venue: VenueLevels
  /** Closes at which engine rules would act, by symbol; ±Infinity for none. */
  readonly closeLow: Float64Array
  readonly closeHigh: Float64Array

  constructor(grid: Grid) {
    const symbols = grid.symbols.length
    this.venue = { low: new Float64Array(symbols), high: new Float64Array(symbols) }
    this.closeLow = new Float64Array(symbols).fill(Number.NEGATIVE_INFINITY)
    this.closeHigh = new Float64Array(symbols).fill(Number.POSITIVE_INFINITY)
    this.levels = grid.symbols.map(({ low, high, close }) => ({
      low,
      high,
      close,
      restLow: Number.NEGATIVE_INFINITY,
      restHigh: Number.POSITIVE_INFINITY,
      closeLow: Number.NEGATIVE_INFINITY,
      closeHigh: Number.POSITIVE_INFINITY,
    }))
  }

  /** Takes over the levels that venue and rules have written. */
  arm(endRow: number): void {
    this.endRow = endRow
    this.gate.row = -1
    this.levelled = false
    for (let k = 0; k < this.levels.length; k++) {
      const one = this.levels[k]!
      one.restLow = this.venue.low[k]!
      one.restHigh = this.venue.high[k]!
      one.closeLow = this.closeLow[k]!
      one.closeHigh = this.closeHigh[k]!
      if (
        one.restLow > Number.NEGATIVE_INFINITY ||
        one.restHigh < Number.POSITIVE_INFINITY ||
        one.closeLow > Number.NEGATIVE_INFINITY ||
        one.closeHigh < Number.POSITIVE_INFINITY
      ) {
        this.levelled = true
      }
    }
  }

  /** Entries of this symbol and side stay refused before `row`, for the reason just recorded, until the next change. */
  shut(symbol: number, side: number, row: number): void {
    this.gate.row = row
    this.gate.symbol = symbol
    this.gate.side = side
  }
}
