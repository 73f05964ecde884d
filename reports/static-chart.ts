/**
 * Charts that never change, drawn when the page is made: SVG with colours by role, so that the page's style sheet decides
 * them, light or dark. No script is needed to see them.
 */

import type { TopLevelSpec } from 'vega-lite'
import { compileChart } from './compile.ts'
import { type Html, html, trusted } from './html.ts'
import { PALETTES, type Palette, paint } from './palette.ts'

/** Each role as the style sheet's variable of that name. */
const VARIABLES = Object.fromEntries(
  Object.keys(PALETTES.light).map((role) => [role, `var(--${role})`]),
) as unknown as Palette

type Row = Readonly<Record<string, number | string | boolean | null>>

/** Draws a specification over its named data, the essential first. `label` says in words what is to be seen. */
export async function staticChart(
  spec: TopLevelSpec,
  data: Readonly<Record<string, readonly Row[]>>,
  label: string,
): Promise<Html> {
  if (Object.values(data)[0]?.length === 0) return html`<p class="empty">Nothing to draw.</p>`
  const { parse, View } = await import('vega')
  const vega = paint(await compileChart(spec), VARIABLES)
  const view = new View(parse(vega as never), { renderer: 'none' })
  for (const [name, rows] of Object.entries(data)) view.data(name, rows as unknown[])
  const svg = await view.toSVG()
  view.finalize()
  return html`<figure class="static" role="img" aria-label="${label}">${trusted(scalable(svg))}</figure>`
}

/** As wide as its place, whatever size it was drawn at. */
function scalable(svg: string): string {
  return svg.replace(/<svg([^>]*?) width="[\d.]+" height="[\d.]+"/, '<svg$1 width="100%" aria-hidden="true"')
}
