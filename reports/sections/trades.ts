/** The table of trades. The page's script sorts, filters and pages it; without it the first rows stand. */

import type { RunResult } from '../../engine/core/result.ts'
import { type Dataset, tableHtml } from '../dataset.ts'
import { type Html, html } from '../html.ts'
import { panel } from './panel.ts'

const FIRST_ROWS = 25

/** The panel; `dataset` has all trades. */
export function tradesSection(result: RunResult, dataset: Dataset): Html {
  if (result.trades.length === 0) {
    return panel({ id: 'trades', title: 'Trades' }, html`<p class="empty">The run made no trade.</p>`)
  }
  return panel(
    {
      id: 'trades',
      title: 'Trades',
      dataset: 'trades',
      intro: html`Times in UTC, money in ${result.quote}, profit and loss after fees and funding. Filter by words, and by figures such as <code>pnl&lt;0</code> or <code>held&gt;2d</code>; what is saved from the table’s own buttons is what the filter leaves.`,
    },
    html`<div id="trade-table"><div class="scroll">${tableHtml(dataset, FIRST_ROWS, result.quote)}</div></div>`,
  )
}
