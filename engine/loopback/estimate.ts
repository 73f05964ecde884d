/**
 * Whether an order that must wait for the next open would be taken now: its funds by the last price. Its form is the
 * protocol's business; the simulated venue has the last word when it arrives.
 */

import { type Dec, toDec, ZERO } from '../core/dec.ts'
import { RejectCode } from '../core/fact.ts'
import { Side } from '../core/order.ts'
import { cashNeeded } from '../sim/admission.ts'
import type { OrderSpec } from './book.ts'
import type { Desk } from './desk.ts'

/** `none`, or why the account can't pay. */
export function estimate(desk: Desk, spec: OrderSpec): RejectCode {
  const { account } = desk.venue
  if (desk.instruments[spec.instrument]!.kind !== 'spot') return RejectCode.none
  if (spec.side === Side.sell) {
    const free = account.freeBase(spec.instrument) - waitingBase(desk, spec.instrument)
    return spec.quantity > free ? RejectCode.insufficientBase : RejectCode.none
  }
  return cashOf(desk, spec) > account.freeCash - waitingCash(desk) ? RejectCode.insufficientFunds : RejectCode.none
}

/** Cash that a spot buy needs, a taker's fee included, at its own price or the last one. */
function cashOf(desk: Desk, spec: OrderSpec): Dec {
  if (spec.quoteAmount > 0) return spec.quoteAmount
  const instrument = desk.instruments[spec.instrument]!
  const price = spec.limitPrice || spec.stopPrice || desk.lastPrice(spec.instrument)
  const rate = desk.options.sim.fees.rate(spec.instrument, desk.grid.time[0]!, false)
  return price === 0 ? ZERO : cashNeeded(instrument, spec.quantity, price, rate)
}

/** Base that orders which haven't arrived yet want to sell. */
export function waitingBase(desk: Desk, instrument: number): Dec {
  let sum = 0
  for (const { status, spec } of desk.live) {
    if (status === 'pending' && spec.instrument === instrument && spec.side === Side.sell) sum += spec.quantity
  }
  return toDec(sum)
}

/** Cash that orders which haven't arrived yet want to spend. */
export function waitingCash(desk: Desk): Dec {
  let sum = 0
  for (const { status, spec } of desk.live) {
    const isBuy = spec.side === Side.buy && desk.instruments[spec.instrument]!.kind === 'spot'
    if (status === 'pending' && isBuy) sum += cashOf(desk, spec)
  }
  return toDec(sum)
}
