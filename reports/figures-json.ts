/** `figures.json`: every figure of a page and every table's column with unit, basis and definition, unrounded. */

import type { Dataset, Datasets } from './dataset.ts'
import { COLUMN_DEFINITIONS, TABLE_BASIS } from './definitions.ts'
import type { Figure, FigureBook } from './figure-book.ts'
import type { Kind } from './format.ts'

export interface FiguresDocument {
  readonly format: 'tandem-figures/1'
  readonly kind: 'run'
  readonly runId: string
  readonly name: string
  /** The currency of the unit `quote`. Fractions are of 1, times ms UTC. */
  readonly quote: string
  readonly figures: readonly Figure[]
  readonly tables: readonly FiguresTable[]
}

export interface FiguresTable {
  readonly id: string
  readonly title: string
  readonly basis: string
  readonly columns: readonly {
    readonly id: string
    readonly label: string
    readonly unit: string
    readonly definition: string
  }[]
  /** Values in the order of the columns. */
  readonly rows: readonly (readonly (number | string | null)[])[]
}

const UNITS: Readonly<Record<Kind, string>> = {
  time: 'time',
  day: 'time',
  money: 'quote',
  price: 'quote per base',
  quantity: 'base',
  fraction: 'fraction',
  ratio: 'ratio',
  count: 'count',
  number: 'number',
  duration: 'ms',
  text: 'text',
}

/** Series, and what other files of the run hold whole. */
const ELSEWHERE = new Set(['curve', 'trades', 'metrics', 'scatter', 'rolling'])

export function figuresDocument(
  { runId, name }: { readonly runId: string; readonly name: string },
  figures: FigureBook,
  datasets: Datasets,
): FiguresDocument {
  const tables = Object.entries(datasets)
    .filter(([id]) => !ELSEWHERE.has(id))
    .map(([id, dataset]) => tableOf(id, dataset))
  return { format: 'tandem-figures/1', kind: 'run', runId, name, quote: figures.quote, figures: figures.all, tables }
}

function tableOf(id: string, { title, columns }: Dataset): FiguresTable {
  // Groups of trades share their columns, whatever they are grouped by.
  const kind = id.startsWith('by-') ? 'by' : id
  const definitions = COLUMN_DEFINITIONS[kind] ?? {}
  return {
    id,
    title,
    basis: TABLE_BASIS[kind] ?? 'run',
    columns: columns.map(({ name, label, kind: of }) => ({
      id: name,
      label,
      unit: UNITS[of],
      definition: definitions[name] ?? label,
    })),
    rows: (columns[0]?.values ?? []).map((_, row) => columns.map(({ values }) => values[row] ?? null)),
  }
}
