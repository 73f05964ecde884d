/**
 * Alpaca, crypto. No post-only, no plain stops, no fill-or-kill: ccxt would send such orders as plain ones, here they
 * are refused. Orders are found by going through those of the time. Fees are posted at the end of the day.
 */

import { OrderType, Side, TimeInForce } from '../../core/order.ts'
import type {
  ExchangeAbilities,
  ExchangePort,
  OrderKey,
  OutgoingOrder,
  VenueBalance,
  VenueCandle,
  VenueOrder,
  VenueTrade,
} from '../exchange.ts'
import { Adapter, inOrder, latest, type NamedMarket, PUBLIC, READ } from './adapter.ts'
import * as replies from './alpaca-replies.ts'
import { ALPACA_RULES, alpacaWords } from './alpaca-words.ts'
import type { OrderFeatures } from './check-order.ts'
import type { Call, Client, ClientProfile } from './client.ts'
import { refuse } from './failure.ts'
import { readReply } from './reply.ts'

export const ALPACA_PROFILE: ClientProfile = {
  venue: 'alpaca',
  needs: ['apiKey', 'secret'],
  nonces: null,
  // 200 a minute, of which orders need some.
  pace: { capacity: 60, perSecond: 2 },
  publicPace: { capacity: 30, perSecond: 2 },
  rules: ALPACA_RULES,
  wordsOf: alpacaWords,
}

export const ALPACA_ABILITIES: ExchangeAbilities = {
  // What a resting sell would sell is held for it: there is nothing left for a second one.
  pairs: 'one',
  lookup: 'by-scan',
  cancelByClientId: false,
  clientIdLength: 48,
  clientIdForm: 'text',
  clientIdUnique: 'for-ever',
  deadline: false,
  // Replacing makes another order with another id of ours.
  amend: false,
  quoteAmount: true,
  cancelAllAfter: false,
  keyRights: false,
  positions: false,
}

const { gtc, ioc } = TimeInForce

export const ALPACA_FEATURES: OrderFeatures = {
  kinds: new Map([
    [OrderType.market, [gtc, ioc]],
    [OrderType.limit, [gtc, ioc]],
    [OrderType.stopLimit, [gtc]],
  ]),
  postOnly: false,
  reduceOnly: 'held',
  quoteAmount: true,
  trailAmount: false,
  trailRate: false,
  leverage: false,
}

const TIMEFRAMES: Readonly<Record<number, string>> = {
  60000: '1Min',
  300000: '5Min',
  900000: '15Min',
  1800000: '30Min',
  3600000: '1Hour',
  14400000: '4Hour',
  86400000: '1Day',
}
const PAGE = 500
const FILLS_PAGE = 100

export class AlpacaExchange extends Adapter<NamedMarket> {
  constructor(client: Client) {
    super(client, ALPACA_ABILITIES, ALPACA_FEATURES)
  }

  protected override async readMarkets(): Promise<readonly NamedMarket[]> {
    const reply = await this.ask(READ, 'traderPrivateGetV2Assets', { asset_class: 'crypto' })
    return readReply(this.venue, 'assets', replies.assetsReply, reply).map(replies.alpacaMarket)
  }

  async serverTimeMs(): Promise<number> {
    const reply = await this.ask(READ, 'traderPrivateGetV2Clock')
    return readReply(this.venue, 'clock', replies.clockReply, reply).timestamp
  }

  /** Crypto is always open; its clock answers while the venue does. */
  async status(): ReturnType<ExchangePort['status']> {
    await this.serverTimeMs()
    return 'online'
  }

  async fees(): Promise<never> {
    throw refuse(this.venue, 'NO_FEES', "doesn't tell the account's fees: use the dated schedule")
  }

  async submit(order: OutgoingOrder): Promise<{ readonly venueId: string }> {
    const { id } = this.check(order)
    const call: Call = { asked: 'submit', side: order.side }
    const reply = await this.ask(call, 'traderPrivatePostV2Orders', alpacaOrderFields(order, id))
    return { venueId: readReply(this.venue, 'orders', replies.orderReply, reply).id }
  }

  async cancel(key: OrderKey): Promise<void> {
    await this.ask({ asked: 'cancel' }, 'traderPrivateDeleteV2OrdersOrderId', { order_id: this.venueIdOf(key) })
  }

  async lookup(key: OrderKey, sinceMs: number): Promise<readonly VenueOrder[]> {
    const all = await this.#orders('all', sinceMs)
    return latest(all.filter((one) => one.clientId === key.clientId))
  }

