/**
 * Kraken's websocket, version 2: channels `ohlc` (public) and `executions` (with a token), status on connecting,
 * heartbeats, ping. One object a connection, without a socket: `send` is handed in.
 */

import { decToNumber } from '../../core/dec.ts'
import { Side, TimeInForce } from '../../core/order.ts'
import { type BookEvent, type BookOrder, type BookTrade, remainingOf } from '../book.ts'
import type { Desk } from '../desk.ts'
import type { Exchange } from '../exchange.ts'
import type { TapeCandle } from '../tape.ts'
import type { SpotMarket } from './markets.ts'
import { averagePrice, KRAKEN_TYPES } from './order-text.ts'
import type { SpotWorld } from './world.ts'

/** Minutes of a candle. */
const INTERVALS = [1, 5, 15, 30, 60, 240, 1440, 10080, 21600]
const SNAPSHOT_ROWS = 720
const SNAPSHOT_TRADES = 50

interface OhlcSubscription {
  readonly market: SpotMarket
  readonly minutes: number
  /** Up to when it has been told. */
  toldMs: number
}

interface Asked {
  readonly method?: unknown
  readonly req_id?: unknown
  readonly params?: Readonly<Record<string, unknown>>
}

export interface SocketParts {
  readonly exchange: Exchange
  readonly world: SpotWorld
  /** The account that a token is of; null for none. */
  readonly accountOf: (token: string) => string | null
  readonly send: (message: unknown) => void
}

export class SpotSocket {
  /** Account whose executions are told; null for none. */
  account: string | null = null
  private readonly parts: SocketParts
  private readonly ohlc: OhlcSubscription[] = []
  private sequence = 0

  constructor(parts: SocketParts) {
    this.parts = parts
    const system = parts.world.status
    const data = [{ version: '2.0.10', system, api_version: 'v2', connection_id: Math.floor(performance.now() * 1e6) }]
    parts.send({ channel: 'status', type: 'update', data })
  }

  /** Whether anything is subscribed: only then hearts beat. */
  get isSubscribed(): boolean {
    return this.ohlc.length > 0 || this.account !== null
  }

  hear(text: string): void {
    const timeIn = this.time()
    let asked: Asked
    try {
      asked = JSON.parse(text) as Asked
    } catch {
      this.parts.send({ error: 'Malformed request', success: false, time_in: timeIn, time_out: this.time() })
      return
    }
    const { method, req_id, params = {} } = asked
    const answer = (more: object): void => {
      const id = req_id === undefined ? {} : { req_id }
      this.parts.send({
        method: method === 'ping' ? 'pong' : method,
        ...id,
        ...more,
        time_in: timeIn,
        time_out: this.time(),
      })
    }
    if (method === 'ping') answer({})
    else if (method === 'subscribe') this.subscribe(params, answer)
    else if (method === 'unsubscribe') this.unsubscribe(params, answer)
    else answer({ error: 'Unsupported method', success: false })
  }

  private subscribe(params: Readonly<Record<string, unknown>>, answer: (more: object) => void): void {
    const refuse = (error: string): void => answer({ error, success: false })
    const { channel } = params
    if (channel === 'executions') this.subscribeExecutions(params, answer)
    else if (channel === 'ohlc') this.subscribeOhlc(params, answer, refuse)
    else refuse(`Subscription to ${String(channel)} is not supported`)
  }

  private subscribeExecutions(params: Readonly<Record<string, unknown>>, answer: (more: object) => void): void {
    const account = this.parts.accountOf(String(params['token']))
    if (account === null) {
      answer({ error: 'EAPI:Invalid token', success: false })
      return
    }
    this.account = account
    answer({ result: { channel: 'executions', snapshot: params['snap_trades'] === true }, success: true })
    this.snapshotOfOrders(account, params)
  }

