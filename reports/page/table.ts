/** A table over a dataset: sorted by any column, filtered by text, shown a page at a time. */

import { type Cell, type Dataset, isNumeric, rowCount } from '../dataset.ts'
import { formatCell } from '../format.ts'
import { create, type El } from './dom.ts'
import { model } from './model.ts'

export interface TableOptions {
  readonly rowsPerPage: number
  readonly filter?: string
  /** Adds a button to each row. */
  readonly action?: { readonly label: string; readonly run: (row: number) => void }
}

interface TableState {
  order: number[]
  page: number
  sort: number | null
  down: boolean
}

function compare(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
}

/** Rows that contain `text` in a text column, in the order of the chosen column; rows without a value come last. */
function orderRows(dataset: Dataset, text: string, sort: number | null, down: boolean): number[] {
  const wanted = text.trim().toLowerCase()
  const searched = dataset.columns.filter((c) => c.kind === 'text')
  const rows = Array.from({ length: rowCount(dataset) }, (_, row) => row).filter(
    (row) => wanted === '' || searched.some((c) => String(c.values[row] ?? '').toLowerCase().includes(wanted)),
  )
  if (sort === null) return rows
  const cells = dataset.columns[sort]!.values
  return rows.sort((a, b) => {
    const [left, right] = [cells[a] ?? null, cells[b] ?? null]
    const order = compare(left, right)
    return (down && left !== null && right !== null ? -order : order) || a - b
  })
}

function bodyRow(dataset: Dataset, row: number, action: TableOptions['action']): El {
  const line = create('tr')
  for (const { values, kind, name } of dataset.columns) {
    const value = values[row] ?? null
    const cell = create('td', { class: isNumeric(kind) ? 'number' : 'text' }, formatCell(value, kind, model.quote))
    if ((name === 'pnl' || name === 'returnFraction') && typeof value === 'number') {
      cell.className += value < 0 ? ' loss' : value > 0 ? ' gain' : ''
    }
    line.append(cell)
  }
  if (action !== undefined) {
    const button = create('button', { type: 'button', class: 'quiet', title: action.label, 'aria-label': `${action.label}, row ${row + 1}` }, 'Show')
    button.addEventListener('click', () => action.run(row))
    line.append(create('td', { class: 'action' }, button))
  }
  return line
}

/** Puts the table into `place`, in the stead of what is there. */
export function mountTable(place: El, dataset: Dataset, options: TableOptions): void {
  const table: TableState = { order: orderRows(dataset, '', null, false), page: 0, sort: null, down: false }
  const body = create('tbody')
  const status = create('span', { class: 'status', role: 'status' })
  const previous = create('button', { type: 'button', class: 'quiet' }, 'Previous')
  const next = create('button', { type: 'button', class: 'quiet' }, 'Next')
  const search = create('input', { type: 'search', placeholder: options.filter ?? '', 'aria-label': options.filter ?? '' })
  const heads = dataset.columns.map((c, index) => {
    const button = create('button', { type: 'button' }, c.label)
    const head = create('th', { scope: 'col', class: isNumeric(c.kind) ? 'number' : 'text' }, button)
    button.addEventListener('click', () => {
      table.down = table.sort === index ? !table.down : isNumeric(c.kind)
      table.sort = index
      reorder()
    })
    return head
  })

  function render(): void {
    const pages = Math.max(1, Math.ceil(table.order.length / options.rowsPerPage))
    table.page = Math.max(0, Math.min(table.page, pages - 1))
    const start = table.page * options.rowsPerPage
    const shown = table.order.slice(start, start + options.rowsPerPage)
    body.replaceChildren(...shown.map((row) => bodyRow(dataset, row, options.action)))
    status.textContent =
      shown.length === 0 ? 'No row' : `${start + 1}–${start + shown.length} of ${table.order.length}`
    previous.disabled = table.page === 0
    next.disabled = table.page === pages - 1
    heads.forEach((head, index) => {
      if (index === table.sort) head.setAttribute('aria-sort', table.down ? 'descending' : 'ascending')
      else head.removeAttribute('aria-sort')
    })
  }
  function reorder(): void {
    table.order = orderRows(dataset, options.filter === undefined ? '' : search.value, table.sort, table.down)
    table.page = 0
    render()
  }
  search.addEventListener('input', reorder)
  previous.addEventListener('click', () => {
    table.page--
    render()
  })
  next.addEventListener('click', () => {
    table.page++
    render()
  })

  const headRow = create('tr', {}, ...heads)
  if (options.action !== undefined) headRow.append(create('th', { scope: 'col', class: 'action' }, create('span', { class: 'unseen' }, 'Chart')))
  const pager = create('div', { class: 'pager' }, status, previous, next)
  place.replaceChildren(
    ...(options.filter === undefined ? [] : [create('div', { class: 'filter' }, search)]),
    create('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': dataset.title }, create('table', {}, create('thead', {}, headRow), body)),
    ...(rowCount(dataset) > options.rowsPerPage ? [pager] : []),
  )
  render()
}
