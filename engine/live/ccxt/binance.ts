/**
 * Binance spot. The window in which a request is valid is the deadline: it is checked again before the matching engine.
 * Client ids are unique among open orders only. Trades are told symbol by symbol, so that only those of the symbols
 * asked for are known.
 */

import { OrderType, Side, TimeInForce } from '../../core/order.ts'
import { TIMES_IN_FORCE } from '../../core/order-profile.ts'
import {
  type ExchangeAbilities,
  ExchangeError,
  type ExchangePort,
  type KeyRights,
  type OrderKey,
  type OutgoingOrder,
  type VenueBalance,
  type VenueCandle,
  type VenueOrder,
  type VenueTrade,
} from '../exchange.ts'
import { Adapter, inOrder, type NamedMarket, PUBLIC, READ } from './adapter.ts'
import * as replies from './binance-replies.ts'
import { BINANCE_RULES, binanceWords } from './binance-words.ts'
import type { OrderFeatures } from './check-order.ts'
import type { Call, Client, ClientProfile } from './client.ts'
import { add } from './plain.ts'
import { readReply } from './reply.ts'

/** How long a request stays valid, ms; ccxt's default is twice as long. The venue's longest is a minute. */
const WINDOW_MS = 5000
const WINDOW_MAX_MS = 60_000
const DAY_MS = 86_400_000
/** Before this, reading an account's trades from the first on takes fewer calls than day by day. */
const LONG_AGO_MS = 60 * DAY_MS

export const BINANCE_PROFILE: ClientProfile = {
  venue: 'binance',
  needs: ['apiKey', 'secret'],
  nonces: null,
  pace: { capacity: 1000, perSecond: 50 },
  publicPace: { capacity: 1000, perSecond: 50 },
  rules: BINANCE_RULES,
  wordsOf: binanceWords,
  options: { options: { recvWindow: WINDOW_MS } },
}

export const BINANCE_ABILITIES: ExchangeAbilities = {
  // What a resting sell would sell is held for it: there is nothing left for a second one.
  pairs: 'one',
  lookup: 'by-client-id',
  cancelByClientId: true,
  clientIdLength: 36,
  clientIdForm: 'text',
  clientIdUnique: 'open-orders',
  deadline: true,
  amend: false,
  quoteAmount: true,
  cancelAllAfter: false,
  keyRights: true,
  positions: false,
}

const { gtc, ioc, fok } = TimeInForce

export const BINANCE_FEATURES: OrderFeatures = {
  kinds: new Map([
    [OrderType.market, [gtc]],
    [OrderType.limit, [gtc, ioc, fok]],
    [OrderType.stop, [gtc]],
    [OrderType.stopLimit, [gtc]],
    [OrderType.takeProfit, [gtc]],
    [OrderType.takeProfitLimit, [gtc]],
  ]),
  postOnly: true,
  reduceOnly: 'held',
  quoteAmount: true,
  trailAmount: false,
  trailRate: false,
  leverage: false,
}

const INTERVALS: Readonly<Record<number, string>> = {
  60000: '1m',
  180000: '3m',
  300000: '5m',
  900000: '15m',
  1800000: '30m',
  3600000: '1h',
  7200000: '2h',
  14400000: '4h',
  21600000: '6h',
  28800000: '8h',
  43200000: '12h',
  86400000: '1d',
  604800000: '1w',
}

const TYPES: Readonly<Record<number, string>> = {
  [OrderType.market]: 'MARKET',
  [OrderType.limit]: 'LIMIT',
  [OrderType.stop]: 'STOP_LOSS',
  [OrderType.stopLimit]: 'STOP_LOSS_LIMIT',
  [OrderType.takeProfit]: 'TAKE_PROFIT',
  [OrderType.takeProfitLimit]: 'TAKE_PROFIT_LIMIT',
}

export class BinanceExchange extends Adapter<NamedMarket> {
  readonly #traded = new Set<string>()

  constructor(client: Client) {
    super(client, BINANCE_ABILITIES, BINANCE_FEATURES)
  }

