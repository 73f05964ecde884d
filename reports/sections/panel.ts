/** The frame of every report element: a heading, an explanation, and what can be saved. */

import { type Dataset, rowCount, tableHtml } from '../dataset.ts'
import { formatNumber } from '../format.ts'
import { type Html, html, type Part } from '../html.ts'

export interface PanelOptions {
  readonly id: string
  readonly title: string
  readonly intro?: Part
  /** Panel's dataset, to be saved as CSV and JSON. */
  readonly dataset?: string
  /** Panel's chart, to be saved as SVG and PNG. */
  readonly chart?: string
  readonly controls?: Part
}

/** Buttons that save a dataset as CSV and JSON, a chart as SVG and PNG; nothing where there is neither. */
export function saveButtons({ title, dataset, chart }: Pick<PanelOptions, 'title' | 'dataset' | 'chart'>): Html | null {
  const formats = [...(dataset === undefined ? [] : ['csv', 'json']), ...(chart === undefined ? [] : ['svg', 'png'])]
  if (formats.length === 0) return null
  return html`<div class="save" role="group" aria-label="Save ${title}">${formats.map(
    (format) =>
      html`<button type="button" class="quiet" data-save="${format}" data-dataset="${dataset ?? ''}" data-chart="${chart ?? ''}" aria-label="Save ${title} as ${format.toUpperCase()}">${format.toUpperCase()}</button>`,
  )}</div>`
}

/** The head of a part of a panel that has its own chart or table. */
export function partHead(title: string, save: Pick<PanelOptions, 'dataset' | 'chart'>): Html {
  return html`<div class="part-head"><h3>${title}</h3>${saveButtons({ title, ...save })}</div>`
}

/** A section of the page. */
export function panel(options: PanelOptions, body: Part): Html {
  return html`<section class="panel" id="${options.id}" aria-labelledby="${options.id}-title">
<header class="panel-head"><h2 id="${options.id}-title">${options.title}</h2>${options.controls}${saveButtons(options)}</header>
${options.intro === undefined ? null : html`<p class="intro">${options.intro}</p>`}
${body}
</section>
`
}

/** The place of a chart with its text alternative, and the table behind it. */
export function chartPlace(id: string, label: string, behind?: string): Html {
  return html`<div class="chart" id="chart-${id}" role="group" aria-roledescription="chart" tabindex="0" aria-label="${label}"></div>
<p class="note" id="note-${id}" role="status"></p>${
    behind === undefined
      ? null
      : html`<details class="behind" data-behind="${behind}"><summary>Data table</summary><div></div></details>`
  }`
}

/** The first rows of a dataset as a table that scrolls by itself; the save buttons have all. */
export function tablePlace(dataset: Dataset, quote: string, rows = 50): Html {
  const more = rowCount(dataset) - rows
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${dataset.title}">${tableHtml(dataset, rows, quote)}</div>${
    more > 0 ? html`<p class="intro">And ${formatNumber(more, 0)} more, in the saved table.</p>` : null
  }`
}
