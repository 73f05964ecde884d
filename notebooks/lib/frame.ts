/** Tables of tandem as DataFrames of danfojs. */

import { DataFrame } from 'danfojs-node'
import type { ColumnTable } from 'tandem'

/**
 * A DataFrame of the table's columns, or of those that are named. Numbers keep all their digits: the arithmetic of
 * frames runs in float64 here (see ../vendor/tfjs-node). Copies: for millions of rows work on the columns themselves.
 * Throws RangeError where a column is named that the table doesn't have.
 */
export function toDataFrame(table: ColumnTable, columns: readonly string[] = Object.keys(table.columns)): DataFrame {
  const data: Record<string, unknown[]> = {}
  for (const name of columns) {
    const values = table.columns[name]
    if (values === undefined) {
      throw new RangeError(`no column '${name}': there are ${Object.keys(table.columns).join(', ')}`)
    }
    // danfojs takes plain lists only.
    data[name] = Array.from(values)
  }
  return new DataFrame(data)
}
