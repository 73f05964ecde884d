/** Coinbase Advanced's answers in tandem's words. */

import { z } from 'zod'
import { Side } from '../../core/order.ts'
import type { VenueBalance, VenueMarket, VenueOrder, VenueOrderStatus, VenueTrade } from '../exchange.ts'
import type { NamedMarket } from './adapter.ts'
import { add, divideTruncated, plainNonZero } from './plain.ts'
import { decimal, maybeDecimal } from './reply.ts'

type SymbolOf = (id: string) => string

const flag = z.boolean().nullish()
const product = z.looseObject({
  product_id: z.string(),
  base_currency_id: z.string(),
  quote_currency_id: z.string(),
  base_increment: decimal,
  quote_increment: decimal,
  price_increment: maybeDecimal,
  base_min_size: maybeDecimal,
  quote_min_size: maybeDecimal,
  is_disabled: flag,
  trading_disabled: flag,
  cancel_only: flag,
  limit_only: flag,
  post_only: flag,
  view_only: flag,
  product_type: z.string().nullish(),
})
export const productReply = product
export const productsReply = z.looseObject({ products: z.array(product) })

export function stateOf(raw: z.infer<typeof product>): VenueMarket['status'] {
  if (raw.is_disabled === true || raw.trading_disabled === true || raw.view_only === true) return 'closed'
  if (raw.cancel_only === true) return 'cancel_only'
  if (raw.limit_only === true) return 'limit_only'
  return raw.post_only === true ? 'post_only' : 'online'
}

export function coinbaseMarket(raw: z.infer<typeof product>): NamedMarket {
  return {
    id: raw.product_id,
    market: {
      symbol: `${raw.base_currency_id}/${raw.quote_currency_id}`,
      tick: raw.price_increment ?? raw.quote_increment,
      step: raw.base_increment,
      minQuantity: plainNonZero(raw.base_min_size),
      minCost: plainNonZero(raw.quote_min_size),
      leverages: [1],
      status: stateOf(raw),
    },
  }
}

export const createReply = z.looseObject({
  success: z.boolean(),
  success_response: z.looseObject({ order_id: z.string().min(1), client_order_id: z.string().nullish() }).nullish(),
})
export const cancelReply = z.looseObject({
  results: z.array(z.looseObject({ success: z.boolean(), failure_reason: z.string().nullish(), order_id: z.string() })),
})
export const editReply = z.looseObject({ success: z.boolean() })

const time = z
  .string()
  .nullish()
  .transform((value) => (value ? Date.parse(value) : null))
const terms = z.looseObject({
  base_size: maybeDecimal,
  quote_size: maybeDecimal,
  limit_price: maybeDecimal,
  stop_price: maybeDecimal,
  stop_trigger_price: maybeDecimal,
})
const order = z.looseObject({
  order_id: z.string(),
  product_id: z.string(),
  client_order_id: z.string().nullish(),
  side: z.enum(['BUY', 'SELL']),
  status: z.string(),
  order_configuration: z.record(z.string(), terms.nullish()),
  filled_size: maybeDecimal,
  created_time: time,
  last_fill_time: time,
})
export const ordersReply = z.looseObject({
  orders: z.array(order),
  has_next: z.boolean().nullish(),
  cursor: z.string().nullish(),
})

const STATES: Readonly<Record<string, VenueOrderStatus>> = {
  PENDING: 'open',
  OPEN: 'open',
  QUEUED: 'open',
  CANCEL_QUEUED: 'open',
  EDIT_QUEUED: 'open',
  FILLED: 'filled',
  CANCELLED: 'cancelled',
  EXPIRED: 'expired',
  FAILED: 'rejected',
}

export function coinbaseOrder(raw: z.infer<typeof order>, symbolOf: SymbolOf): VenueOrder {
  const asked = Object.values(raw.order_configuration).find((one) => one !== null && one !== undefined)
  return {
    venueId: raw.order_id,
    clientId: raw.client_order_id || null,
    symbol: symbolOf(raw.product_id),
    side: raw.side === 'BUY' ? Side.buy : Side.sell,
    status: STATES[raw.status] ?? 'open',
    quantity: plainNonZero(asked?.base_size),
    filled: raw.filled_size ?? '0',
    limitPrice: plainNonZero(asked?.limit_price),
    stopPrice: plainNonZero(asked?.stop_price) ?? plainNonZero(asked?.stop_trigger_price),
    placedMs: raw.created_time,
    changedMs: raw.last_fill_time ?? raw.created_time,
  }
}

const fill = z.looseObject({
  entry_id: z.string(),
  order_id: z.string(),
  product_id: z.string(),
  trade_time: z.string(),
  // Corrections of earlier fills would need another answer than a trade.
  trade_type: z.literal('FILL'),
  price: decimal,
  size: decimal,
  commission: decimal,
  size_in_quote: z.boolean().nullish(),
  side: z.enum(['BUY', 'SELL']),
  liquidity_indicator: z.string().nullish(),
})
export const fillsReply = z.looseObject({ fills: z.array(fill), cursor: z.string().nullish() })

export function coinbaseTrade(raw: z.infer<typeof fill>, symbolOf: SymbolOf): VenueTrade {
  const symbol = symbolOf(raw.product_id)
  const inQuote = raw.size_in_quote === true
  return {
    tradeId: raw.entry_id,
    venueId: raw.order_id,
    clientId: null,
    symbol,
    side: raw.side === 'BUY' ? Side.buy : Side.sell,
    quantity: inQuote ? divideTruncated(raw.size, raw.price, 16) : raw.size,
    price: raw.price,
    value: inQuote ? raw.size : null,
    fee: raw.commission,
    feeAsset: raw.product_id.split('-')[1] ?? null,
    maker: raw.liquidity_indicator === 'MAKER' ? true : raw.liquidity_indicator === 'TAKER' ? false : null,
    liquidation: false,
    atMs: Date.parse(raw.trade_time),
  }
}

const money = z.looseObject({ value: decimal, currency: z.string() })
export const accountsReply = z.looseObject({
  accounts: z.array(z.looseObject({ currency: z.string(), available_balance: money, hold: money.nullish() })),
  has_next: z.boolean().nullish(),
  cursor: z.string().nullish(),
})

/** By currency: an account may have several wallets of one. */
export function coinbaseBalances(raw: z.infer<typeof accountsReply>['accounts']): readonly VenueBalance[] {
  const sums = new Map<string, VenueBalance>()
  for (const { currency, available_balance: free, hold } of raw) {
    const known = sums.get(currency) ?? { asset: currency, free: '0', total: '0' }
    const total = add(free.value, hold?.value ?? '0')
    sums.set(currency, { asset: currency, free: add(known.free, free.value), total: add(known.total, total) })
  }
  return [...sums.values()]
}

export const summaryReply = z.looseObject({
  fee_tier: z.looseObject({ maker_fee_rate: decimal, taker_fee_rate: decimal }),
})
export const rightsReply = z.looseObject({ can_view: flag, can_trade: flag, can_transfer: flag })
export const timeReply = z.looseObject({ epochMillis: z.coerce.number() })

const candle = z.looseObject({
  start: z.coerce.number(),
  open: z.coerce.number(),
  high: z.coerce.number(),
  low: z.coerce.number(),
  close: z.coerce.number(),
  volume: z.coerce.number(),
})
export const candlesReply = z.looseObject({ candles: z.array(candle) })
