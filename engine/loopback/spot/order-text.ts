/** Orders and trades as Kraken writes them. */

import { type Dec, mulDiv, pow10, Rounding, ZERO } from '../../core/dec.ts'
import type { Instrument } from '../../core/instrument.ts'
import { OrderType, Side } from '../../core/order.ts'
import type { BookOrder, BookTrade, FollowSpec, OrderSpec } from '../book.ts'
import { fixed, seconds } from '../text.ts'
import { krakenReason } from './errors.ts'
import type { SpotMarket } from './markets.ts'

/** Kraken's names of our order types. */
export const KRAKEN_TYPES: Readonly<Record<OrderType, string>> = {
  [OrderType.market]: 'market',
  [OrderType.limit]: 'limit',
  [OrderType.stop]: 'stop-loss',
  [OrderType.stopLimit]: 'stop-loss-limit',
  [OrderType.takeProfit]: 'take-profit',
  [OrderType.takeProfitLimit]: 'take-profit-limit',
  [OrderType.trailingStop]: 'trailing-stop',
}

export interface Scale {
  readonly instrument: Instrument
  readonly pairDecimals: number
}

/** `price` and `price2` of an order: limit price, or trigger and limit, or a trailing distance. */
export function pricesOf(spec: Pick<OrderSpec, 'type' | 'limitPrice' | 'stopPrice' | 'meta'>, scale: Scale): string[] {
  const text = (price: Dec): string => (price === 0 ? '0' : fixed(price, scale.instrument.pxDec, scale.pairDecimals))
  if (spec.type === OrderType.trailingStop) return [spec.meta['price'] ?? '0', '0']
  if (spec.type === OrderType.market) return ['0', '0']
  if (spec.type === OrderType.limit) return [text(spec.limitPrice), '0']
  return [text(spec.stopPrice), text(spec.limitPrice)]
}

/** What follows the `@`: `limit 50000.0`, `stop loss 1800.0 -> limit 1790.0`. */
function termsText(spec: Pick<OrderSpec, 'type' | 'limitPrice' | 'stopPrice' | 'meta'>, scale: Scale): string {
  const [price, price2] = pricesOf(spec, scale)
  switch (spec.type) {
    case OrderType.market:
      return 'market'
    case OrderType.limit:
      return `limit ${price}`
    case OrderType.stop:
      return `stop loss ${price}`
    case OrderType.takeProfit:
      return `take profit ${price}`
    case OrderType.stopLimit:
      return `stop loss ${price} -> limit ${price2}`
    case OrderType.takeProfitLimit:
      return `take profit ${price} -> limit ${price2}`
    default:
      return `trailing stop ${price}`
  }
}

export function volumeText(spec: OrderSpec, { instrument }: Scale): string {
  const quoted = spec.meta['viqc']
  return quoted ?? fixed(spec.quantity, instrument.qtyDec, 8)
}

/** `buy 0.01000000 XBTUSD @ limit 50000.0 with 2:1 leverage` */
export function descriptionText(spec: OrderSpec, market: SpotMarket, scale: Scale): string {
  const side = spec.side === Side.buy ? 'buy' : 'sell'
  const leverage = spec.meta['leverage'] === undefined ? '' : ` with ${spec.meta['leverage']}:1 leverage`
  return `${side} ${volumeText(spec, scale)} ${market.altname} @ ${termsText(spec, scale)}${leverage}`
}

export function closeText(follow: FollowSpec | null, scale: Scale): string {
  return follow === null ? '' : `close position @ ${termsText(follow, scale)}`
}

/** The `descr` of an order. */
export function describe(spec: OrderSpec, market: SpotMarket, scale: Scale): Record<string, unknown> {
  const [price, price2] = pricesOf(spec, scale)
  return {
    pair: market.altname,
    type: spec.side === Side.buy ? 'buy' : 'sell',
    ordertype: KRAKEN_TYPES[spec.type],
    price,
    price2,
    leverage: spec.meta['leverage'] === undefined ? 'none' : `${spec.meta['leverage']}:1`,
    order: descriptionText(spec, market, scale),
    close: closeText(spec.follow, scale),
  }
}

const STATUS = {
  pending: 'pending',
  open: 'open',
  filled: 'closed',
  cancelled: 'canceled',
  expired: 'expired',
} as const