  private subscribeOhlc(
    params: Readonly<Record<string, unknown>>,
    answer: (more: object) => void,
    refuse: (error: string) => void,
  ): void {
    const minutes = Number(params['interval'] ?? 1)
    const { tape } = this.parts.world.markets.floor
    if (!INTERVALS.includes(minutes) || (minutes * 60_000) % tape.grid.timeframeMs !== 0) {
      refuse('Unsupported interval')
      return
    }
    for (const symbol of Array.isArray(params['symbol']) ? params['symbol'] : []) {
      const market = this.parts.world.markets.all.find((one) => one.symbol === symbol)
      if (market === undefined) {
        refuse(`Currency pair not supported ${String(symbol)}`)
        continue
      }
      this.follow(market, minutes, params['snapshot'] !== false, answer)
    }
  }

  private follow(market: SpotMarket, minutes: number, wantsSnapshot: boolean, answer: (more: object) => void): void {
    const nowMs = this.parts.exchange.nowMs()
    this.ohlc.push({ market, minutes, toldMs: nowMs })
    const { symbol } = market
    answer({ result: { channel: 'ohlc', symbol, interval: minutes, snapshot: wantsSnapshot }, success: true })
    if (!wantsSnapshot) return
    const { tape } = this.parts.world.markets.floor
    const candles = tape.candles(market.index, minutes * 60_000, 0, nowMs, SNAPSHOT_ROWS)
    this.tellCandles('snapshot', market, minutes, candles)
  }

  private unsubscribe(params: Readonly<Record<string, unknown>>, answer: (more: object) => void): void {
    const { channel } = params
    if (channel === 'executions') this.account = null
    else {
      const symbols = Array.isArray(params['symbol']) ? params['symbol'] : []
      const minutes = Number(params['interval'] ?? 1)
      const kept = this.ohlc.filter((one) => !(symbols.includes(one.market.symbol) && one.minutes === minutes))
      this.ohlc.splice(0, this.ohlc.length, ...kept)
    }
    answer({ result: { channel }, success: true })
  }

  /** Candles that have closed or begun since the last look. */
  tellTime(nowMs: number): void {
    const { tape } = this.parts.world.markets.floor
    for (const one of this.ohlc) {
      const intervalMs = one.minutes * 60_000
      const fromMs = Math.floor(one.toldMs / intervalMs) * intervalMs
      const changed = tape
        .candles(one.market.index, intervalMs, fromMs, nowMs, SNAPSHOT_ROWS)
        .filter(({ openMs, forming }) => forming || openMs + intervalMs > one.toldMs)
      if (nowMs === one.toldMs || changed.length === 0) continue
      one.toldMs = nowMs
      for (const candle of changed) this.tellCandles('update', one.market, one.minutes, [candle])
    }
  }

  private tellCandles(type: string, { symbol }: SpotMarket, minutes: number, candles: readonly TapeCandle[]): void {
    const data = candles.map((one) => ({
      symbol,
      open: one.open,
      high: one.high,
      low: one.low,
      close: one.close,
      trades: one.bars,
      volume: one.volume,
      vwap: (one.high + one.low + one.close) / 3,
      interval_begin: nanoseconds(one.openMs),
      interval: minutes,
      timestamp: `${new Date(one.openMs + minutes * 60_000).toISOString().slice(0, -1)}000Z`,
    }))
    this.parts.send({ channel: 'ohlc', type, timestamp: this.time(), data })
  }

  /** What happened to an order of the account. */
  tellEvent(event: BookEvent): void {
    if (event.kind === 'entry') return
    const { order } = event
    if (event.kind === 'trade') this.tell([this.execution(order, 'trade', event.atMs, event.trade)])
    else {
      const type = event.kind === 'new' ? 'new' : event.kind === 'amended' ? 'amended' : endType(order)
      this.tell([this.execution(order, type, event.atMs, null)])
    }
  }

