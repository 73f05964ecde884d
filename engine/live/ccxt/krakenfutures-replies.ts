/** Kraken Futures' answers in tandem's words. */

import { z } from 'zod'
import { Side } from '../../core/order.ts'
import type { VenueBalance, VenueCharge, VenueOrder, VenueOrderStatus, VenuePosition, VenueTrade } from '../exchange.ts'
import type { NamedMarket } from './adapter.ts'
import { add, negate, plainNonZero, stepOf } from './plain.ts'
import { decimal, maybeDecimal } from './reply.ts'

type SymbolOf = (id: string) => string

/** A time as text, or as ms. */
export const time = z.union([z.string(), z.number()]).transform((value) => {
  return typeof value === 'number' ? Math.floor(value) : Date.parse(value)
})
const maybeTime = time.nullish().transform((value) => value ?? null)

const instrument = z.looseObject({
  symbol: z.string(),
  type: z.string(),
  tickSize: maybeDecimal,
  contractValueTradePrecision: z.number().int().optional(),
  tradeable: z.boolean(),
  postOnly: z.boolean().optional(),
  lastTradingTime: z.string().nullish(),
  base: z.string().optional(),
  marginLevels: z.array(z.looseObject({ initialMargin: z.number() })).nullish(),
})

export const instrumentsReply = z.object({ instruments: z.array(instrument) })

/** A linear perpetual; null for dated, inverse and index instruments. */
export function futuresMarket(raw: z.infer<typeof instrument>, currency: (id: string) => string): NamedMarket | null {
  const isLinear = raw.type === 'flexible_futures' || raw.type.includes('vanilla')
  if (!isLinear || (raw.lastTradingTime ?? null) !== null) return null
  const base = currency((raw.base ?? raw.symbol.split('_')[1]!.slice(0, -3)).toUpperCase())
  const step = stepOf(raw.contractValueTradePrecision ?? 0)
  const least = raw.marginLevels?.[0]?.initialMargin ?? 1
  const most = Math.max(1, Math.floor(1 / least + 1e-9))
  return {
    id: raw.symbol,
    market: {
      symbol: `${base}/USD:USD`,
      tick: raw.tickSize,
      step,
      minQuantity: step,
      minCost: null,
      leverages: Array.from({ length: most }, (_, i) => i + 1),
      status: !raw.tradeable ? 'closed' : raw.postOnly === true ? 'post_only' : 'online',
    },
  }
}

const ticker = z.looseObject({
  symbol: z.string(),
  markPrice: maybeDecimal,
  suspended: z.boolean().optional(),
  postOnly: z.boolean().optional(),
})
export const tickersReply = z.object({ serverTime: time, tickers: z.array(ticker) })

const placed = z.looseObject({
  order: z.looseObject({ orderId: z.string().optional() }).nullish(),
  orderTrigger: z.looseObject({ uid: z.string().optional() }).nullish(),
})
export const sendReply = z.object({
  sendStatus: z.looseObject({
    status: z.string(),
    order_id: z.string().nullish(),
    receivedTime: maybeTime,
    orderEvents: z.array(placed).nullish(),
  }),
})

/** The id of an order that was taken; of a trigger it may stand with the event alone. Null where there is none. */
export function placedId({ sendStatus }: z.infer<typeof sendReply>): string | null {
  const [event] = sendStatus.orderEvents ?? []
  return sendStatus.order_id ?? event?.orderTrigger?.uid ?? event?.order?.orderId ?? null
}
export const cancelReply = z.object({ cancelStatus: z.looseObject({ status: z.string() }) })
export const editReply = z.object({ editStatus: z.looseObject({ status: z.string() }) })

const openOrder = z.looseObject({
  order_id: z.string(),
  cliOrdId: z.string().nullish(),
  cli_ord_id: z.string().nullish(),
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
  limitPrice: maybeDecimal,
  stopPrice: maybeDecimal,
  unfilledSize: decimal,
  filledSize: decimal,
  receivedTime: maybeTime,
  lastUpdateTime: maybeTime,
})
export const openReply = z.object({ openOrders: z.array(openOrder) })

