/**
 * Kraken spot. Orders carry our `cl_ord_id`, fees in quote, and a deadline. They are looked up in the open, then in the
 * closed orders by that id (ccxt's fetchOrder would send it as `userref`). A filled or cancelled order frees its id, so
 * an order that may have been sent is never sent again before a lookup.
 */

import { RejectCode } from '../../core/fact.ts'
import { Side } from '../../core/order.ts'
import type {
  ExchangeAbilities,
  ExchangePort,
  KeyRights,
  OrderKey,
  OutgoingOrder,
  VenueBalance,
  VenueCandle,
  VenueCharge,
  VenueMargin,
  VenueMarket,
  VenueOrder,
  VenuePosition,
  VenueTrade,
} from '../exchange.ts'
import { inOrder } from './adapter.ts'
import { checkFeatures, checkForm } from './check-order.ts'
import type { Call, Client, ClientProfile } from './client.ts'
import { oddAnswer, refuse } from './failure.ts'
import {
  addOrderFields,
  amendOrderFields,
  type Fields,
  KRAKEN_FEATURES,
  KRAKEN_MARGIN_FEATURES,
} from './kraken-orders.ts'
import { type KrakenPair, krakenPair, pairsReply } from './kraken-pairs.ts'
import * as replies from './kraken-replies.ts'
import { KRAKEN_RULES, krakenWords } from './kraken-words.ts'
import { add, compare, divideTruncated, shift } from './plain.ts'
import { readReply } from './reply.ts'

/** Counters of docs.kraken.com, REST rate limits, for the lowest tier of accounts; about one public call a second. */
export const KRAKEN_PROFILE: ClientProfile = {
  venue: 'kraken',
  needs: ['apiKey', 'secret'],
  nonces: 'ns',
  pace: { capacity: 15, perSecond: 0.33 },
  publicPace: { capacity: 3, perSecond: 1 },
  rules: KRAKEN_RULES,
  wordsOf: krakenWords,
}

export const KRAKEN_ABILITIES: ExchangeAbilities = {
  lookup: 'by-client-id',
  cancelByClientId: true,
  clientIdLength: 18,
  clientIdForm: 'text',
  clientIdUnique: 'open-orders',
  deadline: true,
  amend: true,
  quoteAmount: true,
  clockStepMs: 1000,
  // A look costs three of a counter that drains by one in three seconds; a quarter is kept for what has to be asked at once.
  lookMs: 12_000,
  cancelAllAfter: true,
  keyRights: true,
  positions: true,
  charges: true,
  // The base that a stop holds isn't there for a target: on spot the second one is refused.
  pairs: 'one',
}

const INTERVALS: readonly number[] = [1, 5, 15, 30, 60, 240, 1440, 10080, 21600]
/** Trades and closed orders come 50 at a time; nobody reads further back than this in one go. */
const PAGES_MAX = 400
/** Trades that can be asked for by id at once. */
const QUERY_MOST = 20
const READ: Call = { asked: 'read', cost: 1 }
const HISTORY: Call = { asked: 'read', cost: 2 }
const PUBLIC: Call = { asked: 'read', open: true }

export class KrakenExchange implements ExchangePort {
  readonly venue = 'kraken'
  readonly abilities = KRAKEN_ABILITIES
  readonly #client: Client
  #pairs: ReadonlyMap<string, KrakenPair> = new Map()
  #symbols: ReadonlyMap<string, string> = new Map()
  readonly #takerRates = new Map<string, string>()
  readonly #knownTrades = new Map<string, replies.TradeInfo>()

  constructor(client: Client) {
    this.#client = client
  }

  async markets(symbols: readonly string[]): Promise<readonly VenueMarket[]> {
    await this.#readPairs()
    return symbols.map((symbol) => this.#pair(symbol).market)
  }

  async listed(symbols: readonly string[]): Promise<readonly VenueMarket[]> {
    await this.#readPairs()
    return symbols.flatMap((symbol) => this.#pairs.get(symbol)?.market ?? [])
  }

  async #readPairs(): Promise<void> {
    const reply = await this.#ask(PUBLIC, 'publicGetAssetPairs')
    const { result } = readReply(this.venue, 'AssetPairs', pairsReply, reply)
    const currency = (id: string) => this.#client.currency(id)
    const pairs = Object.entries(result).flatMap(([id, raw]) => krakenPair(id, raw, currency) ?? [])
    this.#pairs = new Map(pairs.map((pair) => [pair.symbol, pair]))
    this.#symbols = new Map(
      pairs.flatMap(({ id, altname, symbol }) => [[id, symbol] as const, [altname, symbol] as const]),
    )
  }

