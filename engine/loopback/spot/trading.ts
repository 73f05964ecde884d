/** Kraken's trading calls: AddOrder and its batch, AmendOrder, EditOrder, cancels, the dead man's switch. */

import { type Dec, ZERO } from '../../core/dec.ts'
import { OrderType, Side } from '../../core/order.ts'
import { type BookOrder, isLiveOrder, type OrderSpec, remainingOf } from '../book.ts'
import type { Desk } from '../desk.ts'
import { KrakenError, krakenError } from './errors.ts'
import { type Form, formOf, isOn } from './form.ts'
import type { SpotMarket } from './markets.ts'
import { closeText, descriptionText, type Scale } from './order-text.ts'
import { checkMinimums, type ParseWorld, parseOrder } from './parse-order.ts'
import { isoSeconds } from './public.ts'
import type { SpotCall } from './world.ts'

export function addOrder(call: SpotCall): unknown {
  checkDeadline(call)
  return addOne(call, call.form, call.world.markets.find(call.form.fields.get('pair')))
}

export function addOrderBatch(call: SpotCall): unknown {
  checkDeadline(call)
  const market = call.world.markets.find(call.form.fields.get('pair'))
  const orders = call.form.lists.get('orders') ?? []
  if (orders.length < 2 || orders.length > 15) throw new KrakenError('EGeneral:Invalid arguments:orders')
  return {
    orders: orders.map((one) => {
      try {
        return addOne(call, formOf(one), market)
      } catch (error) {
        if (!(error instanceof KrakenError)) throw error
        return { error: error.message }
      }
    }),
  }
}

function addOne(call: SpotCall, form: Form, market: SpotMarket): Record<string, unknown> {
  const { desk, world, nowMs } = call
  const spec = parseOrder(form, parseWorld(call, market, form.fields.has('leverage')))
  checkStatus(call, market, spec)
  checkClientId(desk, spec.clientId)
  setLeverage(call, spec)
  const scale = scaleOf(call, market)
  const descr = {
    order: descriptionText(spec, market, scale),
    ...(spec.follow === null ? {} : { close: closeText(spec.follow, scale) }),
  }
  if (isOn(form, 'validate') || isOn(call.form, 'validate')) return { descr }
  world.limits.order(desk.account, market.id, 'add')
  const placed = desk.place(spec, nowMs)
  if (typeof placed === 'number') throw krakenError(placed)
  return { descr, txid: [placed.id] }
}

export function parseWorld({ desk, world, nowMs }: SpotCall, market: SpotMarket, leveraged: boolean): ParseWorld {
  const { floor } = world.markets
  const id = leveraged && market.margin !== null ? market.margin : market.index
  return {
    market,
    terms: world.markets.terms(market, nowMs),
    instrument: desk.instruments[id]!,
    last: floor.tape.last(market.index, nowMs),
    takerRate: floor.fees.get(desk.account)!.rate(id, nowMs, false),
    leverages: floor.setup.leverages(market.symbol, nowMs),
    nowMs,
  }
}

export function scaleOf({ desk, world, nowMs }: SpotCall, market: SpotMarket): Scale {
  return { instrument: desk.instruments[market.index]!, pairDecimals: world.markets.terms(market, nowMs).pairDecimals }
}

/** A request that comes after its deadline is not carried out. */
function checkDeadline({ form, nowMs }: SpotCall): void {
  const text = form.fields.get('deadline')
  if (text === undefined) return
  const deadlineMs = Date.parse(text)
  if (Number.isNaN(deadlineMs)) throw new KrakenError('EGeneral:Invalid arguments:deadline')
  if (nowMs > deadlineMs) throw new KrakenError('EService:Deadline elapsed')
}

function checkStatus({ world }: SpotCall, market: SpotMarket, spec: OrderSpec): void {
  const status = world.markets.statusOf(market)
  const { status: whole } = world
  for (const one of [whole, status]) {
    if (one === 'maintenance') throw new KrakenError('EService:Unavailable')
    if (one === 'cancel_only') throw new KrakenError('EService:Market in cancel_only mode')
    if (one === 'post_only' && spec.terms?.postOnly !== true) {
      throw new KrakenError('EService:Market in post_only mode')
    }
    if (one === 'limit_only' && spec.type !== OrderType.limit) {
      throw new KrakenError('EService:Market in limit_only mode')
    }
    if (one === 'reduce_only' && !spec.reduceOnly) throw new KrakenError('EService:Market in reduce_only mode')
  }
}

/** Unique among the account's open orders: an ended order's id is free again. */
function checkClientId(desk: Desk, clientId: string | null): void {
  if (clientId === null) return
  for (const { spec } of desk.live) {
    if (spec.clientId === clientId && !desk.hooks.ignoresIds())
      throw new KrakenError('EOrder:Invalid cl_ord_id:Duplicate')
  }
}