export function futuresOrder(raw: z.infer<typeof openOrder>, symbolOf: SymbolOf): VenueOrder {
  return {
    venueId: raw.order_id,
    clientId: raw.cliOrdId ?? raw.cli_ord_id ?? null,
    symbol: symbolOf(raw.symbol),
    side: raw.side === 'buy' ? Side.buy : Side.sell,
    status: 'open',
    quantity: add(raw.unfilledSize, raw.filledSize),
    filled: raw.filledSize,
    limitPrice: plainNonZero(raw.limitPrice),
    stopPrice: plainNonZero(raw.stopPrice),
    placedMs: raw.receivedTime,
    changedMs: raw.lastUpdateTime,
  }
}

const pastOrder = z.looseObject({
  uid: z.string(),
  clientId: z.string().nullish(),
  tradeable: z.string(),
  direction: z.string(),
  quantity: decimal,
  filled: maybeDecimal,
  limitPrice: maybeDecimal,
  stopPrice: maybeDecimal,
  triggerPrice: maybeDecimal,
  timestamp: maybeTime,
  lastUpdateTimestamp: maybeTime,
})
export type PastOrder = z.infer<typeof pastOrder>

const event = z.looseObject({
  order: pastOrder.optional(),
  newOrder: pastOrder.optional(),
  orderTrigger: pastOrder.optional(),
})
export const historyReply = z.object({
  elements: z.array(z.looseObject({ timestamp: time, event: z.record(z.string(), event.or(z.unknown())) })),
  continuationToken: z.string().nullish(),
})

export interface OrderEvent {
  readonly atMs: number
  readonly name: string
  readonly order: PastOrder
}

/** What happened to orders, by the event's name. */
export function orderEvents(raw: z.infer<typeof historyReply>): readonly OrderEvent[] {
  return raw.elements.flatMap(({ timestamp, event: events }) =>
    Object.entries(events).flatMap(([name, body]) => {
      const read = event.safeParse(body)
      const order = read.success ? (read.data.newOrder ?? read.data.order ?? read.data.orderTrigger) : undefined
      return order === undefined ? [] : [{ atMs: timestamp, name, order }]
    }),
  )
}

/** The order as its last event left it. */
export function pastVenueOrder({ name, order, atMs }: OrderEvent, symbolOf: SymbolOf): VenueOrder {
  const filled = order.filled ?? '0'
  return {
    venueId: order.uid,
    clientId: order.clientId ?? null,
    symbol: symbolOf(order.tradeable),
    side: order.direction.toLowerCase() === 'buy' ? Side.buy : Side.sell,
    status: statusOf(name, filled === order.quantity),
    quantity: order.quantity,
    filled,
    limitPrice: plainNonZero(order.limitPrice),
    stopPrice: plainNonZero(order.stopPrice) ?? plainNonZero(order.triggerPrice),
    placedMs: order.timestamp,
    changedMs: order.lastUpdateTimestamp ?? atMs,
  }
}

function statusOf(name: string, isFilled: boolean): VenueOrderStatus {
  if (isFilled) return 'filled'
  if (/Cancelled/.test(name)) return 'cancelled'
  return /Rejected/.test(name) && !/Edit/.test(name) ? 'rejected' : 'open'
}

const fill = z.looseObject({
  fill_id: z.string(),
  order_id: z.string(),
  cliOrdId: z.string().nullish(),
  cli_ord_id: z.string().nullish(),
  symbol: z.string(),
  side: z.enum(['buy', 'sell']),
  fillTime: time,
  size: decimal,
  price: decimal,
  fillType: z.string(),
  fee_paid: maybeDecimal,
  fee_currency: z.string().nullish(),
})
export const fillsReply = z.object({ fills: z.array(fill) })

