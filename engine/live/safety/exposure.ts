/** What an order would make of the account's exposure at worst, and whether it can only lower it. */

import { Side } from '../../core/order.ts'
import {
  absolute,
  compared,
  EXACT_ZERO,
  type Exact,
  exact,
  larger,
  minus,
  negated,
  plus,
  signOf,
  times,
} from '../exact.ts'
import type { OutgoingOrder } from '../exchange.ts'
import type { GateView, WorkingOrder } from './view.ts'

export interface Exposure {
  /** Worst worth of the order's symbol, in quote at the mark, ≥ 0. */
  readonly symbol: Exact
  /** The same of all symbols together. */
  readonly gross: Exact
}

/**
 * Whether the order can only lower exposure, whatever else is under way: reduce-only at a venue that holds it to that,
 * or against the position and no larger than what other orders leave of it. Without borrowing a sell can't open one.
 */
export function isReducing(order: OutgoingOrder, view: GateView): boolean {
  if (order.quantity === null) return false
  const held = exact(view.position(order.symbol))
  if (!view.canBorrow(order.symbol)) return order.side === Side.sell
  if (order.reduceOnly) return true
  if (signOf(held) !== -order.side) return false
  const others = othersOf(order, view).filter(({ side }) => side === order.side)
  const left = minus(absolute(held), sumOf(others))
  return compared(exact(order.quantity), left) <= 0
}

/** The exposure if everything fills that makes it larger; null where a price is missing. */
export function exposureOf(order: OutgoingOrder, view: GateView): Exposure | null {
  const symbols = new Set([order.symbol, ...view.held(), ...view.working().map(({ symbol }) => symbol)])
  let [own, gross] = [EXACT_ZERO, EXACT_ZERO]
  for (const symbol of symbols) {
    const mark = view.mark(symbol)
    if (mark === null) return null
    const value = times(worstQuantity(symbol, order, view, exact(mark)), exact(mark))
    if (symbol === order.symbol) own = value
    gross = plus(gross, value)
  }
  return { symbol: own, gross }
}

/** Largest absolute position that a symbol can come to. */
function worstQuantity(symbol: string, order: OutgoingOrder, view: GateView, mark: Exact): Exact {
  const held = exact(view.position(symbol))
  const others = othersOf(order, view).filter((other) => other.symbol === symbol && !other.reduces)
  const sum = (side: Side): Exact => sumOf(others.filter((other) => other.side === side))
  const mine = symbol === order.symbol && !isReducing(order, view) ? quantityOf(order, mark) : EXACT_ZERO
  const buys = plus(sum(Side.buy), order.side === Side.buy ? mine : EXACT_ZERO)
  const sells = plus(sum(Side.sell), order.side === Side.sell ? mine : EXACT_ZERO)
  const [most, least] = [plus(held, buys), minus(held, sells)]
  return larger(absolute(most), view.canBorrow(symbol) ? larger(least, negated(least)) : EXACT_ZERO)
}

/** Base quantity of an order; of one sized in quote, what it buys at the mark, so that it is worth that amount at most. */
function quantityOf({ quantity, quoteAmount }: OutgoingOrder, mark: Exact): Exact {
  if (quantity !== null) return exact(quantity)
  if (quoteAmount === null || signOf(mark) <= 0) return EXACT_ZERO
  const amount = exact(quoteAmount)
  const numerator = amount.digits * 10n ** BigInt(18 + mark.decimals)
  const denominator = mark.digits * 10n ** BigInt(amount.decimals)
  return { digits: numerator / denominator, decimals: 18 }
}

/** All working orders but the one that this replaces. */
function othersOf({ clientId }: OutgoingOrder, view: GateView): readonly WorkingOrder[] {
  return view.working().filter((other) => other.clientId !== clientId)
}

/** Sum of what is left; of a one-cancels-other group the largest member. */
function sumOf(orders: readonly WorkingOrder[]): Exact {
  let total = EXACT_ZERO
  const groups = new Map<number, Exact>()
  for (const { left, group } of orders) {
    if (group === 0) total = plus(total, exact(left))
    else groups.set(group, larger(groups.get(group) ?? EXACT_ZERO, exact(left)))
  }
  for (const amount of groups.values()) total = plus(total, amount)
  return total
}
