/** The page on which runs stand side by side. It has no script: everything is there when it is opened. */

import { compareChart } from './charts/compare.ts'
import { formatMetric, formatMoney, formatNumber, formatTime } from './format.ts'
import { type Html, html } from './html.ts'
import { panel } from './sections/panel.ts'
import { staticChart } from './static-chart.ts'
import { renderStaticPage } from './static-page.ts'
import { thinRows } from './thin.ts'

/** What the page needs of each run, and of the comparison. */
export interface CompareInput {
  readonly runs: readonly {
    readonly runId: string
    readonly name: string
    readonly quote: string
    readonly initialEquity: number
    readonly finalEquity: number
    readonly time: Float64Array
    readonly equity: Float64Array
  }[]
  readonly same: Readonly<Record<string, boolean>>
  readonly config: readonly { readonly key: string; readonly values: readonly (string | null)[] }[]
  readonly metrics: readonly {
    readonly label: string
    readonly unit: string
    readonly definition: string
    readonly values: readonly (number | null)[]
  }[]
  readonly trades: readonly {
    readonly against: string
    readonly matched: number
    readonly sameExit: number
    readonly onlyFirst: number
    readonly onlySecond: number
    readonly pnlMatched: number
    readonly pnlOnlyFirst: number
    readonly pnlOnlySecond: number
    readonly firstDifference: { readonly timeMs: number; readonly symbol: string; readonly in: string } | null
  }[]
}

/** Points of one run that are drawn at most. */
const POINTS = 800

/** Names that tell the runs apart: the run's own, with its id where names repeat. */
function labelsOf({ runs }: CompareInput): string[] {
  const isUnique = new Set(runs.map(({ name }) => name)).size === runs.length
  return runs.map(({ name, runId }) => (isUnique ? name : `${name} (${runId})`))
}

function curveRows(input: CompareInput, labels: readonly string[]) {
  return input.runs.flatMap(({ time, equity, initialEquity }, i) =>
    thinRows([equity], 0, equity.length, POINTS).map((row) => ({
      time: time[row]!,
      value: initialEquity > 0 ? equity[row]! / initialEquity : null,
      run: labels[i]!,
    })),
  )
}

function table(heads: readonly string[], rows: readonly Html[]): Html {
  const head = heads.map((text, i) => html`<th scope="col" class="${i === 0 ? 'text' : 'number'}">${text}</th>`)
  return html`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${rows}</tbody></table></div>`
}

function row(head: Html, cells: readonly (string | null)[]): Html {
  return html`<tr><th scope="row">${head}</th>${cells.map((cell) => html`<td class="number">${cell ?? '–'}</td>`)}</tr>`
}

function configTable(input: CompareInput, labels: readonly string[]): Html {
  if (input.config.length === 0) return html`<p class="empty">The resolved configurations are the same.</p>`
  return table(
    ['Key', ...labels],
    input.config.map(({ key, values }) => row(html`<code>${key}</code>`, values)),
  )
}

function metricsTable(input: CompareInput, labels: readonly string[]): Html {
  return table(
    ['Metric', ...labels],
    input.metrics.map(({ label, unit, definition, values }) =>
      row(
        html`<span title="${definition}">${label}</span>`,
        values.map((value, i) => (value === null ? null : formatMetric(value, unit, input.runs[i]!.quote))),
      ),
    ),
  )
}

function tradesTable(input: CompareInput): Html {
  const { quote } = input.runs[0]!
  const money = (value: number) => formatMoney(value, quote)
  const count = (value: number) => formatNumber(value, 0)
  const rows = input.trades.map((one) =>
    row(html`against ${one.against}`, [
      count(one.matched),
      count(one.sameExit),
      count(one.onlyFirst),
      count(one.onlySecond),
      money(one.pnlMatched),
      money(one.pnlOnlyFirst),
      money(one.pnlOnlySecond),
      one.firstDifference === null
        ? 'none'
        : `${formatTime(one.firstDifference.timeMs)} ${one.firstDifference.symbol}, only in the ${one.firstDifference.in}`,
    ]),
  )
  const heads = ['First run', 'Shared', 'same exit', 'only first', 'only other']
  const differences = [`Difference of shared (${quote})`, 'of only first', 'of only other', 'First difference']
  return table([...heads, ...differences], rows)
}

function sameWords({ same }: CompareInput): string {
  const [alike, unlike] = [true, false].map((wanted) => Object.keys(same).filter((what) => same[what] === wanted)) as [
    string[],
    string[],
  ]
  const words = [
    alike.length === 0 ? '' : `The runs have the same ${alike.join(', ')}.`,
    unlike.length === 0 ? '' : `They differ in ${unlike.join(', ')}.`,
  ]
  return words.filter((text) => text !== '').join(' ')
}

/** The page as one HTML file; the same input gives the same bytes. */
export async function renderCompareReport(input: CompareInput): Promise<string> {
  const labels = labelsOf(input)
  const finals = input.runs.map(
    ({ finalEquity, initialEquity, quote }, i) =>
      `${labels[i]}: ${formatMoney(initialEquity, quote)} to ${formatMoney(finalEquity, quote)} ${quote}`,
  )
  const chart = await staticChart(compareChart, { rows: curveRows(input, labels) }, `Equity. ${finals.join('; ')}.`)
  const body = html`<header class="masthead"><div class="title"><p class="kind">Comparison</p><h1>${labels.join(' · ')}</h1></div></header>
<p class="intro">${sameWords(input)}</p>
${panel({ id: 'equity', title: 'Equity', intro: html`${finals.join('; ')}.` }, chart)}
${panel({ id: 'configuration', title: 'Configuration', intro: 'Keys of the resolved configurations that differ.' }, configTable(input, labels))}
${panel({ id: 'trades', title: 'Trades', intro: 'Shared: the same symbol and side, entered at the same time.' }, tradesTable(input))}
${panel({ id: 'metrics', title: 'Metrics', intro: 'Point at a name for its definition.' }, metricsTable(input, labels))}`
  return renderStaticPage(`${labels.join(' and ')} – comparison`, body)
}
