/** Kraken Futures' trading calls. */

import { type Dec, decFromNumber, parseDec, ZERO } from '../../core/dec.ts'
import { RejectCode } from '../../core/fact.ts'
import { type OrderTerms, OrderType, Side, TimeInForce } from '../../core/order.ts'
import { type BookOrder, isLiveOrder, type OrderSpec } from '../book.ts'
import { plainSpec } from '../specs.ts'
import { FuturesError, OrderRefusal, statusOf } from './errors.ts'
import type { FuturesMarket } from './markets.ts'
import { eventOrder, executionEvent, iso } from './order-text.ts'
import type { FuturesCall } from './world.ts'

const LONGEST_ID = 100

/** Places an order, or says in `sendStatus` why not. */
export function sendOrder(call: FuturesCall): unknown {
  const { desk, form, world, nowMs } = call
  const market = world.markets.find(form.get('symbol') ?? undefined)
  const receivedTime = iso(nowMs)
  const cliOrdId = form.get('cliOrdId')
  const ids = cliOrdId === null ? {} : { cliOrdId, cli_ord_id: cliOrdId }
  try {
    checkDeadline(call)
    if (world.markets.suspended.has(market.symbol)) throw new OrderRefusal('marketSuspended')
    const spec = parseOrder(call, market)
    checkClientId(call, cliOrdId)
    const placed = desk.place(spec, nowMs)
    if (typeof placed === 'number') throw new OrderRefusal(statusOf(placed))
    if (!isLiveOrder(placed) && placed.filled === 0 && placed.code === RejectCode.notFilledAtOnce) {
      throw new OrderRefusal('iocWouldNotExecute')
    }
    const instrument = desk.instruments[market.index]!
    const events = placed.trades.map((trade) => executionEvent(trade, market, instrument))
    const place = { type: 'PLACE', order: eventOrder(placed, market, instrument), reducedQuantity: null }
    const orderEvents = events.length > 0 ? events : [place]
    return { sendStatus: { order_id: placed.id, status: 'placed', receivedTime, ...ids, orderEvents } }
  } catch (error) {
    if (!(error instanceof OrderRefusal)) throw error
    return { sendStatus: { status: error.message, receivedTime, ...ids, orderEvents: [] } }
  }
}

/** A request that comes after its deadline is not carried out. */
function checkDeadline({ form, nowMs }: FuturesCall): void {
  const before = form.get('processBefore')
  if (before !== null && !(nowMs <= Date.parse(before))) throw new OrderRefusal('wouldProcessAfterSpecifiedTime')
}

function checkClientId({ desk }: FuturesCall, clientId: string | null): void {
  if (clientId === null) return
  if (clientId.length > LONGEST_ID) throw new OrderRefusal('clientOrderIdTooLong')
  for (const { spec } of desk.byId.values()) {
    if (spec.clientId === clientId && !desk.hooks.ignoresIds()) throw new OrderRefusal('clientOrderIdAlreadyExist')
  }
}

function parseOrder({ desk, form, world, nowMs }: FuturesCall, market: FuturesMarket): OrderSpec {
  const instrument = desk.instruments[market.index]!
  const record = world.markets.floor.rulebook(market.symbol, nowMs)
  const orderType = form.get('orderType') ?? ''
  const side = form.get('side') === 'buy' ? Side.buy : form.get('side') === 'sell' ? Side.sell : null
  if (side === null) throw new OrderRefusal('invalidSide')
  const quantity = amount(form.get('size'), instrument.qtyDec, record.step, 'invalidSize')
  const price = (name: string): Dec => {
    const text = form.get(name)
    return text === null || text === '' ? ZERO : amount(text, instrument.pxDec, record.tick, 'invalidPrice')
  }
  const limitPrice = price('limitPrice')
  const stopPrice = price('stopPrice')
  const { type, terms } = kindOf(orderType, limitPrice > 0, trailOf(form, instrument.pxDec))
  const needsLimit = type === OrderType.limit
  const needsStop = type >= OrderType.stop && type !== OrderType.trailingStop
  if ((needsLimit && limitPrice === 0) || (needsStop && stopPrice === 0)) throw new OrderRefusal('invalidPrice')
  const triggerSignal = form.get('triggerSignal')
  return {
    ...plainSpec(market.index, side, quantity),
    type,
    limitPrice: type === OrderType.market ? ZERO : limitPrice,
    stopPrice: type >= OrderType.stop ? stopPrice : ZERO,
    reduceOnly: form.get('reduceOnly') === 'true',
    terms,
    clientId: form.get('cliOrdId'),
    meta: triggerSignal === null ? {} : { triggerSignal },
  }
}

