/** What the exchange says of itself at a given time: lists as they were then, in the port's words. */

import { Side } from '../../../engine/core/order.ts'
import {
  ExchangeError,
  type OutgoingOrder,
  type VenueBalance,
  type VenueMarket,
  type VenueOrder,
  type VenuePosition,
  type VenueTrade,
} from '../../../engine/live/exchange.ts'
import type { Account } from './account.ts'
import { ONE, text } from './amount.ts'
import { asOf, type ExchangeOrder, type ExchangeTrade, type MarketTerms, Refusal } from './records.ts'

/** An order as it stood at `atMs`; null where it wasn't there yet. */
export function orderView(order: ExchangeOrder, atMs: number): VenueOrder | null {
  const version = asOf(order.versions, atMs)
  if (version === null) return null
  return {
    venueId: order.venueId,
    clientId: order.clientId,
    symbol: order.symbol,
    side: order.side > 0 ? Side.buy : Side.sell,
    status: version.status,
    quantity: order.quantity > 0n ? text(order.quantity) : null,
    filled: text(version.filled),
    limitPrice: order.limitPrice > 0n ? text(order.limitPrice) : null,
    stopPrice: order.stopPrice > 0n ? text(order.stopPrice) : null,
    placedMs: order.placedMs,
    changedMs: version.atMs,
  }
}

export function tradeView(trade: ExchangeTrade, hides: { readonly fee: boolean; readonly value: boolean }): VenueTrade {
  return {
    tradeId: trade.tradeId,
    venueId: trade.venueId,
    clientId: trade.clientId,
    symbol: trade.symbol,
    side: trade.side > 0 ? Side.buy : Side.sell,
    quantity: text(trade.quantity),
    price: text(trade.price),
    value: hides.value ? null : text(trade.value),
    fee: hides.fee ? null : text(trade.fee),
    feeAsset: hides.fee ? null : trade.feeAsset,
    maker: trade.maker,
    liquidation: trade.liquidation,
    atMs: trade.atMs,
  }
}

export function balancesView(account: Account, atMs: number): VenueBalance[] {
  const version = asOf(account.versions, atMs) ?? account.versions[0]!
  return [...version.total].map(([asset, total]) => ({
    asset,
    free: text(version.free.get(asset) ?? 0n),
    total: text(total),
  }))
}

export interface PositionTerms {
  readonly leverage: number
  readonly price: ReadonlyMap<string, bigint>
  /** Null where the venue doesn't say. */
  readonly liquidationPrice: (symbol: string) => bigint | null
}

export function positionsView(account: Account, atMs: number, terms: PositionTerms): VenuePosition[] {
  const { leverage, price, liquidationPrice } = terms
  const version = asOf(account.versions, atMs) ?? account.versions[0]!
  return [...version.positions].map(([symbol, { quantity, cost }]) => {
    const gone = liquidationPrice(symbol)
    return {
      symbol,
      quantity: text(quantity),
      entryPrice: text((cost * ONE) / quantity),
      leverage,
      marginMode: 'cross',
      liquidationPrice: gone === null ? null : text(gone),
      markPrice: text(price.get(symbol)!),
      unrealised: null,
    }
  })
}

export function marketView(terms: MarketTerms, leverage: number): VenueMarket {
  return {
    symbol: terms.symbol,
    tick: text(terms.tick),
    step: text(terms.step),
    minQuantity: text(terms.minQuantity),
    minCost: text(terms.minCost),
    leverages: leverage === 1 ? [1] : [1, leverage],
    status: terms.status,
  }
}

/** A refusal as the port tells it. */
export function toPortError(error: unknown): unknown {
  if (!(error instanceof Refusal)) return error
  const kind = error.exists ? 'exists' : 'rejected'
  const code = error.exists ? 'DUPLICATE_ID' : 'REJECTED'
  return new ExchangeError(error.message, { kind, code, reject: error.reject, venueText: error.message })
}

/** An order by hand, in the port's words. */
export function plainOrder(order: Partial<OutgoingOrder> & Pick<OutgoingOrder, 'symbol' | 'side' | 'type'>) {
  return {
    ...{ clientId: '', quantity: null, quoteAmount: null, limitPrice: null, stopPrice: null, timeInForce: 1 },
    ...{ expiresMs: null, postOnly: false, reduceOnly: false, trailAmount: null, trailRate: null, leverage: 1 },
    ...{ deadlineMs: null, referencePrice: null },
    ...order,
  } as OutgoingOrder
}
