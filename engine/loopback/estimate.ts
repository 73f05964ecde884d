/**
 * Whether an order that must wait for the next open would be taken now: its funds by the last price. Its form is the
 * protocol's business; the simulated venue has the last word when it arrives.
 */

import { type Dec, ZERO } from '../core/dec.ts'
import { RejectCode } from '../core/fact.ts'
import { Side } from '../core/order.ts'
import { isLiveOrder, type OrderSpec } from './book.ts'
import type { Desk } from './desk.ts'

/** `none`, or why the account can't pay. */
export function estimate(desk: Desk, spec: OrderSpec): RejectCode {
  const instrument = desk.instruments[spec.instrument]!
  if (instrument.kind !== 'spot') return RejectCode.none
  if (spec.side === Side.sell) {
    const promised = waitingBase(desk, spec.instrument)
    return spec.quantity > desk.venue.account.freeBase(spec.instrument) - promised
      ? RejectCode.insufficientBase
      : RejectCode.none
  }
  return spec.quoteAmount > desk.venue.account.freeCash ? RejectCode.insufficientFunds : RejectCode.none
}

/** Base that orders which haven't arrived yet want to sell. */
export function waitingBase(desk: Desk, instrument: number): Dec {
  let sum = 0
  for (const order of desk.live) {
    const { spec } = order
    if (!isLiveOrder(order) || order.status !== 'pending') continue
    if (spec.instrument === instrument && spec.side === Side.sell) sum += spec.quantity
  }
  return sum === 0 ? ZERO : (sum as Dec)
}
