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

async function save(of: Saveable, format: string, name: string, chart: string | undefined): Promise<void> {
  const { id, dataset } = of.dataset(name)
  const file = `${of.fileName}-${chart ?? id}.${format}`
  const view = chart === undefined ? undefined : of.view(chart)
  if (format === 'csv' && dataset !== undefined) downloadText(toCsv(dataset), 'text/csv', file)
  else if (format === 'json' && dataset !== undefined) downloadText(toJson(dataset), 'application/json', file)
  else if (format === 'svg' && view !== undefined) downloadText(await view.toSVG(), 'image/svg+xml', file)
  else if (format === 'png' && view !== undefined) download(await view.toImageURL('png', 2), file)
}

export function startSaving(of: Saveable): void {
  for (const button of document.querySelectorAll('[data-save]')) {
    button.addEventListener('click', () => {
      const { save: format, dataset, chart } = button.dataset
      void save(of, format ?? '', dataset ?? '', chart)
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
