/** An order on the simulated venue's book, and the set of them. */

import { type Dec, ZERO } from '../core/dec.ts'
import type { ApprovedOrder } from '../core/order.ts'
import { removeItem } from '../core/table.ts'

export interface RestingOrder {
  readonly order: ApprovedOrder
  /** Price that a bar must reach, as a double; NaN once any will do: the rest of a market order, a triggered stop. */
  level: number
  /** Base quantity not yet filled. */
  remaining: Dec
  /** What this order holds of cash and base. */
  heldCash: Dec
  heldBase: Dec
  /** Row inside which it arrived, at a moment unknown; -1 when it rests from an open on. */
  readonly insideRow: number
  /** Last row whose volume it has used up: nothing more for it there; -1 for none. */
  spentRow: number
  /** What a quote-sized order may still spend, fee included; 0 for others. */
  quoteLeft: Dec
}

/** An order as it comes to rest, holding nothing yet. */
export function newResting(
  order: ApprovedOrder,
  level: number,
  remaining: Dec,
  insideRow: number,
  quoteLeft: Dec,
): RestingOrder {
  return { order, level, remaining, heldCash: ZERO, heldBase: ZERO, insideRow, spentRow: -1, quoteLeft }
}

/** Whether it fills at the next price, whatever that is. */
export function takesAny(resting: RestingOrder): boolean {
  return Number.isNaN(resting.level)
}

export class RestingOrders {
  readonly items: RestingOrder[] = []
  /** Groups of which a member has filled. */
  private readonly doneGroups = new Set<number>()

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

  /** A member of the order's group has filled: what comes of the group later comes too late. */
  finishGroup(order: ApprovedOrder): void {
    this.doneGroups.add(order.ocoGroup)
  }

  /** Whether the order's group is over before it came. */
  comesTooLate(order: ApprovedOrder): boolean {
    return order.ocoGroup !== 0 && this.doneGroups.has(order.ocoGroup)
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
