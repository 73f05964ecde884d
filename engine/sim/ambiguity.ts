/** Counts the bars and fills on which the unknown path inside a bar decided something. */

export class AmbiguityCount {
  bars = 0
  fills = 0
  private lastRow = -1

  /** Something in `row` hung on the path; `fill` when it was a fill. */
  note(row: number, fill: boolean): void {
    if (fill) this.fills += 1
    if (row === this.lastRow) return
    this.lastRow = row
    this.bars += 1
  }
}
