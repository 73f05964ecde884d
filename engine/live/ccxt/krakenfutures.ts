/**
 * Kraken Futures, linear perpetuals. Our client ids are unique for ever there, and `processBefore` bounds how late an
 * order can still land. What ended is found in the account's history, since the open orders alone would call an order
 * that filled at once lost. Its lists of fees no longer tell what is charged, so that the dated schedule is taken.
 */

import { OrderType, Side, TimeInForce } from '../../core/order.ts'
import type {
  ExchangeAbilities,
  ExchangePort,
  OrderKey,
  OutgoingOrder,
  VenueBalance,
  VenueCandle,
  VenueCharge,
  VenueMargin,
  VenueOrder,
  VenuePosition,
  VenueTrade,
} from '../exchange.ts'
import { Adapter, inOrder, latest, type NamedMarket, PUBLIC, READ } from './adapter.ts'
import type { OrderFeatures } from './check-order.ts'
import type { Call, Client, ClientProfile } from './client.ts'
import { oddAnswer } from './failure.ts'
import * as replies from './krakenfutures-replies.ts'
import { KRAKENFUTURES_RULES, krakenFuturesWords } from './krakenfutures-words.ts'
import { shift } from './plain.ts'
import { readReply } from './reply.ts'

/** 500 a 10 s for the trading API; its history has a budget of its own, of which a call here takes a share. */
export const KRAKENFUTURES_PROFILE: ClientProfile = {
  venue: 'krakenfutures',
  needs: ['apiKey', 'secret'],
  // ccxt sends none; Kraken Futures doesn't ask for one.
  nonces: null,
  pace: { capacity: 100, perSecond: 10 },
  publicPace: { capacity: 20, perSecond: 5 },
  rules: KRAKENFUTURES_RULES,
  wordsOf: krakenFuturesWords,
}

export const KRAKENFUTURES_ABILITIES: ExchangeAbilities = {
  lookup: 'by-scan',
  cancelByClientId: true,
  clientIdLength: 100,
  clientIdForm: 'text',
  clientIdUnique: 'for-ever',
  deadline: true,
  amend: true,
  quoteAmount: false,
  cancelAllAfter: true,
  keyRights: false,
  fees: false,
  positions: true,
  charges: true,
}

const { gtc, ioc, fok } = TimeInForce

export const KRAKENFUTURES_FEATURES: OrderFeatures = {
  kinds: new Map([
    [OrderType.market, [gtc]],
    [OrderType.limit, [gtc, ioc, fok]],
    [OrderType.stop, [gtc]],
    [OrderType.stopLimit, [gtc]],
    [OrderType.takeProfit, [gtc]],
    [OrderType.takeProfitLimit, [gtc]],
    [OrderType.trailingStop, [gtc]],
  ]),
  postOnly: true,
  reduceOnly: 'flag',
  quoteAmount: false,
  trailAmount: true,
  trailRate: true,
  leverage: true,
}

const INTERVALS: Readonly<Record<number, string>> = {
  60000: '1m',
  300000: '5m',
  900000: '15m',
  1800000: '30m',
  3600000: '1h',
  14400000: '4h',
  43200000: '12h',
  86400000: '1d',
  604800000: '1w',
}
const HISTORY: Call = { asked: 'read', cost: 10 }

export class KrakenFuturesExchange extends Adapter<NamedMarket> {
  constructor(client: Client) {
    super(client, KRAKENFUTURES_ABILITIES, KRAKENFUTURES_FEATURES)
  }

