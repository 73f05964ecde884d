/** Balances of the simulated exchange: what is owned, and what open orders hold back of it. */

import type { BalanceVersion, ExchangeOrder, ExchangeTrade, MarketTerms } from './records.ts'

export class SpotAccount {
  readonly total = new Map<string, bigint>()
  readonly held = new Map<string, bigint>()
  readonly versions: BalanceVersion[] = []

  constructor(total: Iterable<readonly [string, bigint]>, atMs: number) {
    for (const [asset, amount] of total) this.total.set(asset, amount)
    this.note(atMs)
  }

  free(asset: string): bigint {
    return (this.total.get(asset) ?? 0n) - (this.held.get(asset) ?? 0n)
  }

  /** Sets what an order holds back: quote for a buy, base for a sell. */
  hold(order: ExchangeOrder, terms: MarketTerms, amount: bigint): void {
    const asset = order.side > 0 ? terms.quote : terms.base
    this.held.set(asset, (this.held.get(asset) ?? 0n) + amount - order.reserved)
    order.reserved = amount
  }

  settle(trade: ExchangeTrade, terms: MarketTerms): void {
    const sign = BigInt(trade.side)
    this.add(terms.base, sign * trade.quantity)
    this.add(terms.quote, -sign * trade.value)
    this.add(trade.feeAsset, -trade.fee)
  }

  /** Money that came or went by itself: a deposit, somebody's withdrawal. */
  add(asset: string, amount: bigint): void {
    this.total.set(asset, (this.total.get(asset) ?? 0n) + amount)
  }

  /** Keeps how the books look now, for views that lag. */
  note(atMs: number): void {
    const free = new Map([...this.total.keys()].map((asset) => [asset, this.free(asset)] as const))
    this.versions.push({ atMs, free, total: new Map(this.total) })
  }
}
