/** What all adapters share: markets by symbol and by the venue's own name, checks, and a no to what isn't there. */

import { RejectCode } from '../../core/fact.ts'
import {
  type ExchangeAbilities,
  ExchangeError,
  type ExchangePort,
  type KeyRights,
  type OrderKey,
  type OutgoingOrder,
  type VenueBalance,
  type VenueCandle,
  type VenueMargin,
  type VenueMarket,
  type VenueOrder,
  type VenuePosition,
  type VenueTrade,
} from '../exchange.ts'
import { checkFeatures, checkForm, type OrderFeatures } from './check-order.ts'
import type { Call, Client } from './client.ts'
import { oddAnswer, refuse } from './failure.ts'
import { scheduledRates } from './scheduled-fees.ts'

/** A market and the venue's name for it. */
export interface NamedMarket {
  readonly id: string
  readonly market: VenueMarket
}

export const READ: Call = { asked: 'read', cost: 1 }
export const PUBLIC: Call = { asked: 'read', open: true }

export abstract class Adapter<M extends NamedMarket> implements ExchangePort {
  readonly venue: string
  readonly abilities: ExchangeAbilities
  protected readonly client: Client
  readonly #features: OrderFeatures
  #bySymbol: ReadonlyMap<string, M> = new Map()
  #byId: ReadonlyMap<string, M> = new Map()

  constructor(client: Client, abilities: ExchangeAbilities, features: OrderFeatures) {
    this.client = client
    this.venue = client.venue
    this.abilities = abilities
    this.#features = features
  }

  abstract serverTimeMs(): Promise<number>
  abstract fees(symbol: string): Promise<{ readonly maker: string; readonly taker: string }>
  abstract submit(order: OutgoingOrder): ReturnType<ExchangePort['submit']>
  abstract cancel(key: OrderKey): Promise<void>
  abstract lookup(key: OrderKey, sinceMs: number): Promise<readonly VenueOrder[]>
  abstract openOrders(): Promise<readonly VenueOrder[]>
  abstract trades(sinceMs: number): Promise<readonly VenueTrade[]>
  abstract balances(): Promise<readonly VenueBalance[]>
  abstract candles(symbol: string, timeframeMs: number, sinceMs: number): Promise<readonly VenueCandle[]>
  abstract status(): ReturnType<ExchangePort['status']>
  /** All markets that the adapter can trade, as the venue has them today. */
  protected abstract readMarkets(symbols: readonly string[]): Promise<readonly M[]>

  async markets(symbols: readonly string[]): Promise<readonly VenueMarket[]> {
    this.#remember(await this.readMarkets(symbols))
    return symbols.map((symbol) => this.marketOf(symbol).market)
  }

  async listed(symbols: readonly string[]): Promise<readonly VenueMarket[]> {
    const found = await this.#readListed(symbols)
    this.#remember([...this.#bySymbol.values(), ...found])
    return found.map(({ market }) => market).filter(({ symbol }) => symbols.includes(symbol))
  }

