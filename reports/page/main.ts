/** The page's script: starts each part once the page is read. */

import { openTarget } from './anchors.ts'
import { startCharts, viewOf } from './charts.ts'
import { showTrade, startControls } from './controls.ts'
import { browser, document, type El } from './dom.ts'
import { model, numbers, values } from './model.ts'
import { startSaving } from './save.ts'
import { announce, datasetId, onChange } from './state.ts'
import { mountTable } from './table.ts'
import { startTheme } from './theme.ts'

/** Tables behind charts are long: each is made when it is first opened. */
function startTablesBehind(): void {
  const show = (details: El): void => {
    const place = details.querySelector('div')
    const id = datasetId(details.dataset['behind'] ?? '')
    const dataset = model.datasets[id]
    if (!details.open || place === null || dataset === undefined || place.dataset['shows'] === id) return
    place.setAttribute('data-shows', id)
    mountTable(place, dataset, { rowsPerPage: 50 })
  }
  const all = [...document.querySelectorAll('[data-behind]')]
  for (const details of all) details.addEventListener('toggle', () => show(details))
  onChange((changes) => {
    if (changes.has('symbol')) for (const details of all) show(details)
  })
}

function startTrades(): void {
  const place = document.getElementById('trade-table')
  const dataset = model.datasets['trades']
  if (place === null || dataset === undefined) return
  const run = (row: number) => {
    const entry = numbers('trades', 'entryTime')[row] ?? model.fromMs
    showTrade(String(values('trades', 'symbol')[row]), entry, numbers('trades', 'exitTime')[row] ?? model.toMs)
  }
  mountTable(place, dataset, {
    rowsPerPage: 25,
    printRows: 500,
    filter: 'Filter: short stop pnl<0 held>2d',
    name: 'trades',
    action: { label: 'Show on the chart', run },
  })
}

startTheme(() => announce('theme'))
startCharts()
startControls()
startTablesBehind()
startTrades()
startSaving({
  fileName: model.fileName,
  dataset: (name) => ({ id: datasetId(name), dataset: model.datasets[datasetId(name)] }),
  view: viewOf,
})
browser.addEventListener('hashchange', openTarget)
if (browser.location.hash !== '') openTarget()
document.documentElement.setAttribute('data-ready', 'true')
