/** From gross to net: what trading cost, why positions were closed, and what the run made at other costs. */

import type { CostSensitivity } from '../../engine/core/run-detail.ts'
import { exitWords } from '../codes.ts'
import { formatFraction, formatMoney, formatNumber } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { RunView } from '../run-view.ts'
import { chartPlace, panel, tablePlace } from './panel.ts'

const LINES: readonly (readonly [id: string, sign: string, total?: 'total'])[] = [
  ['cost.gross', ''],
  ['cost.spread', 'less'],
  ['cost.slippage', 'less'],
  ['cost.fees', 'less'],
  ['cost.funding', 'less'],
  ['cost.net', '', 'total'],
  ['cost.outside', ''],
  ['cost.change', '', 'total'],
]

function costTable({ figures }: RunView): Html {
  return html`<table><caption>From gross to net</caption><tbody>${LINES.map(([id, sign, total]) => {
    const { label } = figures.of(id)
    return html`<tr class="${total ?? ''}"><th scope="row">${label}${sign === '' ? null : html` <span class="soft">${sign}</span>`}</th><td class="number">${figures.html(id)}</td></tr>`
  })}</tbody></table>
<p class="intro">Turnover ${figures.html('run.turnover')} in ${figures.html('run.fills')} fills.</p>`
}

function exitTable({ result, datasets }: RunView): Html {
  const [reasons, counts, shares] = datasets['exits']!.columns.map(({ values }) => values)
  if (reasons!.length === 0) return html`<p class="empty">No position was closed.</p>`
  const total = Object.values(result.exits).reduce((sum, count) => sum + count, 0)
  const rows = reasons!.map((reason, row) => {
    const code = String(reason)
    return html`<tr><th scope="row">${exitWords(code) ?? code} <code>${code}</code></th><td class="number">${formatNumber(Number(counts![row]), 0)}</td><td class="number soft">${formatFraction(Number(shares![row]), 1)}</td></tr>`
  })
  return html`<div class="part-head"><h3>Exits by reason</h3></div><table><caption>${formatNumber(total, 0)} closed positions</caption><tbody>${rows}</tbody></table>`
}

/** Tables side by side, and the way from gross to net as a picture. */
export function costsSection(view: RunView): Html {
  return panel(
    { id: 'costs', title: 'Costs and exits', dataset: 'waterfall', chart: 'waterfall' },
    html`${chartPlace('waterfall', 'From what trades made at mid prices to what was left; the table below has the figures.', 'waterfall')}<div class="metrics"><div class="group">${costTable(view)}</div><div class="group">${exitTable(view)}</div></div>`,
  )
}

/** The run at other costs, or why there is none. */
export function sensitivitySection({ detail, datasets, result }: RunView): Html | null {
  if (detail === null) return null
  const { sensitivity } = detail
  const title = 'Sensitivity to costs'
  if ('omitted' in sensitivity) {
    return panel({ id: 'sensitivity', title }, html`<p class="empty">${sensitivity.omitted}</p>`)
  }
  const words = sensitivityWords(sensitivity, result.quote)
  return panel(
    { id: 'sensitivity', title, dataset: 'sensitivity', chart: 'sensitivity', intro: words },
    html`${chartPlace('sensitivity', `Final equity at other costs; the dashed line is the initial equity. ${words}`)}${tablePlace(datasets['sensitivity']!, result.quote)}`,
  )
}

function sensitivityWords({ runs, scaled, kept }: CostSensitivity, quote: string): string {
  const at = (factor: number) => runs.find((one) => one.factor === factor)
  const [free, dear, own] = [at(0), at(2), at(1)]
  const money = (value: number) => `${formatMoney(value, quote)} ${quote}`
  const digests = new Set(runs.map(({ decisions }) => decisions)).size
  const ends =
    free === undefined || dear === undefined || own === undefined
      ? ''
      : ` Without costs it would have ended with ${money(free.finalEquity)}, at twice the costs with ${money(dear.finalEquity)}.`
  const trades =
    digests === 1
      ? 'All decisions were the same.'
      : 'Other costs change sizes and gates, so that the trades differ, too.'
  const stay = kept.length === 0 ? '' : ` As they were: ${kept.join(', ')}.`
  return `The whole run made again with ${scaled.join(', ')} at 0 and 2 times.${ends} ${trades}${stay}`
}