  #remember(all: readonly M[]): void {
    this.#bySymbol = new Map(all.map((one) => [one.market.symbol, one]))
    this.#byId = new Map(all.map((one) => [one.id, one]))
  }

  /** Some venues refuse the whole list for one symbol that they don't know: then each is asked for by itself. */
  async #readListed(symbols: readonly string[]): Promise<readonly M[]> {
    try {
      return await this.readMarkets(symbols)
    } catch (error) {
      if (!(error instanceof ExchangeError) || error.code !== 'UNKNOWN_SYMBOL') throw error
      if (symbols.length <= 1) return []
      const found: M[] = []
      for (const symbol of symbols) found.push(...(await this.#readListed([symbol])))
      return found
    }
  }

  async keyRights(): Promise<KeyRights> {
    return { query: null, trade: null, withdraw: null }
  }

  async positions(): Promise<readonly VenuePosition[]> {
    return []
  }

  async margin(): Promise<VenueMargin> {
    return { equity: null, usedMargin: null, freeMargin: null, marginLevel: null }
  }

  async amend(_key: OrderKey, _order: OutgoingOrder): Promise<void> {
    throw this.lack("can't change a resting order")
  }

  async setLeverage(symbol: string, leverage: number): Promise<void> {
    this.checkLeverage(symbol, leverage)
  }

  async cancelAllAfter(_timeoutMs: number): Promise<void> {
    throw this.lack("has no switch that cancels all orders when nobody's there")
  }

  async close(): Promise<void> {
    await this.client.close()
  }

  /** One request by the name that ccxt gives the endpoint. */
  protected ask(call: Call, method: string, fields: object = {}): Promise<unknown> {
    return this.client.call(call, (methods) => methods[method]!(fields))
  }

  /** The order's market, after everything about the order was found to be in order. */
  protected check(order: OutgoingOrder): M {
    const found = this.marketOf(order.symbol)
    checkFeatures(this.venue, this.#features, this.abilities, order)
    this.checkLeverage(order.symbol, order.leverage)
    checkForm(this.venue, found.market, order)
    return found
  }

  protected checkLeverage(symbol: string, leverage: number): void {
    const { leverages } = this.marketOf(symbol).market
    if (leverages.includes(leverage)) return
    const line = `${symbol} can't be traded at a leverage of ${leverage} (the most is ${Math.max(...leverages)})`
    throw refuse(this.venue, 'LEVERAGE_REFUSED', line, RejectCode.leverageTooHigh)
  }

  protected marketOf(symbol: string): M {
    const found = this.#bySymbol.get(symbol)
    if (found !== undefined) return found
    throw refuse(this.venue, 'UNKNOWN_SYMBOL', `has no market ${symbol}`, RejectCode.notListed)
  }

  /** The symbol of a market by the venue's name for it; that name where it isn't known. */
  protected symbolOf(id: string): string {
    return this.#byId.get(id)?.market.symbol ?? id
  }

  protected firstMarket(): M | undefined {
    return this.#bySymbol.values().next().value
  }

  /** The dated schedule's rates, at a venue that tells none. */
  protected scheduled(symbol: string): { readonly maker: string; readonly taker: string } {
    this.marketOf(symbol)
    return scheduledRates(this.client.scheduledFees, this.venue, symbol, this.client.environment.nowMs())
  }

  protected lack(what: string): Error {
    return refuse(this.venue, 'UNSUPPORTED', what, RejectCode.unsupported)
  }

  /** The id that an order can be named by, which the venue gave it. */
  protected venueIdOf(key: OrderKey): string {
    if (key.venueId !== null) return key.venueId
    throw refuse(this.venue, 'NO_VENUE_ID', "its orders can be named by the venue's own id alone: look it up first")
  }

  /** Pages until one is the last, at most `most` of them. */
  protected async pages<T, C>(
    what: string,
    most: number,
    read: (cursor: C | null) => Promise<{ readonly page: readonly T[]; readonly next: C | null }>,
  ): Promise<T[]> {
    const all: T[] = []
    let cursor: C | null = null
    for (let count = 0; count < most; count += 1) {
      const { page, next }: { readonly page: readonly T[]; readonly next: C | null } = await read(cursor)
      all.push(...page)
      if (next === null) return all
      cursor = next
    }
    throw oddAnswer(this.venue, `${what} has more than ${most} pages`)
  }
}

/** Each trade once, from a time on, oldest first; those of one instant stay as they were given. */
export function inOrder(trades: readonly VenueTrade[], sinceMs: number): readonly VenueTrade[] {
  const byId = new Map(trades.map((one) => [one.tradeId, one]))
  return [...byId.values()].filter((one) => one.atMs >= sinceMs).sort((a, b) => a.atMs - b.atMs)
}

/** Each order once, as it was told last. */
export function latest(orders: readonly VenueOrder[]): readonly VenueOrder[] {
  return [...new Map(orders.map((one) => [one.venueId, one])).values()]
}
