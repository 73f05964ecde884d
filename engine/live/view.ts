/** The account as the safety limits see it. */

import { type Dec, decToNumber, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Instrument, priceUnits, quantityFor } from '../core/instrument.ts'
import type { SessionContext } from './context.ts'
import type { OutgoingOrder } from './exchange.ts'
import { booksAfter, type HeldBooks, type LiquidationPrice, liquidationOf, nearest } from './liquidation.ts'
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
  const { reduceOnly: reducing } = tracked.order
  const known = { order, reducing, position, exposed, notional: worthOf(context, tracked), price }
  if (instrument.kind === 'spot') return known
  return { ...known, liquidationDistance: reducing ? null : distanceWith(context, tracked) }
}

/** How far a position is from its liquidation: by the venue's word where it is fresh, and by our own books. */
export function liquidationDistance(context: SessionContext, { id, kind }: Instrument): number | null {
  const { decider, account, instruments, margin } = context
  const held = decider.held(id)
  if (kind === 'spot' || held === 0) return Number.POSITIVE_INFINITY
  const told = account.liquidationPrice(instruments[id]!.symbol)
  const computed = margin === null ? null : liquidationOf(booksOf(context), margin, id, context.environment.nowMs())
  const levels: LiquidationPrice[] = told === undefined ? [computed] : [told]
  if (told !== undefined && computed !== null) levels.push(computed)
  return nearest(held, decider.price(id), levels)
}

/** Tells the gate how far what is borrowed for is from its liquidation, after asking the venue where that may be asked. */
export async function tellLeverage(context: SessionContext): Promise<void> {
  const { decider, gate, account, instruments } = context
  const leveraged = instruments.filter(({ kind }) => kind !== 'spot')
  if (gate.leveraged === undefined || leveraged.length === 0) return
  if (leveraged.some(({ id }) => decider.held(id) !== 0)) await account.refresh()
  for (const one of leveraged) gate.leveraged(one.symbol, liquidationDistance(context, one), account.utilisation)
}

/** The nearer of where it is and where the order would bring it; null where that isn't known. */
function distanceWith(context: SessionContext, tracked: TrackedOrder): number | null {
  const { margin, decider, environment } = context
  const instrument = context.instruments[tracked.order.instrument]!
  const { id } = instrument
  const now = liquidationDistance(context, instrument)
  if (margin === null) return decider.held(id) === 0 ? null : now
  const price = priceOf(context, tracked, instrument)
  const after = booksAfter(booksOf(context), id, tracked.order.side, leftOf(tracked, instrument, price), price)
  const level = liquidationOf(after, margin, id, environment.nowMs())
  const then = nearest(after.held(id), decider.price(id), [level])
  if (now === null || (then === null && decider.held(id) === 0)) return null
  return Math.min(now, then ?? now)
}

function booksOf({ decider, instruments }: SessionContext): HeldBooks {
  return {
    instruments,
    cash: decider.cash,
    held: (id) => decider.held(id),
    cost: (id) => decider.cost(id),
    price: (id) => unitsOfPrice(instruments[id]!, decider.price(id)),
  }
}

function unitsOfPrice(instrument: Instrument, price: number): Dec {
  return price > 0 ? priceUnits(instrument, price) : ZERO
}

function priceOf(context: SessionContext, { order }: TrackedOrder, instrument: Instrument): Dec {
  return order.limitPrice || order.stopPrice || unitsOfPrice(instrument, context.decider.price(instrument.id))
}

function leftOf({ order, filled }: TrackedOrder, instrument: Instrument, price: Dec): Dec {
  if (order.quoteAmount > 0) return quantityFor(instrument, order.quoteAmount, price, Rounding.ceil)
  return toDec(order.quantity - filled)
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
