/** A table over a dataset: sorted by any column, filtered by text, shown a page at a time. */

import { type Cell, type Column, type Dataset, isNumeric, rowCount } from '../dataset.ts'
import { formatCell } from '../format.ts'
import { browser, create, type El } from './dom.ts'
import { type Filter, readFilter } from './filter.ts'
import { model } from './model.ts'
import { saveDataset } from './save.ts'

export interface TableOptions {
  readonly rowsPerPage: number
  readonly filter?: string
  /** Names the files that are saved from it. */
  readonly name?: string
  /** Rows to a page on paper, where nobody can turn pages. */
  readonly printRows?: number
  /** Rows that may be shown at all; asked again on `refresh`. */
  readonly keep?: (row: number) => boolean
  /** Where a row's cell of a column leads; null for nowhere. */
  readonly link?: { readonly column: string; readonly href: (row: number) => string | null }
  /** The column that orders the rows at first; down: the largest first. */
  readonly sorted?: { readonly column: string; readonly down: boolean }
  /** Told which rows are shown, whenever they change. */
  readonly shown?: (rows: readonly number[]) => void
  /** Adds a button to each row. */
  readonly action?: { readonly label: string; readonly run: (row: number) => void }
}

export interface MountedTable {
  refresh(): void
}

interface TableState {
  order: number[]
  page: number
  sort: number | null
  down: boolean
  wide: boolean
}

function compare(a: Cell, b: Cell): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  return typeof a === 'number' && typeof b === 'number'
    ? a - b
    : String(a) < String(b)
      ? -1
      : String(a) > String(b)
        ? 1
        : 0
}

/** Rows that pass the filter, in the order of the chosen column; rows without a value come last. */
function orderRows(
  dataset: Dataset,
  options: TableOptions,
  filter: Filter,
  sort: number | null,
  down: boolean,
): number[] {
  const keep = options.keep ?? (() => true)
  const rows: number[] = []
  for (let row = 0; row < rowCount(dataset); row++) if (keep(row) && filter.keeps(row)) rows.push(row)
  if (sort === null) return rows
  const cells = dataset.columns[sort]!.values
  return rows.sort((a, b) => {
    const [left, right] = [cells[a] ?? null, cells[b] ?? null]
    const order = compare(left, right)
    return (down && left !== null && right !== null ? -order : order) || a - b
  })
}

/** The rows of a table as they stand, as a dataset to be saved: every column of them. */
function shownDataset(dataset: Dataset, rows: readonly number[]): Dataset {
  const columns = dataset.columns.map((column) => ({
    ...column,
    values: rows.map((row) => column.values[row] ?? null),
  }))
  return { ...dataset, columns }
}

function bodyRow(columns: readonly Column[], row: number, { action, link }: TableOptions): El {
  const line = create('tr')
  if (action !== undefined) {
    const label = `${action.label}: row ${row + 1}`
    const button = create(
      'button',
      { type: 'button', class: 'quiet', title: action.label, 'aria-label': label },
      'Show',
    )
    button.addEventListener('click', () => action.run(row))
    line.append(create('td', { class: 'action' }, button))
  }
  for (const { values, kind, name } of columns) {
    const value = values[row] ?? null
    const text = formatCell(value, kind, model.quote)
    const href = link?.column === name ? link.href(row) : null
    const inside = href === null ? text : create('a', { href }, text)
    const cell = create('td', { class: isNumeric(kind) ? 'number' : 'text' }, inside)
    if ((name === 'pnl' || name === 'returnFraction') && typeof value === 'number') {
      cell.className += value < 0 ? ' loss' : value > 0 ? ' gain' : ''
    }
    line.append(cell)
  }
  return line
}

/** A heading that sorts: numbers from the largest down at first, text from A. */
function headCell(of: Column, sorted: 'ascending' | 'descending' | null, onClick: () => void): El {
  const button = create('button', { type: 'button' }, of.label)
  button.addEventListener('click', onClick)
  const head = create('th', { scope: 'col', class: isNumeric(of.kind) ? 'number' : 'text' }, button)
  if (sorted !== null) head.setAttribute('aria-sort', sorted)
  return head
}