export function futuresTrade(
  raw: z.infer<typeof fill>,
  symbolOf: SymbolOf,
  currency: (id: string) => string,
): VenueTrade {
  const { fillType } = raw
  return {
    tradeId: raw.fill_id,
    venueId: raw.order_id,
    clientId: raw.cliOrdId ?? raw.cli_ord_id ?? null,
    symbol: symbolOf(raw.symbol),
    side: raw.side === 'buy' ? Side.buy : Side.sell,
    quantity: raw.size,
    price: raw.price,
    value: null,
    fee: raw.fee_paid,
    feeAsset: raw.fee_currency ? currency(raw.fee_currency.toUpperCase()) : null,
    maker: fillType === 'maker' ? true : fillType.startsWith('taker') ? false : null,
    // By the venue's own will: liquidated, assigned to somebody else, or unwound against somebody else's bankruptcy.
    liquidation: /liquidation|assignor|unwind/i.test(fillType),
    atMs: raw.fillTime,
  }
}

const purse = z.looseObject({ quantity: decimal, available: maybeDecimal })
export const accountsReply = z.object({
  accounts: z.looseObject({
    flex: z.looseObject({
      currencies: z.record(z.string(), purse),
      initialMargin: maybeDecimal,
      marginEquity: maybeDecimal,
      portfolioValue: maybeDecimal,
      availableMargin: maybeDecimal,
    }),
  }),
})

export function futuresBalances(
  raw: z.infer<typeof accountsReply>,
  currency: (id: string) => string,
): readonly VenueBalance[] {
  return Object.entries(raw.accounts.flex.currencies).map(([id, { quantity, available }]) => ({
    asset: currency(id.toUpperCase()),
    free: available ?? quantity,
    total: quantity,
  }))
}

const position = z.looseObject({
  symbol: z.string(),
  side: z.enum(['long', 'short']),
  size: decimal,
  price: maybeDecimal,
})
export const positionsReply = z.object({ openPositions: z.array(position) })
export const preferencesReply = z.object({
  leveragePreferences: z.array(z.looseObject({ symbol: z.string(), maxLeverage: z.coerce.number() })),
})

/** A position; with a leverage of its own it is isolated, else cross. */
export function futuresPosition(
  raw: z.infer<typeof position>,
  leverages: ReadonlyMap<string, number>,
  symbolOf: SymbolOf,
): VenuePosition {
  const leverage = leverages.get(raw.symbol.toUpperCase()) ?? null
  return {
    symbol: symbolOf(raw.symbol),
    quantity: raw.side === 'long' ? raw.size : negate(raw.size),
    entryPrice: raw.price,
    leverage,
    marginMode: leverage === null ? 'cross' : 'isolated',
    liquidationPrice: null,
    markPrice: null,
    unrealised: null,
  }
}

const logEntry = z.looseObject({
  id: z.union([z.number(), z.string()]).transform(String),
  date: time,
  asset: z.string(),
  contract: z.string().nullish(),
  realized_funding: maybeDecimal,
})
export const accountLogReply = z.object({ logs: z.array(logEntry) })

/** Null for an entry that isn't a funding's money: each trade has one of the contract, too. */
export function futuresCharge(
  raw: z.infer<typeof logEntry>,
  symbolOf: SymbolOf,
  currency: (id: string) => string,
): VenueCharge | null {
  const { contract, realized_funding: received } = raw
  if (!contract || raw.asset === contract || plainNonZero(received) === null) return null
  return {
    chargeId: `log ${raw.id}`,
    kind: 'funding',
    symbol: symbolOf(contract.toUpperCase()),
    amount: negate(received!),
    asset: currency(raw.asset.toUpperCase()),
    atMs: raw.date,
  }
}

const candle = z.looseObject({
  time: z.coerce.number(),
  open: z.coerce.number(),
  high: z.coerce.number(),
  low: z.coerce.number(),
  close: z.coerce.number(),
  volume: z.coerce.number(),
})
export const candlesReply = z.object({ candles: z.array(candle), more_candles: z.boolean().optional() })
