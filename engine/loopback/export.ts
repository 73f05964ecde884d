/** The exchange's own account of what happened, for judging clients from outside: exact texts, our names. */

import { formatDec } from '../core/dec.ts'
import { REJECT_NAMES } from '../core/fact.ts'
import { OrderType, Side } from '../core/order.ts'
import type { BookOrder } from './book.ts'
import type { Desk } from './desk.ts'
import type { Exchange, FloorName } from './exchange.ts'

const TYPE_NAMES = Object.fromEntries(Object.entries(OrderType).map(([name, type]) => [type, name]))

export interface ExportedOrder {
  readonly floor: FloorName
  readonly account: string
  readonly id: string
  readonly clientId: string | null
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly type: string
  readonly quantity: string
  readonly limitPrice: string | null
  readonly stopPrice: string | null
  readonly reduceOnly: boolean
  readonly status: string
  readonly reason: string | null
  readonly code: string
  readonly filled: string
  readonly cost: string
  readonly fee: string
  readonly placedMs: number
  readonly endedMs: number | null
  readonly liquidation: boolean
  readonly manual: boolean
  readonly parent: string | null
}

export interface ExportedTrade {
  readonly floor: FloorName
  readonly account: string
  readonly id: string
  readonly number: number
  readonly orderId: string
  readonly clientId: string | null
  readonly symbol: string
  readonly side: 'buy' | 'sell'
  readonly quantity: string
  readonly price: string
  readonly value: string
  readonly fee: string
  readonly feeBase: string
  readonly maker: boolean
  readonly liquidation: boolean
  readonly manual: boolean
  readonly atMs: number
}

export interface ExchangeExport {
  readonly nowMs: number
  readonly orders: readonly ExportedOrder[]
  readonly trades: readonly ExportedTrade[]
  /** By floor and account: currencies and signed positions. */
  readonly balances: readonly {
    readonly floor: FloorName
    readonly account: string
    readonly cash: string
    readonly holdings: Readonly<Record<string, string>>
    readonly positions: Readonly<Record<string, string>>
  }[]
}

export function exportExchange(exchange: Exchange): ExchangeExport {
  const nowMs = exchange.nowMs()
  const desks = exchange.floors.flatMap(({ name, floor }) => [...floor.desks.values()].map((desk) => ({ name, desk })))
  return {
    nowMs,
    orders: desks.flatMap(({ name, desk }) => [...desk.byId.values()].map((one) => exportOrder(name, desk, one))),
    trades: desks.flatMap(({ name, desk }) => exportTrades(name, desk)),
    balances: desks.map(({ name, desk }) => exportBalances(name, desk)),
  }
}

function exportOrder(floor: FloorName, desk: Desk, order: BookOrder): ExportedOrder {
  const { spec } = order
  const { symbol, pxDec, qtyDec, quoteDec } = desk.instruments[spec.instrument]!
  return {
    floor,
    account: order.account,
    id: order.id,
    clientId: spec.clientId,
    symbol,
    side: spec.side === Side.buy ? 'buy' : 'sell',
    type: TYPE_NAMES[spec.type]!,
    quantity: formatDec(spec.quantity, qtyDec),
    limitPrice: spec.limitPrice === 0 ? null : formatDec(spec.limitPrice, pxDec),
    stopPrice: spec.stopPrice === 0 ? null : formatDec(spec.stopPrice, pxDec),
    reduceOnly: spec.reduceOnly,
    status: order.status,
    reason: order.reason,
    code: REJECT_NAMES[order.code]!,
    filled: formatDec(order.filled, qtyDec),
    cost: formatDec(order.cost, quoteDec),
    fee: formatDec(order.fee, quoteDec),
    placedMs: order.placedMs,
    endedMs: order.endedMs,
    liquidation: order.liquidation,
    manual: order.manual,
    parent: order.parent,
  }
}

function exportTrades(floor: FloorName, desk: Desk): ExportedTrade[] {
  return desk.trades.map((one) => {
    const { symbol, pxDec, qtyDec, quoteDec } = desk.instruments[one.instrument]!
    return {
      floor,
      account: desk.account,
      id: one.id,
      number: one.number,
      orderId: one.order.id,
      clientId: one.order.spec.clientId,
      symbol,
      side: one.side === Side.buy ? 'buy' : 'sell',
      quantity: formatDec(one.quantity, qtyDec),
      price: formatDec(one.price, pxDec),
      value: formatDec(one.value, quoteDec),
      fee: formatDec(one.fee, quoteDec),
      feeBase: formatDec(one.feeBase, qtyDec),
      maker: one.maker,
      liquidation: one.order.liquidation,
      manual: one.order.manual,
      atMs: one.atMs,
    }
  })
}

function exportBalances(floor: FloorName, desk: Desk): ExchangeExport['balances'][number] {
  const { account } = desk.venue
  const of = (isSpot: boolean): Record<string, string> =>
    Object.fromEntries(
      desk.instruments.flatMap(({ id, kind, symbol, qtyDec }) =>
        (kind === 'spot') === isSpot ? [[symbol, formatDec(account.base[id]!, qtyDec)]] : [],
      ),
    )
  const cash = formatDec(account.cash, desk.instruments[0]!.quoteDec)
  return { floor, account: desk.account, cash, holdings: of(true), positions: of(false) }
}
