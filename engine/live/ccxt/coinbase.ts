/**
 * Coinbase Advanced, spot. Our client id goes in under Coinbase's own name for it: ccxt would replace it by a random
 * one. Stops are stop-limits whose direction is always said. Orders are found by going through those of the time.
 */

import { OrderType, Side, TimeInForce } from '../../core/order.ts'
import type {
  ExchangeAbilities,
  ExchangePort,
  KeyRights,
  OrderKey,
  OutgoingOrder,
  VenueBalance,
  VenueCandle,
  VenueOrder,
  VenueTrade,
} from '../exchange.ts'
import { Adapter, inOrder, latest, type NamedMarket, PUBLIC, READ } from './adapter.ts'
import type { OrderFeatures } from './check-order.ts'
import type { Call, Client, ClientProfile } from './client.ts'
import * as replies from './coinbase-replies.ts'
import { COINBASE_RULES, coinbaseWords } from './coinbase-words.ts'
import { oddAnswer } from './failure.ts'
import { readReply } from './reply.ts'

export const COINBASE_PROFILE: ClientProfile = {
  venue: 'coinbase',
  needs: ['apiKey', 'secret'],
  nonces: null,
  pace: { capacity: 30, perSecond: 20 },
  publicPace: { capacity: 10, perSecond: 8 },
  rules: COINBASE_RULES,
  wordsOf: coinbaseWords,
}

export const COINBASE_ABILITIES: ExchangeAbilities = {
  // What a resting sell would sell is held for it: there is nothing left for a second one.
  pairs: 'one',
  lookup: 'by-scan',
  cancelByClientId: false,
  clientIdLength: 36,
  clientIdForm: 'text',
  clientIdUnique: 'for-ever',
  deadline: false,
  amend: true,
  quoteAmount: true,
  cancelAllAfter: false,
  keyRights: true,
  positions: false,
}

const { gtc, ioc, fok, gtd } = TimeInForce

export const COINBASE_FEATURES: OrderFeatures = {
  kinds: new Map([
    [OrderType.market, [gtc]],
    [OrderType.limit, [gtc, ioc, fok, gtd]],
    [OrderType.stopLimit, [gtc, gtd]],
    [OrderType.takeProfitLimit, [gtc, gtd]],
  ]),
  postOnly: true,
  reduceOnly: 'held',
  quoteAmount: true,
  trailAmount: false,
  trailRate: false,
  leverage: false,
}

const GRANULARITIES: Readonly<Record<number, string>> = {
  60000: 'ONE_MINUTE',
  300000: 'FIVE_MINUTE',
  900000: 'FIFTEEN_MINUTE',
  1800000: 'THIRTY_MINUTE',
  3600000: 'ONE_HOUR',
  7200000: 'TWO_HOUR',
  21600000: 'SIX_HOUR',
  86400000: 'ONE_DAY',
}
const CANDLES_MAX = 300

export class CoinbaseExchange extends Adapter<NamedMarket> {
  constructor(client: Client) {
    super(client, COINBASE_ABILITIES, COINBASE_FEATURES)
  }

  protected override async readMarkets(symbols: readonly string[]): Promise<readonly NamedMarket[]> {
    if (symbols.length === 0) return []
    const fields = { product_ids: symbols.map((symbol) => symbol.replace('/', '-')) }
    const reply = await this.ask(PUBLIC, 'v3PublicGetBrokerageMarketProducts', fields)
    const { products } = readReply(this.venue, 'products', replies.productsReply, reply)
    return products.filter((one) => (one.product_type ?? 'SPOT') === 'SPOT').map(replies.coinbaseMarket)
  }

  async serverTimeMs(): Promise<number> {
    const reply = await this.ask(PUBLIC, 'v3PublicGetBrokerageTime')
    return readReply(this.venue, 'time', replies.timeReply, reply).epochMillis
  }

  /** Of the first market: Coinbase tells no state of the whole. */
  async status(): ReturnType<ExchangePort['status']> {
    const first = this.firstMarket()
    if (first === undefined) return (await this.serverTimeMs()) > 0 ? 'online' : 'maintenance'
    const reply = await this.ask(PUBLIC, 'v3PublicGetBrokerageMarketProductsProductId', { product_id: first.id })
    const state = replies.stateOf(readReply(this.venue, 'product', replies.productReply, reply))
    return state === 'closed' || state === 'reduce_only' ? 'maintenance' : state
  }

