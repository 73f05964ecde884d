/** Saves a panel's data as CSV or JSON and its chart as SVG or PNG, all from the page itself. */

import type { Dataset } from '../dataset.ts'
import { toCsv, toJson } from '../export.ts'
import { browser, create, document, type View } from './dom.ts'

/** What there is to save: datasets by the names on buttons, and drawn charts. */
export interface Saveable {
  /** Start of the files' names. */
  readonly fileName: string
  dataset(name: string): { readonly id: string; readonly dataset: Dataset | undefined }
  view(chart: string): View | undefined
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

async function save(of: Saveable, format: string, name: string, chart: string): Promise<void> {
  const { id, dataset } = of.dataset(name)
  const file = `${of.fileName}-${chart}.${format}`
  const view = chart === '' ? undefined : of.view(chart)
  if ((format === 'csv' || format === 'json') && dataset !== undefined) saveDataset(format, dataset, of.fileName, id)
  else if (format === 'svg' && view !== undefined) downloadText(await view.toSVG(), 'image/svg+xml', file)
  else if (format === 'png' && view !== undefined) download(await view.toImageURL('png', 2), file)
}

/** Saves a dataset, or part of one. */
export function saveDataset(format: 'csv' | 'json', dataset: Dataset, fileName: string, name: string): void {
  const text = format === 'csv' ? toCsv(dataset) : toJson(dataset)
  downloadText(text, format === 'csv' ? 'text/csv' : 'application/json', `${fileName}-${name}.${format}`)
}

export function startSaving(of: Saveable): void {
  document.getElementById('save-figures')?.addEventListener('click', () => {
    const figures = document.getElementById('figures')?.textContent ?? ''
    downloadText(figures, 'application/json', `${of.fileName}-figures.json`)
  })
  for (const button of document.querySelectorAll('[data-save]')) {
    button.addEventListener('click', () => {
      const { save: format, dataset, chart } = button.dataset
      void save(of, format ?? '', dataset ?? '', chart ?? '')
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
