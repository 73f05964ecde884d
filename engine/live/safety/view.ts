/** What the gate has to know of a session. All amounts are decimal text, exact. */

import type { Side } from '../../core/order.ts'

/** An order that may still be filled: open, on its way, or of unknown outcome. */
export interface WorkingOrder {
  readonly clientId: string
  readonly symbol: string
  readonly side: Side
  /** What is left of it in base; of a market buy sized in quote, that amount over the mark. */
  readonly left: string
  /** It can only lower exposure: reduce-only at the venue, or a spot sell of what is held. */
  readonly reduces: boolean
  /** One cancels the other: of a group only one can fill. 0 for none. */
  readonly group: number
}

export interface GateView {
  /** Signed base quantity as the ledger has it; `0` where flat. */
  position(symbol: string): string
  /** Symbols with a position. */
  held(): readonly string[]
  working(): readonly WorkingOrder[]
  /** The last price, null where there is none. */
  mark(symbol: string): string | null
  /** Total equity in quote at the last marks; null where unknown. */
  equity(): string | null
  /** Equity at the UTC day's start; null before it is known. */
  dayEquity(): string | null
  /** As the venue says; `none` where there can't be one, null where it is unknown. */
  liquidationPrice(symbol: string): string | 'none' | null
  /** Whether a position may be short or on borrowed money. */
  canBorrow(symbol: string): boolean
}
