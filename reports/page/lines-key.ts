/** The keys of lines over and below the candles: they change with the symbol. */

import type { DrawnLine } from '../analysis/prices.ts'
import { LINE_DASHES, LINE_ROLES } from '../palette.ts'
import { byId, create, document, type El } from './dom.ts'
import { model } from './model.ts'
import { state } from './state.ts'

const SVG = 'http://www.w3.org/2000/svg'

function swatch(place: number): El {
  const svg = document.createElementNS(SVG, 'svg')
  for (const [name, value] of Object.entries({ viewBox: '0 0 22 12', class: 'swatch', 'aria-hidden': 'true' })) {
    svg.setAttribute(name, value)
  }
  const line = document.createElementNS(SVG, 'path')
  line.setAttribute('d', 'M0 6 H22')
  line.setAttribute('class', LINE_ROLES[place % LINE_ROLES.length]!)
  line.setAttribute('stroke-dasharray', LINE_DASHES[place % LINE_DASHES.length]!.join(' '))
  svg.append(line)
  return svg
}

function fill(list: El, lines: readonly DrawnLine[]): void {
  list.replaceChildren(...lines.map(({ label }, place) => create('li', {}, swatch(place), label)))
  list.hidden = lines.length === 0
}

/** Writes the keys of the chosen symbol, and hides the panes that it doesn't have. */
export function showLineKeys(): void {
  const layers = model.layers[state.symbol]
  fill(byId('overlay-key'), layers?.overlays ?? [])
  for (let pane = 0; ; pane++) {
    const place = document.getElementById(`pane-${pane}`)
    if (place === null) return
    const own = layers?.panes[pane]
    place.hidden = own === undefined
    byId(`pane-title-${pane}`).textContent = own?.title ?? ''
    fill(byId(`pane-key-${pane}`), own?.lines ?? [])
  }
}