  async serverTimeMs(): Promise<number> {
    const reply = await this.#ask(PUBLIC, 'publicGetTime')
    return readReply(this.venue, 'Time', replies.timeReply, reply).result.unixtime * 1000
  }

  async status(): ReturnType<ExchangePort['status']> {
    const reply = await this.#ask(PUBLIC, 'publicGetSystemStatus')
    const { status } = readReply(this.venue, 'SystemStatus', replies.statusReply, reply).result
    const known = ['online', 'cancel_only', 'post_only', 'limit_only'] as const
    return known.find((one) => one === status) ?? 'maintenance'
  }

  async keyRights(): Promise<KeyRights> {
    const reply = await this.#ask(READ, 'privatePostGetApiKeyInfo')
    return replies.krakenRights(readReply(this.venue, 'GetApiKeyInfo', replies.keyInfoReply, reply))
  }

  /** The account's own rates of the pair, never those of the list of pairs, which Kraken left empty. */
  async fees(symbol: string): Promise<{ readonly maker: string; readonly taker: string }> {
    const { id, altname } = this.#pair(symbol)
    const fields = { pair: id, 'fee-info': 'true', fee_schedule: 'true' }
    const reply = await this.#ask(READ, 'privatePostTradeVolume', fields)
    const { fees, fees_maker: makers } = readReply(this.venue, 'TradeVolume', replies.tradeVolumeReply, reply).result
    const taker = (fees?.[id] ?? fees?.[altname])?.fee
    if (taker === undefined) throw oddAnswer(this.venue, `TradeVolume tells no fee of ${symbol}`)
    // Pairs that aren't on a maker/taker schedule have one rate.
    const maker = (makers?.[id] ?? makers?.[altname])?.fee ?? taker
    const rates = { maker: shift(maker, -2), taker: shift(taker, -2) }
    this.#takerRates.set(symbol, rates.taker)
    return rates
  }

