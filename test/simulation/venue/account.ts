/** What the exchange asks of an account, spot or with margin. */

import type { BalanceVersion, ExchangeOrder, ExchangeTrade, MarketTerms, Refusal } from './records.ts'

/** An order as the account is asked about it. */
export interface Asked {
  readonly order: ExchangeOrder
  readonly terms: MarketTerms
  /** What a unit would cost or bring. */
  readonly price: bigint
  readonly rate: bigint
}

export interface Account {
  readonly versions: readonly BalanceVersion[]
  readonly total: ReadonlyMap<string, bigint>
  free(asset: string): bigint
  /** Why it can't carry a new or changed order; null where it can. */
  refuses(asked: Asked): Refusal | null
  /** Holds back what an open order needs; nothing where it has ended. */
  reserve(asked: Asked): void
  release(order: ExchangeOrder, terms: MarketTerms): void
  /** How much of `quantity` it can carry now that it would fill; less ends the order. */
  carries(asked: Asked, quantity: bigint): bigint
  settle(trade: ExchangeTrade, terms: MarketTerms): void
  /** Money that comes or goes by itself. */
  add(asset: string, amount: bigint): void
  /** Keeps how the books look now, for views that lag. */
  note(atMs: number): void
}
