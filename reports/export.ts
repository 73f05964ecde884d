/** A dataset as a file: what a panel's save buttons write. */

import { type Cell, type Column, type Dataset, rowCount } from './dataset.ts'

function csvCell(value: Cell, { kind }: Column): string {
  if (value === null) return ''
  if (typeof value === 'number')
    return kind === 'time' || kind === 'day' ? new Date(value).toISOString() : String(value)
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
