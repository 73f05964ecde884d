/** Tables: heads that sort by a press of mouse or key, rows of cells. */

import { type El, h } from './dom.ts'

export interface Column<T> {
  readonly head: string
  /** Sorted by it, where it can be. */
  readonly sort?: string
  /** Figures stand to the right. */
  readonly number?: boolean
  /** Left out on a narrow screen. */
  readonly wide?: boolean
  cell(row: T): El | string
}

export interface Sorting {
  readonly by: string
  readonly descending: boolean
  change(by: string): void
}

export interface TableOptions<T> {
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly caption: string
  readonly sorting?: Sorting
  readonly empty: string
}

/** A table in a box that scrolls sideways by itself. */
export function table<T>({ columns, rows, caption, sorting, empty }: TableOptions<T>): El {
  if (rows.length === 0) return h('p', { class: 'empty' }, empty)
  const heads = columns.map((column) => headOf(column, sorting))
  const body = rows.map((row) =>
    h('tr', {}, ...columns.map((column) => h('td', { class: classOf(column) }, column.cell(row)))),
  )
  return h(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption },
    h(
      'table',
      {},
      h('caption', { class: 'unseen' }, caption),
      h('thead', {}, h('tr', {}, ...heads)),
      h('tbody', {}, ...body),
    ),
  )
}

function classOf({ number, wide }: { readonly number?: boolean; readonly wide?: boolean }): string | null {
  return [number ? 'number' : '', wide ? 'wide' : ''].filter(Boolean).join(' ') || null
}

function headOf<T>(column: Column<T>, sorting: Sorting | undefined): El {
  const { head, sort } = column
  if (sort === undefined || sorting === undefined) return h('th', { scope: 'col', class: classOf(column) }, head)
  const order = sorting.by !== sort ? null : sorting.descending ? 'descending' : 'ascending'
  return h(
    'th',
    { scope: 'col', class: classOf(column), 'aria-sort': order },
    h('button', { type: 'button', 'data-sort': sort, click: () => sorting.change(sort) }, head),
  )
}

/** Facts in two columns. */
export function facts(pairs: readonly (readonly [string, El | string])[]): El {
  return h(
    'dl',
    { class: 'facts' },
    ...pairs.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  )
}

/** Figures in a row of tiles. */
export function tiles(
  all: readonly { readonly name: string; readonly figure: string; readonly detail?: string; readonly tone?: string }[],
): El {
  return h(
    'dl',
    { class: 'tiles' },
    ...all.map(({ name, figure, detail, tone }) =>
      h(
        'div',
        { class: 'tile' },
        h('dt', {}, name),
        h(
          'dd',
          {},
          h('span', { class: `figure ${tone ?? ''}` }, figure),
          detail === undefined ? null : h('span', { class: 'detail' }, detail),
        ),
      ),
    ),
  )
}
