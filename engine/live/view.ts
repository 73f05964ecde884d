/** The account as the safety limits see it. */

import { decToNumber } from '../core/dec.ts'
import type { SessionContext } from './context.ts'
import type { OutgoingOrder } from './exchange.ts'
import type { TrackedOrder } from './order-table.ts'
import type { GateAccount, GateOrder } from './ports.ts'

export function gateOrder(context: SessionContext, tracked: TrackedOrder, order: OutgoingOrder): GateOrder {
  const { decider, instruments } = context
  const instrument = instruments[tracked.order.instrument]!
  const position = decToNumber(decider.held(instrument.id), instrument.qtyDec)
  const price = decider.price(instrument.id)
  let exposed = Math.abs(position)
  for (const other of context.table.open) {
    if (other !== tracked && other.order.instrument === instrument.id) exposed += enlargingQuantity(context, other)
  }
  return { order, reducing: tracked.order.reduceOnly, position, exposed, notional: worthOf(context, tracked), price }
}

export function gateAccount(context: SessionContext): GateAccount {
  const { decider, environment, instruments, table } = context
  let gross = 0
  let pending = 0
  let openOrders = 0
  for (const { id, qtyDec } of instruments) {
    const held = decToNumber(decider.held(id), qtyDec)
    if (held !== 0) gross += Math.abs(held) * decider.price(id)
  }
  for (const order of table.open) {
    if (!order.out) continue
    openOrders += 1
    if (!order.order.reduceOnly) pending += worthOf(context, order)
  }
  const nowMs = environment.nowMs()
  const { timeframeMs } = decider
  const rowAgeMs = nowMs - decider.nextOpenMs
  const bookAgeMs = nowMs - context.lookedMs
  return {
    nowMs,
    equity: decider.equity,
    gross: gross + pending,
    pending,
    openOrders,
    rowAgeMs,
    timeframeMs,
    bookAgeMs,
  }
}

/** Value of what an order has left, in quote. */
function worthOf(context: SessionContext, { order, filled }: TrackedOrder): number {
  const instrument = context.instruments[order.instrument]!
  if (order.quoteAmount > 0) return decToNumber(order.quoteAmount, instrument.quoteDec)
  const own = order.limitPrice || order.stopPrice
  const price = own > 0 ? decToNumber(own, instrument.pxDec) : context.decider.price(instrument.id)
  return (decToNumber(order.quantity, instrument.qtyDec) - decToNumber(filled, instrument.qtyDec)) * price
}

function enlargingQuantity(context: SessionContext, tracked: TrackedOrder): number {
  const { order, filled } = tracked
  if (order.reduceOnly || !tracked.out) return 0
  const { qtyDec, id } = context.instruments[order.instrument]!
  if (order.quoteAmount > 0) return worthOf(context, tracked) / context.decider.price(id)
  return decToNumber(order.quantity, qtyDec) - decToNumber(filled, qtyDec)
}
