/** The frame of every report element: a heading, an explanation, and what can be saved. */

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

function saveMenu({ title, dataset, chart }: PanelOptions): Html | null {
  if (dataset === undefined) return null
  const formats = chart === undefined ? ['csv', 'json'] : ['csv', 'json', 'svg', 'png']
  return html`<div class="save" role="group" aria-label="Save ${title}">${formats.map(
    (format) =>
      html`<button type="button" class="quiet" data-save="${format}" data-dataset="${dataset}"${
        chart === undefined ? null : html` data-chart="${chart}"`
      } aria-label="Save ${title} as ${format.toUpperCase()}">${format.toUpperCase()}</button>`,
  )}</div>`
}

/** A section of the page. */
export function panel(options: PanelOptions, body: Part): Html {
  return html`<section class="panel" id="${options.id}" aria-labelledby="${options.id}-title">
<header class="panel-head"><h2 id="${options.id}-title">${options.title}</h2>${options.controls}${saveMenu(options)}</header>
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
