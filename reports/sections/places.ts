/** What each of several accounts and venues came to, and what was too small to sell at the end. */

import type { RunResult } from '../../engine/core/result.ts'
import { formatMoney, formatNumber } from '../format.ts'
import { type Html, html } from '../html.ts'
import { panel } from './panel.ts'

/** The panels that the run has anything for; in most runs none. */
export function placesSections(result: RunResult): Html {
  const { accounts, venues, dust } = result
  return html`${accounts.length > 0 ? accountsPanel(result) : null}${venues.length > 1 ? venuesPanel(result) : null}${dust.length > 0 ? dustPanel(result) : null}`
}

function accountsPanel({ accounts, quote }: RunResult): Html {
  const rows = accounts.map((one) =>
    row(one.account, [
      formatMoney(one.initialEquity, quote),
      formatMoney(one.finalEquity, quote),
      formatNumber(one.trades, 0),
      formatMoney(one.fees, quote),
      formatNumber(
        Object.values(one.skips).reduce((sum, count) => sum + count, 0),
        0,
      ),
    ]),
  )
  const heads = ['Account', 'From', 'To', 'Closed trades', 'Fees', 'Refusals']
  const intro = `Each traded alone, with the same market and strategy. Money in ${quote}.`
  return panel({ id: 'accounts', title: 'Accounts', intro }, table('Accounts', heads, rows))
}

function venuesPanel({ venues, quote }: RunResult): Html {
  const rows = venues.map((one) =>
    row(one.venue, [
      formatMoney(one.initialEquity, quote),
      formatMoney(one.finalEquity, quote),
      formatNumber(one.routed ?? 0, 0),
      formatNumber(one.trades, 0),
      formatMoney(one.fees, quote),
    ]),
  )
  const heads = ['Venue', 'From', 'To', 'Entries routed', 'Closed trades', 'Fees']
  const intro = `Entries go to the cheapest round trip whose cash carries the order. Money in ${quote}.`
  return panel({ id: 'venues', title: 'Venues', intro }, table('Venues', heads, rows))
}

function dustPanel({ dust, quote }: RunResult): Html {
  const rows = dust.map((one) =>
    row(one.symbol, [
      one.venue,
      formatNumber(one.quantity, 8),
      formatMoney(one.value, quote),
      formatMoney(one.minimum, quote),
      one.sellable ? 'yes' : 'no',
    ]),
  )
  const heads = ['Symbol', 'Venue', 'Held', 'Worth', 'Least order', 'Can be sold']
  const intro = `Left at the end: worth less than 1.00, or less than the venue takes. Money in ${quote}.`
  return panel({ id: 'dust', title: 'Dust', intro }, table('Dust', heads, rows))
}

function row(name: string, cells: readonly string[]): Html {
  return html`<tr><th scope="row">${name}</th>${cells.map((cell) => html`<td class="number">${cell}</td>`)}</tr>`
}

function table(label: string, heads: readonly string[], rows: readonly Html[]): Html {
  const [first, ...rest] = heads
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${label}"><table><thead><tr><th scope="col">${first!}</th>${rest.map((head) => html`<th scope="col" class="number">${head}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div>`
}
