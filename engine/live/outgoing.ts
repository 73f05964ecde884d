/** An approved order as it leaves: decimal text, the venue's step, a deadline. */

import { type Dec, formatDec } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import { type ApprovedOrder, type OrderFields, OrderType, TimeInForce } from '../core/order.ts'
import { floorToStep } from './amounts.ts'
import type { OutgoingOrder } from './exchange.ts'

export interface LegTerms {
  readonly clientId: string
  /** Base units to send; the order's own, or less. */
  readonly quantity: Dec
  readonly type: OrderType
  readonly deadlineMs: number | null
  readonly leverage: number
  /** The venue's step, and the last close. */
  readonly step: string | null
  readonly referencePrice: string | null
  readonly group: string | null
}

/** Rates are in units of 1e-12. */
const RATE_DECIMALS = 12

export function outgoingOrder(order: OrderFields, instrument: Instrument, leg: LegTerms): OutgoingOrder {
  const { pxDec, qtyDec, quoteDec, symbol } = instrument
  const own = leg.type === order.type
  const price = (units: Dec): string | null => (units > 0 && own ? formatDec(units, pxDec) : null)
  const { terms, quoteAmount } = order
  return {
    clientId: leg.clientId,
    symbol,
    side: order.side,
    type: leg.type,
    quantity: quoteAmount > 0 ? null : floorToStep(leg.quantity, qtyDec, leg.step),
    quoteAmount: quoteAmount > 0 ? formatDec(quoteAmount, quoteDec) : null,
    limitPrice: price(order.limitPrice),
    stopPrice: price(order.stopPrice),
    timeInForce: own ? (terms?.timeInForce ?? TimeInForce.gtc) : TimeInForce.gtc,
    expiresMs: Number.isFinite(order.expiresMs) ? order.expiresMs : null,
    postOnly: own && terms?.postOnly === true,
    reduceOnly: order.reduceOnly,
    trailAmount: own && terms !== null && terms.trailAmount > 0 ? formatDec(terms.trailAmount, pxDec) : null,
    trailRate: own && terms !== null && terms.trailRate > 0 ? formatDec(terms.trailRate, RATE_DECIMALS) : null,
    leverage: leg.leverage,
    deadlineMs: leg.deadlineMs,
    referencePrice: leg.referencePrice,
    group: leg.group,
  }
}

/** Whether it guards a position rather than opens or closes one now. */
export function isProtective({ reduceOnly, type }: Pick<OrderFields, 'reduceOnly' | 'type'>): boolean {
  return reduceOnly && type !== OrderType.market
}

const STOPS: readonly OrderType[] = [OrderType.stop, OrderType.stopLimit, OrderType.trailingStop]

/** Whether the order acts against a loss. */
export function isStop({ type }: Pick<OrderFields, 'type'>): boolean {
  return STOPS.includes(type)
}

/** An order as a journal keeps it: Infinity isn't JSON. */
export function plainOrder(order: OrderFields): Record<string, unknown> {
  return { ...order, expiresMs: Number.isFinite(order.expiresMs) ? order.expiresMs : null }
}

/** An order read back from a journal, which only the rules can have put there. */
export function orderFrom(plain: unknown): ApprovedOrder {
  const order = plain as OrderFields & { expiresMs: number | null }
  return { ...order, expiresMs: order.expiresMs ?? Number.POSITIVE_INFINITY } as unknown as ApprovedOrder
}
