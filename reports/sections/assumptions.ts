/** What the run took for granted, and how much the unknown path inside a bar matters. */

import { formatMoney, formatNumber, sentence } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { RunView } from '../run-view.ts'
import { panel, saveButtons } from './panel.ts'

function ambiguity({ result, figures }: RunView): Html {
  const { ambiguity: known, quote, finalEquity } = result
  const f = (id: string) => figures.html(id)
  const finals = Object.entries(known.finalEquity)
  const words =
    known.bars === 0
      ? 'On no bar did the path inside the bar decide anything: the candles alone fix the outcome.'
      : html`On ${f('ambiguity.bars')} bars and for ${f('ambiguity.fills')} fills the candles leave open what came first. The run took the ${known.model} reading.`
  const hangs =
    known.bars === 0 || known.profitShare === null
      ? null
      : html` Final equity lies between ${f('ambiguity.low')} and ${f('ambiguity.high')}, whichever model is right. ${f('ambiguity.trades')} trades were open on such a bar, with ${f('ambiguity.profitShare')} of all profits and losses.`
  const finer =
    known.detail === null
      ? null
      : html` ${f('ambiguity.finer')} bars that reached an order were played on ${known.detail.timeframe} candles.`
  const row = ([model, value]: [string, number]) =>
    html`<tr><th scope="row">${model}${model === known.model ? ' (this run)' : ''}</th><td class="number">${formatMoney(value, quote)} ${quote}</td><td class="number soft">${formatMoney(value - finalEquity, quote)}</td></tr>`
  return html`<p>${words}${hangs}${finer}</p>${
    finals.length < 2
      ? null
      : html`${saveButtons({ title: 'Readings', dataset: 'ambiguity' })}<table><caption>Final equity by reading, and the difference to this run</caption><tbody>${finals.map(row)}</tbody></table>`
  }`
}

/** The panel: ambiguity first, then each assumption with how often it was needed. */
export function assumptionsSection(view: RunView): Html {
  const list = view.result.assumptions.map(
    ({ code, text, count }) =>
      html`<li><span>${sentence(text)} <code>${code}</code></span><span class="times">${count === 0 ? 'not needed' : `${formatNumber(count, 0)}×`}</span></li>`,
  )
  return panel(
    { id: 'assumptions', title: 'Assumptions and ambiguity', dataset: 'assumptions' },
    html`<div class="metrics"><div class="group">${ambiguity(view)}</div><div class="group">${
      list.length === 0
        ? html`<p class="empty">No assumption was needed.</p>`
        : html`<ul class="assumptions">${list}</ul>`
    }</div></div>`,
  )
}
