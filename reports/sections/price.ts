/** Entries and exits on the candles they were made on. */

import type { RunResult } from '../../engine/core/result.ts'
import { formatNumber } from '../format.ts'
import { type Html, html } from '../html.ts'
import { chartPlace, panel } from './panel.ts'

const KEY = html`<ul class="key" aria-label="Key to the marks">
<li><svg viewBox="0 0 12 12" aria-hidden="true"><path class="ink" d="M6 2 L11 10 H1 Z"/></svg>Long entry</li>
<li><svg viewBox="0 0 12 12" aria-hidden="true"><path class="ink" d="M6 10 L11 2 H1 Z"/></svg>Short entry</li>
<li><svg viewBox="0 0 12 12" aria-hidden="true"><circle class="gain" cx="6" cy="6" r="4"/></svg>Exit in profit</li>
<li><svg viewBox="0 0 12 12" aria-hidden="true"><path class="loss" d="M6 1 L11 6 L6 11 L1 6 Z"/></svg>Exit at a loss</li>
</ul>`

/** The panel, with a choice of symbol where there are several. */
export function priceSection(result: RunResult): Html {
  const picker =
    result.symbols.length < 2
      ? null
      : html`<label class="pick">Symbol <select id="symbol">${result.symbols.map(
          (symbol, index) => html`<option value="${index}">${symbol}</option>`,
        )}</select></label>`
  const label = `Price of ${result.symbols.join(', ')} with ${formatNumber(result.trades.length, 0)} trades. Every trade is in the table of trades below.`
  return panel(
    { id: 'price', title: 'Trades on price', dataset: 'price', chart: 'price', controls: picker },
    html`${KEY}${chartPlace('price', label, 'price')}`,
  )
}