function trailOf(form: URLSearchParams, pxDec: number): { amount: Dec; rate: Dec } {
  const text = form.get('trailingStopMaxDeviation')
  if (text === null) return { amount: ZERO, rate: ZERO }
  const value = Number(text)
  if (!(value > 0)) throw new OrderRefusal('invalidPrice')
  return form.get('trailingStopDeviationUnit') === 'QUOTE_CURRENCY'
    ? { amount: decFromNumber(value, pxDec), rate: ZERO }
    : { amount: ZERO, rate: decFromNumber(value / 100, 12) }
}

function kindOf(
  orderType: string,
  hasLimit: boolean,
  trail: { amount: Dec; rate: Dec },
): { readonly type: OrderType; readonly terms: OrderTerms | null } {
  const terms = (timeInForce: TimeInForce, postOnly = false): OrderTerms => ({
    timeInForce,
    postOnly,
    trailAmount: trail.amount,
    trailRate: trail.rate,
  })
  switch (orderType) {
    case 'mkt':
      return { type: OrderType.market, terms: null }
    case 'lmt':
      return { type: OrderType.limit, terms: null }
    case 'post':
      return { type: OrderType.limit, terms: terms(TimeInForce.gtc, true) }
    case 'ioc':
      return { type: OrderType.limit, terms: terms(TimeInForce.ioc) }
    case 'fok':
      return { type: OrderType.limit, terms: terms(TimeInForce.fok) }
    case 'stp':
      return { type: hasLimit ? OrderType.stopLimit : OrderType.stop, terms: null }
    case 'take_profit':
      return { type: hasLimit ? OrderType.takeProfitLimit : OrderType.takeProfit, terms: null }
    case 'trailing_stop':
      return { type: OrderType.trailingStop, terms: terms(TimeInForce.gtc) }
    default:
      throw new OrderRefusal('invalidOrderType')
  }
}

/** An amount above zero on its step. */
function amount(text: string | null, scale: number, step: string, status: string): Dec {
  if (text === null || !/^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text)) throw new OrderRefusal(status)
  const value = decFromNumber(Number(text), scale)
  const unit = parseDec(step, scale)
  if (value <= 0 || (unit > 1 && value % unit !== 0)) throw new OrderRefusal(status)
  return value
}

/** By `orderId`, `order_id` or `cliOrdId`; null where there never was such an order. */
function orderBy({ desk, form }: FuturesCall): BookOrder | null {
  const id = form.get('order_id') ?? form.get('orderId')
  const clientId = form.get('cliOrdId')
  if (id !== null) return desk.byId.get(id) ?? null
  if (clientId === null) throw new FuturesError('requiredArgumentMissing')
  return [...desk.byId.values()].findLast(({ spec }) => spec.clientId === clientId) ?? null
}

export function cancelOrder(call: FuturesCall): unknown {
  const { desk, form, nowMs } = call
  const order = orderBy(call)
  const receivedTime = iso(nowMs)
  const asked = form.get('order_id')
  if (order === null || !isLiveOrder(order)) {
    const status = order?.status === 'filled' ? 'filled' : 'notFound'
    return { cancelStatus: { status, ...(asked === null ? {} : { order_id: asked }), receivedTime } }
  }
  desk.cancel(order, nowMs)
  return { cancelStatus: { status: 'cancelled', ...cancelBody(call, order), receivedTime } }
}

function cancelBody({ desk, world }: FuturesCall, order: BookOrder): Record<string, unknown> {
  const market = world.markets.all[order.spec.instrument]!
  const event = {
    type: 'CANCEL',
    uid: order.id,
    order: eventOrder(order, market, desk.instruments[market.index]!),
    reducedQuantity: null,
  }
  const { clientId } = order.spec
  return { order_id: order.id, ...(clientId === null ? {} : { cliOrdId: clientId }), orderEvents: [event] }
}

