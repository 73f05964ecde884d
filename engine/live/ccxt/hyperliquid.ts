/**
 * Hyperliquid, perpetuals. The actions are built here and only signed and sent by ccxt, whose own order calls would
 * first approve a fee for their builder and set a referrer, with the user's key. Market orders are limits that end at
 * once, 5 % beyond a reference price, as the venue's own page sends them.
 */

import {
  type ExchangeAbilities,
  ExchangeError,
  type ExchangePort,
  type OrderKey,
  type OutgoingOrder,
  type VenueBalance,
  type VenueCandle,
  type VenueCharge,
  type VenueMargin,
  type VenueOrder,
  type VenuePosition,
  type VenueTrade,
} from '../exchange.ts'
import { Adapter, inOrder, PUBLIC, READ } from './adapter.ts'
import type { Call, Client, ClientProfile } from './client.ts'
import { oddAnswer } from './failure.ts'
import { HYPERLIQUID_FEATURES, orderWire } from './hyperliquid-orders.ts'
import * as replies from './hyperliquid-replies.ts'
import { HYPERLIQUID_RULES, hyperliquidWords } from './hyperliquid-words.ts'
import { readReply } from './reply.ts'

export const HYPERLIQUID_PROFILE: ClientProfile = {
  venue: 'hyperliquid',
  needs: ['walletAddress', 'privateKey'],
  // Within two days before and one day after the venue's clock, so that milliseconds it must be.
  nonces: 'ms',
  pace: { capacity: 400, perSecond: 15 },
  publicPace: { capacity: 400, perSecond: 15 },
  rules: HYPERLIQUID_RULES,
  wordsOf: hyperliquidWords,
}

export const HYPERLIQUID_ABILITIES: ExchangeAbilities = {
  lookup: 'by-client-id',
  cancelByClientId: true,
  clientIdLength: 34,
  clientIdForm: 'hex128',
  clientIdUnique: 'unknown',
  deadline: true,
  amend: false,
  quoteAmount: false,
  cancelAllAfter: true,
  // A look weighs 40 of the 1200 a minute.
  lookMs: 4000,
  keyRights: false,
  positions: true,
  charges: true,
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
  28800000: '8h',
  43200000: '12h',
  86400000: '1d',
}
const CHEAP: Call = { ...READ, cost: 2 }
const DEAR: Call = { ...READ, cost: 20 }
/** A scheduled cancel must be at least this far ahead. */
const SWITCH_LEAST_MS = 5000

export class HyperliquidExchange extends Adapter<replies.Perpetual> {
  constructor(client: Client) {
    super(client, HYPERLIQUID_ABILITIES, HYPERLIQUID_FEATURES)
  }

  protected override async readMarkets(): Promise<readonly replies.Perpetual[]> {
    const reply = await this.#info({ ...PUBLIC, cost: 20 }, { type: 'meta' })
    return readReply(this.venue, 'meta', replies.metaReply, reply).universe.map(replies.perpetual)
  }

