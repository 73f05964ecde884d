/**
 * What guards a position doesn't go by the venue's will alone: an order that it ended by itself is placed again, under a
 * client id of its own; where that doesn't last, the position is closed. No position is left without what was to guard it.
 */

import { type Dec, toDec } from '../core/dec.ts'
import { OrderType, TimeInForce } from '../core/order.ts'
import type { SessionContext } from './context.ts'
import type { VenueOrderStatus } from './exchange.ts'
import type { OrderTable, TrackedOrder } from './order-table.ts'
import { isProtective, isStop } from './outgoing.ts'

/** Placed so often within this time, and it is given up. */
const AGAIN_MOST = 3
const AGAIN_WINDOW_MS = 600_000

/** Whether the venue has ended what still guards a position, and nobody asked it to. */
export function isLost(context: SessionContext, tracked: TrackedOrder, status: VenueOrderStatus): boolean {
  const { order, cancel } = tracked
  if (status === 'filled' || status === 'open' || cancel !== null || !isProtective(order)) return false
  // Its own time was up, or it was to fill at once or not at all.
  if (status === 'expired' && Number.isFinite(order.expiresMs)) return false
  if (order.terms !== null && order.terms.timeInForce !== TimeInForce.gtc) return false
  return leftToGuard(context, tracked) > 0 && !otherWasFilled(context.table, tracked)
}

/** Places it again; false where that was done too often, or the venue refused it for its own sake. */
export function placeAgain(context: SessionContext, order: TrackedOrder, status: VenueOrderStatus): boolean {
  const sinceMs = context.environment.nowMs() - AGAIN_WINDOW_MS
  const lately = order.legs.filter(({ sentMs }) => sentMs > sinceMs)
  if (status === 'rejected' || lately.length >= AGAIN_MOST) return false
  addLeg(context, order, leftToGuard(context, order))
  const text = `order ${order.id}, which guards a position, ended at the venue by itself (${status}): it is placed again`
  context.alerts.tell('warn', 'PROTECTION_AGAIN', text)
  return true
}

/**
 * An order that guarded a position is gone for good: the position is closed, unless something else still guards it. To be
 * called before the engine is told of the end: whatever of the journal a crash leaves, where the end is in it, so is the
 * close. The other way round a start couldn't tell a position whose guard is gone from one that was never to have one.
 */
export function closeUnguarded(context: SessionContext, lost: TrackedOrder): void {
  const { instrument } = lost.order
  const { symbol } = context.instruments[instrument]!
  const guarded = [...context.table.open].some((one) => one !== lost && standsInFor(one, lost))
  const end = guarded ? 'another order still guards it' : 'it is closed at market'
  const text = `order ${lost.id} no longer guards ${symbol}, and can't be placed again: ${end}`
  context.alerts.tell('alarm', 'PROTECTION_GONE', text)
  if (!guarded && context.decider.held(instrument) !== 0) context.closeNow(instrument)
}

/**
 * Whether `one` guards what `lost` did: a target rests where a profit is, and does nothing against a loss; held back until
 * its stop is gone, it isn't even at the venue. A close that is under way guards against everything.
 */
function standsInFor({ order, cancel, leg }: TrackedOrder, lost: TrackedOrder): boolean {
  if (order.instrument !== lost.order.instrument || !order.reduceOnly || cancel !== null) return false
  return order.type === OrderType.market || (leg !== null && (isStop(order) || !isStop(lost.order)))
}

/** The order goes on at the venue as another leg of `quantity`. */
export function addLeg(context: SessionContext, order: TrackedOrder, quantity: Dec): void {
  const leg = (order.leg?.leg ?? -1) + 1
  const clientId = context.clientId(order.id, leg)
  context.note('INTENT', { op: 'leg', id: order.id, leg, clientId, quantity, type: order.order.type })
}

/** What of the position it can still guard. */
export function leftToGuard({ decider }: SessionContext, { order, filled }: TrackedOrder): Dec {
  const held = decider.held(order.instrument)
  return toDec(held * order.side < 0 ? Math.min(order.quantity - filled, Math.abs(held)) : 0)
}

/** The other one of its pair was filled: that it ended is as it should be. */
function otherWasFilled({ orders }: OrderTable, { order, id }: TrackedOrder): boolean {
  if (order.ocoGroup === 0) return false
  return [...orders.values()].some((other) => {
    const { ocoGroup } = other.order
    return other.id !== id && ocoGroup === order.ocoGroup && other.filled > 0
  })
}
