/** Orders and trades as the exchange keeps them, whatever protocol they came by. Amounts are Dec in the instrument's units. */

import type { Dec } from '../core/dec.ts'
import type { RejectCode } from '../core/fact.ts'
import type { OrderTerms, OrderType, Side } from '../core/order.ts'

/** What an order asks for. */
export interface OrderSpec {
  /** Number of the instrument on the desk. */
  readonly instrument: number
  readonly side: Side
  readonly type: OrderType
  /** Base; 0 where `quoteAmount` says how much. */
  readonly quantity: Dec
  /** Quote that a market buy may spend, fee included; else 0. */
  readonly quoteAmount: Dec
  readonly limitPrice: Dec
  readonly stopPrice: Dec
  readonly reduceOnly: boolean
  /** ms UTC; Infinity for never. */
  readonly expiresMs: number
  /** Not before this time, ms UTC; 0 for at once. */
  readonly startMs: number
  readonly terms: OrderTerms | null
  readonly clientId: string | null
  /** The fee is taken from the base. */
  readonly feeInBase: boolean
  /** What the protocol wants to see again. */
  readonly meta: Readonly<Record<string, string>>
  /** Orders that follow each fill of this one, for its quantity. */
  readonly follow: FollowSpec | null
}

/** A conditional close: the same instrument, the other side. */
export interface FollowSpec {
  readonly type: OrderType
  readonly limitPrice: Dec
  readonly stopPrice: Dec
  readonly meta: Readonly<Record<string, string>>
}

/** `pending` hasn't reached the market yet: it waits for its start or for the next open. */
export type BookStatus = 'pending' | 'open' | 'filled' | 'cancelled' | 'expired'

export interface BookOrder {
  readonly id: string
  readonly number: number
  readonly account: string
  spec: OrderSpec
  status: BookStatus
  filled: Dec
  /** Quote: Σ price × quantity, and fees (those in base at the fill's price). */
  cost: Dec
  fee: Dec
  placedMs: number
  changedMs: number
  endedMs: number | null
  /** Why it ended unfilled: the code, and the exchange's words. */
  code: RejectCode
  reason: string | null
  /** By the venue itself: a liquidation. */
  readonly liquidation: boolean
  /** By the account's owner, past the API. */
  readonly manual: boolean
  /** Parent, where it is a conditional close. */
  readonly parent: string | null
  readonly trades: BookTrade[]
  /** The simulated venue's numbers of what still rests of it: one, or two where it fills in parts. */
  readonly parts: Set<number>
  /** Quantity of a first part that reaches the market before the rest; 0 for all at once. */
  first: Dec
}

export interface BookTrade {
  readonly id: string
  readonly number: number
  readonly order: BookOrder
  readonly side: Side
  readonly instrument: number
  readonly quantity: Dec
  readonly price: Dec
  readonly value: Dec
  /** In quote; `feeBase` is what was taken from the base instead, 0 for none. */
  readonly fee: Dec
  readonly feeBase: Dec
  readonly maker: boolean
  readonly atMs: number
  /** All or a part of it opened or enlarged a position; profit of what it closed, in quote without fees. */
  readonly opens: boolean
  readonly realised: Dec
}

/** A change of a balance that no trade explains: funding, a borrowing fee, a deposit. */
export interface BookEntry {
  readonly id: string
  readonly kind: 'funding' | 'rollover' | 'deposit'
  readonly instrument: number
  /** Quote, negative where it was paid. */
  readonly amount: Dec
  readonly rate: number
  readonly atMs: number
  /** The trade whose loan it is the fee of, where it is charged as the loan is opened; else null. */
  readonly opening: BookTrade | null
}

export type BookEvent =
  | { readonly kind: 'new' | 'amended' | 'ended'; readonly order: BookOrder; readonly atMs: number }
  | { readonly kind: 'trade'; readonly order: BookOrder; readonly trade: BookTrade; readonly atMs: number }
  | { readonly kind: 'entry'; readonly entry: BookEntry; readonly atMs: number }

export function isLiveOrder({ status }: BookOrder): boolean {
  return status === 'pending' || status === 'open'
}

/** What is still to fill; 0 for an order sized in quote that hasn't filled yet. */
export function remainingOf({ spec, filled }: BookOrder): Dec {
  return Math.max(0, spec.quantity - filled) as Dec
}
