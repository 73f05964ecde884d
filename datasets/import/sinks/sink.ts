/** Where parsed rows go: each sink checks what its kind of row must fulfil and gathers what becomes of them. */

import type { Place } from '../refuse.ts'

/** The file at hand, for messages. */
export interface RowOrigin {
  readonly file: string
  /** Column names in the order of the roles. */
  readonly names: readonly string[]
}

export interface RowSink {
  /** `values` in the order of the roles, time in ms UTC first; read at once, since the array is used again. */
  add(row: number, values: Float64Array): void
}

/** The cell of a role in a row. */
export function placeOf(origin: RowOrigin, row: number, role: number): Place {
  return { file: origin.file, row, column: origin.names[role]! }
}