/** An order as OpenOrders, ClosedOrders and QueryOrders have it; `triggerNow` is the level that a trailing stop has. */
export function orderBody(
  order: BookOrder,
  market: SpotMarket,
  scale: Scale,
  { trades, triggerNow }: { readonly trades: boolean; readonly triggerNow: Dec },
): Record<string, unknown> {
  const { spec } = order
  const { pxDec, qtyDec, quoteDec } = scale.instrument
  const price = (units: Dec): string => fixed(units, pxDec, 5)
  const { userref, trigger, refid } = spec.meta
  const quantity = spec.quantity > 0 ? spec.quantity : order.filled
  const isViqc = spec.meta['viqc'] !== undefined
  return {
    refid: order.parent ?? refid ?? null,
    userref: userref === undefined ? null : Number(userref),
    ...(spec.clientId === null ? {} : { cl_ord_id: spec.clientId }),
    status: STATUS[order.status],
    ...(order.endedMs === null ? {} : { reason: reasonOf(order) }),
    opentm: seconds(order.placedMs),
    ...(order.endedMs === null ? {} : { closetm: seconds(order.endedMs) }),
    starttm: spec.startMs === 0 ? 0 : seconds(spec.startMs),
    expiretm: spec.expiresMs === Number.POSITIVE_INFINITY ? 0 : seconds(spec.expiresMs),
    descr: describe(spec, market, scale),
    vol: isViqc && order.status !== 'filled' ? volumeText(spec, scale) : fixed(quantity, qtyDec, 8),
    vol_exec: fixed(order.filled, qtyDec, 8),
    cost: fixed(order.cost, quoteDec, 5),
    fee: fixed(order.fee, quoteDec, 5),
    price: price(averagePrice(order, scale.instrument)),
    stopprice: price(hasTrigger(spec.type) ? triggerNow : ZERO),
    limitprice: price(hasTrigger(spec.type) ? spec.limitPrice : ZERO),
    ...(hasTrigger(spec.type) ? { trigger: trigger ?? 'last' } : {}),
    ...(spec.meta['leverage'] === undefined ? {} : { margin: true }),
    ...(spec.reduceOnly ? { reduce_only: true } : {}),
    misc: order.liquidation ? 'liquidated' : '',
    oflags: spec.meta['oflags'] ?? 'fciq',
    ...(trades ? { trades: order.trades.map(({ id }) => id) } : {}),
  }
}

function hasTrigger(type: OrderType): boolean {
  return type >= OrderType.stop
}

function reasonOf(order: BookOrder): string | null {
  if (order.status === 'filled') return null
  return krakenReason(order.code) ?? order.reason ?? 'User requested'
}

/** Cost over quantity, to the price's scale; 0 before the first fill. */
export function averagePrice({ cost, filled }: BookOrder, { pxDec, qtyDec, quoteDec }: Instrument): Dec {
  if (filled === 0) return ZERO
  return mulDiv(cost, pow10(pxDec + qtyDec - quoteDec), filled, Rounding.halfEven)
}

/** A trade as TradesHistory and QueryTrades have it. */
export function tradeBody(trade: BookTrade, market: SpotMarket, instrument: Instrument): Record<string, unknown> {
  const { order } = trade
  const { pxDec, qtyDec, quoteDec } = instrument
  const { leverage } = order.spec.meta
  const margin = leverage === undefined ? ZERO : mulDiv(trade.value, 1, Number(leverage), Rounding.ceil)
  return {
    ordertxid: order.id,
    postxid: `TK${order.id.slice(1)}`,
    pair: market.id,
    time: seconds(trade.atMs),
    type: trade.side === Side.buy ? 'buy' : 'sell',
    ordertype: order.liquidation ? 'liquidation-market' : KRAKEN_TYPES[order.spec.type],
    price: fixed(trade.price, pxDec, 5),
    cost: fixed(trade.value, quoteDec, 5),
    // In quote, whatever it was taken from.
    fee: fixed(trade.fee, quoteDec, 5),
    vol: fixed(trade.quantity, qtyDec, 8),
    margin: fixed(margin, quoteDec, 5),
    leverage: leverage ?? '0',
    misc: order.liquidation ? 'liquidated' : leverage === undefined ? '' : 'margin',
    trade_id: trade.number,
    maker: trade.maker,
    ledgers: [],
    ...(order.spec.clientId === null ? {} : { cl_ord_id: order.spec.clientId }),
  }
}