  protected override async readMarkets(): Promise<readonly NamedMarket[]> {
    const reply = await this.ask(PUBLIC, 'publicGetInstruments')
    const { instruments } = readReply(this.venue, 'instruments', replies.instrumentsReply, reply)
    return instruments.flatMap((one) => replies.futuresMarket(one, this.#currency) ?? [])
  }

  async serverTimeMs(): Promise<number> {
    return (await this.#tickers()).serverTime
  }

  /** There is no status of the whole: closed where every instrument is. */
  async status(): ReturnType<ExchangePort['status']> {
    const { tickers } = await this.#tickers()
    if (tickers.length > 0 && tickers.every((one) => one.suspended === true)) return 'maintenance'
    return tickers.length > 0 && tickers.every((one) => one.postOnly === true) ? 'post_only' : 'online'
  }

  /** The most that it can be by the dated schedule: the venue doesn't tell. */
  async fees(symbol: string): Promise<{ readonly maker: string; readonly taker: string }> {
    return this.scheduled(symbol)
  }

  async submit(order: OutgoingOrder): ReturnType<ExchangePort['submit']> {
    const { id } = this.check(order)
    const call: Call = { asked: 'submit', side: order.side, deadlineMs: order.deadlineMs }
    const reply = await this.ask(call, 'privatePostSendorder', sendOrderFields(order, id))
    const answer = readReply(this.venue, 'sendorder', replies.sendReply, reply)
    const { status } = answer.sendStatus
    const isTaken = ['placed', 'partiallyFilled', 'filled'].includes(status)
    const venueId = replies.placedId(answer)
    if (!isTaken) throw this.client.failed(call, status)
    if (venueId === null) throw oddAnswer(this.venue, 'the order was taken, but the answer has no id for it')
    return { venueId, atMs: answer.sendStatus.receivedTime }
  }

  async cancel(key: OrderKey): Promise<void> {
    const call: Call = { asked: 'cancel' }
    const fields = key.venueId === null ? { cliOrdId: key.clientId } : { order_id: key.venueId }
    const reply = await this.ask(call, 'privatePostCancelorder', fields)
    const { status } = readReply(this.venue, 'cancelorder', replies.cancelReply, reply).cancelStatus
    if (status !== 'cancelled') throw this.client.failed(call, status)
  }

  override async amend(key: OrderKey, order: OutgoingOrder): Promise<void> {
    this.check(order)
    if (order.type === OrderType.trailingStop) throw this.lack("can't change a trailing stop")
    const call: Call = { asked: 'amend', side: order.side, deadlineMs: order.deadlineMs }
    const reply = await this.ask(call, 'privatePostEditorder', {
      ...(key.venueId === null ? { cliOrdId: key.clientId } : { orderId: key.venueId }),
      size: order.quantity!,
      ...(order.limitPrice === null ? {} : { limitPrice: order.limitPrice }),
      ...(order.stopPrice === null ? {} : { stopPrice: order.stopPrice }),
      ...deadline(order),
    })
    const { status } = readReply(this.venue, 'editorder', replies.editReply, reply).editStatus
    if (status !== 'edited') throw this.client.failed(call, status)
  }

  async openOrders(): Promise<readonly VenueOrder[]> {
    const reply = await this.ask(READ, 'privateGetOpenorders')
    const { openOrders } = readReply(this.venue, 'openorders', replies.openReply, reply)
    return openOrders.map((one) => replies.futuresOrder(one, this.#symbol))
  }

  /** Open ones, then what the history tells of the others: what ended in between is told by the latter. */
  async lookup(key: OrderKey, sinceMs: number): Promise<readonly VenueOrder[]> {
    const isMine = (one: VenueOrder) => one.clientId === key.clientId
    const open = (await this.openOrders()).filter(isMine)
    const past = [...(await this.#history('orders', sinceMs)), ...(await this.#history('triggers', sinceMs))]
    const events = past.filter(({ order }) => order.clientId === key.clientId).sort((a, b) => a.atMs - b.atMs)
    const ended = events.map((one) => replies.pastVenueOrder(one, this.#symbol))
    const isOpen = new Set(open.map((one) => one.venueId))
    // Of an open order the history may be late; of one that ended it has the last word.
    return latest([
      ...ended.filter((one) => one.status !== 'open' || !isOpen.has(one.venueId)),
      ...stillOpen(open, ended),
    ])
  }

  async trades(sinceMs: number): Promise<readonly VenueTrade[]> {
    const seen = new Set<string>()
    const found = await this.pages('fills', 200, async (before: number | null) => {
      // One millisecond is told twice, so that fills of the same instant aren't cut in two.
      const fields = before === null ? {} : { lastFillTime: new Date(before + 1).toISOString() }
      const reply = await this.ask(READ, 'privateGetFills', fields)
      const { fills } = readReply(this.venue, 'fills', replies.fillsReply, reply)
      const page = fills.map((one) => replies.futuresTrade(one, this.#symbol, this.#currency))
      const fresh = page.filter((one) => !seen.has(one.tradeId))
      for (const one of fresh) seen.add(one.tradeId)
      const oldest = Math.min(...page.map((one) => one.atMs))
      return { page: fresh, next: fresh.length === 0 || oldest < sinceMs ? null : oldest }
    })
    // They come newest first.
    return inOrder(found.reverse(), sinceMs)
  }

  async balances(): Promise<readonly VenueBalance[]> {
    return replies.futuresBalances(await this.#accounts(), this.#currency)
  }

  override async margin(): Promise<VenueMargin> {
    const { flex } = (await this.#accounts()).accounts
    const equity = flex.marginEquity ?? flex.portfolioValue
    return { equity, usedMargin: flex.initialMargin, freeMargin: flex.availableMargin, marginLevel: null }
  }

  override async positions(): Promise<readonly VenuePosition[]> {
    const open = await this.ask(READ, 'privateGetOpenpositions')
    const { openPositions } = readReply(this.venue, 'openpositions', replies.positionsReply, open)
    const wishes = await this.ask(READ, 'privateGetLeveragepreferences')
    const preferences = readReply(this.venue, 'leveragepreferences', replies.preferencesReply, wishes)
    const leverages = preferences.leveragePreferences.map((one) => [one.symbol.toUpperCase(), one.maxLeverage] as const)
    return openPositions.map((one) => replies.futuresPosition(one, new Map(leverages), this.#symbol))
  }

  /** Fundings as they were realised: with each hour, and with each trade for the part of its hour. */
  async charges(sinceMs: number): Promise<readonly VenueCharge[]> {
    const seen = new Set<string>()
    const found = await this.pages('account-log', 50, async (from: number | null) => {
      const fields = { since: String(from ?? sinceMs), sort: 'asc', count: '500' }
      const reply = await this.ask(HISTORY, 'historyGetAccountLog', fields)
      const { logs } = readReply(this.venue, 'account-log', replies.accountLogReply, reply)
      const fresh = logs.filter(({ id }) => !seen.has(id))
      for (const { id } of fresh) seen.add(id)
      const last = fresh.at(-1)
      return { page: fresh, next: logs.length < 500 || last === undefined ? null : last.date }
    })
    return found.flatMap((one) => replies.futuresCharge(one, this.#symbol, this.#currency) ?? [])
  }

  override async setLeverage(symbol: string, leverage: number): Promise<void> {
    this.checkLeverage(symbol, leverage)
    const fields = { symbol: this.marketOf(symbol).id, maxLeverage: String(leverage) }
    await this.ask({ asked: 'amend' }, 'privatePutLeveragepreferences', fields)
  }

  override async cancelAllAfter(timeoutMs: number): Promise<void> {
    const timeout = String(Math.ceil(timeoutMs / 1000))
    await this.ask({ asked: 'cancel' }, 'privatePostCancelallordersafter', { timeout })
  }

  async candles(symbol: string, timeframeMs: number, sinceMs: number): Promise<readonly VenueCandle[]> {
    const interval = INTERVALS[timeframeMs]
    if (interval === undefined) throw this.lack(`has no candles of ${timeframeMs / 60_000} minutes`)
    const { id } = this.marketOf(symbol)
    const to = String(Math.floor(this.client.environment.nowMs() / 1000))
    const rows = await this.pages('candles', 50, async (from: number | null) => {
      const fields = {
        price_type: 'trade',
        symbol: id,
        interval,
        from: String(Math.floor((from ?? sinceMs) / 1000)),
        to,
      }
      const reply = await this.ask(PUBLIC, 'chartsGetPriceTypeSymbolInterval', fields)
      const { candles, more_candles: more } = readReply(this.venue, 'candles', replies.candlesReply, reply)
      const last = candles.at(-1)
      return { page: candles, next: more === true && last !== undefined ? last.time + timeframeMs : null }
    })
    const all = rows.map(({ time, open, high, low, close, volume }) => ({
      openMs: time,
      open,
      high,
      low,
      close,
      volume,
    }))
    return all.filter((one) => one.openMs >= sinceMs)
  }

  async #tickers() {
    return readReply(this.venue, 'tickers', replies.tickersReply, await this.ask(PUBLIC, 'publicGetTickers'))
  }

  async #accounts() {
    return readReply(this.venue, 'accounts', replies.accountsReply, await this.ask(READ, 'privateGetAccounts'))
  }

  #history(what: 'orders' | 'triggers', sinceMs: number): Promise<replies.OrderEvent[]> {
    const method = what === 'orders' ? 'historyGetOrders' : 'historyGetTriggers'
    return this.pages(what, 20, async (token: string | null) => {
      const fields = { since: String(sinceMs), ...(token === null ? {} : { continuation_token: token }) }
      const reply = readReply(this.venue, what, replies.historyReply, await this.ask(HISTORY, method, fields))
      const token2 = reply.continuationToken ?? null
      return { page: replies.orderEvents(reply), next: reply.elements.length === 0 ? null : token2 }
    })
  }

  readonly #symbol = (id: string): string => this.symbolOf(id)

  readonly #currency = (id: string): string => this.client.currency(id)
}

/** Open orders of which the history doesn't know a better: that they ended. */
function stillOpen(open: readonly VenueOrder[], ended: readonly VenueOrder[]): readonly VenueOrder[] {
  const over = new Set(ended.filter((one) => one.status !== 'open').map((one) => one.venueId))
  return open.filter((one) => !over.has(one.venueId))
}

function deadline({ deadlineMs }: OutgoingOrder): Readonly<Record<string, string>> {
  return deadlineMs === null ? {} : { processBefore: new Date(deadlineMs).toISOString() }
}

function orderType(order: OutgoingOrder): string {
  const { stop, stopLimit, takeProfit, takeProfitLimit, trailingStop, market } = OrderType
  if (order.type === market) return 'mkt'
  if (order.type === stop || order.type === stopLimit) return 'stp'
  if (order.type === takeProfit || order.type === takeProfitLimit) return 'take_profit'
  if (order.type === trailingStop) return 'trailing_stop'
  if (order.postOnly) return 'post'
  return order.timeInForce === gtc ? 'lmt' : order.timeInForce === ioc ? 'ioc' : 'fok'
}

/** Fields of sendorder. Triggers go by the last trade, as candles tell it. */
export function sendOrderFields(order: OutgoingOrder, symbol: string): Readonly<Record<string, string>> {
  const trails = order.type === OrderType.trailingStop
  const waits = trails || order.stopPrice !== null
  return {
    symbol,
    side: order.side === Side.buy ? 'buy' : 'sell',
    size: order.quantity!,
    orderType: orderType(order),
    cliOrdId: order.clientId,
    ...(order.limitPrice === null ? {} : { limitPrice: order.limitPrice }),
    ...(order.stopPrice === null || trails ? {} : { stopPrice: order.stopPrice }),
    ...(order.trailAmount === null
      ? {}
      : { trailingStopMaxDeviation: order.trailAmount, trailingStopDeviationUnit: 'QUOTE_CURRENCY' }),
    ...(order.trailRate === null
      ? {}
      : { trailingStopMaxDeviation: shift(order.trailRate, 2), trailingStopDeviationUnit: 'PERCENT' }),
    ...(waits ? { triggerSignal: 'last' } : {}),
    ...(order.reduceOnly ? { reduceOnly: 'true' } : {}),
    ...deadline(order),
  }
}
