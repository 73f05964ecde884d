/** The figures of a page as data: each with its unit, what it was computed on and its definition. */

import { formatMetric, formatNumber, sentence } from './format.ts'
import { type Html, html } from './html.ts'
import { panel } from './sections/panel.ts'

export interface ReportFigure {
  readonly id: string
  readonly label: string
  /** Unrounded; null where undefined, with a reason. */
  readonly value: number | string | null
  readonly unit: string
  /** What it was computed on. */
  readonly basis: string
  readonly definition: string
  /** Observations behind it, where that says something. */
  readonly n?: number
  readonly reason?: string
}

/** What stands in a page as JSON, and in a file beside it. */
export interface Figures {
  readonly format: 'tandem-figures/1'
  /** `sweep`, `ladder`, `validation`, `data quality`. */
  readonly kind: string
  readonly name: string
  readonly figures: readonly ReportFigure[]
}

/** A figure of a number that may be undefined; what isn't finite is null. */
export function figure(
  id: string,
  label: string,
  value: number | string | null | undefined,
  unit: string,
  basis: string,
  definition: string,
  more: { readonly n?: number; readonly reason?: string } = {},
): ReportFigure {
  const isKnown = typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))
  const { reason = 'not defined here', ...rest } = more
  return { id, label, value: isKnown ? value : null, unit, basis, definition, ...rest, ...(isKnown ? {} : { reason }) }
}

/** The document beside the page. */
export function figuresOf(kind: string, name: string, figures: readonly ReportFigure[]): Figures {
  return { format: 'tandem-figures/1', kind, name, figures }
}

function valueCell({ value, unit, reason }: ReportFigure, quote: string): Html {
  if (value === null) return html`<td class="number none" title="${reason}">n/a</td>`
  if (typeof value === 'string') return html`<td class="number">${value}</td>`
  return html`<td class="number">${formatMetric(value, unit, quote)}</td>`
}

/** The panel: every figure by what it was computed on, and all definitions. */
export function figuresSection(figures: readonly ReportFigure[], quote: string): Html {
  const groups = new Map<string, ReportFigure[]>()
  for (const one of figures) groups.set(one.basis, [...(groups.get(one.basis) ?? []), one])
  const place = new Map(figures.map((one, i) => [one, i]))
  const row = (one: ReportFigure): Html =>
    html`<tr><th scope="row"><a href="#definition-${place.get(one)}" title="${one.definition}">${one.label}</a>${one.value === null ? html`<span class="reason">${one.reason}</span>` : null}</th>${valueCell(one, quote)}<td class="number soft">${one.n === undefined ? '' : formatNumber(one.n, 0)}</td></tr>`
  const tables = [...groups].map(
    ([basis, group]) =>
      html`<div class="group"><table><thead><tr><th scope="col">${sentence(basis)}</th><th scope="col" class="number">Value</th><th scope="col" class="number" title="Number of observations">n</th></tr></thead><tbody>${group.map(row)}</tbody></table></div>`,
  )
  const definitions = figures.map(
    (one, i) =>
      html`<div id="definition-${i}"><dt>${one.label} <code>${one.id}</code></dt><dd>${one.definition} <span class="soft">On ${one.basis}; unit: ${one.unit}.</span></dd></div>`,
  )
  return panel(
    {
      id: 'figures',
      title: 'Figures and definitions',
      dataset: 'figures',
      intro: 'Each name leads to its definition. The same figures, unrounded, are in this page and beside it as JSON.',
    },
    html`<div class="flow">${tables}</div><details class="behind definitions"><summary>Definitions</summary><dl>${definitions}</dl></details>`,
  )
}
