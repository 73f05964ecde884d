/** From gross to net: what trading cost, and why positions were closed. */

import type { RunResult } from '../../engine/core/result.ts'
import { costSums } from '../analysis/costs.ts'
import { exitWords } from '../codes.ts'
import { formatFraction, formatMoney, formatNumber } from '../format.ts'
import { type Html, html } from '../html.ts'
import { chartPlace, panel } from './panel.ts'

function costTable(result: RunResult): Html {
  const { gross, net, fees, funding, spread, slippage } = costSums(result)
  const lines: readonly (readonly [string, number])[] = [
    ['Profit at mid prices', gross],
    ['Half-spreads', -spread],
    ['Slippage', -slippage],
    ['Fees', -fees],
    ['Funding', -funding],
  ]
  return html`<table><caption>From gross to net, ${result.quote}</caption><tbody>${lines.map(
    ([label, value]) =>
      html`<tr><th scope="row">${label}</th><td class="number">${formatMoney(value, result.quote)}</td></tr>`,
  )}<tr class="total"><th scope="row">Net profit of trades</th><td class="number">${formatMoney(net, result.quote)}</td></tr></tbody></table>
<p class="intro">Turnover ${formatMoney(result.turnover, result.quote)} ${result.quote} in ${formatNumber(result.fills, 0)} fills.</p>`
}

function exitTable(result: RunResult): Html {
  const exits = Object.entries(result.exits).filter(([, count]) => count > 0)
  const total = exits.reduce((count, [, of]) => count + of, 0)
  if (exits.length === 0) return html`<p class="empty">No position was closed.</p>`
  const rows = exits
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(
      ([reason, count]) =>
        html`<tr><th scope="row">${exitWords(reason) ?? reason} <code>${reason}</code></th><td class="number">${formatNumber(count, 0)}</td><td class="number soft">${formatFraction(count / total, 1)}</td></tr>`,
    )
  return html`<table><caption>Exits by reason</caption><tbody>${rows}</tbody></table>`
}

/** Tables side by side, and the way from gross to net as a picture. */
export function costsSection(result: RunResult): Html {
  return panel(
    { id: 'costs', title: 'Costs and exits', dataset: 'waterfall', chart: 'waterfall' },
    html`${chartPlace('waterfall', 'From what trades made at mid prices to what was left; the table below has the figures.')}<div class="metrics"><div class="group">${costTable(result)}</div><div class="group">${exitTable(result)}</div></div>`,
  )
}
