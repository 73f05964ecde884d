/** Saves a panel's data as CSV or JSON and its chart as SVG or PNG, all from the page itself. */

import { type Cell, type Column, type Dataset, rowCount } from '../dataset.ts'
import { viewOf } from './charts.ts'
import { browser, create, document } from './dom.ts'
import { model } from './model.ts'
import { datasetId } from './state.ts'

function csvCell(value: Cell, { kind }: Column): string {
  if (value === null) return ''
  if (typeof value === 'number') return kind === 'time' ? new Date(value).toISOString() : String(value)
  // A spreadsheet would run text that begins like a formula: an apostrophe keeps it text.
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** RFC 4180, header first, times as ISO 8601 in UTC, numbers unrounded. */
export function toCsv(dataset: Dataset): string {
  const lines = [dataset.columns.map((c) => c.name).join(',')]
  for (let row = 0; row < rowCount(dataset); row++) {
    lines.push(dataset.columns.map((c) => csvCell(c.values[row] ?? null, c)).join(','))
  }
  return `${lines.join('\r\n')}\r\n`
}

/** `{title, note, rows: [{column: value}]}`, times in ms UTC, numbers unrounded. */
export function toJson(dataset: Dataset): string {
  const rows = Array.from({ length: rowCount(dataset) }, (_, row) =>
    Object.fromEntries(dataset.columns.map((c) => [c.name, c.values[row] ?? null])),
  )
  return JSON.stringify({ title: dataset.title, ...(dataset.note === undefined ? {} : { note: dataset.note }), rows })
}

function download(url: string, name: string): void {
  const link = create('a', { href: url, download: name })
  document.body.append(link)
  link.click()
  link.remove()
}

function downloadText(text: string, type: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  download(url, name)
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

async function save(format: string, name: string, chart: string | undefined): Promise<void> {
  const id = datasetId(name)
  const file = `${model.fileName}-${chart ?? id}.${format}`
  const dataset = model.datasets[id]
  const view = chart === undefined ? undefined : viewOf(chart)
  if (format === 'csv' && dataset !== undefined) downloadText(toCsv(dataset), 'text/csv', file)
  else if (format === 'json' && dataset !== undefined) downloadText(toJson(dataset), 'application/json', file)
  else if (format === 'svg' && view !== undefined) downloadText(await view.toSVG(), 'image/svg+xml', file)
  else if (format === 'png' && view !== undefined) download(await view.toImageURL('png', 2), file)
}

export function startSaving(): void {
  for (const button of document.querySelectorAll('[data-save]')) {
    button.addEventListener('click', () => {
      const { save: format, dataset, chart } = button.dataset
      void save(format ?? '', dataset ?? '', chart)
    })
  }
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.addEventListener('click', () => {
      const text = document.getElementById(button.dataset['copy'] ?? '')?.textContent ?? ''
      const said = (word: string) => {
        button.textContent = word
      }
      const copied = browser.navigator.clipboard?.writeText(text)
      if (copied === undefined) said('Select and copy by hand')
      else copied.then(() => said('Copied'), () => said('Select and copy by hand'))
    })
  }
}