function button(label: string, onClick: () => void): El {
  const made = create('button', { type: 'button', class: 'quiet' }, label)
  made.addEventListener('click', onClick)
  return made
}

/** Puts the table into `place`, in the stead of what is there. */
export function mountTable(place: El, dataset: Dataset, options: TableOptions): MountedTable {
  const { rowsPerPage, filter, action } = options
  const first = dataset.columns.findIndex(({ name }) => name === options.sorted?.column)
  const sort = first === -1 ? null : first
  const down = options.sorted?.down ?? false
  const table: TableState = {
    order: orderRows(dataset, options, readFilter('', dataset), sort, down),
    page: 0,
    sort,
    down,
    wide: false,
  }
  let perPage = rowsPerPage
  const head = create('tr')
  const body = create('tbody')
  const status = create('span', { class: 'status', role: 'status' })
  const search = create('input', { type: 'search', placeholder: filter ?? '', 'aria-label': filter ?? '' })
  const turn = (pages: number) => () => {
    table.page += pages
    render()
  }
  const [previous, next] = [button('Previous', turn(-1)), button('Next', turn(1))]
  const widen = button('All columns', () => {
    table.wide = !table.wide
    widen.setAttribute('aria-pressed', String(table.wide))
    renderHead()
    render()
  })
  const trouble = create('span', { class: 'trouble', role: 'status' })
  const saves = (['csv', 'json'] as const).map((format) => {
    const save = button(format.toUpperCase(), () => {
      saveDataset(format, shownDataset(dataset, table.order), model.fileName, `${options.name ?? 'table'}-shown`)
    })
    save.setAttribute('aria-label', `Save the rows shown as ${format.toUpperCase()}`)
    return save
  })
  const columns = () => dataset.columns.filter((c) => table.wide || c.extra !== true)

  function renderHead(focused = -1): void {
    const cells = columns().map((of) => {
      const index = dataset.columns.indexOf(of)
      return headCell(of, index !== table.sort ? null : table.down ? 'descending' : 'ascending', () => {
        table.down = table.sort === index ? !table.down : isNumeric(of.kind)
        table.sort = index
        reorder()
        renderHead(columns().indexOf(of))
      })
    })
    const first = create('th', { scope: 'col', class: 'action' }, create('span', { class: 'unseen' }, 'Chart'))
    head.replaceChildren(...(action === undefined ? [] : [first]), ...cells)
    cells[focused]?.querySelector('button')?.focus()
  }
  function render(): void {
    const pages = Math.max(1, Math.ceil(table.order.length / perPage))
    table.page = Math.max(0, Math.min(table.page, pages - 1))
    const start = table.page * perPage
    const shown = table.order.slice(start, start + perPage)
    const drawn = columns()
    body.replaceChildren(...shown.map((row) => bodyRow(drawn, row, options)))
    status.textContent = shown.length === 0 ? 'No row' : `${start + 1}–${start + shown.length} of ${table.order.length}`
    previous.disabled = table.page === 0
    next.disabled = table.page === pages - 1
    options.shown?.(shown)
  }
  function reorder(): void {
    const read = readFilter(filter === undefined ? '' : search.value, dataset)
    table.order = orderRows(dataset, options, read, table.sort, table.down)
    table.page = 0
    trouble.textContent = read.trouble === null ? '' : `Not understood: ${read.trouble}`
    render()
  }
  search.addEventListener('input', reorder)
  if (options.printRows !== undefined) {
    browser.addEventListener('beforeprint', () => {
      perPage = options.printRows ?? rowsPerPage
      render()
    })
    browser.addEventListener('afterprint', () => {
      perPage = rowsPerPage
      render()
    })
  }

  const frame = create('table', {}, create('thead', {}, head), body)
  place.replaceChildren(
    ...(filter === undefined ? [] : [create('div', { class: 'filter' }, search, widen, ...saves, trouble)]),
    create('div', { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': dataset.title }, frame),
    ...(rowCount(dataset) > rowsPerPage ? [create('div', { class: 'pager' }, status, previous, next)] : []),
  )
  renderHead()
  render()
  return { refresh: reorder }
}
