/** Kraken's AddOrder and AmendOrder, field by field as docs.kraken.com has them, from an order that was checked. */

import { OrderType, Side, TimeInForce } from '../../core/order.ts'
import type { OutgoingOrder } from '../exchange.ts'
import type { OrderFeatures } from './check-order.ts'
import { shift } from './plain.ts'

const { gtc, ioc, fok, gtd } = TimeInForce

export const KRAKEN_FEATURES: OrderFeatures = {
  kinds: new Map([
    [OrderType.market, [gtc]],
    [OrderType.limit, [gtc, ioc, fok, gtd]],
    [OrderType.stop, [gtc]],
    [OrderType.stopLimit, [gtc]],
    [OrderType.takeProfit, [gtc]],
    [OrderType.takeProfitLimit, [gtc]],
    [OrderType.trailingStop, [gtc]],
  ]),
  postOnly: true,
  reduceOnly: 'held',
  quoteAmount: true,
  trailAmount: true,
  trailRate: true,
  leverage: true,
}

/** On margin Kraken has a flag for what only reduces; a spot sell of what is held needs none. */
export const KRAKEN_MARGIN_FEATURES: OrderFeatures = { ...KRAKEN_FEATURES, reduceOnly: 'flag' }

export type Fields = Readonly<Record<string, string>>

const TYPES: Readonly<Record<OrderType, string>> = {
  [OrderType.market]: 'market',
  [OrderType.limit]: 'limit',
  [OrderType.stop]: 'stop-loss',
  [OrderType.stopLimit]: 'stop-loss-limit',
  [OrderType.takeProfit]: 'take-profit',
  [OrderType.takeProfitLimit]: 'take-profit-limit',
  [OrderType.trailingStop]: 'trailing-stop',
}

/** `price` is the limit of a limit order, else the trigger; `price2` the limit behind a trigger. */
function prices(order: OutgoingOrder): Fields {
  const { limitPrice, stopPrice } = order
  if (order.type === OrderType.trailingStop) {
    return { price: order.trailAmount !== null ? `+${order.trailAmount}` : `+${shift(order.trailRate!, 2)}%` }
  }
  if (stopPrice === null) return limitPrice === null ? {} : { price: limitPrice }
  return limitPrice === null ? { price: stopPrice } : { price: stopPrice, price2: limitPrice }
}

/** Fees are asked for in quote, always, so that what a trade says of its fee is never a guess. */
function flags(order: OutgoingOrder): string {
  return ['fciq', ...(order.postOnly ? ['post'] : []), ...(order.quoteAmount !== null ? ['viqc'] : [])].join(',')
}

function times(order: OutgoingOrder): Fields {
  const { timeInForce, expiresMs } = order
  if (timeInForce === gtd) return { timeinforce: 'GTD', expiretm: String(Math.floor(expiresMs! / 1000)) }
  return timeInForce === gtc ? {} : { timeinforce: timeInForce === ioc ? 'IOC' : 'FOK' }
}

/** The instant in RFC 3339, as Kraken wants it. */
function rfc3339(ms: number): string {
  return new Date(ms).toISOString()
}

/** Body of AddOrder but its nonce. `volume` is in base, or in quote without the fee where the order is sized so. */
export function addOrderFields(order: OutgoingOrder, pair: string, volume: string): Fields {
  return {
    pair,
    type: order.side === Side.buy ? 'buy' : 'sell',
    ordertype: TYPES[order.type],
    volume,
    cl_ord_id: order.clientId,
    oflags: flags(order),
    ...prices(order),
    ...times(order),
    ...(order.deadlineMs === null ? {} : { deadline: rfc3339(order.deadlineMs) }),
    ...(order.leverage === 1 ? {} : { leverage: String(order.leverage) }),
    // A text: a boolean would be sent as "True", which Kraken refuses.
    ...(order.reduceOnly && order.leverage !== 1 ? { reduce_only: 'true' } : {}),
  }
}

/** Body of AmendOrder but its nonce: the whole new quantity and prices of the order under that id. */
export function amendOrderFields(id: Fields, order: OutgoingOrder): Fields {
  return {
    ...id,
    order_qty: order.quantity!,
    ...(order.limitPrice === null ? {} : { limit_price: order.limitPrice }),
    ...(order.stopPrice === null ? {} : { trigger_price: order.stopPrice }),
    ...(order.postOnly ? { post_only: 'true' } : {}),
    ...(order.deadlineMs === null ? {} : { deadline: rfc3339(order.deadlineMs) }),
  }
}
