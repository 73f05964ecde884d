/** A file of columns, as Arrow and Parquet are, read row by row. */

import type { Layout } from '../formats/format.ts'
import { refusal } from '../refuse.ts'
import { placeOf, type RowOrigin, type RowSink } from '../sinks/sink.ts'

export interface ColumnTable {
  readonly names: readonly string[]
  /** Batches of the columns at `cells`, the first of them as times in ms UTC; NaN where a value is missing. */
  batches(cells: readonly number[]): AsyncGenerator<readonly Float64Array[]>
}

/** Hands all rows to the sink. A cell of −1 is a volume that isn't there: 0. */
export async function readTable(
  table: ColumnTable,
  layout: Layout,
  origin: RowOrigin,
  shiftMs: number,
  sink: RowSink,
): Promise<void> {
  const present = layout.cells.filter((cell) => cell >= 0)
  const roles = layout.cells.flatMap((cell, role) => (cell >= 0 ? [role] : []))
  const values = new Float64Array(layout.cells.length)
  let row = 0
  for await (const columns of table.batches(present)) {
    const rows = columns[0]!.length
    for (let k = 0; k < rows; k++) {
      row += 1
      for (const [index, role] of roles.entries()) {
        const value = columns[index]![k]!
        if (!Number.isFinite(value)) throw missing(origin, row, role)
        values[role] = value === 0 ? 0 : value
      }
      values[0]! += shiftMs
      sink.add(row, values)
    }
  }
}

function missing(origin: RowOrigin, row: number, role: number): Error {
  return refusal('EMPTY_CELL', placeOf(origin, row, role), 'the cell has no number', 'correct or remove the row')
}
