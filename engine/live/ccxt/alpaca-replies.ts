/** Alpaca's answers in tandem's words, crypto only. */

import { z } from 'zod'
import { Side } from '../../core/order.ts'
import type { VenueBalance, VenueOrder, VenueOrderStatus, VenueTrade } from '../exchange.ts'
import type { NamedMarket } from './adapter.ts'
import { plainNonZero } from './plain.ts'
import { decimal, maybeDecimal } from './reply.ts'

type SymbolOf = (id: string) => string

const asset = z.looseObject({
  symbol: z.string(),
  status: z.string(),
  tradable: z.boolean(),
  min_order_size: maybeDecimal,
  min_trade_increment: maybeDecimal,
  price_increment: maybeDecimal,
})
export const assetsReply = z.array(asset)

/** Alpaca refuses buys below 10 dollars of pairs in dollars, and names that minimum nowhere. */
const LEAST_BUY_USD = '10'

export function alpacaMarket(raw: z.infer<typeof asset>): NamedMarket {
  return {
    id: raw.symbol,
    market: {
      symbol: raw.symbol,
      tick: plainNonZero(raw.price_increment),
      step: plainNonZero(raw.min_trade_increment),
      minQuantity: plainNonZero(raw.min_order_size),
      minCost: null,
      minBuyCost: raw.symbol.endsWith('/USD') ? LEAST_BUY_USD : null,
      leverages: [1],
      status: raw.status === 'active' && raw.tradable ? 'online' : 'closed',
    },
  }
}

const time = z.string().transform((value) => Date.parse(value))
const maybeTime = z
  .string()
  .nullish()
  .transform((value) => (value ? Date.parse(value) : null))

const order = z.looseObject({
  id: z.string().min(1),
  client_order_id: z.string(),
  submitted_at: maybeTime,
  updated_at: maybeTime,
  symbol: z.string(),
  qty: maybeDecimal,
  filled_qty: maybeDecimal,
  side: z.enum(['buy', 'sell']),
  limit_price: maybeDecimal,
  stop_price: maybeDecimal,
  status: z.string(),
})
export const orderReply = order
export const ordersReply = z.array(order.extend({ submitted_at: z.string() }))

const STATES: Readonly<Record<string, VenueOrderStatus>> = {
  filled: 'filled',
  canceled: 'cancelled',
  replaced: 'cancelled',
  expired: 'expired',
  done_for_day: 'expired',
  rejected: 'rejected',
  suspended: 'rejected',
}

export function alpacaOrder(raw: z.infer<typeof ordersReply>[number], symbolOf: SymbolOf): VenueOrder {
  const placedMs = Date.parse(raw.submitted_at)
  return {
    venueId: raw.id,
    clientId: raw.client_order_id,
    symbol: symbolOf(raw.symbol),
    side: raw.side === 'buy' ? Side.buy : Side.sell,
    status: STATES[raw.status] ?? 'open',
    quantity: plainNonZero(raw.qty),
    filled: raw.filled_qty ?? '0',
    limitPrice: plainNonZero(raw.limit_price),
    stopPrice: plainNonZero(raw.stop_price),
    placedMs,
    changedMs: raw.updated_at ?? placedMs,
  }
}

const fill = z.looseObject({
  id: z.string(),
  order_id: z.string(),
  symbol: z.string(),
  side: z.enum(['buy', 'sell', 'sell_short']),
  price: decimal,
  qty: decimal,
  transaction_time: time,
})
export const fillsReply = z.array(fill)

/** The fee of a day comes at its end, in what was received, apart from the fills. */
export function alpacaTrade(raw: z.infer<typeof fill>, symbolOf: SymbolOf): VenueTrade {
  return {
    tradeId: raw.id,
    venueId: raw.order_id,
    clientId: null,
    symbol: symbolOf(raw.symbol),
    side: raw.side === 'buy' ? Side.buy : Side.sell,
    quantity: raw.qty,
    price: raw.price,
    value: null,
    fee: null,
    feeAsset: null,
    maker: null,
    liquidation: false,
    atMs: raw.transaction_time,
  }
}

export const accountReply = z.looseObject({
  cash: decimal,
  non_marginable_buying_power: decimal,
  currency: z.string().optional(),
})
const holding = z.looseObject({
  symbol: z.string(),
  asset_class: z.string(),
  qty: decimal,
  qty_available: maybeDecimal,
})
export const holdingsReply = z.array(holding)

/** What is held of coins is a position to Alpaca; money that can buy them is what isn't lent. */
export function alpacaBalances(
  account: z.infer<typeof accountReply>,
  holdings: z.infer<typeof holdingsReply>,
  symbolOf: SymbolOf,
): readonly VenueBalance[] {
  const money = { asset: account.currency ?? 'USD', free: account.non_marginable_buying_power, total: account.cash }
  const coins = holdings.filter((one) => one.asset_class === 'crypto')
  return [
    money,
    ...coins.map(({ symbol, qty, qty_available: free }) => {
      const asset = symbolOf(symbol).split('/')[0]!.replace(/USD$/, '')
      return { asset, free: free ?? qty, total: qty }
    }),
  ]
}

export const clockReply = z.looseObject({ timestamp: time })

const bar = z.looseObject({ t: time, o: z.number(), h: z.number(), l: z.number(), c: z.number(), v: z.number() })
export const barsReply = z.looseObject({
  bars: z.record(z.string(), z.array(bar)).nullish(),
  next_page_token: z.string().nullish(),
})