/** An account has one leverage at a time: it changes with the first order while nothing leveraged is open. */
function setLeverage({ desk }: SpotCall, spec: OrderSpec): void {
  const asked = Number(spec.meta['leverage'] ?? '0')
  const { margin } = desk.venue
  if (asked === 0 || margin === null) return
  if (desk.hooks.refusesLeverage()) throw new KrakenError('EOrder:Margin allowance exceeded')
  if (margin.state.leverage === asked) return
  const isBusy =
    desk.instruments.some(({ id, kind }) => kind === 'margin' && desk.venue.account.base[id] !== 0) ||
    [...desk.live].some((one) => one.spec.meta['leverage'] !== undefined)
  if (isBusy) {
    // What only makes a position smaller needs no leverage of its own.
    const held = desk.venue.account.base[spec.instrument]!
    if (held * spec.side < 0 && spec.quantity <= Math.abs(held)) return
    throw new KrakenError('EGeneral:Invalid arguments:leverage')
  }
  desk.venue.setLeverage(asked, (asked * 1e12) as Dec)
}

/** By `txid` (also a userref), or `cl_ord_id`. Orders that have ended are unknown. */
function liveBy({ desk, form }: SpotCall): readonly BookOrder[] {
  const txid = form.fields.get('txid')
  const clientId = form.fields.get('cl_ord_id')
  return [...desk.live].filter(
    (one) =>
      (txid !== undefined && (one.id === txid || one.spec.meta['userref'] === txid)) ||
      (clientId !== undefined && one.spec.clientId === clientId),
  )
}

export function cancelOrder(call: SpotCall): unknown {
  const found = liveBy(call)
  if (found.length === 0) throw new KrakenError('EOrder:Unknown order')
  let count = 0
  for (const one of found) if (cancelOne(call, one)) count += 1
  // All of them filled in this very moment.
  if (count === 0) throw new KrakenError('EOrder:Unknown order')
  return { count }
}

function cancelOne({ desk, world, nowMs }: SpotCall, order: BookOrder): boolean {
  const market = world.markets.of(order.spec.instrument)
  world.limits.order(desk.account, market.id, 'cancel', nowMs - order.placedMs)
  return desk.cancel(order, nowMs)
}

export function cancelOrderBatch(call: SpotCall): unknown {
  const ids = (call.form.lists.get('orders') ?? []).map((one) =>
    typeof one === 'object' && one !== null ? String((one as { txid?: unknown }).txid) : String(one),
  )
  if (ids.length > 50) throw new KrakenError('EGeneral:Invalid arguments:orders')
  const found = [...call.desk.live].filter((one) => ids.includes(one.id) || ids.includes(one.spec.clientId ?? ''))
  for (const one of found) cancelOne(call, one)
  return { count: found.length }
}

export function cancelAll(call: SpotCall): unknown {
  const found = [...call.desk.live]
  for (const one of found) cancelOne(call, one)
  return { count: found.length }
}

/** Arms the dead man's switch, or disarms it with 0. */
export function cancelAllOrdersAfter({ desk, form, world, nowMs }: SpotCall): unknown {
  const seconds = Number(form.fields.get('timeout') ?? Number.NaN)
  if (!Number.isFinite(seconds) || seconds < 0 || seconds > 86_400) {
    throw new KrakenError('EGeneral:Invalid arguments:timeout')
  }
  const atMs = seconds === 0 ? null : nowMs + seconds * 1000
  world.setDeadMan(desk.account, atMs)
  return { currentTime: isoSeconds(nowMs), triggerTime: atMs === null ? '0' : isoSeconds(atMs) }
}

/** Quantity, limit and trigger of a live order, which keeps its id and its fills. */
export function amendOrder(call: SpotCall): unknown {
  checkDeadline(call)
  const { desk, form, world, nowMs } = call
  const order = liveBy(call)[0]
  if (order === undefined) throw new KrakenError('EOrder:Unknown order')
  const market = world.markets.of(order.spec.instrument)
  const spec = amended(call, market, order, form)
  world.limits.order(desk.account, market.id, 'amend', nowMs - order.placedMs)
  const code = desk.amend(order, spec, nowMs)
  if (code !== 0) throw krakenError(code)
  return { amend_id: world.ids.kraken('T') }
}

