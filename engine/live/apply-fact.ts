/** The one way in which a fact takes effect: live, and in a replay. */

import { type Fact, FactKind, tradedQuantity } from '../core/fact.ts'
import type { Decider } from './decider.ts'
import type { VenueCharge, VenueTrade } from './exchange.ts'
import type { OrderTable, TrackedOrder } from './order-table.ts'

/** Facts after which the account isn't what the venue last said that it was (RULES F2). */
const MOVES: readonly FactKind[] = [
  ...[FactKind.filled, FactKind.rejected, FactKind.adjusted, FactKind.funding, FactKind.liquidated],
]

export function movesAccount({ kind }: Fact): boolean {
  return MOVES.includes(kind)
}

/** Whether the engine hears of it: a trade may be nothing in the books' units. */
export function isTold({ kind, quantity }: Fact): boolean {
  return (kind !== FactKind.filled && kind !== FactKind.liquidated) || quantity > 0
}

/** Takes a fact into the table and lets the engine hear it; live and in a replay alike. */
export function applyFact(
  table: OrderTable,
  decider: Decider,
  fact: Fact | null,
  trade: VenueTrade | undefined,
  order: TrackedOrder | undefined,
  charge?: VenueCharge,
): void {
  if (charge !== undefined) table.chargeBooked(charge)
  if (trade !== undefined) table.tradeBooked(trade)
  if (fact === null) return
  if (order !== undefined) {
    const { kind, complete } = fact
    const over = kind === FactKind.rejected || kind === FactKind.cancelled || kind === FactKind.expired
    if (kind === FactKind.filled || over) {
      table.told(order, kind === FactKind.filled ? tradedQuantity(fact, order.order.side) : 0, over || complete)
    }
    if (kind === FactKind.accepted) order.accepted = true
  }
  decider.hear(fact)
}