  async serverTimeMs(): Promise<number> {
    return (await this.#exchangeStatus()).time
  }

  async status(): ReturnType<ExchangePort['status']> {
    const { specialStatuses } = await this.#exchangeStatus()
    return specialStatuses === null || specialStatuses === undefined ? 'online' : 'maintenance'
  }

  /** The address's own rates, its discounts taken off. */
  async fees(symbol: string): Promise<{ readonly maker: string; readonly taker: string }> {
    this.marketOf(symbol)
    const reply = await this.#info(DEAR, { type: 'userFees', user: this.client.address })
    const { userCrossRate, userAddRate } = readReply(this.venue, 'userFees', replies.feesReply, reply)
    return { maker: userAddRate, taker: userCrossRate }
  }

  async submit(order: OutgoingOrder): Promise<{ readonly venueId: string }> {
    const { asset, market } = this.check(order)
    const wire = orderWire(this.venue, order, asset, market)
    const call: Call = { asked: 'submit', side: order.side, deadlineMs: order.deadlineMs }
    const reply = await this.#act(call, { type: 'order', orders: [wire], grouping: 'na' })
    const venueId = replies.oidOf(readReply(this.venue, 'order', replies.orderReply, reply))
    if (venueId === null) throw oddAnswer(this.venue, 'the answer to the order has no number for it')
    return { venueId }
  }

  async cancel(key: OrderKey): Promise<void> {
    const { asset } = this.marketOf(key.symbol)
    const action =
      key.venueId === null
        ? { type: 'cancelByCloid', cancels: [{ asset, cloid: key.clientId }] }
        : { type: 'cancel', cancels: [{ a: asset, o: Number(key.venueId) }] }
    await this.#act({ asked: 'cancel' }, action)
  }

  async lookup(key: OrderKey): Promise<readonly VenueOrder[]> {
    const call: Call = CHEAP
    try {
      const reply = await this.#info(call, { type: 'orderStatus', user: this.client.address, oid: key.clientId })
      const { order } = readReply(this.venue, 'orderStatus', replies.statusReply, reply)
      const state = replies.stateOf(order.status)
      return [replies.venueOrder(order.order, state, order.statusTimestamp ?? null, this.#symbol)]
    } catch (error) {
      if (error instanceof ExchangeError && error.code === 'UNKNOWN_ORDER') return []
      throw error
    }
  }

  async openOrders(): Promise<readonly VenueOrder[]> {
    const reply = await this.#info(DEAR, { type: 'frontendOpenOrders', user: this.client.address })
    const orders = readReply(this.venue, 'frontendOpenOrders', replies.openReply, reply)
    return orders.map((one) => replies.venueOrder(one, 'open', null, this.#symbol))
  }

  /** From the last time on again and again: an instant may be told twice, none is skipped. */
  async trades(sinceMs: number): Promise<readonly VenueTrade[]> {
    const seen = new Set<string>()
    const user = this.client.address
    const found = await this.pages('fills', 100, async (from: number | null) => {
      const reply = await this.#info(DEAR, { type: 'userFillsByTime', user, startTime: from ?? sinceMs })
      const page = readReply(this.venue, 'userFillsByTime', replies.fillsReply, reply)
      const fresh = page
        .map((one) => replies.venueTrade(one, user, this.#symbol))
        .filter((one) => !seen.has(one.tradeId))
      for (const one of fresh) seen.add(one.tradeId)
      return { page: fresh, next: fresh.length === 0 ? null : Math.max(...fresh.map((one) => one.atMs)) }
    })
    return inOrder(found, sinceMs)
  }

  async balances(): Promise<readonly VenueBalance[]> {
    return replies.venueBalances(await this.#state())
  }

  override async margin(): Promise<VenueMargin> {
    return replies.venueMargin(await this.#state())
  }

  override async positions(): Promise<readonly VenuePosition[]> {
    return replies.venuePositions(await this.#state(), this.#symbol)
  }

  async charges(sinceMs: number): Promise<readonly VenueCharge[]> {
    const seen = new Set<string>()
    const user = this.client.address
    return await this.pages('fundings', 100, async (from: number | null) => {
      const reply = await this.#info(DEAR, { type: 'userFunding', user, startTime: from ?? sinceMs })
      const page = readReply(this.venue, 'userFunding', replies.fundingsReply, reply)
      const fresh = page
        .flatMap((one) => replies.venueCharge(one, this.#symbol) ?? [])
        .filter((one) => !seen.has(one.chargeId))
      for (const one of fresh) seen.add(one.chargeId)
      return { page: fresh, next: fresh.length === 0 ? null : Math.max(...fresh.map((one) => one.atMs)) }
    })
  }

  override async setLeverage(symbol: string, leverage: number): Promise<void> {
    this.checkLeverage(symbol, leverage)
    const { asset } = this.marketOf(symbol)
    await this.#act({ asked: 'amend' }, { type: 'updateLeverage', asset, isCross: true, leverage })
  }

  override async cancelAllAfter(timeoutMs: number): Promise<void> {
    const nowMs = Math.floor(this.client.environment.nowMs())
    const time = timeoutMs === 0 ? {} : { time: nowMs + Math.max(SWITCH_LEAST_MS, Math.ceil(timeoutMs)) }
    await this.#act({ asked: 'cancel' }, { type: 'scheduleCancel', ...time })
  }

  async candles(symbol: string, timeframeMs: number, sinceMs: number): Promise<readonly VenueCandle[]> {
    const interval = INTERVALS[timeframeMs]
    if (interval === undefined) throw this.lack(`has no candles of ${timeframeMs / 60_000} minutes`)
    const { id: coin } = this.marketOf(symbol)
    const req = { coin, interval, startTime: sinceMs, endTime: Math.floor(this.client.environment.nowMs()) }
    const reply = await this.#info({ ...PUBLIC, cost: 20 }, { type: 'candleSnapshot', req })
    const rows = readReply(this.venue, 'candleSnapshot', replies.candlesReply, reply)
    const all = rows.map(({ t, o, h, l, c, v }) => ({ openMs: t, open: o, high: h, low: l, close: c, volume: v }))
    return all.filter((one) => one.openMs >= sinceMs)
  }

  #info(call: Call, fields: object): Promise<unknown> {
    return this.ask(call, 'publicPostInfo', fields)
  }

  /** An action, signed with a nonce of its turn; with a deadline past which the venue refuses it. */
  #act(call: Call, action: object): Promise<unknown> {
    const expiresAfter = call.deadlineMs ?? undefined
    return this.client.call(call, (methods, turn) => {
      const nonce = Number(turn!.nonce())
      const signature = this.client.local((library) =>
        (library as unknown as Signer).signL1Action(action, nonce, undefined, expiresAfter),
      )
      const end = expiresAfter === undefined ? {} : { expiresAfter }
      return methods['privatePostExchange']!({ action, nonce, signature, ...end })
    })
  }

  async #state() {
    const reply = await this.#info(CHEAP, { type: 'clearinghouseState', user: this.client.address })
    return readReply(this.venue, 'clearinghouseState', replies.stateReply, reply)
  }

  async #exchangeStatus() {
    const reply = await this.#info({ ...PUBLIC, cost: 2 }, { type: 'exchangeStatus' })
    return readReply(this.venue, 'exchangeStatus', replies.exchangeStatusReply, reply)
  }

  readonly #symbol = (id: string): string => this.symbolOf(id)
}

interface Signer {
  signL1Action(action: object, nonce: number, vault: undefined, expiresAfter: number | undefined): object
}
