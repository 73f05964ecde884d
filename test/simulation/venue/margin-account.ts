/**
 * One margin account in quote over all symbols: positions at an average price, one leverage, and a venue that closes
 * them when equity falls below the maintenance margin. Cross margin, mark = last price.
 */

import { RejectCode } from '../../../engine/core/fact.ts'
import type { Account, Asked } from './account.ts'
import { least, ONE, times, timesUp } from './amount.ts'
import {
  type BalanceVersion,
  type ExchangeOrder,
  type ExchangeTrade,
  type MarketTerms,
  type PositionState,
  Refusal,
} from './records.ts'

export interface MarginTerms {
  readonly quote: string
  readonly leverage: bigint
  /** Share of the positions' value that equity must not fall below, in units. */
  readonly maintenance: bigint
}

export class MarginAccount implements Account {
  readonly total: Map<string, bigint>
  readonly versions: BalanceVersion[] = []
  readonly positions = new Map<string, PositionState>()
  private readonly terms: MarginTerms
  private readonly price: ReadonlyMap<string, bigint>
  /** Value of open orders that would open or enlarge. */
  private readonly held = new Map<string, bigint>()

  constructor(cash: bigint, terms: MarginTerms, price: ReadonlyMap<string, bigint>, atMs: number) {
    this.terms = terms
    this.price = price
    this.total = new Map([[terms.quote, cash]])
    this.note(atMs)
  }

  /** Cash and what the positions have won or lost. */
  get equity(): bigint {
    let equity = this.total.get(this.terms.quote)!
    for (const [symbol, { quantity, cost }] of this.positions) equity += times(quantity, this.mark(symbol)) - cost
    return equity
  }

  /** Equity that the positions take up. */
  get used(): bigint {
    return this.gross / this.terms.leverage
  }

  /** Equity that must not be gone. */
  get maintenance(): bigint {
    return timesUp(this.gross, this.terms.maintenance)
  }

  /**
   * Where equity meets the maintenance margin if this position's price alone moves: e + q·(p − m) = r·(g + |q|·(p − m)),
   * with today's mark m, equity e, gross value g and rate r.
   */
  liquidationPrice(symbol: string): bigint | null {
    const position = this.positions.get(symbol)
    if (position === undefined) return null
    const { quantity } = position
    const slope = quantity * ONE - this.terms.maintenance * abs(quantity)
    if (slope === 0n) return null
    const price = this.mark(symbol) - ((this.equity - this.maintenance) * ONE * ONE) / slope
    return price > 0n ? price : null
  }

  free(asset: string): bigint {
    if (asset !== this.terms.quote) return 0n
    const held = [...this.held.values()].reduce((sum, value) => sum + value, 0n)
    return this.equity - (this.gross + held) / this.terms.leverage
  }

  refuses(asked: Asked): Refusal | null {
    const { order, terms } = asked
    const position = this.positions.get(terms.symbol)?.quantity ?? 0n
    if (order.reduceOnly && position * BigInt(order.side) >= 0n) {
      return new Refusal(RejectCode.wouldOpenPosition, 'EOrder:Reduce only')
    }
    if (this.need(asked) / this.terms.leverage <= this.free(this.terms.quote) + this.own(order)) return null
    return new Refusal(RejectCode.insufficientMargin, 'EOrder:Insufficient initial margin')
  }

  reserve(asked: Asked): void {
    this.held.set(asked.order.venueId, this.need(asked))
  }

  release(order: ExchangeOrder): void {
    this.held.delete(order.venueId)
  }

  /** A reducing order fills no more than there is. */
  carries({ order, terms }: Asked, quantity: bigint): bigint {
    if (!order.reduceOnly) return quantity
    const against = -(this.positions.get(terms.symbol)?.quantity ?? 0n) * BigInt(order.side)
    return against <= 0n ? 0n : least(quantity, against)
  }

  /** Whatever part is closed becomes cash; equity at the trade's own price changes by the fee alone. */
  settle(trade: ExchangeTrade, terms: MarketTerms): void {
    const before = this.positions.get(terms.symbol) ?? { quantity: 0n, cost: 0n }
    const change = BigInt(trade.side) * trade.quantity
    const paid = BigInt(trade.side) * trade.value
    const quantity = before.quantity + change
    let cost = before.cost + paid
    if (before.quantity * change < 0n) {
      const isFlip = before.quantity * quantity < 0n
      cost = isFlip
        ? paid - (paid * abs(before.quantity)) / abs(change)
        : (before.cost * abs(quantity)) / abs(before.quantity)
      this.add(this.terms.quote, cost - before.cost - paid)
    }
    this.add(this.terms.quote, -trade.fee)
    if (quantity === 0n) this.positions.delete(terms.symbol)
    else this.positions.set(terms.symbol, { quantity, cost })
  }

  add(asset: string, amount: bigint): void {
    this.total.set(asset, (this.total.get(asset) ?? 0n) + amount)
  }

  note(atMs: number): void {
    const quote = this.terms.quote
    const positions = new Map(this.positions)
    this.versions.push({ atMs, free: new Map([[quote, this.free(quote)]]), total: new Map(this.total), positions })
  }

  private get gross(): bigint {
    let gross = 0n
    for (const [symbol, { quantity }] of this.positions) gross += times(abs(quantity), this.mark(symbol))
    return gross
  }

  private own(order: ExchangeOrder): bigint {
    return (this.held.get(order.venueId) ?? 0n) / this.terms.leverage
  }

  /** What an order could add to the gross position. */
  private need({ order, terms, price, rate }: Asked): bigint {
    const left = order.quantity - order.filled
    const position = this.positions.get(terms.symbol)?.quantity ?? 0n
    const against = position * BigInt(order.side) < 0n ? least(left, abs(position)) : 0n
    const value = times(order.reduceOnly ? 0n : left - against, price)
    return value + timesUp(value, rate) * this.terms.leverage
  }

  private mark(symbol: string): bigint {
    return this.price.get(symbol)!
  }
}

function abs(value: bigint): bigint {
  return value < 0n ? -value : value
}

/** A rate from its share: 0.005 is half a percent. */
export function rate(share: number): bigint {
  return BigInt(Math.round(share * Number(ONE)))
}
