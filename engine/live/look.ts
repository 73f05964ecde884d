/** What one look at the venue came to. */

import type { VenueOrder, VenueTrade } from './exchange.ts'

/** What a look found that isn't ours to book. */
export interface Strange {
  /** Trades of no order of ours. */
  readonly trades: readonly VenueTrade[]
  /** Orders in the book that carry this session's prefix and that it never sent. */
  readonly orders: readonly VenueOrder[]
}

export interface Look {
  /** Anything new was told to the engine, or learned of an order. */
  readonly news: boolean
  /** The venue answered everything that was asked. */
  readonly whole: boolean
  /** Why it didn't, or null. */
  readonly failure: string | null
  readonly strange: Strange
}
