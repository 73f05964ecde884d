/** Counts the bars and fills on which the unknown path inside a bar decided something. */

import type { Bars } from './bars.ts'

export class AmbiguityCount {
  /** Rows on which something hung on the path, rising. */
  readonly rows: number[] = []
  bars = 0
  fills = 0
  private lastRow = -1
  private readonly atBars: Bars | null

  /** `bars` tell the coarse row where finer ones are played; null for none. */
  constructor(bars: Bars | null = null) {
    this.atBars = bars
  }

  /** Something in `row` hung on the path; `fill` when it was a fill. */
  note(row: number, fill: boolean): void {
    if (fill) this.fills += 1
    if (row === this.lastRow) return
    this.lastRow = row
    this.bars += 1
    const coarseRow = this.atBars?.coarseRow ?? row
    if (this.rows[this.rows.length - 1] !== coarseRow) this.rows.push(coarseRow)
  }
}
