/** Orders as Hyperliquid wants them on the wire. The order of the fields is part of what is signed. */

import { RejectCode } from '../../core/fact.ts'
import { OrderType, Side, TimeInForce } from '../../core/order.ts'
import type { OutgoingOrder, VenueMarket } from '../exchange.ts'
import type { OrderFeatures } from './check-order.ts'
import { refuse } from './failure.ts'
import { decimalsOf, divideTruncated, multiply, shift } from './plain.ts'

const { gtc, ioc } = TimeInForce

export const HYPERLIQUID_FEATURES: OrderFeatures = {
  kinds: new Map([
    [OrderType.market, [gtc]],
    [OrderType.limit, [gtc, ioc]],
    [OrderType.stop, [gtc]],
    [OrderType.stopLimit, [gtc]],
    [OrderType.takeProfit, [gtc]],
    [OrderType.takeProfitLimit, [gtc]],
  ]),
  postOnly: true,
  reduceOnly: 'flag',
  quoteAmount: false,
  trailAmount: false,
  trailRate: false,
  leverage: true,
}

/** How far from its reference a market order may fill. */
const BUY_COLLAR = '1.05'
const SELL_COLLAR = '0.95'
const DIGITS = 5

/** Asset, side, price, size, reduce-only, kind, client id: in this order. */
export interface OrderWire {
  readonly a: number
  readonly b: boolean
  readonly p: string
  readonly s: string
  readonly r: boolean
  readonly t: object
  readonly c: string
}

/** Throws an `ExchangeError` (local) for a market order without a reference price. */
export function orderWire(venue: string, order: OutgoingOrder, asset: number, market: VenueMarket): OrderWire {
  const { limitPrice, stopPrice, side } = order
  const isBuy = side === Side.buy
  const reference = stopPrice ?? order.referencePrice
  if (limitPrice === null && reference === null) {
    throw refuse(venue, 'NO_PRICE', 'a market order needs a recent price here', RejectCode.noPrice)
  }
  return {
    a: asset,
    b: isBuy,
    p: limitPrice ?? collared(reference!, isBuy, decimalsOf(market.tick ?? '1')),
    s: order.quantity!,
    r: order.reduceOnly,
    t: kindOf(order),
    c: order.clientId,
  }
}

function kindOf(order: OutgoingOrder): object {
  const { type, stopPrice } = order
  if (type === OrderType.market) return { limit: { tif: 'Ioc' } }
  if (type === OrderType.limit) {
    return { limit: { tif: order.postOnly ? 'Alo' : order.timeInForce === ioc ? 'Ioc' : 'Gtc' } }
  }
  const isMarket = type === OrderType.stop || type === OrderType.takeProfit
  const isTarget = type === OrderType.takeProfit || type === OrderType.takeProfitLimit
  return { trigger: { isMarket, triggerPx: stopPrice!, tpsl: isTarget ? 'tp' : 'sl' } }
}

/** The collar's price, on the venue's grid and never beyond the collar: five digits, as many decimals as the tick. */
export function collared(reference: string, isBuy: boolean, tickDecimals: number): string {
  const price = multiply(reference, isBuy ? BUY_COLLAR : SELL_COLLAR)
  const whole = price.split('.')[0]!.replace(/^0+/, '')
  // Digits before the point use up significant ones; zeros after it don't.
  const leading = whole === '' ? -(/^0\.(0*)/.exec(price)?.[1]?.length ?? 0) : whole.length
  const decimals = Math.max(0, Math.min(tickDecimals, DIGITS - leading))
  const cut = divideTruncated(price, '1', decimals)
  // A sale's lowest price is rounded up, so that it doesn't go below the collar either.
  return isBuy || cut === price ? cut : addUnit(cut, decimals)
}

function addUnit(value: string, decimals: number): string {
  const units = BigInt(shift(value, decimals)) + 1n
  return shift(units.toString(), -decimals)
}
