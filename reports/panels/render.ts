/** Pages of panels: a masthead, panels with charts and tables, figures with their definitions. */

import type { TopLevelSpec } from 'vega-lite'
import type { PageScript } from '../bundle.ts'
import { compileChart } from '../compile.ts'
import type { Figures } from '../figures.ts'
import { type Html, html } from '../html.ts'
import { renderPage } from '../template.ts'
import type { PanelChart, PanelsModel } from './model.ts'

export interface PanelsPage<More> {
  readonly title: string
  readonly body: Html
  readonly script: Exclude<PageScript, 'main'>
  readonly model: PanelsModel<More>
  readonly figures: Figures
  readonly closing: string
}

/** A page and the figures that stand beside it. */
export interface RenderedPage {
  readonly html: string
  readonly figures: Figures
}

/** The whole document. */
export function renderPanels<More>(page: PanelsPage<More>): Promise<string> {
  return renderPage(page)
}

/** A chart of one specification whose sources are datasets of the page. */
export async function chartOf(
  spec: TopLevelSpec,
  data: Readonly<Record<string, string>>,
  options: Partial<Omit<PanelChart, 'specs' | 'data'>> = {},
): Promise<PanelChart> {
  return chartOfVariants({ plain: spec }, data, { variant: 'plain', ...options })
}

/** A chart of several. */
export async function chartOfVariants(
  variants: Readonly<Record<string, TopLevelSpec>>,
  data: Readonly<Record<string, string>>,
  options: Partial<Omit<PanelChart, 'specs' | 'data'>> & { readonly variant: string },
): Promise<PanelChart> {
  const specs = await Promise.all(
    Object.entries(variants).map(async ([name, spec]) => [name, await compileChart(spec)] as const),
  )
  return { specs: Object.fromEntries(specs), data, renderer: 'svg', ...options }
}

/** Title, the switch of the theme, and a line of what the page is about. */
export function masthead(kind: string, name: string, about: string): Html {
  return html`<header class="masthead">
<div class="title"><p class="kind">${kind}</p><h1>${name}</h1><p class="about soft">${about}</p></div>
<button type="button" id="theme" class="quiet">Dark</button>
</header>
`
}

export interface Tile {
  readonly label: string
  readonly value: string
  readonly detail: string
  readonly unit?: string
}

/** The line of figures below the masthead. */
export function tilesHtml(tiles: readonly Tile[]): Html {
  return html`<dl class="tiles">${tiles.map(
    ({ label, value, detail, unit }) =>
      html`<div class="tile"><dt>${label}</dt><dd><span class="figure">${value}${unit === undefined ? null : html` <span class="unit">${unit}</span>`}</span><span class="detail">${detail}</span></dd></div>`,
  )}</dl>
`
}

export interface Statement {
  readonly tone: 'good' | 'bad' | 'plain'
  readonly text: string
}

/** What it comes to, in plain words. */
export function verdictHtml(label: string, statements: readonly Statement[]): Html | null {
  if (statements.length === 0) return null
  return html`<section class="verdict" aria-label="${label}"><ul>${statements.map(
    ({ tone, text }) => html`<li class="${tone}">${text}</li>`,
  )}</ul></section>
`
}

/** Pairs of a label and what stands behind it. */
export function factsHtml(facts: readonly (readonly [string, string, string?])[]): Html {
  return html`<dl class="facts">${facts.map(
    ([label, value, soft]) =>
      html`<div><dt>${label}</dt><dd>${value}${soft === undefined || soft === '' ? null : html` <span class="soft">${soft}</span>`}</dd></div>`,
  )}</dl>
`
}

/** The place of a table that the script mounts; `before` is what is seen without a script. */
export function tablePlace(id: string, before: Html): Html {
  return html`<div class="mounted" id="table-${id}"><div class="scroll">${before}</div></div>`
}

/** The line that makes the page's facts again, and what identifies them. */
export function reproduceHtml(
  command: string,
  hashes: readonly (readonly [string, string | null])[],
  config: string | null,
): Html {
  const known = hashes.filter((pair): pair is readonly [string, string] => pair[1] !== null)
  return html`<div class="command"><code id="command">${command}</code><button type="button" class="quiet" data-copy="command">Copy</button></div>
<dl class="hashes">${known.map(([label, value]) => html`<div><dt>${label}</dt><dd><code>${value}</code></dd></div>`)}</dl>
${config === null ? null : html`<details class="behind"><summary>Run file</summary><div><button type="button" class="quiet" data-copy="configuration">Copy</button><pre id="configuration" tabindex="0">${config}</pre></div></details>`}`
}

/** A name that every file system takes. */
export function safeFileName(name: string, otherwise: string): string {
  const safe = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '')
  return safe === '' ? otherwise : safe.slice(0, 60)
}