  protected override async readMarkets(symbols: readonly string[]): Promise<readonly NamedMarket[]> {
    if (symbols.length === 0) return []
    const ids = symbols.map((symbol) => symbol.replace('/', ''))
    const reply = await this.ask({ ...PUBLIC, cost: 20 }, 'publicGetExchangeInfo', { symbols: JSON.stringify(ids) })
    const { symbols: listed } = readReply(this.venue, 'exchangeInfo', replies.exchangeInfoReply, reply)
    for (const { symbol } of listed) this.#traded.add(symbol)
    return listed.map(replies.binanceMarket)
  }

  async serverTimeMs(): Promise<number> {
    const reply = await this.ask(PUBLIC, 'publicGetTime')
    return readReply(this.venue, 'time', replies.timeReply, reply).serverTime
  }

  async status(): ReturnType<ExchangePort['status']> {
    const reply = await this.ask(PUBLIC, 'sapiGetSystemStatus')
    const { status } = readReply(this.venue, 'system/status', replies.statusReply, reply)
    return status === 0 ? 'online' : 'maintenance'
  }

  override async keyRights(): Promise<KeyRights> {
    const reply = await this.ask(READ, 'sapiGetAccountApiRestrictions')
    const rights = readReply(this.venue, 'apiRestrictions', replies.rightsReply, reply)
    const { enableWithdrawals = null, enableInternalTransfer, permitsUniversalTransfer } = rights
    const moves = enableInternalTransfer === true || permitsUniversalTransfer === true
    return {
      query: rights.enableReading ?? null,
      trade: rights.enableSpotAndMarginTrading ?? null,
      withdraw: moves || enableWithdrawals,
    }
  }

  /** Standard, special and tax commission together; a discount for paying in BNB isn't counted on. */
  async fees(symbol: string): Promise<{ readonly maker: string; readonly taker: string }> {
    const { id } = this.marketOf(symbol)
    const reply = await this.ask({ ...READ, cost: 20 }, 'privateGetAccountCommission', { symbol: id })
    const { standardCommission, specialCommission, taxCommission } = readReply(
      this.venue,
      'account/commission',
      replies.commissionReply,
      reply,
    )
    const sum = (side: 'maker' | 'taker') =>
      [specialCommission, taxCommission].reduce((all, one) => add(all, one?.[side] ?? '0'), standardCommission[side])
    return { maker: sum('maker'), taker: sum('taker') }
  }

  async submit(order: OutgoingOrder): Promise<{ readonly venueId: string }> {
    const { id } = this.check(order)
    const call: Call = { asked: 'submit', side: order.side, deadlineMs: order.deadlineMs }
    const fields = binanceOrderFields(order, id)
    const left = order.deadlineMs === null ? WINDOW_MS : order.deadlineMs - this.client.environment.nowMs()
    const recvWindow = String(Math.max(1, Math.min(WINDOW_MAX_MS, Math.floor(left))))
    const reply = await this.ask(call, 'privatePostOrder', { ...fields, recvWindow })
    return { venueId: readReply(this.venue, 'order', replies.ackReply, reply).orderId }
  }