  private tell(data: readonly unknown[], type = 'update'): void {
    this.sequence += 1
    this.parts.send({ channel: 'executions', type, data, sequence: this.sequence })
  }

  private snapshotOfOrders(account: string, params: Readonly<Record<string, unknown>>): void {
    const desk = this.desk(account)
    if (desk === null) return
    const orders =
      params['snap_orders'] === false
        ? []
        : [...desk.live].map((one) => this.execution(one, 'new', one.changedMs, null))
    const trades =
      params['snap_trades'] !== true
        ? []
        : desk.trades.slice(-SNAPSHOT_TRADES).map((one) => this.execution(one.order, 'trade', one.atMs, one))
    this.tell([...orders, ...trades], 'snapshot')
  }

  private desk(account: string): Desk | null {
    return this.parts.exchange.spot?.desks.get(account) ?? null
  }

  private execution(order: BookOrder, type: string, atMs: number, trade: BookTrade | null): Record<string, unknown> {
    const desk = this.desk(order.account)!
    const instrument = desk.instruments[order.spec.instrument]!
    const market = this.parts.world.markets.of(order.spec.instrument)
    const { spec } = order
    const { pxDec, qtyDec, quoteDec } = instrument
    return {
      order_id: order.id,
      ...(spec.clientId === null ? {} : { cl_ord_id: spec.clientId }),
      ...(spec.meta['userref'] === undefined ? {} : { order_userref: Number(spec.meta['userref']) }),
      exec_type: type,
      symbol: market.symbol,
      side: spec.side === Side.buy ? 'buy' : 'sell',
      order_type: KRAKEN_TYPES[spec.type],
      order_qty: decToNumber(spec.quantity, qtyDec),
      ...(spec.limitPrice > 0 ? { limit_price: decToNumber(spec.limitPrice, pxDec) } : {}),
      ...(spec.stopPrice > 0 ? { triggers: { price: decToNumber(spec.stopPrice, pxDec), reference: 'last' } } : {}),
      order_status: statusOf(order),
      time_in_force: timeInForce(spec.terms?.timeInForce),
      cum_qty: decToNumber(order.filled, qtyDec),
      cum_cost: decToNumber(order.cost, quoteDec),
      avg_price: decToNumber(averagePrice(order, instrument), pxDec),
      leaves_qty: decToNumber(remainingOf(order), qtyDec),
      ...(order.reason === null || type !== 'canceled' ? {} : { reason: order.reason }),
      ...(trade === null
        ? {}
        : {
            exec_id: trade.id,
            trade_id: trade.number,
            last_qty: decToNumber(trade.quantity, qtyDec),
            last_price: decToNumber(trade.price, pxDec),
            cost: decToNumber(trade.value, quoteDec),
            liquidity_ind: trade.maker ? 'm' : 't',
            fees: [
              trade.feeBase > 0
                ? { asset: market.base, qty: decToNumber(trade.feeBase, qtyDec) }
                : { asset: market.quote, qty: decToNumber(trade.fee, quoteDec) },
            ],
          }),
      timestamp: nanoseconds(trade?.atMs ?? atMs),
    }
  }

  private time(): string {
    return nanoseconds(this.parts.exchange.nowMs())
  }
}

function endType({ status }: BookOrder): string {
  if (status === 'filled') return 'filled'
  return status === 'expired' ? 'expired' : 'canceled'
}

function statusOf({ status, filled }: BookOrder): string {
  if (status === 'cancelled') return 'canceled'
  if (status === 'pending') return 'pending_new'
  if (status === 'open') return filled > 0 ? 'partially_filled' : 'new'
  return status
}

function timeInForce(time: TimeInForce | undefined): string {
  if (time === TimeInForce.ioc) return 'IOC'
  if (time === TimeInForce.fok) return 'FOK'
  return time === TimeInForce.gtd ? 'GTD' : 'GTC'
}

/** Kraken's stamps have nine places. */
function nanoseconds(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000000Z`
}
