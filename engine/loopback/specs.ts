/** Making orders: as they come in, as the simulated venue takes them, and plain ones. */

import { type Dec, ZERO } from '../core/dec.ts'
import { RejectCode } from '../core/fact.ts'
import { type ApprovedOrder, type OrderFields, OrderType, Purpose, type Side } from '../core/order.ts'
import type { BookOrder, OrderSpec } from './book.ts'
import type { DeskOptions } from './desk.ts'

/** A part of an order, or all of it, as the simulated venue takes it. It came by the exchange's API: no rule of ours has to let it through. */
export function toSim(
  { spec }: BookOrder,
  { id, quantity }: { readonly id: number; readonly quantity: Dec },
  decidedMs: number,
  answersIntrabar: boolean,
): ApprovedOrder {
  const fields: OrderFields = {
    id,
    instrument: spec.instrument,
    side: spec.side,
    type: spec.type,
    purpose: Purpose.entry,
    quantity,
    quoteAmount: spec.quoteAmount,
    limitPrice: spec.limitPrice,
    stopPrice: spec.stopPrice,
    reduceOnly: spec.reduceOnly,
    ocoGroup: 0,
    decidedMs,
    expiresMs: spec.expiresMs,
    answersIntrabar,
    tag: null,
    terms: spec.terms,
  }
  return fields as ApprovedOrder
}

export interface OrderOrigin {
  readonly manual: boolean
  readonly parent: string | null
  readonly liquidation: boolean
}

/** An order as it comes in. */
export function newOrder(
  options: DeskOptions,
  number: number,
  spec: OrderSpec,
  nowMs: number,
  origin: OrderOrigin,
): BookOrder {
  return {
    id: options.orderId(),
    number,
    account: options.account,
    spec,
    status: 'pending',
    filled: ZERO,
    cost: ZERO,
    fee: ZERO,
    placedMs: nowMs,
    changedMs: nowMs,
    endedMs: null,
    code: RejectCode.none,
    reason: null,
    ...origin,
    trades: [],
    parts: new Set(),
  }
}

/** A market order that closes `quantity`, or anything else with nothing special about it. */
export function plainSpec(instrument: number, side: Side, quantity: Dec): OrderSpec {
  return {
    instrument,
    side,
    type: OrderType.market,
    quantity,
    quoteAmount: ZERO,
    limitPrice: ZERO,
    stopPrice: ZERO,
    reduceOnly: false,
    expiresMs: Number.POSITIVE_INFINITY,
    startMs: 0,
    terms: null,
    clientId: null,
    feeInBase: false,
    meta: {},
    follow: null,
  }
}
