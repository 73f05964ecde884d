/**
 * Orders. A strategy gives signals; only the rules make an `ApprovedOrder` (its brand can't be forged by a literal),
 * and a venue takes nothing else. An order's life is a state of its own, in-flight states included: between "sent"
 * and "accepted" the truth is unknown, and latency is modelled rather than forgotten.
 */

import type { Dec } from './dec.ts'

export const Side = { buy: 1, sell: -1 } as const
export type Side = (typeof Side)[keyof typeof Side]

/**
 * `stop` and `takeProfit` become market orders at their trigger, `stopLimit` and `takeProfitLimit` limit orders at their
 * limit; a stop waits where prices get worse for what it closes (buys above, sells below), a take-profit where they get
 * better. A `trailingStop` is a stop whose trigger follows the best price at a distance.
 */
export const OrderType = {
  market: 1,
  limit: 2,
  stop: 3,
  stopLimit: 4,
  takeProfit: 5,
  takeProfitLimit: 6,
  trailingStop: 7,
} as const
export type OrderType = (typeof OrderType)[keyof typeof OrderType]

/** How long an order stands: until cancelled; or what can't fill at once ends; all at once or nothing; until a time. */
export const TimeInForce = { gtc: 1, ioc: 2, fok: 3, gtd: 4 } as const
export type TimeInForce = (typeof TimeInForce)[keyof typeof TimeInForce]

/** What only few orders ask for. */
export interface OrderTerms {
  readonly timeInForce: TimeInForce
  /** Refused where it would take liquidity on arrival. */
  readonly postOnly: boolean
  /** A trailing stop's distance from the best price, in price units; or as a rate of it (units of 1e-12); else 0. */
  readonly trailAmount: Dec
  readonly trailRate: Dec
}

/** What an order is for; decides the exit reason of the trade that it closes. */
export const Purpose = {
  entry: 1,
  exit: 2,
  stop: 3,
  target: 4,
  emergency: 5,
  rebalance: 6,
  reallocation: 7,
  /** The venue's own order, for want of margin. */
  liquidation: 8,
  cleanup: 9,
} as const
export type Purpose = (typeof Purpose)[keyof typeof Purpose]

export const OrderState = {
  submitInFlight: 1,
  open: 2,
  cancelInFlight: 3,
  filled: 4,
  cancelled: 5,
  rejected: 6,
  expired: 7,
  amendInFlight: 8,
} as const
export type OrderState = (typeof OrderState)[keyof typeof OrderState]

/** Whether an order can still be filled. */
export function isLive(state: OrderState): boolean {
  return state <= OrderState.cancelInFlight || state === OrderState.amendInFlight
}

declare const approved: unique symbol

export interface OrderFields {
  /** Client's order number, rising from 1 in a run; live venues derive their client order id from it. */
  readonly id: number
  readonly instrument: number
  readonly side: Side
  readonly type: OrderType
  readonly purpose: Purpose
  /** Base quantity; 0 where `quoteAmount` says how much. */
  readonly quantity: Dec
  /** A market buy may be sized in quote, fee included; 0 otherwise. */
  readonly quoteAmount: Dec
  /** Limit price of an order that has one, else 0. */
  readonly limitPrice: Dec
  /** Trigger price of an order that waits for one, else 0. A trailing stop's first. */
  readonly stopPrice: Dec
  /** Never opens or enlarges a position. */
  readonly reduceOnly: boolean
  /** One-cancels-other group; 0 for none. A fill of one member cancels the rest at the venue. */
  readonly ocoGroup: number
  /** Logical time at which it was decided, ms UTC. */
  readonly decidedMs: number
  /** From this time on the order is stale and ends unfilled, ms UTC; Infinity for never. */
  readonly expiresMs: number
  /** It answers a fill whose time inside the bar is unknown, so its own arrival is inside that bar, too. */
  readonly answersIntrabar: boolean
  readonly tag: string | null
  /** Null where it is good till cancelled and has nothing special about it. */
  readonly terms: OrderTerms | null
}

/** An order that the rules have let through. Made only by `approve` in the rules room. */
export type ApprovedOrder = OrderFields & { readonly [approved]: true }