  override async keyRights(): Promise<KeyRights> {
    const reply = await this.ask(READ, 'v3PrivateGetBrokerageKeyPermissions')
    const rights = readReply(this.venue, 'key_permissions', replies.rightsReply, reply)
    return { query: rights.can_view ?? null, trade: rights.can_trade ?? null, withdraw: rights.can_transfer ?? null }
  }

  async fees(symbol: string): Promise<{ readonly maker: string; readonly taker: string }> {
    this.marketOf(symbol)
    const reply = await this.ask(READ, 'v3PrivateGetBrokerageTransactionSummary', { product_type: 'SPOT' })
    const { fee_tier: tier } = readReply(this.venue, 'transaction_summary', replies.summaryReply, reply)
    return { maker: tier.maker_fee_rate, taker: tier.taker_fee_rate }
  }

  async submit(order: OutgoingOrder): Promise<{ readonly venueId: string }> {
    const { id } = this.check(order)
    if (order.type === OrderType.market && order.side === Side.buy && order.quoteAmount === null) {
      throw this.lack('takes market buys sized in quote only')
    }
    const call: Call = { asked: 'submit', side: order.side }
    const reply = await this.ask(call, 'v3PrivatePostBrokerageOrders', createFields(order, id))
    const { success, success_response: made } = readReply(this.venue, 'orders', replies.createReply, reply)
    if (!success || made === null || made === undefined) {
      throw this.client.failed(call, coinbaseWords(reply)[0] ?? 'UNKNOWN_FAILURE_REASON')
    }
    const told = made.client_order_id ?? order.clientId
    if (told !== order.clientId) throw oddAnswer(this.venue, 'the order was made under another client id than ours')
    return { venueId: made.order_id }
  }

  async cancel(key: OrderKey): Promise<void> {
    const call: Call = { asked: 'cancel' }
    const fields = { order_ids: [this.venueIdOf(key)] }
    const reply = await this.ask(call, 'v3PrivatePostBrokerageOrdersBatchCancel', fields)
    const [result] = readReply(this.venue, 'batch_cancel', replies.cancelReply, reply).results
    if (result?.success !== true) throw this.client.failed(call, result?.failure_reason ?? 'UNKNOWN_FAILURE_REASON')
  }

  override async amend(key: OrderKey, order: OutgoingOrder): Promise<void> {
    this.check(order)
    if (order.type !== OrderType.limit || order.timeInForce !== gtc)
      throw this.lack('can change plain limit orders only')
    const call: Call = { asked: 'amend', side: order.side }
    const fields = { order_id: this.venueIdOf(key), price: order.limitPrice!, size: order.quantity! }
    const reply = await this.ask(call, 'v3PrivatePostBrokerageOrdersEdit', fields)
    const { success } = readReply(this.venue, 'orders/edit', replies.editReply, reply)
    if (!success) throw this.client.failed(call, coinbaseWords(reply)[0] ?? 'UNKNOWN_FAILURE_REASON')
  }

  async lookup(key: OrderKey, sinceMs: number): Promise<readonly VenueOrder[]> {
    const { id } = this.marketOf(key.symbol)
    const all = await this.#orders({ product_ids: [id], start_date: new Date(sinceMs).toISOString() })
    return latest(all.filter((one) => one.clientId === key.clientId))
  }

  openOrders(): Promise<readonly VenueOrder[]> {
    return this.#orders({ order_status: ['OPEN'] })
  }

