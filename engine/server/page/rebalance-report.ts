/** A rebalancing as planned or as carried out: each trade with its result, the scale, what is warned of. */

import type { RebalanceReport } from '../../run/rebalance.ts'
import type { AccountRebalance } from '../../run/venue-accounts/rebalance-report.ts'
import { type El, h } from './dom.ts'
import { figure, fixed, money } from './format.ts'
import { facts, table } from './table.ts'
import { badge, panel } from './view.ts'

/** Of a described account, or of one at a venue. */
export type Report = RebalanceReport | AccountRebalance

const HEADS: Readonly<Record<string, string>> = {
  done: 'Done: every weight is where it was asked to be',
  failed: 'Stopped: nothing was opened',
  partial: 'Partly done: run it again to complete it',
}

export function rebalanceResult(report: Report): El {
  const { dryRun, status, why, scale, warnings, accountValue, verdict } = report
  const head = dryRun ? 'Preview: nothing was sent' : (HEADS[status] ?? status)
  return panel(
    head,
    why === null ? null : h('p', { class: 'notice bad' }, why),
    facts([
      ['Scale', h('span', { id: 'scale' }, scale === null ? 'it never came to opening' : fixed(scale, 6))],
      ['Total asked', money(report.total)],
      [
        'Account value',
        `${money(accountValue.before)} before, ${accountValue.after === null ? 'not seen' : money(accountValue.after)} after`,
      ],
      ['Fees and slippage', money(verdict.cost)],
      ['Exposure', exposureWords(verdict.exposureChange)],
    ]),
    ...warnings.map((warning) => h('p', { class: 'notice' }, warning)),
    steps(report),
    h('h3', {}, dryRun ? 'Positions that would come of it' : 'Positions now'),
    table({
      caption: 'Positions',
      empty: 'None.',
      rows: report.positions,
      columns: [
        { head: 'Symbol', cell: ({ symbol }) => symbol },
        { head: 'Value', number: true, cell: ({ value }) => money(value) },
        { head: 'Leverage', number: true, cell: ({ leverage }) => `${leverage}×` },
      ],
    }),
  )
}

function exposureWords(change: number): string {
  if (change === 0) return 'as it was'
  const [does, what] = change < 0 ? ['falls', 'loss'] : ['rises', 'gain']
  return `${does} by ${money(Math.abs(change))}, which is no ${what}`
}

function steps({ steps: all, dryRun }: Report): El {
  return table({
    caption: 'Trades',
    empty: 'Nothing to trade: every weight is where it should be.',
    rows: all,
    columns: [
      { head: 'Trade', cell: ({ action, side }) => (action === 'open' ? side : action) },
      { head: 'Symbol', cell: ({ symbol }) => symbol },
      { head: 'Quantity', number: true, cell: ({ quantity }) => figure(quantity) },
      { head: 'Value', number: true, cell: ({ value }) => money(value) },
      {
        head: 'Result',
        cell: ({ state }) =>
          badge(
            dryRun && state === 'done' ? 'would be done' : state,
            state === 'done' ? (dryRun ? 'plain' : 'good') : state === 'skipped' ? 'plain' : 'bad',
          ),
      },
      { head: 'Why', cell: ({ reason }) => h('span', { class: 'words' }, reason ?? '') },
    ],
  })
}
