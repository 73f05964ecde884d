/** Where profit came from and how trades went: groups of trades, and one point a trade. */

import type { RunResult } from '../../engine/core/result.ts'
import type { Breakdown } from '../../engine/stats/breakdowns.ts'
import { breakdownId } from '../analysis/trades.ts'
import { type Datasets, rowCount } from '../dataset.ts'
import { formatMoney, formatNumber } from '../format.ts'
import { type Html, html } from '../html.ts'
import { chartPlace, panel, partHead } from './panel.ts'

/** Groups that a chart shows at most; the table has all. */
export const GROUPS_DRAWN = 40

/** Breakdowns that tell something: where all trades are in one group, the metrics have said it. */
export function tellingBreakdowns(breakdowns: readonly Breakdown[]): readonly Breakdown[] {
  return breakdowns.filter((one) => one.rows.length > 1)
}

function group({ id, label, rows }: Breakdown, quote: string): Html {
  const best = rows.reduce((a, b) => (b.netProfit > a.netProfit ? b : a))
  const worst = rows.reduce((a, b) => (b.netProfit < a.netProfit ? b : a))
  const money = (value: number) => `${formatMoney(value, quote)} ${quote}`
  const words = `Best ${best.key} with ${money(best.netProfit)} in ${formatNumber(best.trades, 0)} trades, worst ${worst.key} with ${money(worst.netProfit)} in ${formatNumber(worst.trades, 0)}.`
  const cut = rows.length > GROUPS_DRAWN ? ` The ${GROUPS_DRAWN} largest are drawn; the table has all.` : ''
  return html`<div class="group">${partHead(label, { dataset: breakdownId(id), chart: breakdownId(id) })}<p class="intro">${words}${cut}</p>${chartPlace(breakdownId(id), `Net profit by ${label}. ${words}`, breakdownId(id))}</div>`
}

/** One chart a breakdown, with its table behind it. */
export function breakdownsSection(result: RunResult, breakdowns: readonly Breakdown[]): Html {
  const telling = tellingBreakdowns(breakdowns)
  if (telling.length === 0) return html``
  return panel(
    {
      id: 'groups',
      title: 'Where the result came from',
      intro: html`Net profit of closed trades in ${result.quote}, after fees and funding.`,
    },
    html`<div class="pair charts-flow">${telling.map((one) => group(one, result.quote))}</div>`,
  )
}

const SCATTERS: readonly (readonly [id: string, title: string, words: string])[] = [
  ['scatter-mae', 'Worst while open', 'The further left, the deeper a trade was under water before it was closed.'],
  ['scatter-mfe', 'Best while open', 'Far right and low: profit that was there and given back.'],
  ['scatter-hours', 'Time held', 'Hours from entry to exit.'],
]

/** Excursions and time held against the result, one point a closed trade. */
export function scatterSection(datasets: Datasets): Html {
  if (rowCount(datasets['scatter']!) === 0) return html``
  return panel(
    {
      id: 'scatter',
      title: 'Trades one by one',
      intro: 'Return of each closed trade. Circles made money, diamonds lost it.',
      dataset: 'scatter',
    },
    html`<div class="triple">${SCATTERS.map(
      ([id, title, words]) =>
        html`<div>${partHead(title, { chart: id })}<p class="intro">${words}</p>${chartPlace(id, `${title} against return. ${words}`)}</div>`,
    )}</div><details class="behind" data-behind="scatter"><summary>Data table</summary><div></div></details>`,
  )
}
