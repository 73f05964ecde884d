/** Binance spot's answers in tandem's words. */

import { z } from 'zod'
import { Side } from '../../core/order.ts'
import type { VenueBalance, VenueOrder, VenueOrderStatus, VenueTrade } from '../exchange.ts'
import type { NamedMarket } from './adapter.ts'
import { add, plain, plainNonZero } from './plain.ts'
import { decimal } from './reply.ts'

type SymbolOf = (id: string) => string

const filter = z.looseObject({ filterType: z.string() })
const listed = z.looseObject({
  symbol: z.string(),
  status: z.string(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  filters: z.array(filter),
})
export const exchangeInfoReply = z.object({ symbols: z.array(listed) })

export function binanceMarket(raw: z.infer<typeof listed>): NamedMarket {
  const of = (type: string, field: string): string | null =>
    plainNonZero(plain(raw.filters.find((one) => one.filterType === type)?.[field]))
  return {
    id: raw.symbol,
    market: {
      symbol: `${raw.baseAsset}/${raw.quoteAsset}`,
      tick: of('PRICE_FILTER', 'tickSize'),
      step: of('LOT_SIZE', 'stepSize'),
      minQuantity: of('LOT_SIZE', 'minQty'),
      minCost: of('NOTIONAL', 'minNotional') ?? of('MIN_NOTIONAL', 'minNotional'),
      leverages: [1],
      status: raw.status === 'TRADING' ? 'online' : 'closed',
    },
  }
}

const id = z.union([z.number(), z.string()]).transform(String)

export const ackReply = z.looseObject({ orderId: id })

const order = z.looseObject({
  symbol: z.string(),
  orderId: id,
  clientOrderId: z.string(),
  price: decimal,
  origQty: decimal,
  executedQty: decimal,
  status: z.string(),
  side: z.enum(['BUY', 'SELL']),
  stopPrice: decimal.optional(),
  time: z.number().optional(),
  updateTime: z.number().optional(),
})
export const orderReply = order
export const ordersReply = z.array(order)

const STATES: Readonly<Record<string, VenueOrderStatus>> = {
  NEW: 'open',
  PENDING_NEW: 'open',
  PARTIALLY_FILLED: 'open',
  PENDING_CANCEL: 'open',
  FILLED: 'filled',
  CANCELED: 'cancelled',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'expired',
}

export function binanceOrder(raw: z.infer<typeof order>, symbolOf: SymbolOf): VenueOrder {
  return {
    venueId: raw.orderId,
    clientId: raw.clientOrderId,
    symbol: symbolOf(raw.symbol),
    side: raw.side === 'BUY' ? Side.buy : Side.sell,
    status: STATES[raw.status] ?? 'open',
    quantity: plainNonZero(raw.origQty),
    filled: raw.executedQty,
    limitPrice: plainNonZero(raw.price),
    stopPrice: plainNonZero(raw.stopPrice),
    placedMs: raw.time ?? null,
    changedMs: raw.updateTime ?? null,
  }
}

const trade = z.looseObject({
  symbol: z.string(),
  id: z.number(),
  orderId: id,
  price: decimal,
  qty: decimal,
  quoteQty: decimal.optional(),
  commission: decimal,
  commissionAsset: z.string(),
  time: z.number(),
  isBuyer: z.boolean(),
  isMaker: z.boolean(),
})
export const tradesReply = z.array(trade)

/** Trade numbers are a symbol's own, so that the symbol is part of the id. */
export function binanceTrade(raw: z.infer<typeof trade>, symbolOf: SymbolOf): VenueTrade {
  return {
    tradeId: `${raw.symbol}:${raw.id}`,
    venueId: raw.orderId,
    clientId: null,
    symbol: symbolOf(raw.symbol),
    side: raw.isBuyer ? Side.buy : Side.sell,
    quantity: raw.qty,
    price: raw.price,
    value: raw.quoteQty ?? null,
    fee: raw.commission,
    feeAsset: raw.commissionAsset,
    maker: raw.isMaker,
    liquidation: false,
    atMs: raw.time,
  }
}

export const accountReply = z.looseObject({
  balances: z.array(z.looseObject({ asset: z.string(), free: decimal, locked: decimal })),
})

export function binanceBalances(raw: z.infer<typeof accountReply>): readonly VenueBalance[] {
  const all = raw.balances.map(({ asset, free, locked }) => ({ asset, free, total: add(free, locked) }))
  return all.filter((one) => one.total !== '0')
}

const rates = z.looseObject({ maker: decimal, taker: decimal })
/** The standard commission and what comes on top of it. */
export const commissionReply = z.looseObject({
  standardCommission: rates,
  specialCommission: rates.optional(),
  taxCommission: rates.optional(),
})

export const rightsReply = z.looseObject({
  enableReading: z.boolean().optional(),
  enableSpotAndMarginTrading: z.boolean().optional(),
  enableWithdrawals: z.boolean().optional(),
  enableInternalTransfer: z.boolean().optional(),
  permitsUniversalTransfer: z.boolean().optional(),
})

export const timeReply = z.looseObject({ serverTime: z.number() })
export const statusReply = z.looseObject({ status: z.coerce.number() })
export const klinesReply = z.array(z.array(z.union([z.string(), z.number()]).transform(Number)).min(6))
