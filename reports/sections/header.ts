/** What was run, and its outcome in a line of figures and in plain words. */

import { describe, describeCosts, readPath } from '../config.ts'
import { formatMoney, formatTime, formatTimeframe } from '../format.ts'
import { type Html, html, type Part } from '../html.ts'
import type { RunView } from '../run-view.ts'
import type { Statement } from '../verdict.ts'

function tile(label: string, figure: Part, detail: Part): Html {
  return html`<div class="tile"><dt>${label}</dt><dd><span class="figure">${figure}</span><span class="detail">${detail}</span></dd></div>`
}

function fact(label: string, value: Part): Html {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`
}

function tiles({ figures, result }: RunView): Html {
  const f = (id: string) => figures.html(id)
  const moved = result.cashFlows.length === 0 ? null : html`, ${f('run.moved')} moved in`
  return html`<dl class="tiles">
${tile('Final equity', f('run.finalEquity'), html`from ${f('run.initialEquity')}${moved}`)}
${tile('Net result', f('run.netReturn'), f('run.net'))}
${tile('Deepest drawdown', f('run.deepest'), 'on bar closes')}
${tile('Closed trades', f('run.closedTrades'), html`${f('run.openTrades')} still open · ${f('run.fills')} fills`)}
${tile('Fees', f('run.fees'), html`funding ${f('run.funding')}`)}
${tile('Refused orders', f('run.refused'), html`${f('run.liquidations')} liquidations`)}
</dl>`
}

function words(verdict: readonly Statement[]): Html {
  return html`<section class="verdict" aria-label="The run in plain words"><ul>${verdict.map(
    ({ tone, text }) => html`<li class="${tone}">${text}</li>`,
  )}</ul></section>`
}

/** Title, figures, verdict and facts. */
export function headerSection(view: RunView, verdict: readonly Statement[]): Html {
  const { result, figures } = view
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
${tiles(view)}
${words(verdict)}
<dl class="facts">
${fact('Strategy', html`${result.strategy.name} <span class="soft">${describe(result.strategy.params)}</span>`)}
${fact('Market', html`${symbolsWords(result.symbols)} <span class="soft">on ${result.venue}, ${formatTimeframe(result.timeframeMs)} candles</span>`)}
${fact('Period', html`${formatTime(result.fromMs)} – ${formatTime(result.toMs)} UTC <span class="soft">${figures.html('run.bars')} bars, ${figures.html('run.length')}</span>`)}
${fact('Account', html`${formatMoney(result.initialEquity, result.quote)} ${result.quote} <span class="soft">leverage ${describe(leverage)}, profile ${describe(account('profile'))}</span>`)}
${fact('Cost model', html`${costs.fees} <span class="soft">${costs.other}</span>`)}
${fact('Execution', html`${describe(ambiguous ?? result.ambiguity.model)} <span class="soft">inside a bar, latency ${latency === undefined ? '–' : `${describe(latency)} ms`}</span>`)}
</dl>
`
}

const SYMBOLS_NAMED = 8

/** A thousand symbols would be a page by themselves. */
export function symbolsWords(symbols: readonly string[]): string {
  const more = symbols.length - SYMBOLS_NAMED
  const named = symbols.slice(0, SYMBOLS_NAMED).join(', ')
  return more > 0 ? `${named} and ${more} more` : named
}
