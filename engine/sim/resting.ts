/** An order on the simulated venue's book, and the set of them. */

import { type Dec, ZERO } from '../core/dec.ts'
import type { ApprovedOrder } from '../core/order.ts'
import { emptyArray, removeItem } from '../core/table.ts'

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
  readonly items = emptyArray<RestingOrder>()
  /** By group, 1 where a member has filled. Groups have the numbers of orders, which are dense. */
  private doneGroups = new Uint8Array(1024)

  add(resting: RestingOrder): void {
    this.items.push(resting)
  }

  find(orderId: number): RestingOrder | null {
    const { items } = this
    for (let i = 0; i < items.length; i++) if (items[i]!.order.id === orderId) return items[i]!
    return null
  }

  remove(resting: RestingOrder): void {
    removeItem(this.items, resting)
  }

  /** A member of the order's group has filled: what comes of the group later comes too late. */
  finishGroup(order: ApprovedOrder): void {
    const group = order.ocoGroup
    if (group >= this.doneGroups.length) {
      const grown = new Uint8Array(Math.max(group + 1, this.doneGroups.length * 2))
      grown.set(this.doneGroups)
      this.doneGroups = grown
    }
    this.doneGroups[group] = 1
  }

  /** Whether the order's group is over before it came. */
  comesTooLate(order: ApprovedOrder): boolean {
    return order.ocoGroup !== 0 && this.doneGroups[order.ocoGroup] === 1
  }

  /** Others of the order's one-cancels-other group. */
  siblings(order: ApprovedOrder): readonly RestingOrder[] {
    if (order.ocoGroup === 0) return ALONE
    return this.items.filter((one) => isSibling(one, order))
  }

  /** Base that the order's group holds already: a group sells once, so it holds once. */
  groupHold(order: ApprovedOrder): Dec {
    let hold: Dec = ZERO
    if (order.ocoGroup === 0) return hold
    const { items } = this
    for (let i = 0; i < items.length; i++) {
      const one = items[i]!
      if (one.heldBase > hold && isSibling(one, order)) hold = one.heldBase
    }
    return hold
  }
}

const ALONE: readonly RestingOrder[] = []

function isSibling(resting: RestingOrder, { id, ocoGroup }: ApprovedOrder): boolean {
  return resting.order.ocoGroup === ocoGroup && resting.order.id !== id
}
