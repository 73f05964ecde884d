/** What the simulated exchange keeps, and how it looked at any time: views may lag. */

import { RejectCode } from '../../../engine/core/fact.ts'
import type { OutgoingOrder, VenueOrderStatus } from '../../../engine/live/exchange.ts'

/** What changes of an order; one more with each change. */
export interface OrderVersion {
  readonly atMs: number
  readonly status: VenueOrderStatus
  readonly filled: bigint
}

export interface ExchangeOrder {
  readonly venueId: string
  /** As the sender gave it; null for somebody without ids. */
  readonly clientId: string | null
  readonly symbol: string
  readonly side: 1 | -1
  readonly type: OutgoingOrder['type']
  readonly timeInForce: OutgoingOrder['timeInForce']
  readonly expiresMs: number | null
  readonly reduceOnly: boolean
  readonly placedMs: number
  quantity: bigint
  /** A market buy sized in quote, fee included: what is left of it. 0 for none. */
  quoteLeft: bigint
  limitPrice: bigint
  stopPrice: bigint
  trailAmount: bigint
  filled: bigint
  status: VenueOrderStatus
  /** A stop or take-profit that has met its trigger. */
  triggered: boolean
  /** Held back in the account for it. */
  reserved: bigint
  readonly versions: OrderVersion[]
}

export interface ExchangeTrade {
  readonly tradeId: string
  readonly venueId: string
  readonly clientId: string | null
  readonly symbol: string
  readonly side: 1 | -1
  readonly quantity: bigint
  readonly price: bigint
  readonly value: bigint
  readonly fee: bigint
  readonly feeAsset: string
  readonly maker: boolean
  readonly liquidation: boolean
  readonly atMs: number
}

/** What a position paid, positive, or received for being held, in quote. */
export interface ExchangeCharge {
  readonly chargeId: string
  readonly symbol: string
  readonly amount: bigint
  readonly atMs: number
}

/** A position of a margin account: signed base, and what was paid for it (received: negative). */
export interface PositionState {
  readonly quantity: bigint
  readonly cost: bigint
}

export const NO_POSITIONS: ReadonlyMap<string, PositionState> = new Map()

export interface BalanceVersion {
  readonly positions: ReadonlyMap<string, PositionState>
  readonly atMs: number
  readonly free: ReadonlyMap<string, bigint>
  readonly total: ReadonlyMap<string, bigint>
}

/** A market's terms; a fault may change them under way. */
export interface MarketTerms {
  readonly symbol: string
  readonly base: string
  readonly quote: string
  tick: bigint
  step: bigint
  minQuantity: bigint
  minCost: bigint
  status: 'online' | 'cancel_only' | 'closed'
}

/** The last version at or before `atMs`. */
export function asOf<T extends { readonly atMs: number }>(versions: readonly T[], atMs: number): T | null {
  for (let i = versions.length - 1; i >= 0; i--) if (versions[i]!.atMs <= atMs) return versions[i]!
  return null
}

/** A refusal by the exchange, in its words and in ours. */
export class Refusal extends Error {
  readonly reject: RejectCode
  readonly exists: boolean

  constructor(reject: RejectCode, words: string) {
    super(words)
    this.reject = reject
    this.exists = reject === RejectCode.duplicateId
  }
}
