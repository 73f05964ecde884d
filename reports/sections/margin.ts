/** What leverage came to: utilisation, the nearest liquidation, and those that happened. */

import type { LiquidationEvent, MarginResult, RunResult } from '../../engine/core/result.ts'
import {
  formatCell,
  formatFraction,
  formatMoney,
  formatNumber,
  formatPrice,
  formatTime,
  NOT_AVAILABLE,
} from '../format.ts'
import { type Html, html } from '../html.ts'
import { panel } from './panel.ts'

/** Liquidations that are shown; the rest is counted. */
const SHOWN = 50

function fraction(value: number | null): string {
  return value === null ? NOT_AVAILABLE : formatFraction(value)
}

function figures(margin: MarginResult, quote: string): Html {
  const near = margin.minDistanceMs === null ? '' : ` at ${formatTime(margin.minDistanceMs)}`
  const lines: readonly (readonly [string, string])[] = [
    [
      'Leverage and mode',
      `${formatNumber(margin.leverage, Number.isInteger(margin.leverage) ? 0 : 2)} ×, ${margin.mode}`,
    ],
    ['Margin rules', margin.rules ?? 'buying power alone: nothing is liquidated'],
    ['Most margin in use at a close', fraction(margin.maxUtilisation)],
    ['Closes with 80 % of equity or more in use', formatNumber(margin.warnings, 0)],
    ...(margin.calls === null ? [] : [['Closes under a margin call', formatNumber(margin.calls, 0)] as const]),
    ['Nearest to a liquidation price', `${fraction(margin.minDistance)}${near}`],
    ['Fundings of positions', formatNumber(margin.fundings, 0)],
    ['Funding paid', `${formatMoney(margin.funding, quote)} ${quote}`],
    ['Paid for borrowing', `${formatMoney(margin.borrowing, quote)} ${quote}`],
  ]
  return html`<table><tbody>${lines.map(
    ([label, value]) => html`<tr><th scope="row">${label}</th><td class="number">${value}</td></tr>`,
  )}</tbody></table>`
}

function row(one: LiquidationEvent, quote: string): Html {
  return html`<tr><th scope="row" class="time">${formatTime(one.timeMs)}</th><td>${one.symbol}</td><td>${one.side}${one.partial ? ', in part' : ''}</td><td class="number">${formatCell(one.quantity, 'quantity', quote)}</td><td class="number">${formatPrice(one.liquidationPrice)}</td><td class="number">${formatPrice(one.price)}</td><td class="number">${formatMoney(one.fee, quote)}</td></tr>`
}

function table(events: readonly LiquidationEvent[], quote: string): Html {
  if (events.length === 0) return html`<p class="empty">No position was liquidated.</p>`
  const more = events.length - SHOWN
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Liquidations"><table><thead><tr><th scope="col">Bar (UTC)</th><th scope="col">Symbol</th><th scope="col">Position</th><th scope="col" class="number">Quantity</th><th scope="col" class="number">Mark</th><th scope="col" class="number">Closed at</th><th scope="col" class="number">Fee</th></tr></thead><tbody>${events
    .slice(0, SHOWN)
    .map((one) =>
      row(one, quote),
    )}</tbody></table></div>${more > 0 ? html`<p class="intro">And ${formatNumber(more, 0)} more.</p>` : null}`
}

/** The panel; null for a run without leverage. */
export function marginSection({ margin, quote }: RunResult): Html | null {
  if (margin === null) return null
  return panel(
    { id: 'margin', title: 'Margin and liquidations' },
    html`<div class="metrics"><div class="group">${figures(margin, quote)}</div></div>${table(margin.events, quote)}`,
  )
}