  async cancel(key: OrderKey): Promise<void> {
    await this.ask({ asked: 'cancel' }, 'privateDeleteOrder', this.#idFields(key))
  }

  async lookup(key: OrderKey): Promise<readonly VenueOrder[]> {
    const fields = this.#idFields({ ...key, venueId: null })
    try {
      const reply = await this.ask({ ...READ, cost: 4 }, 'privateGetOrder', fields)
      return [replies.binanceOrder(readReply(this.venue, 'order', replies.orderReply, reply), this.#symbol)]
    } catch (error) {
      if (error instanceof ExchangeError && error.code === 'UNKNOWN_ORDER') return []
      throw error
    }
  }

  async openOrders(): Promise<readonly VenueOrder[]> {
    const reply = await this.ask({ ...READ, cost: 80 }, 'privateGetOpenOrders')
    const orders = readReply(this.venue, 'openOrders', replies.ordersReply, reply)
    return orders.map((one) => replies.binanceOrder(one, this.#symbol))
  }

  async trades(sinceMs: number): Promise<readonly VenueTrade[]> {
    const all: VenueTrade[] = []
    for (const id of this.#traded) all.push(...(await this.#tradesOf(id, sinceMs)))
    return inOrder(all, sinceMs)
  }

  async balances(): Promise<readonly VenueBalance[]> {
    const reply = await this.ask({ ...READ, cost: 20 }, 'privateGetAccount', { omitZeroBalances: 'true' })
    return replies.binanceBalances(readReply(this.venue, 'account', replies.accountReply, reply))
  }

  async candles(symbol: string, timeframeMs: number, sinceMs: number): Promise<readonly VenueCandle[]> {
    const interval = INTERVALS[timeframeMs]
    if (interval === undefined) throw this.lack(`has no candles of ${timeframeMs / 60_000} minutes`)
    const { id } = this.marketOf(symbol)
    const rows = await this.pages('klines', 200, async (from: number | null) => {
      const fields = { symbol: id, interval, startTime: String(from ?? sinceMs), limit: '1000' }
      const reply = await this.ask({ ...PUBLIC, cost: 2 }, 'publicGetKlines', fields)
      const page = readReply(this.venue, 'klines', replies.klinesReply, reply)
      const last = page.at(-1)
      return { page, next: page.length < 1000 || last === undefined ? null : last[0]! + timeframeMs }
    })
    return rows.map(([openMs, open, high, low, close, volume]) => {
      return { openMs: openMs!, open: open!, high: high!, low: low!, close: close!, volume: volume! }
    })
  }

  /** By days until the first trade, then by its number: a window of time can't be longer, a number never misses one. */
  async #tradesOf(id: string, sinceMs: number): Promise<VenueTrade[]> {
    const nowMs = this.client.environment.nowMs()
    if (nowMs - sinceMs > LONG_AGO_MS) return this.#tradesAfter(id, ':-1')
    for (let startMs = sinceMs; startMs <= nowMs; startMs += DAY_MS) {
      const fields = { startTime: String(startMs), endTime: String(startMs + DAY_MS - 1) }
      const first = await this.#tradesPage(id, fields)
      if (first.length > 0) return [...first, ...(await this.#tradesAfter(id, first.at(-1)!.tradeId))]
    }
    return []
  }

  #tradesAfter(id: string, tradeId: string): Promise<VenueTrade[]> {
    return this.pages('myTrades', 400, async (from: string | null) => {
      const next = Number((from ?? tradeId).split(':')[1]) + 1
      const page = await this.#tradesPage(id, { fromId: String(next) })
      return { page, next: page.length < 1000 ? null : page.at(-1)!.tradeId }
    })
  }

  async #tradesPage(id: string, fields: object): Promise<readonly VenueTrade[]> {
    const reply = await this.ask({ ...READ, cost: 20 }, 'privateGetMyTrades', { symbol: id, ...fields, limit: '1000' })
    return readReply(this.venue, 'myTrades', replies.tradesReply, reply).map((one) =>
      replies.binanceTrade(one, this.#symbol),
    )
  }

  #idFields(key: OrderKey): Readonly<Record<string, string>> {
    const { id } = this.marketOf(key.symbol)
    return key.venueId === null ? { symbol: id, origClientOrderId: key.clientId } : { symbol: id, orderId: key.venueId }
  }

  readonly #symbol = (id: string): string => this.symbolOf(id)
}

/** Fields of a new order but window, time and signature. */
export function binanceOrderFields(order: OutgoingOrder, symbol: string): Readonly<Record<string, string>> {
  const { limitPrice, stopPrice, quantity, quoteAmount } = order
  const isMaker = order.postOnly
  return {
    symbol,
    side: order.side === Side.buy ? 'BUY' : 'SELL',
    type: isMaker ? 'LIMIT_MAKER' : TYPES[order.type]!,
    newClientOrderId: order.clientId,
    newOrderRespType: 'ACK',
    ...(quantity === null ? { quoteOrderQty: quoteAmount! } : { quantity }),
    ...(limitPrice === null ? {} : { price: limitPrice }),
    ...(stopPrice === null ? {} : { stopPrice }),
    ...(limitPrice === null || isMaker ? {} : { timeInForce: TIMES_IN_FORCE[order.timeInForce - 1]!.toUpperCase() }),
  }
}
