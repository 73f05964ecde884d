/** What was run, and its outcome in a line of figures and in plain words. */

import type { RunResult } from '../../engine/core/result.ts'
import { describe, describeCosts, readPath } from '../config.ts'
import {
  formatCell,
  formatDuration,
  formatFraction,
  formatMoney,
  formatNumber,
  formatTime,
  formatTimeframe,
} from '../format.ts'
import { type Html, html, type Part } from '../html.ts'
import type { Statement } from '../verdict.ts'

/** A figure; `unit` stands small behind it. */
function tile(label: string, value: string, detail: string, unit?: string): Html {
  return html`<div class="tile"><dt>${label}</dt><dd><span class="figure">${value}${unit === undefined ? null : html` <span class="unit">${unit}</span>`}</span><span class="detail">${detail}</span></dd></div>`
}

function fact(label: string, value: Part): Html {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`
}

function tiles(result: RunResult, deepest: number): Html {
  const { quote, initialEquity, finalEquity } = result
  const money = (value: number) => `${formatMoney(value, quote)} ${quote}`
  const flows = result.cashFlows.reduce((sum, flow) => sum + flow.amount, 0)
  const closed = result.trades.filter((trade) => trade.exitTimeMs !== null).length
  const refused = result.skips.reduce((sum, skip) => sum + skip.count, 0)
  const net = finalEquity - initialEquity - flows
  return html`<dl class="tiles">
${tile('Final equity', formatMoney(finalEquity, quote), `from ${money(initialEquity)}${flows === 0 ? '' : `, ${money(flows)} moved in`}`, quote)}
${tile('Net result', initialEquity > 0 ? formatFraction(net / initialEquity) : 'n/a', money(net))}
${tile('Deepest drawdown', formatFraction(deepest), 'on bar closes')}
${tile('Closed trades', formatNumber(closed, 0), `${formatNumber(result.trades.length - closed, 0)} still open · ${formatNumber(result.fills, 0)} fills`)}
${tile('Fees', formatMoney(result.fees, quote), result.funding < 0 ? `funding received ${money(-result.funding)}` : `funding paid ${money(result.funding)}`, quote)}
${tile('Refused orders', formatNumber(refused, 0), `${formatNumber(result.liquidations, 0)} liquidations`)}
</dl>`
}

function words(verdict: readonly Statement[]): Html {
  return html`<section class="verdict" aria-label="The run in plain words"><ul>${verdict.map(
    ({ tone, text }) => html`<li class="${tone}">${text}</li>`,
  )}</ul></section>`
}

/** Title, figures, verdict and facts. `deepest` is the deepest drawdown, a fraction ≤ 0. */
export function headerSection(result: RunResult, deepest: number, verdict: readonly Statement[]): Html {
  const account = (key: string) => readPath(result.config, 'account', key)
  const leverage = account('leverage')
  const execution = readPath(result.config, 'execution')
  const ambiguous = readPath(execution, 'ambiguous')
  const latency = readPath(execution, 'latencyMs')
  const costs = describeCosts(result.config)
  return html`<header class="masthead">
<div class="title"><p class="kind">Backtest report</p><h1>${result.name}</h1></div>
<button type="button" id="theme" class="quiet">Dark</button>
</header>
${tiles(result, deepest)}
${words(verdict)}
<dl class="facts">
${fact('Strategy', html`${result.strategy.name} <span class="soft">${describe(result.strategy.params)}</span>`)}
${fact('Market', html`${result.symbols.join(', ')} <span class="soft">on ${result.venue}, ${formatTimeframe(result.timeframeMs)} candles</span>`)}
${fact('Period', html`${formatTime(result.fromMs)} – ${formatTime(result.toMs)} UTC <span class="soft">${formatCell(result.bars, 'count', '')} bars, ${formatDuration(result.toMs - result.fromMs)}</span>`)}
${fact('Account', html`${formatMoney(result.initialEquity, result.quote)} ${result.quote} <span class="soft">leverage ${describe(leverage)}, profile ${describe(account('profile'))}</span>`)}
${fact('Cost model', html`${costs.fees} <span class="soft">${costs.other}</span>`)}
${fact('Execution', html`${describe(ambiguous ?? result.ambiguity.model)} <span class="soft">inside a bar, latency ${latency === undefined ? '–' : `${describe(latency)} ms`}</span>`)}
</dl>
`
}
