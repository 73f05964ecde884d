/** What every page of panels does: theme, charts, tables, tables behind charts, saving, links to definitions. */

import { openTarget } from '../anchors.ts'
import { browser, document } from '../dom.ts'
import { startSaving } from '../save.ts'
import { type MountedTable, mountTable, type TableOptions } from '../table.ts'
import { startTheme } from '../theme.ts'
import { cellsOf, datasetOf, panelsModel } from './model.ts'
import { type Drawings, drawAll, startViews, viewOf } from './views.ts'

/** Options of a page's own for one of its tables. */
export type TableExtras = Readonly<Record<string, Partial<TableOptions>>>

const tables = new Map<string, MountedTable>()

export function tableOf(id: string): MountedTable | undefined {
  return tables.get(id)
}

function startTables(extras: TableExtras): void {
  for (const [id, plan] of Object.entries(panelsModel().tables)) {
    const place = document.getElementById(`table-${id}`)
    const dataset = datasetOf(plan.dataset)
    if (place === null || dataset === undefined) continue
    const { link, dataset: name, ...rest } = plan
    const shown =
      link === undefined
        ? dataset
        : { ...dataset, columns: dataset.columns.filter((column) => column.name !== link.href) }
    const options: TableOptions = {
      ...rest,
      ...(link === undefined
        ? {}
        : { link: { column: link.column, href: (row: number) => textOrNull(cellsOf(name, link.href)[row]) } }),
      ...extras[id],
    }
    tables.set(id, mountTable(place, shown, options))
  }
}

function textOrNull(cell: unknown): string | null {
  return typeof cell === 'string' ? cell : null
}

/** Tables behind charts are long: each is made when it is opened, from what the chart then shows. */
function startTablesBehind(): void {
  for (const details of document.querySelectorAll('[data-behind]')) {
    details.addEventListener('toggle', () => showBehind(details))
  }
}

function showBehind(details: ReturnType<typeof document.querySelector> & {}): void {
  const place = details.querySelector('div')
  const dataset = datasetOf(details.dataset['behind'] ?? '')
  if (details.open && place !== null && dataset !== undefined) mountTable(place, dataset, { rowsPerPage: 50 })
}

/** Brings open tables behind charts up to date with a dataset that changed. */
export function refreshBehind(dataset: string): void {
  for (const details of document.querySelectorAll(`[data-behind="${dataset}"]`)) showBehind(details)
}

/** Starts the page; it says that it is ready by an attribute of its root. */
export function startPanels(drawings: Drawings = {}, extras: TableExtras = {}): void {
  startTheme(() => drawAll())
  startTables(extras)
  startViews(drawings)
  startTablesBehind()
  startSaving({
    fileName: panelsModel().fileName,
    dataset: (name) => ({ id: name, dataset: datasetOf(name) }),
    view: viewOf,
  })
  browser.addEventListener('hashchange', openTarget)
  if (browser.location.hash !== '') openTarget()
  document.documentElement.setAttribute('data-ready', 'true')
}
