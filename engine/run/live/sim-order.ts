/** An order that comes over the Exchange port, as the simulated venue takes it. */

import { type Dec, parseDec, ZERO } from '../../core/dec.ts'
import type { Instrument } from '../../core/instrument.ts'
import { type ApprovedOrder, type OrderTerms, OrderType, Purpose, TimeInForce } from '../../core/order.ts'
import type { OutgoingOrder } from '../../live/exchange.ts'
import { approve } from '../../rules/approve.ts'

/** What the exchange adds to it. */
export interface Arrival {
  readonly id: number
  readonly decidedMs: number
  readonly ocoGroup: number
  readonly answersIntrabar: boolean
}

export function simOrder(out: OutgoingOrder, instrument: Instrument, arrival: Arrival): ApprovedOrder {
  const { pxDec, qtyDec, quoteDec } = instrument
  const units = (text: string | null, k: number): Dec => (text === null ? ZERO : parseDec(text, k))
  return approve({
    id: arrival.id,
    instrument: instrument.id,
    side: out.side,
    type: out.type,
    purpose: purposeOf(out),
    quantity: units(out.quantity, qtyDec),
    quoteAmount: units(out.quoteAmount, quoteDec),
    limitPrice: units(out.limitPrice, pxDec),
    stopPrice: units(out.stopPrice, pxDec),
    reduceOnly: out.reduceOnly,
    ocoGroup: arrival.ocoGroup,
    decidedMs: arrival.decidedMs,
    expiresMs: out.expiresMs ?? Number.POSITIVE_INFINITY,
    answersIntrabar: arrival.answersIntrabar,
    tag: null,
    terms: termsOf(out, pxDec),
  })
}

function termsOf(out: OutgoingOrder, pxDec: number): OrderTerms | null {
  const { timeInForce, postOnly, trailAmount, trailRate } = out
  const special = timeInForce !== TimeInForce.gtc || postOnly || trailAmount !== null || trailRate !== null
  if (!special) return null
  return {
    timeInForce,
    postOnly,
    trailAmount: trailAmount === null ? ZERO : parseDec(trailAmount, pxDec),
    trailRate: trailRate === null ? ZERO : parseDec(trailRate, 12),
  }
}

function purposeOf({ reduceOnly, type }: OutgoingOrder): Purpose {
  if (!reduceOnly) return Purpose.entry
  if (type === OrderType.market) return Purpose.exit
  return type === OrderType.limit || type === OrderType.takeProfit || type === OrderType.takeProfitLimit
    ? Purpose.target
    : Purpose.stop
}