  async submit(order: OutgoingOrder): Promise<{ readonly venueId: string }> {
    const pair = this.#check(order)
    const volume = order.quantity ?? (await this.#quoteVolume(order, pair))
    const fields = addOrderFields(order, pair.id, volume)
    const call: Call = { asked: 'submit', side: order.side, deadlineMs: order.deadlineMs }
    const reply = await this.#ask(call, 'privatePostAddOrder', fields)
    return { venueId: readReply(this.venue, 'AddOrder', replies.addOrderReply, reply).result.txid[0]! }
  }

  async cancel(key: OrderKey): Promise<void> {
    const reply = await this.#ask({ asked: 'cancel' }, 'privatePostCancelOrder', this.#idFields(key))
    const { count } = readReply(this.venue, 'CancelOrder', replies.cancelReply, reply).result
    if (!(count >= 1)) throw oddAnswer(this.venue, 'CancelOrder cancelled nothing')
  }

  async amend(key: OrderKey, order: OutgoingOrder): Promise<void> {
    this.#check(order)
    if (order.quantity === null || order.trailAmount !== null || order.trailRate !== null) {
      throw refuse(this.venue, 'UNSUPPORTED', 'only quantity, limit and trigger can be amended', RejectCode.unsupported)
    }
    const call: Call = { asked: 'amend', side: order.side, deadlineMs: order.deadlineMs }
    await this.#ask(call, 'privatePostAmendOrder', amendOrderFields(this.#idFields(key), order))
  }

  /** Open ones first: an order that fills between the two calls is then seen twice rather than never. */
  async lookup(key: OrderKey, sinceMs: number): Promise<readonly VenueOrder[]> {
    const mine = { cl_ord_id: key.clientId }
    const open = await this.#openOrders(mine)
    const closed = await this.#closedOrders(mine, sinceMs)
    const isMine = (one: VenueOrder) => one.clientId === key.clientId
    const byId = new Map([...open, ...closed].filter(isMine).map((one) => [one.venueId, one]))
    return [...byId.values()]
  }

  openOrders(): Promise<readonly VenueOrder[]> {
    return this.#openOrders({})
  }

  /** All pages: what is traded meanwhile moves older ones back, so that some may be met twice, none is missed. */
  async trades(sinceMs: number): Promise<readonly VenueTrade[]> {
    // One trade a fill, not one a taker's order: a consolidated one would change under the same id.
    const fields = { start: String(Math.floor(sinceMs / 1000) - 1), consolidate_taker: 'false' }
    const found = await this.#pages('privatePostTradesHistory', fields, (reply) => {
      const { trades, count } = readReply(this.venue, 'TradesHistory', replies.tradesReply, reply).result
      const page = Object.entries(trades).map(([id, raw]) => replies.krakenTrade(id, raw, this.#symbolOf))
      return { page, count }
    })
    return inOrder(found.reverse(), sinceMs)
  }

  async balances(): Promise<readonly VenueBalance[]> {
    const reply = await this.#ask(READ, 'privatePostBalanceEx')
    const balances = readReply(this.venue, 'BalanceEx', replies.balancesReply, reply)
    return replies.krakenBalances(balances, (id) => this.#client.currency(id))
  }

  async positions(): Promise<readonly VenuePosition[]> {
    const fields = { docalcs: 'true', consolidation: 'market' }
    const reply = await this.#ask(READ, 'privatePostOpenPositions', fields)
    return replies.krakenPositions(
      readReply(this.venue, 'OpenPositions', replies.positionsReply, reply),
      this.#symbolOf,
    )
  }

  /** What loans of margin positions cost, as they are opened and as they are rolled over; each names its trade. */
  async charges(sinceMs: number): Promise<readonly VenueCharge[]> {
    const currency = (id: string): string => this.#client.currency(id)
    const rollovers = (await this.#ledger('rollover', sinceMs)).filter(replies.wasPaid)
    const trades = (await this.#ledger('margin', sinceMs)).filter(({ fee }) => compare(fee, '0') > 0)
    const told = await this.#tradesById([...new Set([...rollovers, ...trades].map(({ refid }) => refid))])
    const charges = rollovers.map((one) =>
      replies.krakenCharge(one, told.get(one.refid)?.symbol ?? one.refid, currency),
    )
    for (const one of trades) {
      const trade = told.get(one.refid)
      const opening = trade === undefined ? null : replies.krakenOpeningFee(one, trade, currency)
      if (opening !== null) charges.push(opening)
    }
    return charges.filter(({ atMs }) => atMs >= sinceMs).sort((a, b) => a.atMs - b.atMs)
  }

  /** Entries of one type, all pages. */
  async #ledger(type: 'rollover' | 'margin', sinceMs: number): Promise<replies.LedgerEntry[]> {
    const fields = { type, start: String(Math.floor(sinceMs / 1000) - 1) }
    const all = await this.#pages('privatePostLedgers', fields, (reply) => {
      const { ledger, count } = readReply(this.venue, 'Ledgers', replies.ledgerReply, reply).result
      return { page: Object.entries(ledger).map(([id, raw]) => ({ id, ...raw })), count }
    })
    return all.filter((one) => one.type === type)
  }

  /** What is needed of trades, by their ids. */
  async #tradesById(ids: readonly string[]): Promise<ReadonlyMap<string, replies.TradeInfo>> {
    const unknown = ids.filter((id) => !this.#knownTrades.has(id))
    for (let at = 0; at < unknown.length; at += QUERY_MOST) {
      const txid = unknown.slice(at, at + QUERY_MOST).join(',')
      const reply = await this.#ask(HISTORY, 'privatePostQueryTrades', { txid })
      const { result } = readReply(this.venue, 'QueryTrades', replies.queryTradesReply, reply)
      for (const [id, { pair, price, fee }] of Object.entries(result))
        this.#knownTrades.set(id, { symbol: this.#symbolOf(pair), price, fee })
    }
    return this.#knownTrades
  }

  async margin(): Promise<VenueMargin> {
    const reply = await this.#ask(READ, 'privatePostTradeBalance', { asset: 'ZUSD' })
    const { e, m, mf, ml } = readReply(this.venue, 'TradeBalance', replies.tradeBalanceReply, reply).result
    return { equity: e ?? null, usedMargin: m ?? null, freeMargin: mf ?? null, marginLevel: ml ?? null }
  }

  /** Kraken has leverage by order, so that there is nothing to set; what the pair doesn't offer is refused. */
  async setLeverage(symbol: string, leverage: number): Promise<void> {
    if (this.#pair(symbol).market.leverages.includes(leverage)) return
    throw this.#leverageRefused(symbol, leverage)
  }

  async cancelAllAfter(timeoutMs: number): Promise<void> {
    // Rounded up: 0 seconds would disarm the switch.
    const timeout = String(Math.ceil(timeoutMs / 1000))
    await this.#ask({ asked: 'cancel' }, 'privatePostCancelAllOrdersAfter', { timeout })
  }

  async candles(symbol: string, timeframeMs: number, sinceMs: number): Promise<readonly VenueCandle[]> {
    const interval = timeframeMs / 60_000
    if (!INTERVALS.includes(interval)) throw refuse(this.venue, 'UNSUPPORTED', `has no candles of ${interval} minutes`)
    const { id, altname } = this.#pair(symbol)
    // `since` is exclusive.
    const since = String(Math.floor((sinceMs - timeframeMs) / 1000))
    const reply = await this.#ask(PUBLIC, 'publicGetOHLC', { pair: id, interval: String(interval), since })
    const { result } = readReply(this.venue, 'OHLC', replies.ohlcReply, reply)
    const rows = result[id] ?? result[altname]
    if (!Array.isArray(rows)) throw oddAnswer(this.venue, `OHLC has no candles of ${symbol}`)
    return rows.map(krakenCandle).filter((one) => one.openMs >= sinceMs)
  }

  async close(): Promise<void> {
    await this.#client.close()
  }

  #ask(call: Call, method: string, fields: Fields = {}): Promise<unknown> {
    return this.#client.call(call, (methods) => methods[method]!(fields))
  }

  /** The order, found to be one that Kraken takes. */
  #check(order: OutgoingOrder): KrakenPair {
    const pair = this.#pair(order.symbol)
    checkFeatures(this.venue, order.leverage > 1 ? KRAKEN_MARGIN_FEATURES : KRAKEN_FEATURES, this.abilities, order)
    const offered = order.side === Side.buy ? pair.leverageBuy : pair.leverageSell
    if (order.leverage !== 1 && !offered.includes(order.leverage)) {
      throw this.#leverageRefused(order.symbol, order.leverage)
    }
    checkForm(this.venue, pair.market, order)
    return pair
  }

