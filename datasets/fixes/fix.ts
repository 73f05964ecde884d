/** What a fix changed: the record that a manifest keeps, so that nobody takes mended data for original data. */

/** One kind of repair, made to `rows` rows. `text` says what was done, with its numbers. */
export interface AppliedFix {
  readonly code: string
  readonly rows: number
  readonly text: string
}

/** Columns of equal length with a time in ms; candles and funding both are. */
export interface TimedColumns {
  readonly time: Float64Array
}

/** Mended columns (new arrays where anything changed) and how many rows were changed or left out. */
export interface Fixed<T extends TimedColumns> {
  readonly columns: T
  readonly rows: number
}

/** The columns with every array of their length mapped; what else is in `columns` is kept. */
export function mapColumns<T extends TimedColumns>(columns: T, map: (column: Float64Array) => Float64Array): T {
  const { length } = columns.time
  const isColumn = (value: unknown): value is Float64Array => value instanceof Float64Array && value.length === length
  const entries = Object.entries(columns) as [string, unknown][]
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isColumn(value) ? map(value) : value]),
  ) as unknown as T
}

/** The rows at `indices`, in that order. */
export function takeRows<T extends TimedColumns>(columns: T, indices: ArrayLike<number>): T {
  return mapColumns(columns, (column) => Float64Array.from(indices, (row) => column[row]!))
}
