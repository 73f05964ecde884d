/** An order on the simulated venue's book, and the set of them. */

import { type Dec, ZERO } from '../core/dec.ts'
import { type ApprovedOrder, OrderType } from '../core/order.ts'
import { emptyArray, removeItem } from '../core/table.ts'
import { hasTrigger, isStop, waitsAbove } from './matching.ts'

export class RestingOrder {
  order!: ApprovedOrder
  /** Price that a bar must reach, as a double; NaN once any will do: the rest of a market order, a triggered stop. */
  level = Number.NaN
  /** Whether prices meet the level from below. */
  above = false
  /** Whether the level is a trigger, which a touch meets; else a limit. */
  trigger = false
  /** Whether meeting it hurts: stops until their trigger is met. */
  hurts = false
  /** Base quantity not yet filled. */
  remaining = Number.NaN as Dec
  /** What this order holds of cash and base. */
  heldCash = Number.NaN as Dec
  heldBase = Number.NaN as Dec
  /** Row inside which it arrived, at a moment unknown; -1 when it rests from an open on. */
  insideRow = -1
  /** Whether it is the moment its trigger was met, and not its arrival, that lies inside `insideRow`. */
  triggered = false
  /** Last row whose volume it has used up: nothing more for it there; -1 for none. */
  spentRow = -1
  /** What a quote-sized order may still spend, fee included; 0 for others. */
  quoteLeft = Number.NaN as Dec
  /** A trailing stop's best price so far; NaN before the first, and for other orders. */
  best = Number.NaN
  /** Its trigger as the bar's open left it: `path` moves the level on inside the bar. */
  openLevel = Number.NaN
  /** Last row that `best` knows of. */
  seenRow = -1
}

/** An order as it comes to rest, holding nothing yet. */
export function newResting(
  order: ApprovedOrder,
  level: number,
  remaining: Dec,
  insideRow: number,
  quoteLeft: Dec,
): RestingOrder {
  return renew(new RestingOrder(), order, level, remaining, insideRow, quoteLeft)
}

/** Makes one that rests no more into another, as `newResting` does. */
export function renew(
  resting: RestingOrder,
  order: ApprovedOrder,
  level: number,
  remaining: Dec,
  insideRow: number,
  quoteLeft: Dec,
): RestingOrder {
  resting.triggered = false
  resting.spentRow = -1
  resting.best = Number.NaN
  resting.openLevel = Number.NaN
  resting.seenRow = -1
  resting.remaining = remaining
  resting.heldCash = ZERO
  resting.heldBase = ZERO
  resting.insideRow = insideRow
  resting.quoteLeft = quoteLeft
  setOrder(resting, order, level)
  return resting
}

/** Makes a resting order wait as `order` says, at `level`. */
export function setOrder(resting: RestingOrder, order: ApprovedOrder, level: number): void {
  const { type } = order
  resting.order = order
  resting.level = level
  resting.above = waitsAbove(order)
  resting.trigger = hasTrigger(type)
  resting.hurts = isStop(type)
}

/** Its trigger was met: it waits for its limit from now on, or takes any price. */
export function becomeLimit(resting: RestingOrder, level: number): void {
  resting.level = level
  resting.above = resting.order.side < 0
  resting.trigger = false
  resting.hurts = false
  resting.triggered = true
}

/** Whether it fills at the next price, whatever that is. */
export function takesAny(resting: RestingOrder): boolean {
  return Number.isNaN(resting.level)
}

export class RestingOrders {
  readonly items = emptyArray<RestingOrder>()
  /** How many of them trail. */
  trailing = 0
  /** By group, 1 where a member has filled. Groups have the numbers of orders, which are dense. */
  private doneGroups = new Uint8Array(1024)

  add(resting: RestingOrder): void {
    if (resting.order.type === OrderType.trailingStop) this.trailing += 1
    this.items.push(resting)
  }

  find(orderId: number): RestingOrder | null {
    const { items } = this
    for (let i = 0; i < items.length; i++) if (items[i]!.order.id === orderId) return items[i]!
    return null
  }

  remove(resting: RestingOrder): void {
    if (resting.order.type === OrderType.trailingStop) this.trailing -= 1
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
