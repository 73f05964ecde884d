/** What is at the venue and isn't this session's: somebody else trades in its symbols, or under its name. */

import type { SessionContext } from './context.ts'
import type { Strange } from './look.ts'

type Halting = Pick<SessionContext, 'instruments' | 'table' | 'note'> & { halt(code: string, text: string): void }

/** Halts, and keeps each trade on record, once. */
export function haltForStrangers(session: Halting, strange: Strange): void {
  const ours = new Set(session.instruments.map(({ symbol }) => symbol))
  for (const trade of strange.trades) {
    if (session.table.trades.has(trade.tradeId)) continue
    session.note('RECONCILE', { strange: 'trade', trade })
    if (ours.has(trade.symbol)) {
      session.halt('FOREIGN_TRADE', `trade ${trade.tradeId} in ${trade.symbol} belongs to no order of this session`)
    }
  }
  for (const order of strange.orders) {
    session.halt('FOREIGN_ORDER', `order ${order.venueId} carries this session's name, but was never sent by it`)
  }
}
