/** What leverage came to: utilisation, the nearest liquidation, and those that happened. */

import { type Html, html, type Part } from '../html.ts'
import type { RunView } from '../run-view.ts'
import { panel, partHead, tablePlace } from './panel.ts'

function figuresTable({ result, figures }: RunView): Html {
  const margin = result.margin!
  const near = figures.has('margin.minDistanceTime') ? html` at ${figures.html('margin.minDistanceTime')}` : null
  const f = (id: string) => figures.html(id)
  const lines: readonly (readonly [string, Part])[] = [
    ['Leverage and mode', html`${f('margin.leverage')}, ${margin.mode}`],
    ['Margin rules', margin.rules ?? 'buying power alone: nothing is liquidated'],
    ['Most margin in use at a close', f('margin.maxUtilisation')],
    ['Closes with 80 % of equity or more in use', f('margin.warnings')],
    ...(figures.has('margin.calls') ? [['Closes under a margin call', f('margin.calls')] as const] : []),
    ['Nearest to a liquidation price', html`${f('margin.minDistance')}${near}`],
    ['Fundings of positions', f('margin.fundings')],
    ['Funding paid', f('margin.funding')],
    ['Paid for borrowing', f('margin.borrowing')],
  ]
  return html`<table><tbody>${lines.map(
    ([label, value]) => html`<tr><th scope="row">${label}</th><td class="number">${value}</td></tr>`,
  )}</tbody></table>`
}

/** The panel; null for a run without leverage. */
export function marginSection(view: RunView): Html | null {
  const { margin, quote } = view.result
  if (margin === null) return null
  const events =
    margin.events.length === 0
      ? html`<p class="empty">No position was liquidated.</p>`
      : html`${partHead('Liquidations', { dataset: 'liquidations' })}${tablePlace(view.datasets['liquidations']!, quote)}`
  return panel(
    { id: 'margin', title: 'Margin and liquidations' },
    html`<div class="metrics"><div class="group">${figuresTable(view)}</div></div>${events}`,
  )
}
