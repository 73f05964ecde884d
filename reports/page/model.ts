/** What the page's maker hands to its script, and how the script reads it. */

import type { SymbolLayers } from '../analysis/prices.ts'
import type { Cell, Datasets } from '../dataset.ts'
import { type PackedDataset, unpackDataset } from '../pack.ts'
import { byId } from './dom.ts'

/** One chart: its compiled variants by scale, as names in `specs`, how it is drawn, and where its rows come from. */
export interface ChartPlan {
  readonly specs: Readonly<Record<string, string>>
  readonly renderer: 'svg' | 'canvas'
  /** A chart without a window: the dataset whose rows it draws, the first `most` of them. */
  readonly dataset?: string
  readonly most?: number
  /** Pixels; where it depends on the number of rows. */
  readonly height?: number
  readonly signals?: Readonly<Record<string, unknown>>
}

export interface ModelDocument {
  /** Start of the names of saved files. */
  readonly fileName: string
  readonly quote: string
  readonly fromMs: number
  readonly toMs: number
  readonly timeframeMs: number
  readonly initialEquity: number
  /** Symbols that have candles here, and what is drawn of each beside them. */
  readonly symbols: readonly string[]
  readonly layers: readonly SymbolLayers[]
  /** What is marked on the curve of equity. */
  readonly events: readonly { readonly time: number; readonly sign: string }[]
  readonly datasets: Readonly<Record<string, PackedDataset>>
  readonly charts: Readonly<Record<string, ChartPlan>>
  /** Compiled specifications, each once. */
  readonly specs: Readonly<Record<string, unknown>>
}

export interface PageModel extends Omit<ModelDocument, 'datasets'> {
  readonly datasets: Datasets
}

function readModel(): PageModel {
  const { datasets, ...rest } = JSON.parse(byId('model').textContent ?? '{}') as ModelDocument
  return {
    ...rest,
    datasets: Object.fromEntries(Object.entries(datasets).map(([id, packed]) => [id, unpackDataset(packed)])),
  }
}

export const model = readModel()

/** Rows of a dataset as objects, by the names of its columns. */
export function rowsOf(dataset: string, most = Number.POSITIVE_INFINITY): readonly Readonly<Record<string, Cell>>[] {
  const columns = model.datasets[dataset]?.columns ?? []
  const count = Math.min(columns[0]?.values.length ?? 0, most)
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(columns.map(({ name, values }) => [name, values[row] ?? null])),
  )
}

/** Values of a column; empty if there is no such dataset or column. */
export function values(dataset: string, column: string): readonly Cell[] {
  return model.datasets[dataset]?.columns.find((c) => c.name === column)?.values ?? []
}

/** The same as numbers; null where there is none. */
export function numbers(dataset: string, column: string): readonly (number | null)[] {
  return values(dataset, column) as readonly (number | null)[]
}
