/** From gross to net: what trading cost, and why positions were closed. */

import type { RunResult } from '../../engine/core/result.ts'
import { exitWords } from '../codes.ts'
import { formatFraction, formatMoney, formatNumber } from '../format.ts'
import { type Html, html } from '../html.ts'
import { panel } from './panel.ts'

function sum(result: RunResult, of: (trade: RunResult['trades'][number]) => number): number {
  return result.trades.reduce((total, trade) => total + of(trade), 0)
}

function costTable(result: RunResult): Html {
  const net = sum(result, (trade) => trade.pnl)
  const fees = sum(result, (trade) => trade.entryFee + trade.exitFee)
  const funding = sum(result, (trade) => trade.funding)
  const spread = sum(result, (trade) => trade.spreadCost)
  const slippage = sum(result, (trade) => trade.slippageCost)
  const lines: readonly (readonly [string, number])[] = [
    ['Profit at mid prices', net + fees + funding + spread + slippage],
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

/** Two tables side by side. */
export function costsSection(result: RunResult): Html {
  return panel(
    { id: 'costs', title: 'Costs and exits' },
    html`<div class="metrics"><div class="group">${costTable(result)}</div><div class="group">${exitTable(result)}</div></div>`,
  )
}