export function cancelAllOrders(call: FuturesCall): unknown {
  const { desk, form, world, nowMs } = call
  const symbol = form.get('symbol')
  const market = symbol === null ? null : world.markets.find(symbol)
  const found = [...desk.live].filter((one) => market === null || one.spec.instrument === market.index)
  const bodies = found.map((one) => {
    desk.cancel(one, nowMs)
    return cancelBody(call, one)
  })
  return {
    cancelStatus: {
      receivedTime: iso(nowMs),
      cancelOnly: symbol ?? 'all',
      status: found.length === 0 ? 'noOrdersToCancel' : 'cancelled',
      cancelledOrders: found.map(({ id, spec }) => ({ order_id: id, cliOrdId: spec.clientId })),
      orderEvents: bodies.flatMap((one) => one['orderEvents'] as unknown[]),
    },
  }
}

export function cancelAllOrdersAfter({ desk, form, world, nowMs }: FuturesCall): unknown {
  const seconds = Number(form.get('timeout') ?? Number.NaN)
  if (!Number.isFinite(seconds) || seconds < 0) throw new FuturesError('invalidArgument: timeout')
  const atMs = seconds === 0 ? null : nowMs + seconds * 1000
  world.setDeadMan(desk.account, atMs)
  return { status: { currentTime: iso(nowMs), triggerTime: atMs === null ? '0' : iso(atMs) } }
}

/** Size, limit and trigger of a live order. */
export function editOrder(call: FuturesCall): unknown {
  const { desk, form, world, nowMs } = call
  const order = orderBy(call)
  const receivedTime = iso(nowMs)
  const asked = form.get('orderId')
  const refuse = (status: string): unknown => ({
    editStatus: { status, ...(asked === null ? {} : { orderId: asked }), receivedTime, orderEvents: [] },
  })
  if (order === null || !isLiveOrder(order))
    return refuse(order?.status === 'filled' ? 'filled' : 'orderForEditNotFound')
  const market = world.markets.all[order.spec.instrument]!
  const instrument = desk.instruments[market.index]!
  const record = world.markets.floor.rulebook(market.symbol, nowMs)
  try {
    checkDeadline(call)
    const old = eventOrder(order, market, instrument)
    const pick = (name: string, now: Dec, scale: number, step: string, status: string): Dec => {
      const text = form.get(name)
      return text === null ? now : amount(text, scale, step, status)
    }
    const { spec } = order
    if (form.has('stopPrice') && spec.stopPrice === 0) throw new OrderRefusal('orderForEditNotAStop')
    const changed: OrderSpec = {
      ...spec,
      quantity: pick('size', spec.quantity, instrument.qtyDec, record.step, 'invalidSize'),
      limitPrice: pick('limitPrice', spec.limitPrice, instrument.pxDec, record.tick, 'invalidPrice'),
      stopPrice: pick('stopPrice', spec.stopPrice, instrument.pxDec, record.tick, 'invalidPrice'),
    }
    if (changed.quantity <= order.filled) throw new OrderRefusal('invalidSize')
    const code = desk.amend(order, changed, nowMs)
    if (code !== RejectCode.none) throw new OrderRefusal(statusOf(code))
    const event = { type: 'EDIT', old, new: eventOrder(order, market, instrument), reducedQuantity: null }
    return { editStatus: { status: 'edited', orderId: order.id, receivedTime, orderEvents: [event] } }
  } catch (error) {
    if (!(error instanceof OrderRefusal)) throw error
    return refuse(error.message)
  }
}

/** Sets the account's leverage; it has one for all of its contracts, and changes it while it has no position. */
export function setLeverage({ desk, form, world, nowMs }: FuturesCall): unknown {
  const market = world.markets.find(form.get('symbol') ?? undefined)
  const { margin } = desk.venue
  if (margin === null) throw new FuturesError('invalidArgument: maxLeverage')
  const most = world.markets.floor.setup.leverages(market.symbol, nowMs)[0] ?? 1
  const text = form.get('maxLeverage')
  const leverage = text === null || text === '' ? most : Number(text)
  if (!(leverage >= 1) || leverage > most) throw new FuturesError('invalidArgument: maxLeverage')
  if (desk.hooks.refusesLeverage()) throw new FuturesError('leverage cannot be set now')
  if (leverage === margin.state.leverage) return {}
  if (margin.state.open().length > 0 || desk.live.size > 0) {
    throw new FuturesError('leverage cannot change while a position or an order is open')
  }
  desk.venue.setLeverage(leverage, decFromNumber(leverage, 12))
  return {}
}
