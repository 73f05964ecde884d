/** Saves a panel's data as CSV or JSON and its chart as SVG or PNG, all from the page itself. */

import type { Dataset } from '../dataset.ts'
import { toCsv, toJson } from '../export.ts'
import { viewOf } from './charts.ts'
import { browser, create, document } from './dom.ts'
import { model } from './model.ts'
import { datasetId } from './state.ts'

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

async function save(format: string, name: string, chart: string): Promise<void> {
  const id = datasetId(name)
  const file = `${model.fileName}-${chart}.${format}`
  const dataset = model.datasets[id]
  const view = chart === '' ? undefined : viewOf(chart)
  if ((format === 'csv' || format === 'json') && dataset !== undefined) saveDataset(format, dataset, id)
  else if (format === 'svg' && view !== undefined) downloadText(await view.toSVG(), 'image/svg+xml', file)
  else if (format === 'png' && view !== undefined) download(await view.toImageURL('png', 2), file)
}

/** Saves a dataset, or part of one, under the page's name. */
export function saveDataset(format: 'csv' | 'json', dataset: Dataset, name: string): void {
  const text = format === 'csv' ? toCsv(dataset) : toJson(dataset)
  downloadText(text, format === 'csv' ? 'text/csv' : 'application/json', `${model.fileName}-${name}.${format}`)
}

export function startSaving(): void {
  document.getElementById('save-figures')?.addEventListener('click', () => {
    const figures = document.getElementById('figures')?.textContent ?? ''
    downloadText(figures, 'application/json', `${model.fileName}-figures.json`)
  })
  for (const button of document.querySelectorAll('[data-save]')) {
    button.addEventListener('click', () => {
      const { save: format, dataset, chart } = button.dataset
      void save(format ?? '', dataset ?? '', chart ?? '')
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
      else
        copied.then(
          () => said('Copied'),
          () => said('Select and copy by hand'),
        )
    })
  }
}
