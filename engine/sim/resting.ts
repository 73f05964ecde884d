/** An order on the simulated venue's book, and the set of them. */

import { type Dec, ZERO } from '../core/dec.ts'
import type { ApprovedOrder } from '../core/order.ts'
import { removeItem } from '../core/table.ts'

export interface RestingOrder {
  readonly order: ApprovedOrder
  /** Price that a bar must reach, as a double; NaN for the rest of a market order. */
  readonly level: number
  /** Base quantity not yet filled. */
  remaining: Dec
  /** What this order holds of cash and base. */
  heldCash: Dec
  heldBase: Dec
  /** Row inside which it arrived, at a moment unknown; -1 when it rests from an open on. */
  insideRow: number
}

export class RestingOrders {
  readonly items: RestingOrder[] = []

  add(resting: RestingOrder): void {
    this.items.push(resting)
  }

  find(orderId: number): RestingOrder | null {
    for (const resting of this.items) if (resting.order.id === orderId) return resting
    return null
  }

  remove(resting: RestingOrder): void {
    removeItem(this.items, resting)
  }

  /** Others of the order's one-cancels-other group. */
  siblings(order: ApprovedOrder): RestingOrder[] {
    if (order.ocoGroup === 0) return []
    return this.items.filter((one) => one.order.ocoGroup === order.ocoGroup && one.order.id !== order.id)
  }

  /** Base that the order's group holds already: a group sells once, so it holds once. */
  groupHold(order: ApprovedOrder): Dec {
    let hold: Dec = ZERO
    for (const one of this.siblings(order)) if (one.heldBase > hold) hold = one.heldBase
    return hold
  }
}