  async trades(sinceMs: number): Promise<readonly VenueTrade[]> {
    const since = { start_sequence_timestamp: new Date(sinceMs).toISOString() }
    const found = await this.pages('fills', 200, async (cursor: string | null) => {
      const fields = { ...since, limit: '250', ...(cursor === null ? {} : { cursor }) }
      const reply = await this.ask(READ, 'v3PrivateGetBrokerageOrdersHistoricalFills', fields)
      const { fills, cursor: next } = readReply(this.venue, 'fills', replies.fillsReply, reply)
      return { page: fills.map((one) => replies.coinbaseTrade(one, this.#symbol)), next: next || null }
    })
    return inOrder(found, sinceMs)
  }

  async balances(): Promise<readonly VenueBalance[]> {
    const wallets = await this.pages('accounts', 50, async (cursor: string | null) => {
      const fields = { limit: '250', ...(cursor === null ? {} : { cursor }) }
      const reply = await this.ask(READ, 'v3PrivateGetBrokerageAccounts', fields)
      const { accounts, has_next: more, cursor: next } = readReply(this.venue, 'accounts', replies.accountsReply, reply)
      return { page: accounts, next: more === true ? (next ?? null) : null }
    })
    return replies.coinbaseBalances(wallets)
  }

  async candles(symbol: string, timeframeMs: number, sinceMs: number): Promise<readonly VenueCandle[]> {
    const granularity = GRANULARITIES[timeframeMs]
    if (granularity === undefined) throw this.lack(`has no candles of ${timeframeMs / 60_000} minutes`)
    const { id } = this.marketOf(symbol)
    const nowMs = this.client.environment.nowMs()
    const rows = await this.pages('candles', 2000, async (from: number | null) => {
      const startMs = from ?? sinceMs
      const endMs = startMs + (CANDLES_MAX - 1) * timeframeMs
      const times = { start: String(Math.floor(startMs / 1000)), end: String(Math.floor(endMs / 1000)) }
      const fields = { product_id: id, granularity, ...times }
      const reply = await this.ask(PUBLIC, 'v3PublicGetBrokerageMarketProductsProductIdCandles', fields)
      const { candles } = readReply(this.venue, 'candles', replies.candlesReply, reply)
      return { page: candles, next: endMs >= nowMs ? null : endMs + timeframeMs }
    })
    const byTime = new Map(rows.map((one) => [one.start * 1000, one]))
    return [...byTime.entries()]
      .filter(([openMs]) => openMs >= sinceMs)
      .sort(([a], [b]) => a - b)
      .map(([openMs, { open, high, low, close, volume }]) => ({ openMs, open, high, low, close, volume }))
  }

  #orders(fields: object): Promise<VenueOrder[]> {
    return this.pages('orders', 200, async (cursor: string | null) => {
      const page = { ...fields, limit: '250', ...(cursor === null ? {} : { cursor }) }
      const reply = await this.ask(READ, 'v3PrivateGetBrokerageOrdersHistoricalBatch', page)
      const { orders, has_next: more, cursor: next } = readReply(this.venue, 'orders', replies.ordersReply, reply)
      const found = orders.map((one) => replies.coinbaseOrder(one, this.#symbol))
      return { page: found, next: more === true ? (next ?? null) : null }
    })
  }

  readonly #symbol = (id: string): string => this.symbolOf(id)
}

/** Body of create order. */
export function createFields(order: OutgoingOrder, product: string): object {
  return {
    client_order_id: order.clientId,
    product_id: product,
    side: order.side === Side.buy ? 'BUY' : 'SELL',
    order_configuration: configuration(order),
  }
}

function configuration(order: OutgoingOrder): object {
  const { quantity, quoteAmount, limitPrice, postOnly, type, timeInForce } = order
  if (type === OrderType.market) {
    return { market_market_ioc: quantity === null ? { quote_size: quoteAmount } : { base_size: quantity } }
  }
  const limit = { base_size: quantity, limit_price: limitPrice }
  const end = order.expiresMs === null ? {} : { end_time: new Date(order.expiresMs).toISOString() }
  if (type !== OrderType.limit) {
    const waiting = { ...limit, stop_price: order.stopPrice, stop_direction: direction(order), ...end }
    return timeInForce === gtd ? { stop_limit_stop_limit_gtd: waiting } : { stop_limit_stop_limit_gtc: waiting }
  }
  if (timeInForce === ioc) return { sor_limit_ioc: limit }
  if (timeInForce === fok) return { limit_limit_fok: limit }
  const resting = { ...limit, ...end, post_only: postOnly }
  return timeInForce === gtd ? { limit_limit_gtd: resting } : { limit_limit_gtc: resting }
}

/** A stop waits where prices get worse (buys above, sells below), a target where they get better. */
function direction(order: OutgoingOrder): string {
  const isUp = (order.type === OrderType.stopLimit) === (order.side === Side.buy)
  return isUp ? 'STOP_DIRECTION_STOP_UP' : 'STOP_DIRECTION_STOP_DOWN'
}
