/** A table as columns of equal length, the shape in which results are read back: cheap to hold, easy to plot. */

/** Numbers without gaps are a Float64Array; else a list with null where there is nothing. */
export type TableColumn = Float64Array | readonly (number | string | boolean | null)[]

export interface ColumnTable {
  readonly rows: number
  readonly columns: Readonly<Record<string, TableColumn>>
}
