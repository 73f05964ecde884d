/** The orders of a reallocation (RULES D2): sells, the buy that they were for, and what guards a position again. */

import { type Dec, ZERO } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Purpose } from '../core/order.ts'
import { approve } from './approve.ts'
import { closingOrder } from './exit.ts'

/** A market order that sells part of a long, or all of it. */
export function makeRoom(id: number, instrument: Instrument, quantity: Dec, atMs: number): ApprovedOrder {
  return closingOrder(id, instrument, quantity, Purpose.reallocation, atMs, null)
}

/** The buy: at market, for money, so that it spends no more than came in whatever the price is by then. */
export function fundedBuy(
  id: number,
  instrument: Instrument,
  quoteAmount: Dec,
  atMs: number,
  intrabar: boolean,
  tag: string | null,
): ApprovedOrder {
  return approve({
    id,
    instrument: instrument.id,
    side: 1,
    type: OrderType.market,
    purpose: Purpose.entry,
    quantity: ZERO,
    quoteAmount,
    limitPrice: ZERO,
    stopPrice: ZERO,
    reduceOnly: false,
    ocoGroup: 0,
    decidedMs: atMs,
    expiresMs: Number.POSITIVE_INFINITY,
    answersIntrabar: intrabar,
    tag,
    terms: null,
  })
}

/** A stop or target as it was, for what is left of its position; a trailing one trails anew from the price of now. */
export function guardAgain(
  guard: ApprovedOrder,
  id: number,
  ocoGroup: number,
  quantity: Dec,
  atMs: number,
  intrabar: boolean,
): ApprovedOrder {
  return approve({
    id,
    instrument: guard.instrument,
    side: guard.side,
    type: guard.type,
    purpose: guard.purpose,
    quantity,
    quoteAmount: ZERO,
    limitPrice: guard.limitPrice,
    stopPrice: guard.stopPrice,
    reduceOnly: true,
    ocoGroup,
    decidedMs: atMs,
    expiresMs: guard.expiresMs,
    answersIntrabar: intrabar,
    tag: guard.tag,
    terms: guard.terms,
  })
}
