/** What the run leaned on: dated records of venues, and the quality of its data. */

import { rowCount } from '../dataset.ts'
import { formatNumber } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { RunView } from '../run-view.ts'
import { panel, partHead, tablePlace } from './panel.ts'

const RECORDS_SHOWN = 30

/** Fee, rulebook and margin records, with the time that each was used for. */
export function recordsSection({ detail, datasets, result }: RunView): Html | null {
  if (detail === null) return null
  const { records } = detail
  if (records.length === 0) {
    return panel(
      { id: 'records', title: 'Fees and rules by the day' },
      html`<p class="empty">No dated record was used: fees and rules came from the run file.</p>`,
    )
  }
  const approximate = records.filter((one) => one.approximate).length
  const outside = records.some(({ daysOutside }) => daysOutside >= 1)
  const words = `${formatNumber(records.length, 0)} dated records decided fees and orders; ${approximate === 0 ? 'all of them are known exactly' : `${formatNumber(approximate, 0)} of them only approximately`}. ${
    outside ? 'Some were used beyond the days that they are known for.' : 'They cover every day of the run.'
  }`
  return panel(
    { id: 'records', title: 'Fees and rules by the day', dataset: 'records', intro: words },
    html`<div class="wrapped">${tablePlace(datasets['records']!, result.quote, RECORDS_SHOWN)}</div>`,
  )
}

/** Gaps, outages and findings of the run's own window. */
export function qualitySection({ detail, datasets, result }: RunView): Html | null {
  if (detail === null || detail.quality.length === 0) return null
  const { quality } = detail
  const missing = quality.reduce((sum, one) => sum + one.missing, 0)
  const unchecked = quality.filter(({ checked }) => checked === null).length
  const words = [
    missing === 0
      ? 'No bar of the run’s window is missing.'
      : `${formatNumber(missing, 0)} bars of the run’s window are missing.`,
    unchecked === 0 ? '' : `${formatNumber(unchecked, 0)} series were too long to be checked in the run.`,
  ]
  const part = (id: string, title: string): Html | null =>
    rowCount(datasets[id]!) === 0
      ? null
      : html`${partHead(title, { dataset: id })}<div class="wrapped">${tablePlace(datasets[id]!, result.quote, 10)}</div>`
  return panel(
    {
      id: 'quality',
      title: 'Quality of the data',
      dataset: 'quality',
      intro: words.filter((one) => one !== '').join(' '),
    },
    html`<div class="wrapped">${tablePlace(datasets['quality']!, result.quote, 20)}</div>${part('gaps', 'Longest stretches without a bar')}${part('findings', 'Findings')}`,
  )
}