  /** What is sent of an amount that includes the fee: Kraken charges it on top. */
  async #quoteVolume(order: OutgoingOrder, pair: KrakenPair): Promise<string> {
    const taker = this.#takerRates.get(order.symbol) ?? (await this.fees(order.symbol)).taker
    const volume = divideTruncated(order.quoteAmount!, add('1', taker), pair.costDecimals)
    if (compare(volume, '0') > 0) return volume
    throw refuse(this.venue, 'BELOW_MINIMUM', 'nothing is left of the amount after the fee', RejectCode.belowMinimum)
  }

  async #openOrders(fields: Fields): Promise<VenueOrder[]> {
    const reply = await this.#ask(READ, 'privatePostOpenOrders', fields)
    const { open } = readReply(this.venue, 'OpenOrders', replies.openReply, reply).result
    return Object.entries(open).map(([id, raw]) => replies.krakenOrder(id, raw, this.#symbolOf))
  }

  #closedOrders(fields: Fields, sinceMs: number): Promise<VenueOrder[]> {
    const since = { ...fields, start: String(Math.floor(sinceMs / 1000) - 1) }
    return this.#pages('privatePostClosedOrders', since, (reply) => {
      const { closed, count } = readReply(this.venue, 'ClosedOrders', replies.closedReply, reply).result
      const page = Object.entries(closed).map(([id, raw]) => replies.krakenOrder(id, raw, this.#symbolOf))
      return { page, count }
    })
  }

  /** Every page of a list that Kraken gives newest first, by its offset. */
  async #pages<T>(
    method: string,
    fields: Fields,
    read: (reply: unknown) => { readonly page: readonly T[]; readonly count: number | undefined },
  ): Promise<T[]> {
    const all: T[] = []
    for (let pages = 0; pages < PAGES_MAX; pages += 1) {
      const offset = all.length === 0 ? {} : { ofs: String(all.length) }
      const { page, count } = read(await this.#ask(HISTORY, method, { ...fields, ...offset }))
      all.push(...page)
      if (page.length === 0 || count === undefined || all.length >= count) return all
    }
    throw oddAnswer(this.venue, `${method} has more than ${PAGES_MAX} pages`)
  }

  #idFields(key: OrderKey): Fields {
    return key.venueId === null ? { cl_ord_id: key.clientId } : { txid: key.venueId }
  }

  readonly #symbolOf = (pair: string): string => this.#symbols.get(pair) ?? pair

  #pair(symbol: string): KrakenPair {
    const pair = this.#pairs.get(symbol)
    if (pair !== undefined) return pair
    throw refuse(this.venue, 'UNKNOWN_SYMBOL', `has no pair ${symbol}`, RejectCode.notListed)
  }

  #leverageRefused(symbol: string, leverage: number) {
    const offered = this.#pair(symbol).market.leverages.join(', ')
    const line = `${symbol} can't be traded at a leverage of ${leverage} (offered: ${offered})`
    return refuse(this.venue, 'LEVERAGE_REFUSED', line, RejectCode.leverageTooHigh)
  }
}

function krakenCandle(row: readonly number[]): VenueCandle {
  const [time, open, high, low, close, , volume] = row
  return { openMs: time! * 1000, open: open!, high: high!, low: low!, close: close!, volume: volume! }
}
