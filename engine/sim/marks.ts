/** The venue's mark price at each moment of a bar: its own columns where the run has them, else the last price. */

import type { Dec } from '../core/dec.ts'
import type { MarkColumns } from '../core/funding.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, priceUnits } from '../core/instrument.ts'
import type { Bars } from './bars.ts'

export class Marks {
  private readonly bars: Bars
  private readonly grid: Grid
  private readonly instruments: readonly Instrument[]
  private readonly columns: readonly (MarkColumns | null)[]

  constructor(bars: Bars, grid: Grid, instruments: readonly Instrument[], columns: readonly (MarkColumns | null)[]) {
    this.bars = bars
    this.grid = grid
    this.instruments = instruments
    this.columns = columns
  }

  /** Whether the instrument's mark has columns of its own. */
  apart(id: number): boolean {
    return this.columns[id] !== null && this.columns[id] !== undefined
  }

  open(id: number): Dec {
    const columns = this.columns[id]
    return columns ? this.units(id, columns.open[this.bars.coarseRow]!) : this.bars.mark(id)
  }

  close(id: number): Dec {
    const columns = this.columns[id]
    if (columns) return this.units(id, columns.close[this.bars.coarseRow]!)
    return this.bars.has(id) ? this.units(id, this.bars.close(id)) : this.bars.mark(id)
  }

  /** At the close of the row before; at the open in the first row. */
  before(id: number): Dec {
    const row = this.bars.coarseRow - 1
    if (row < 0) return this.open(id)
    const columns = this.columns[id]
    return this.units(id, columns ? columns.close[row]! : this.grid.symbols[id]!.mark[row]!)
  }

  /** The lowest or highest mark of the bar; the last one known where it has none. */
  extreme(id: number, highest: boolean): Dec {
    const columns = this.columns[id]
    if (columns) return this.units(id, (highest ? columns.high : columns.low)[this.bars.coarseRow]!)
    if (!this.bars.has(id)) return this.bars.mark(id)
    return this.units(id, highest ? this.bars.high(id) : this.bars.low(id))
  }

  private units(id: number, price: number): Dec {
    return priceUnits(this.instruments[id]!, price)
  }
}
