/** The page on which a live session stands beside its simulation. It has no script. */

import { formatMoney, formatNumber, formatTime } from './format.ts'
import { type Html, html } from './html.ts'
import { panel } from './sections/panel.ts'
import { renderStaticPage } from './static-page.ts'

interface Spread {
  readonly n: number
  readonly mean: number
  readonly median: number
  readonly least: number
  readonly most: number
}

/** What the page needs of a parity. Money in quote. */
export interface ParityReportInput {
  readonly session: string
  readonly quote: string
  readonly fromMs: number
  readonly toMs: number
  readonly rows: number
  readonly sameDecisions: boolean
  readonly liveEquity: number
  readonly simulatedEquity: number
  readonly difference: number
  readonly outside: number
  readonly causes: Readonly<Record<string, number>>
  readonly trades: readonly {
    readonly symbol: string
    readonly side: string
    readonly entryTimeMs: number
    readonly in: 'both' | 'live' | 'simulated'
    readonly livePnl: number | null
    readonly simulatedPnl: number | null
    readonly difference: number
    readonly causes: Readonly<Record<string, number>>
  }[]
  readonly refused: number
  readonly late: number
  readonly costs: {
    readonly slippageBps: Spread | null
    readonly latencyMs: Spread | null
    readonly makerRate: number | null
    readonly takerRate: number | null
  }
}

const MEANING: Readonly<Record<string, string>> = {
  signal: 'another decision, or one of another size because the account was another',
  timing: 'the same decision, filled in another bar',
  price: 'slippage and spread: another price in the same bar',
  fee: 'fees',
  funding: 'funding and borrowing',
  rejects: 'refused, or filled in part',
  rounding: 'lot steps, and what dividing leaves',
}

function table(heads: readonly string[], rows: readonly Html[]): Html {
  const head = heads.map((text, i) => html`<th scope="col" class="${i === 0 ? 'text' : 'number'}">${text}</th>`)
  return html`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`
}

function row(head: string, cells: readonly string[]): Html {
  return html`<tr><th scope="row">${head}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`
}

function causesTable(input: ParityReportInput): Html {
  const money = (value: number): string => formatMoney(value, input.quote)
  const rows = Object.entries(input.causes).map(
    ([cause, value]) =>
      html`<tr><th scope="row">${cause}</th><td class="number">${money(value)}</td><td class="why">${MEANING[cause] ?? ''}</td></tr>`,
  )
  const sum = html`<tr><th scope="row">difference of all trades</th><td class="number">${money(input.difference)}</td><td class="why">the sum of these, to the last unit</td></tr>
<tr><th scope="row">outside trades</th><td class="number">${money(input.outside)}</td><td class="why">of the difference in equity: adopted differences, money that came and went</td></tr>`
  return html`<div class="scroll"><table><thead><tr><th scope="col" class="text">Cause</th><th scope="col" class="number">${input.quote}</th><th scope="col" class="text">What it is</th></tr></thead><tbody>${rows}${sum}</tbody></table></div>`
}

function tradesTable(input: ParityReportInput): Html {
  if (input.trades.length === 0) return html`<p class="empty">Neither the session nor its simulation traded.</p>`
  const causes = Object.keys(input.causes)
  const money = (value: number | null): string => (value === null ? '–' : formatMoney(value, input.quote))
  const heads = ['Entered', 'Symbol', 'Side', 'In', 'Live', 'Simulated', 'Difference', ...causes]
  const rows = input.trades.map((one) =>
    row(formatTime(one.entryTimeMs), [
      ...[one.symbol, one.side, one.in, money(one.livePnl), money(one.simulatedPnl), money(one.difference)],
      ...causes.map((cause) => (one.causes[cause] === 0 ? '' : money(one.causes[cause]!))),
    ]),
  )
  return table(heads, rows)
}

function costsTable({ costs }: ParityReportInput): Html {
  const spread = (name: string, one: Spread | null, digits: number): Html => {
    if (one === null) return row(name, ['0', '–', '–', '–', '–'])
    const values = [one.mean, one.median, one.least, one.most].map((value) => formatNumber(value, digits))
    return row(name, [formatNumber(one.n, 0), ...values])
  }
  const rate = (value: number | null): string => (value === null ? '–' : `${formatNumber(value * 100, 4)} %`)
  return html`${table(
    ['Measured', 'Fills', 'Mean', 'Median', 'Least', 'Most'],
    [
      spread('Slippage of market fills against the next open, bps', costs.slippageBps, 2),
      spread('From the close that decided to the fill, ms', costs.latencyMs, 0),
    ],
  )}<p>Fees over value: maker ${rate(costs.makerRate)}, taker ${rate(costs.takerRate)}.</p>`
}

/** The page as one HTML file; the same input gives the same bytes. */
export function renderParityReport(input: ParityReportInput): string {
  const money = (value: number): string => `${formatMoney(value, input.quote)} ${input.quote}`
  const verdict = input.sameDecisions
    ? html`<p class="verdict passed">The simulation made the session's decisions, byte for byte.</p>`
    : html`<p class="verdict open">The simulation came to other decisions: what was filled differently led on.</p>`
  const numbers = `${input.rows} rows, ${input.refused} orders refused, ${input.late} rows with a late candle.`
  const body = html`<header class="masthead"><div class="title"><p class="kind">Parity</p><h1>${input.session}</h1></div></header>
<p class="intro">${formatTime(input.fromMs)} to ${formatTime(input.toMs)}. Live ${money(input.liveEquity)}, simulated ${money(input.simulatedEquity)}. ${numbers}</p>
${verdict}
${panel({ id: 'causes', title: 'Why the results differ', intro: 'From the simulated to the live result, over all trades.' }, causesTable(input))}
${panel({ id: 'trades', title: 'Trades', intro: 'Live less simulated, and its parts.' }, tradesTable(input))}
${panel({ id: 'costs', title: 'Costs as measured', intro: 'As a cost model for run files: --write-costs FILE.' }, costsTable(input))}`
  return renderStaticPage(`${input.session} – parity`, body)
}
