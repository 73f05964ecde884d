/** Balances of the simulated exchange: what is owned, and what open orders hold back of it. */

import { RejectCode } from '../../../engine/core/fact.ts'
import { OrderType } from '../../../engine/core/order.ts'
import type { Account, Asked } from './account.ts'
import { times, timesUp } from './amount.ts'
import {
  type BalanceVersion,
  type ExchangeOrder,
  type ExchangeTrade,
  type MarketTerms,
  NO_POSITIONS,
  Refusal,
} from './records.ts'

export class SpotAccount implements Account {
  readonly total = new Map<string, bigint>()
  readonly held = new Map<string, bigint>()
  readonly versions: BalanceVersion[] = []
  /** Where a stop holds back what it would sell, a target beside it may find nothing left. */
  private readonly stopsReserve: boolean

  constructor(total: Iterable<readonly [string, bigint]>, stopsReserve: boolean, atMs: number) {
    for (const [asset, amount] of total) this.total.set(asset, amount)
    this.stopsReserve = stopsReserve
    this.note(atMs)
  }

  free(asset: string): bigint {
    return (this.total.get(asset) ?? 0n) - (this.held.get(asset) ?? 0n)
  }

  refuses(asked: Asked): Refusal | null {
    const { order, terms } = asked
    const asset = order.side > 0 ? terms.quote : terms.base
    if (this.need(asked) <= this.free(asset) + order.reserved) return null
    return new Refusal(RejectCode.insufficientFunds, 'EOrder:Insufficient funds')
  }

  reserve(asked: Asked): void {
    this.hold(asked.order, asked.terms, this.need(asked))
  }

  release(order: ExchangeOrder, terms: MarketTerms): void {
    this.hold(order, terms, 0n)
  }

  /** What other orders have sold meanwhile isn't there, nor is money for a price that has run away. */
  carries({ order, terms, price, rate }: Asked, quantity: bigint): bigint {
    if (order.side < 0) return quantity <= this.free(terms.base) + order.reserved ? quantity : 0n
    const value = times(quantity, price)
    return value + timesUp(value, rate) <= this.free(terms.quote) + order.reserved ? quantity : 0n
  }

  settle(trade: ExchangeTrade, terms: MarketTerms): void {
    const sign = BigInt(trade.side)
    this.add(terms.base, sign * trade.quantity)
    this.add(terms.quote, -sign * trade.value)
    this.add(trade.feeAsset, -trade.fee)
  }

  add(asset: string, amount: bigint): void {
    this.total.set(asset, (this.total.get(asset) ?? 0n) + amount)
  }

  note(atMs: number): void {
    const free = new Map([...this.total.keys()].map((asset) => [asset, this.free(asset)] as const))
    this.versions.push({ atMs, free, total: new Map(this.total), positions: NO_POSITIONS })
  }

  private need({ order, price, rate }: Asked): bigint {
    const left = order.quantity - order.filled
    const isStop = order.type !== OrderType.market && order.type !== OrderType.limit
    if (order.side < 0) return isStop && !this.stopsReserve ? 0n : left
    if (order.quoteLeft > 0n) return order.quoteLeft
    const value = times(left, price)
    return value + timesUp(value, rate)
  }

  private hold(order: ExchangeOrder, terms: MarketTerms, amount: bigint): void {
    const asset = order.side > 0 ? terms.quote : terms.base
    this.held.set(asset, (this.held.get(asset) ?? 0n) + amount - order.reserved)
    order.reserved = amount
  }
}
