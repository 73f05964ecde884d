/**
 * A grid that rows are added to as they close: columns of a fixed capacity, filled up to `rows`. What lies beyond is
 * NaN or not yet written, and nothing may read it.
 */

import { FIELDS } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import type { Grid, SymbolColumns } from '../core/grid.ts'

/** One symbol's bar in a row. */
export interface RowCandle {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly volume: number
}

export interface GrowingSymbol {
  readonly venue: string
  readonly symbol: string
}

export class GrowingGrid implements Grid {
  rows = 0
  readonly timeframeMs: number
  readonly time: Float64Array
  /** Rows are counted by their times: which of them will have bars isn't known. */
  readonly gapless = false
  readonly symbols: readonly SymbolColumns[]
  readonly capacity: number

  constructor(symbols: readonly GrowingSymbol[], timeframeMs: number, capacity: number) {
    this.timeframeMs = timeframeMs
    this.capacity = capacity
    this.time = new Float64Array(capacity + 1)
    this.symbols = symbols.map((one) => growingColumns(one, timeframeMs, this.time, capacity + 1))
    this.blank(0)
  }

  /**
   * Adds the row that opened at `openMs`: a bar a symbol, null where it has none. Throws `LIVE_ROW_ORDER` for one that
   * doesn't open after the last, `LIVE_FULL` when the columns are.
   */
  append(openMs: number, candles: readonly (RowCandle | null)[]): void {
    const row = this.rows
    if (row > 0 && openMs <= this.time[row - 1]!) {
      throw new TandemError(`a row that opens at ${openMs} doesn't follow one at ${this.time[row - 1]}`, {
        code: 'LIVE_ROW_ORDER',
      })
    }
    if (row === this.capacity) {
      throw new TandemError(`the session's columns are full after ${row} rows`, {
        code: 'LIVE_FULL',
        hint: 'start the session again: it makes room',
      })
    }
    this.time[row] = openMs
    for (let k = 0; k < this.symbols.length; k++) {
      const columns = this.symbols[k]!
      const candle = candles[k] ?? null
      for (const field of FIELDS) columns[field][row] = candle === null ? Number.NaN : candle[field]
      columns.mark[row] = candle !== null ? candle.close : row === 0 ? Number.NaN : columns.mark[row - 1]!
    }
    this.rows = row + 1
    this.blank(row + 1)
  }

  /** The forming row: its time is a guess, and its prices are nobody's. */
  private blank(row: number): void {
    this.time[row] = row === 0 ? 0 : this.time[row - 1]! + this.timeframeMs
    for (const columns of this.symbols) {
      for (const field of FIELDS) columns[field][row] = Number.NaN
      columns.mark[row] = Number.NaN
    }
  }
}

function growingColumns(
  { venue, symbol }: GrowingSymbol,
  timeframeMs: number,
  time: Float64Array,
  length: number,
): SymbolColumns {
  const column = (): Float64Array => new Float64Array(length)
  const columns = {
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
    mark: column(),
  }
  const candles = { time, ...columns }
  return { series: { venue, symbol, timeframeMs, candles, dataHash: '' }, ...columns, rowOfBar: null }
}
