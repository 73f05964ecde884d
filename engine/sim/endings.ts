/** Orders that end unfilled: gone stale, or cancelled at our word. */

import { FactKind, type FactQueue, RejectCode } from '../core/fact.ts'
import type { Execution } from './execution.ts'
import type { Inbox } from './inbox.ts'
import type { RestingOrders } from './resting.ts'

/** Ends the orders that have gone stale by `atMs`; true if there were any. */
export function expireStale(resting: RestingOrders, execution: Execution, facts: FactQueue, atMs: number): boolean {
  const { items } = resting
  let any = false
  for (let i = 0; i < items.length; i++) if (items[i]!.order.expiresMs <= atMs) any = true
  if (!any) return false
  for (const one of items.slice()) {
    const { order } = one
    if (order.expiresMs > atMs) continue
    resting.remove(one)
    execution.release(one)
    facts.tell(FactKind.expired, order, order.expiresMs, execution.learnedMs(order.expiresMs, false))
  }
  return true
}

/** Ends a resting order, or says that there is none of that number. */
export function cancelResting(
  resting: RestingOrders,
  inbox: Inbox,
  execution: Execution,
  facts: FactQueue,
  orderId: number,
  atMs: number,
): void {
  const one = resting.find(orderId)
  const knownMs = execution.learnedMs(atMs, false)
  if (one === null) {
    const order = { id: orderId, instrument: Math.max(0, inbox.instrumentOf(orderId)) }
    facts.tell(FactKind.cancelRejected, order, atMs, knownMs, RejectCode.unknownOrder)
    return
  }
  resting.remove(one)
  execution.release(one)
  facts.tell(FactKind.cancelled, one.order, atMs, knownMs)
}