function amended(call: SpotCall, market: SpotMarket, order: BookOrder, form: Form): OrderSpec {
  const { spec } = order
  const has = (name: string): string | undefined => form.fields.get(name)
  const isLimit = spec.limitPrice > 0
  if (has('limit_price') !== undefined && !isLimit) throw new KrakenError('EGeneral:Invalid arguments:limit_price')
  if (has('trigger_price') !== undefined && spec.stopPrice === 0) {
    throw new KrakenError('EGeneral:Invalid arguments:trigger_price')
  }
  const world = parseWorld(call, market, spec.meta['leverage'] !== undefined)
  const text = textOf(call, market, spec)
  const quantity = has('order_qty') ?? text.quantity
  const parsed = parseOrder(
    asForm(spec, {
      volume: quantity,
      price: spec.stopPrice > 0 ? (has('trigger_price') ?? text.stop) : (has('limit_price') ?? text.limit),
      price2: has('limit_price') ?? text.limit,
    }),
    world,
  )
  if (parsed.quantity <= order.filled) throw new KrakenError('EOrder:Invalid order_qty')
  const isPost = isOn(form, 'post_only')
  const terms =
    isPost && spec.terms === null
      ? { timeInForce: 1 as const, postOnly: true, trailAmount: ZERO, trailRate: ZERO }
      : spec.terms
  return { ...spec, quantity: parsed.quantity, limitPrice: parsed.limitPrice, stopPrice: parsed.stopPrice, terms }
}

function textOf(
  call: SpotCall,
  market: SpotMarket,
  spec: OrderSpec,
): { quantity: string; limit: string; stop: string } {
  const { instrument } = scaleOf(call, market)
  const { pxDec, qtyDec } = instrument
  const plain = (units: Dec, k: number): string => world10(units, k)
  return {
    quantity: plain(spec.quantity, qtyDec),
    limit: plain(spec.limitPrice, pxDec),
    stop: plain(spec.stopPrice, pxDec),
  }
}

function world10(units: Dec, k: number): string {
  const digits = String(units).padStart(k + 1, '0')
  return k === 0 ? digits : `${digits.slice(0, -k)}.${digits.slice(-k)}`.replace(/\.?0+$/, '')
}

const NAMES = [
  '',
  'market',
  'limit',
  'stop-loss',
  'stop-loss-limit',
  'take-profit',
  'take-profit-limit',
  'trailing-stop',
]

/** The fields of AddOrder that an order of this kind came with. */
function asForm(spec: OrderSpec, changes: Readonly<Record<string, string>>): Form {
  const fields = new Map<string, string>([
    ['type', spec.side === Side.buy ? 'buy' : 'sell'],
    ['ordertype', NAMES[spec.type]!],
    ...Object.entries(changes),
  ])
  if (spec.meta['leverage'] !== undefined) fields.set('leverage', spec.meta['leverage'])
  if (spec.type === OrderType.trailingStop) fields.set('price', spec.meta['price']!)
  return { fields, lists: new Map() }
}

/** Ends an order and places it anew with what the form changes: a new id, what was left of it. */
export function editOrder(call: SpotCall): unknown {
  checkDeadline(call)
  const { desk, form, world, nowMs } = call
  const order = liveBy(call)[0]
  if (order === undefined) throw new KrakenError('EOrder:Unknown order')
  const market = world.markets.of(order.spec.instrument)
  if (form.fields.has('pair') && world.markets.find(form.fields.get('pair')) !== market) {
    throw new KrakenError('EOrder:Unknown order')
  }
  const text = textOf(call, market, { ...order.spec, quantity: remainingOf(order) })
  const changes = {
    volume: form.fields.get('volume') ?? text.quantity,
    price: form.fields.get('price') ?? (order.spec.stopPrice > 0 ? text.stop : text.limit),
    price2: form.fields.get('price2') ?? text.limit,
  }
  const parse = parseWorld(call, market, order.spec.meta['leverage'] !== undefined)
  const parsed = parseOrder(asForm(order.spec, changes), parse)
  const spec: OrderSpec = {
    ...order.spec,
    quantity: parsed.quantity,
    limitPrice: parsed.limitPrice,
    stopPrice: parsed.stopPrice,
    // Kraken drops the client's id on an edit.
    clientId: null,
  }
  checkMinimums(spec, parse)
  const scale = scaleOf(call, market)
  const descr = { order: descriptionText(spec, market, scale) }
  if (isOn(form, 'validate')) return { descr, status: 'ok' }
  world.limits.order(desk.account, market.id, 'edit', nowMs - order.placedMs)
  if (!desk.cancel(order, nowMs, 'Order replaced')) throw new KrakenError('EOrder:Unknown order')
  const placed = desk.place(spec, nowMs)
  if (typeof placed === 'number') throw krakenError(placed)
  return {
    status: 'ok',
    txid: placed.id,
    originaltxid: order.id,
    volume: changes.volume,
    price: changes.price,
    orders_cancelled: 1,
    descr,
  }
}

/** Whether nothing more can come of it. */
export function hasEnded(order: BookOrder): boolean {
  return !isLiveOrder(order)
}
