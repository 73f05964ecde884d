/** Orders, fills and events as Kraken Futures writes them: numbers, and times in ISO. */

import { type Dec, decToNumber } from '../../core/dec.ts'
import type { Instrument } from '../../core/instrument.ts'
import { OrderType, Side, TimeInForce } from '../../core/order.ts'
import { type BookOrder, type BookTrade, isLiveOrder, type OrderSpec, remainingOf } from '../book.ts'
import { averagePrice } from '../spot/order-text.ts'
import type { FuturesMarket } from './markets.ts'

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

export function orderTypeText({ type, terms }: OrderSpec): string {
  if (type === OrderType.market) return 'mkt'
  if (type === OrderType.stop || type === OrderType.stopLimit) return 'stp'
  if (type === OrderType.takeProfit || type === OrderType.takeProfitLimit) return 'take_profit'
  if (type === OrderType.trailingStop) return 'trailing_stop'
  if (terms?.postOnly === true) return 'post'
  if (terms?.timeInForce === TimeInForce.ioc) return 'ioc'
  return terms?.timeInForce === TimeInForce.fok ? 'fok' : 'lmt'
}

/** What is asked for; of an order that only reduced what there was, that. */
function quantityOf({ spec, status, filled }: BookOrder): Dec {
  return status === 'filled' ? filled : spec.quantity
}

export function sideText(side: Side): string {
  return side === Side.buy ? 'buy' : 'sell'
}

/** An order as openorders has it. */
export function openOrderBody(
  order: BookOrder,
  market: FuturesMarket,
  instrument: Instrument,
): Record<string, unknown> {
  const { spec } = order
  const price = (units: Dec): number => decToNumber(units, instrument.pxDec)
  const isTrigger = spec.type >= OrderType.stop
  return {
    order_id: order.id,
    ...(spec.clientId === null ? {} : { cliOrdId: spec.clientId, cli_ord_id: spec.clientId }),
    symbol: market.id,
    side: sideText(spec.side),
    orderType: orderTypeText(spec),
    ...(spec.limitPrice > 0 ? { limitPrice: price(spec.limitPrice) } : {}),
    ...(spec.stopPrice > 0 ? { stopPrice: price(spec.stopPrice) } : {}),
    unfilledSize: decToNumber(remainingOf(order), instrument.qtyDec),
    receivedTime: iso(order.placedMs),
    status: order.filled > 0 ? 'partiallyFilled' : 'untouched',
    filledSize: decToNumber(order.filled, instrument.qtyDec),
    reduceOnly: spec.reduceOnly,
    ...(isTrigger ? { triggerSignal: spec.meta['triggerSignal'] ?? 'mark' } : {}),
    lastUpdateTime: iso(order.changedMs),
  }
}

/** An order inside an event. */
export function eventOrder(order: BookOrder, market: FuturesMarket, instrument: Instrument): Record<string, unknown> {
  const { spec } = order
  const price = (units: Dec): number => decToNumber(units, instrument.pxDec)
  return {
    orderId: order.id,
    cliOrdId: spec.clientId,
    type: orderTypeText(spec),
    symbol: market.id,
    side: sideText(spec.side),
    quantity: decToNumber(quantityOf(order), instrument.qtyDec),
    filled: decToNumber(order.filled, instrument.qtyDec),
    ...(spec.limitPrice > 0 ? { limitPrice: price(spec.limitPrice) } : {}),
    ...(spec.stopPrice > 0 ? { stopPrice: price(spec.stopPrice) } : {}),
    reduceOnly: spec.reduceOnly,
    timestamp: iso(order.placedMs),
    lastUpdateTimestamp: iso(order.changedMs),
  }
}

/** What orders/status says of an order. */
export function statusBody(order: BookOrder, market: FuturesMarket, instrument: Instrument): Record<string, unknown> {
  const { spec } = order
  const isTrigger = spec.type >= OrderType.stop
  const { type: _type, limitPrice = null, stopPrice = null, ...rest } = eventOrder(order, market, instrument)
  return {
    order: {
      type: isTrigger ? 'TRIGGER_ORDER' : 'ORDER',
      ...rest,
      limitPrice,
      ...(isTrigger
        ? {
            priceTriggerOptions: { triggerPrice: stopPrice, triggerSignal: 'MARK_PRICE', triggerSide: 'TRIGGER_ABOVE' },
          }
        : {}),
    },
    status: stateText(order, isTrigger),
    updateReason: order.reason,
    error: null,
  }
}

function stateText(order: BookOrder, isTrigger: boolean): string {
  if (order.status === 'filled') return 'FULLY_EXECUTED'
  if (!isLiveOrder(order)) return 'CANCELLED'
  return isTrigger ? 'TRIGGER_PLACED' : 'ENTERED_BOOK'
}

/** A fill as the fills list has it. */
export function fillBody(trade: BookTrade, market: FuturesMarket, instrument: Instrument): Record<string, unknown> {
  const { order } = trade
  return {
    fill_id: trade.id,
    symbol: market.id,
    side: sideText(trade.side),
    order_id: order.id,
    fillTime: iso(trade.atMs),
    size: decToNumber(trade.quantity, instrument.qtyDec),
    price: decToNumber(trade.price, instrument.pxDec),
    fillType: order.liquidation ? 'liquidation' : trade.maker ? 'maker' : 'taker',
    ...(order.spec.clientId === null ? {} : { cliOrdId: order.spec.clientId, cli_ord_id: order.spec.clientId }),
    fee_paid: decToNumber(trade.fee, instrument.quoteDec),
    fee_currency: market.quote,
  }
}

/** An execution as an order's answer tells of it. */
export function executionEvent(trade: BookTrade, market: FuturesMarket, instrument: Instrument): unknown {
  const before = { ...trade.order, filled: 0 as Dec }
  return {
    type: 'EXECUTION',
    executionId: trade.id,
    price: decToNumber(trade.price, instrument.pxDec),
    amount: decToNumber(trade.quantity, instrument.qtyDec),
    orderPriorEdit: null,
    orderPriorExecution: eventOrder(before, market, instrument),
    takerReducedQuantity: null,
  }
}

/** An ended order as the history of orders has it. */
export function historyElement(order: BookOrder, market: FuturesMarket, instrument: Instrument): unknown {
  const { spec } = order
  const body = {
    uid: order.id,
    accountUid: order.account,
    tradeable: market.id,
    direction: spec.side === Side.buy ? 'Buy' : 'Sell',
    quantity: String(decToNumber(quantityOf(order), instrument.qtyDec)),
    filled: String(decToNumber(order.filled, instrument.qtyDec)),
    timestamp: order.placedMs,
    limitPrice: String(decToNumber(spec.limitPrice || averagePrice(order, instrument), instrument.pxDec)),
    ...(spec.stopPrice > 0 ? { stopPrice: String(decToNumber(spec.stopPrice, instrument.pxDec)) } : {}),
    orderType: orderTypeText(spec),
    clientId: spec.clientId ?? '',
    reduceOnly: spec.reduceOnly,
    lastUpdateTimestamp: order.changedMs,
  }
  const event =
    order.status === 'filled'
      ? { OrderUpdated: { newOrder: body, oldOrder: { ...body, filled: '0' }, reason: 'full_fill' } }
      : spec.type >= OrderType.stop
        ? { OrderTriggerCancelled: { orderTrigger: body, reason: 'cancelled_by_user' } }
        : { OrderCancelled: { order: body, reason: 'cancelled_by_user' } }
  return { uid: order.id, timestamp: order.endedMs, event }
}
