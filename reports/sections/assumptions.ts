/** What the run took for granted, and how much the unknown path inside a bar matters. */

import type { RunResult } from '../../engine/core/result.ts'
import { formatMoney, formatNumber, sentence } from '../format.ts'
import { type Html, html } from '../html.ts'
import { panel } from './panel.ts'

function ambiguity({ ambiguity: known, quote, finalEquity }: RunResult): Html {
  const finals = Object.entries(known.finalEquity)
  const words =
    known.bars === 0
      ? 'On no bar did the path inside the bar decide anything: the candles alone fix the outcome.'
      : `On ${formatNumber(known.bars, 0)} bars and for ${formatNumber(known.fills, 0)} fills the candles leave open what came first. The run took the ${known.model} reading.`
  const { range, trades, profitShare, detail } = known
  const hangs =
    known.bars === 0 || profitShare === null
      ? ''
      : ` Final equity lies between ${formatMoney(range.low, quote)} and ${formatMoney(range.high, quote)} ${quote}, whichever model is right. ${formatNumber(trades, 0)} trades were open on such a bar, with ${formatNumber(profitShare * 100, 1)} % of all profits and losses.`
  const finer =
    detail === null
      ? ''
      : ` ${formatNumber(detail.bars, 0)} bars that reached an order were played on ${detail.timeframe} candles.`
  const row = ([model, value]: [string, number]) =>
    html`<tr><th scope="row">${model}${model === known.model ? ' (this run)' : ''}</th><td class="number">${formatMoney(value, quote)} ${quote}</td><td class="number soft">${formatMoney(value - finalEquity, quote)}</td></tr>`
  return html`<p>${words}${hangs}${finer}</p>${
    finals.length < 2
      ? null
      : html`<table><caption>Final equity by reading, and the difference to this run</caption><tbody>${finals.map(row)}</tbody></table>`
  }`
}

/** The panel: ambiguity first, then each assumption with how often it was needed. */
export function assumptionsSection(result: RunResult): Html {
  const list = result.assumptions.map(
    ({ code, text, count }) =>
      html`<li><span>${sentence(text)} <code>${code}</code></span><span class="times">${count === 0 ? 'not needed' : `${formatNumber(count, 0)}×`}</span></li>`,
  )
  return panel(
    { id: 'assumptions', title: 'Assumptions and ambiguity' },
    html`<div class="metrics"><div class="group">${ambiguity(result)}</div><div class="group">${
      list.length === 0
        ? html`<p class="empty">No assumption was needed.</p>`
        : html`<ul class="assumptions">${list}</ul>`
    }</div></div>`,
  )
}
