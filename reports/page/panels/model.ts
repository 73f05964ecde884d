/** The model of a page of panels, and datasets that the page itself makes from what the reader chose. */

import type { Cell, Dataset } from '../../dataset.ts'
import type { PanelsModel } from '../../panels/model.ts'
import { model } from '../model.ts'

/** Typed by the page that reads it. */
export function panelsModel<More = unknown>(): PanelsModel<More> {
  return model as unknown as PanelsModel<More>
}

const made = new Map<string, Dataset>()

/** Puts a dataset in the stead of the one with that name. */
export function putDataset(name: string, dataset: Dataset): void {
  made.set(name, dataset)
}

export function datasetOf(name: string): Dataset | undefined {
  return made.get(name) ?? panelsModel().datasets[name]
}

/** Rows of a dataset as objects, by the names of its columns. */
export function rowsOf(name: string): Readonly<Record<string, Cell>>[] {
  const columns = datasetOf(name)?.columns ?? []
  const count = columns[0]?.values.length ?? 0
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(columns.map((one) => [one.name, one.values[row] ?? null])),
  )
}

/** Values of a column; empty if there is none. */
export function cellsOf(dataset: string, column: string): readonly Cell[] {
  return datasetOf(dataset)?.columns.find(({ name }) => name === column)?.values ?? []
}

/** The same as numbers, for columns that have no texts. */
export function numbersOf(dataset: string, column: string): readonly (number | null)[] {
  return cellsOf(dataset, column) as readonly (number | null)[]
}
