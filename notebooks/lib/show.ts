/** Output of a cell: in Jupyter it appears below it, headless it is collected. */

import type { ColumnTable } from 'tandem'

/** Contents by MIME type; a notebook shows the richest that it can. */
export type MimeBundle = Readonly<Record<string, unknown>>

const DISPLAY = Symbol.for('Jupyter.display')

interface Displayable {
  readonly [DISPLAY]: () => MimeBundle
}

interface Host {
  /** Set by the headless runner. */
  readonly tandemOutput?: (bundle: MimeBundle) => void
  readonly Deno?: { readonly jupyter?: { display(object: unknown, options?: object): unknown } }
}

/** Shows a chart, a table or a text below the cell. */
export async function show(what: Displayable | string): Promise<void> {
  const bundle = typeof what === 'string' ? { 'text/plain': what } : what[DISPLAY]()
  const host = globalThis as Host
  if (host.tandemOutput !== undefined) host.tandemOutput(bundle)
  else if (host.Deno?.jupyter !== undefined) await host.Deno.jupyter.display(bundle, { raw: true })
  else console.log(bundle['text/plain'])
}

/** Something with a MIME bundle. */
export function displayable(bundle: MimeBundle): Displayable {
  return { [DISPLAY]: () => bundle }
}

/**
 * The first `rows` of a table, for `show`: as HTML, and as text where there is none. Numbers are given with `digits`
 * significant digits, those of columns that end in `Ms` as dates.
 */
export function table({ rows: count, columns }: ColumnTable, rows = 10, digits = 6): Displayable {
  const names = Object.keys(columns)
  const shown = Math.min(rows, count)
  const cells = Array.from({ length: shown }, (_, row) =>
    names.map((name) => cellText(name, columns[name]![row] ?? null, digits)),
  )
  const line = (tag: string, row: readonly string[]) =>
    `<tr>${row.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`
  const html = `<table><thead>${line('th', names)}</thead><tbody>${cells.map((row) => line('td', row)).join('')}</tbody></table>`
  const widths = names.map((name, i) => Math.max(name.length, ...cells.map((row) => row[i]!.length)))
  const plain = [names, ...cells].map((row) => row.map((cell, i) => cell.padStart(widths[i]!)).join('  ')).join('\n')
  const more = count > shown ? `${count - shown} more rows` : ''
  return displayable({
    'text/html': more === '' ? html : `${html}<p>${more}</p>`,
    'text/plain': more === '' ? plain : `${plain}\n${more}`,
  })
}

function cellText(name: string, value: number | string | boolean | null, digits: number): string {
  if (value === null) return '–'
  if (typeof value !== 'number') return String(value)
  if (name.endsWith('Ms') || name === 'time') return new Date(value).toISOString().slice(0, 16).replace('T', ' ')
  return String(Number(value.toPrecision(digits)))
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
