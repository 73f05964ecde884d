/**
 * Exits in pairs: of a stop and a target behind one position one is filled, and the other goes; by us, where the venue
 * doesn't link them.
 */

import { exact, unitsOf } from './amounts.ts'
import type { SessionContext } from './context.ts'
import type { TrackedOrder } from './order-table.ts'
import { leftToGuard } from './protection.ts'

/** One of a pair was filled: the other is taken back, or made smaller by as much. */
export function groupFilled(context: SessionContext, order: TrackedOrder): void {
  const { ocoGroup, instrument } = order.order
  if (ocoGroup === 0 || context.exchange.abilities.pairs === 'native') return
  for (const other of context.table.open) {
    if (other === order || other.order.ocoGroup !== ocoGroup || other.cancel !== null) continue
    if (other.order.instrument !== instrument) continue
    const reason = order.done ? 'group' : 'resize'
    if (reason === 'resize' && other.held) continue
    context.note('INTENT', { op: 'cancel', id: other.id, reason })
  }
}

/**
 * Where a session died between a fill and what follows from it for the other one of the pair, nothing would ever say so
 * again: its trade is booked. A start looks at what is filled and what still rests beside it.
 */
export function pickUpPairs(context: SessionContext): void {
  const { table, exchange } = context
  if (exchange.abilities.pairs === 'native') return
  const filled = [...table.orders.values()].filter((one) => one.order.ocoGroup !== 0 && one.filled > 0)
  for (const order of filled) {
    if (order.done ? isWhole(order) : isBesideTooMuch(context, order)) groupFilled(context, order)
  }
}

/** Whether all of it that was sent has been filled; what ended otherwise may leave the rest of a position to the other. */
function isWhole({ leg }: TrackedOrder): boolean {
  return leg?.state === 'ended' && leg.sentText !== null && exact(leg.endedFilled ?? '0') >= exact(leg.sentText)
}

/** Whether the other one still rests with more than is left to guard. */
function isBesideTooMuch(context: SessionContext, order: TrackedOrder): boolean {
  const { ocoGroup } = order.order
  return [...context.table.open].some((other) => {
    if (other === order || other.order.ocoGroup !== ocoGroup || other.leg === null) return false
    const { qtyDec } = context.instruments[other.order.instrument]!
    const earlier = other.legs.reduce((sum, { endedFilled }) => sum + exact(endedFilled ?? '0'), 0n)
    const rests = other.leg.quantity - (other.filled - unitsOf(earlier, qtyDec))
    return rests > leftToGuard(context, other)
  })
}
