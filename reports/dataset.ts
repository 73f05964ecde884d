/** The data of a page: tables in columns, written into it once, from which it draws, lists and saves. */

import { formatCell, type Kind } from './format.ts'
import { type Html, html } from './html.ts'

export type Cell = number | string | null

export interface Column {
  readonly name: string
  readonly label: string
  readonly kind: Kind
  readonly values: readonly Cell[]
  /** Left out of a table until asked for; always in saved files. */
  readonly extra?: true
}

/** Columns of equal length. `note` says what a reader of the saved file must know, such as thinning. */
export interface Dataset {
  readonly title: string
  readonly note?: string
  readonly columns: readonly Column[]
}

export type Datasets = Readonly<Record<string, Dataset>>

/** A column from values, of which those that aren't finite become null. */
export function column(name: string, label: string, kind: Kind, values: Iterable<Cell>): Column {
  const cells = Array.from(values, (value) => (typeof value === 'number' && !Number.isFinite(value) ? null : value))
  return { name, label, kind, values: cells }
}

/** Rows in a dataset. */
export function rowCount(dataset: Dataset): number {
  return dataset.columns[0]?.values.length ?? 0
}

/** Is this kind of value set flush right? */
export function isNumeric(kind: Kind): boolean {
  return kind !== 'text' && kind !== 'time' && kind !== 'day'
}

/** The first rows of a dataset as a plain table: what is seen and printed where scripts don't run. */
export function tableHtml(dataset: Dataset, rows: number, quote: string): Html {
  const count = Math.min(rows, rowCount(dataset))
  const columns = dataset.columns.filter((c) => c.extra !== true)
  const shown = Array.from({ length: count }, (_, row) => row)
  return html`<table><thead><tr>${columns.map(
    (c) => html`<th scope="col" class="${isNumeric(c.kind) ? 'number' : 'text'}">${c.label}</th>`,
  )}</tr></thead><tbody>${shown.map(
    (row) =>
      html`<tr>${columns.map(
        (c) =>
          html`<td class="${isNumeric(c.kind) ? 'number' : 'text'} c-${c.name}">${formatCell(c.values[row] ?? null, c.kind, quote)}</td>`,
      )}</tr>`,
  )}</tbody></table>`
}