  openOrders(): Promise<readonly VenueOrder[]> {
    return this.#orders('open', null)
  }

  async trades(sinceMs: number): Promise<readonly VenueTrade[]> {
    const since = { activity_type: 'FILL', after: new Date(sinceMs - 1).toISOString(), direction: 'asc' }
    const found = await this.pages('fills', 400, async (token: string | null) => {
      const fields = { ...since, page_size: String(FILLS_PAGE), ...(token === null ? {} : { page_token: token }) }
      const reply = await this.ask(READ, 'traderPrivateGetV2AccountActivitiesActivityType', fields)
      const page = readReply(this.venue, 'activities', replies.fillsReply, reply)
      const next = page.length < FILLS_PAGE ? null : page.at(-1)!.id
      return { page: page.map((one) => replies.alpacaTrade(one, this.#symbol)), next }
    })
    return inOrder(found, sinceMs)
  }

  async balances(): Promise<readonly VenueBalance[]> {
    const account = readReply(
      this.venue,
      'account',
      replies.accountReply,
      await this.ask(READ, 'traderPrivateGetV2Account'),
    )
    const reply = await this.ask(READ, 'traderPrivateGetV2Positions')
    return replies.alpacaBalances(
      account,
      readReply(this.venue, 'positions', replies.holdingsReply, reply),
      this.#symbol,
    )
  }

  async candles(symbol: string, timeframeMs: number, sinceMs: number): Promise<readonly VenueCandle[]> {
    const timeframe = TIMEFRAMES[timeframeMs]
    if (timeframe === undefined) throw this.lack(`has no candles of ${timeframeMs / 60_000} minutes`)
    const common = { loc: 'us', symbols: symbol, timeframe, start: new Date(sinceMs).toISOString(), limit: '1000' }
    const rows = await this.pages('bars', 1000, async (token: string | null) => {
      const fields = { ...common, sort: 'asc', ...(token === null ? {} : { page_token: token }) }
      const reply = await this.ask(PUBLIC, 'marketPublicGetV1beta3CryptoLocBars', fields)
      const { bars, next_page_token: next } = readReply(this.venue, 'bars', replies.barsReply, reply)
      return { page: bars?.[symbol] ?? [], next: next ?? null }
    })
    const all = rows.map(({ t, o, h, l, c, v }) => ({ openMs: t, open: o, high: h, low: l, close: c, volume: v }))
    return all.filter((one) => one.openMs >= sinceMs)
  }

  /** From the earliest on; `after` is exclusive, so that each page begins where the last one ended. */
  #orders(status: 'all' | 'open', sinceMs: number | null): Promise<VenueOrder[]> {
    const start = sinceMs === null ? null : new Date(sinceMs - 1).toISOString()
    return this.pages('orders', 200, async (after: string | null) => {
      const from = after ?? start
      const fields = { status, limit: String(PAGE), direction: 'asc', ...(from === null ? {} : { after: from }) }
      const reply = await this.ask(READ, 'traderPrivateGetV2Orders', fields)
      const page = readReply(this.venue, 'orders', replies.ordersReply, reply)
      const next = page.length < PAGE ? null : page.at(-1)!.submitted_at
      return { page: page.map((one) => replies.alpacaOrder(one, this.#symbol)), next }
    })
  }

  /** Older answers have the pair without its slash. */
  readonly #symbol = (id: string): string => {
    if (id.includes('/')) return id
    const match = /^(.+?)(USDT|USDC|USD|BTC)$/.exec(id)
    return match === null ? id : this.symbolOf(`${match[1]}/${match[2]}`)
  }
}

const TYPES: Readonly<Record<number, string>> = {
  [OrderType.market]: 'market',
  [OrderType.limit]: 'limit',
  [OrderType.stopLimit]: 'stop_limit',
}

/** Body of a new order. */
export function alpacaOrderFields(order: OutgoingOrder, symbol: string): Readonly<Record<string, string>> {
  const { quantity, quoteAmount, limitPrice, stopPrice } = order
  return {
    symbol,
    side: order.side === Side.buy ? 'buy' : 'sell',
    type: TYPES[order.type]!,
    time_in_force: order.timeInForce === ioc ? 'ioc' : 'gtc',
    client_order_id: order.clientId,
    ...(quantity === null ? { notional: quoteAmount! } : { qty: quantity }),
    ...(limitPrice === null ? {} : { limit_price: limitPrice }),
    ...(stopPrice === null ? {} : { stop_price: stopPrice }),
  }
}
