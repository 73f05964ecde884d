/** What the rules or the venue would not let through, and why. */

import type { RunResult, SkipCount } from '../../engine/core/result.ts'
import { refusalWords } from '../codes.ts'
import { formatNumber, formatTime } from '../format.ts'
import { type Html, html } from '../html.ts'
import { panel } from './panel.ts'

function row(skip: SkipCount): Html {
  const words = refusalWords(skip.code)
  return html`<tr><th scope="row"><code>${skip.code}</code>${words === null ? null : html`<span class="words">${words}</span>`}</th><td>${skip.symbol}</td><td class="number">${formatNumber(skip.count, 0)}</td><td class="time">${formatTime(skip.firstTimeMs)}</td><td class="time">${formatTime(skip.lastTimeMs)}</td><td class="example"><code>${skip.example}</code></td></tr>`
}

/** The panel, most frequent first. */
export function refusalsSection(result: RunResult): Html {
  if (result.skips.length === 0) {
    return panel({ id: 'refusals', title: 'Refusals' }, html`<p class="empty">No order was refused.</p>`)
  }
  const skips = [...result.skips].sort((a, b) => b.count - a.count)
  return panel(
    {
      id: 'refusals',
      title: 'Refusals',
      dataset: 'refusals',
      intro: 'Orders the strategy wanted and did not get. The example has the numbers of the first one.',
    },
    html`<div class="scroll" tabindex="0" role="region" aria-label="Refusals"><table><thead><tr><th scope="col">Reason</th><th scope="col">Symbol</th><th scope="col" class="number">Count</th><th scope="col">First (UTC)</th><th scope="col">Last (UTC)</th><th scope="col">Example</th></tr></thead><tbody>${skips.map(row)}</tbody></table></div>`,
  )
}
