/** The tables of the validation report. */

import { describe } from '../config.ts'
import { formatFraction, formatNumber, formatTime } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { ReportedGate, ValidationInput } from '../validation-input.ts'

/** Name, verdict, and what was looked at. */
export function headOfValidation(input: ValidationInput): Html {
  const { gates, trialCount, holdout } = input
  const count = (status: ReportedGate['status']): number => gates.filter((gate) => gate.status === status).length
  const verdict = input.passed ? 'may be promoted' : 'is not promoted'
  const sealed = holdout === null ? 'none' : `from ${day(holdout.fromMs)}, ${holdout.opened ? 'opened' : 'sealed'}`
  const tile = (label: string, value: string, detail: string): Html =>
    html`<div class="tile"><dt>${label}</dt><dd><span class="figure">${value}</span><span class="detail">${detail}</span></dd></div>`
  return html`<header class="masthead"><div><p class="kind">Validation report</p><h1>${input.name}</h1><p class="about soft">${input.strategy} on ${input.symbols.join(', ')}; ${describe(input.chosen)}</p></div><button type="button" id="theme" class="quiet">Dark</button></header>
<dl class="tiles">
${tile('Verdict', input.passed ? 'passed' : 'failed', `it ${verdict}`)}
${tile('Gates passed', formatNumber(count('passed'), 0), `of ${gates.length}`)}
${tile('Failed', formatNumber(count('failed'), 0), input.failed.join(', ') || 'none')}
${tile('Not applicable', formatNumber(count('not applicable'), 0), 'see the table')}
${tile('Trials', formatNumber(trialCount.total, 0), 'on this data')}
${tile('Data', `${formatNumber((input.toMs - input.fromMs) / 86_400_000, 0)} d`, `${day(input.fromMs)} to ${day(input.toMs)}; holdout: ${sealed}`)}
</dl><p class="note">Run ${input.runId} · configuration ${short(input.hashes.config)} · strategy ${short(input.hashes.strategy)} · data ${short(input.hashes.data)} · seed ${input.seed}</p><br>`
}

const SIGN = { passed: '✓', failed: '✗', 'not applicable': '–' } as const

/** One line a gate. */
export function gatesTable({ gates }: ValidationInput): Html {
  const row = (gate: ReportedGate): Html => {
    const style = gate.status === 'not applicable' ? 'open' : gate.status
    return html`<tr><th scope="row">${gate.label}</th><td class="judged ${style}">${SIGN[gate.status]} ${gate.status}</td><td class="number">${brief(gate.value)}</td><td class="number">${gate.limit === null ? '–' : `${gate.relation === 'at least' ? '≥' : '≤'} ${brief(gate.limit)}`}</td><td class="why">${gate.reason}<br><code>${gate.formula}</code></td></tr>`
  }
  return html`<div class="scroll gates"><table><thead><tr><th scope="col">Gate</th><th scope="col">Result</th><th scope="col" class="number">Value</th><th scope="col" class="number">Limit</th><th scope="col">Why</th></tr></thead><tbody>${gates.map(row)}</tbody></table></div>`
}

/** One line a circumstance. */
export function circumstancesTable({ circumstances }: ValidationInput): Html {
  const rows = circumstances.map(
    (one) =>
      html`<tr><th scope="row">${one.name} <span class="soft">${one.detail}</span></th><td class="number">${one.totalReturn === null ? 'n/a' : formatFraction(one.totalReturn)}</td><td class="number">${brief(one.sharpe)}</td><td class="number">${one.trades ?? '–'}</td></tr>`,
  )
  return html`<div class="scroll-in"><table><thead><tr><th scope="col">Circumstance</th><th scope="col" class="number">Return</th><th scope="col" class="number">Sharpe ratio</th><th scope="col" class="number">Trades</th></tr></thead><tbody>${rows}</tbody></table></div>`
}

/** Drawdown by order, outcome by draw. */
export function monteCarloTable({ monteCarlo }: ValidationInput): Html {
  if (monteCarlo === null) return html`<p class="empty">Fewer than two trades: there is no other order of them.</p>`
  const { reordered, redrawn, trades } = monteCarlo
  const line = (label: string, values: readonly number[]): Html =>
    html`<tr><th scope="row">${label}</th>${values.map((value) => html`<td class="number">${formatFraction(value, 1)}</td>`)}</tr>`
  return html`<table><caption>${trades} trades, ${reordered.samples} times in another order and drawn anew; ${formatFraction(redrawn.lossProbability, 1)} of the draws lose</caption><thead><tr><th scope="col"></th><th scope="col" class="number">5 %</th><th scope="col" class="number">50 %</th><th scope="col" class="number">95 %</th></tr></thead><tbody>${line('Drawdown, another order', reordered.maxDrawdown)}${line('Drawdown, another draw', redrawn.maxDrawdown)}${line('Return, another draw', redrawn.total)}</tbody></table>`
}

/** What is left of the Sharpe ratio after all tests. */
export function haircutsTable({ haircuts }: ValidationInput): Html {
  if (haircuts === null) return html`<p class="empty">No Sharpe ratio to cut.</p>`
  const rows = haircuts.rows.map(
    ({ method, p, sharpe, haircut }) =>
      html`<tr><th scope="row">${method}</th><td class="number">${brief(p)}</td><td class="number">${brief(sharpe)}</td><td class="number">${haircut === null ? 'n/a' : formatFraction(haircut, 0)}</td></tr>`,
  )
  return html`<table><caption>Sharpe ratio ${brief(haircuts.sharpe)} a year, p ${brief(haircuts.p)} alone; after all trials</caption><thead><tr><th scope="col">Adjusted by</th><th scope="col" class="number">p</th><th scope="col" class="number">Sharpe left</th><th scope="col" class="number">Haircut</th></tr></thead><tbody>${rows}</tbody></table>`
}

/** Bands, which the bundle carries. */
export function bandsTable({ expected }: ValidationInput): Html {
  const { days, coverage, tradesPerDay, drawdown, stretchReturn, slippageBps } = expected
  const line = (label: string, low: string, high: string): Html =>
    html`<tr><th scope="row">${label}</th><td class="number">${low}</td><td class="number">${high}</td></tr>`
  return html`<table><caption>Over ${days} days, where ${formatFraction(coverage, 0)} of such stretches of the backtest lie; a session outside is demoted</caption><thead><tr><th scope="col"></th><th scope="col" class="number">Low</th><th scope="col" class="number">High</th></tr></thead><tbody>${line('Closed trades a day', brief(tradesPerDay.low), brief(tradesPerDay.high))}${line('Return', formatFraction(stretchReturn.low, 1), formatFraction(stretchReturn.high, 1))}${line('Deepest drawdown', formatFraction(drawdown.low, 1), '')}${line('Slippage of market fills, bp', '', brief(slippageBps.high))}</tbody></table>`
}

function brief(value: number | null): string {
  if (value === null) return '–'
  return formatNumber(value, value !== 0 && Math.abs(value) < 0.01 ? 4 : Number.isInteger(value) ? 0 : 2)
}

function day(ms: number): string {
  return formatTime(ms).slice(0, 10)
}

function short(hash: string): string {
  return hash.slice(0, 10)
}
