/** The Exchange port onto the honest exchange through a faulty line: what live code talks to in a simulation. */

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
  type VenueMarket,
  type VenueOrder,
  type VenuePosition,
  type VenueTrade,
} from '../../../engine/live/exchange.ts'
import type { Faults } from '../faults.ts'
import type { Draws } from '../world/draws.ts'
import { Died } from '../world/life.ts'
import type { VirtualTime } from '../world/virtual-time.ts'
import { text } from './amount.ts'
import type { Candles } from './candles.ts'
import type { DeadSwitch } from './dead-switch.ts'
import type { Exchange } from './exchange.ts'
import type { Door, Line } from './line.ts'
import { MarginAccount } from './margin-account.ts'
import { balancesView, marketView, orderView, positionsView, tradeView } from './views.ts'

/** How far behind each list is, ms. */
export interface Lags {
  readonly ordersMs: number
  readonly tradesMs: number
  readonly balancesMs: number
  /** A fresh trade's fee shows after this. */
  readonly feeMs: number
  /** Orders that ended longer ago than this aren't found by a short memory. */
  readonly historyMs: number
}

/** Who is told of each call at the boundary, before anything leaves. */
export interface Boundary {
  submitting(order: OutgoingOrder): void
  /** A signed call leaves with this nonce. */
  signed(nonce: bigint): void
  /** The dead man's switch is armed for so long, or disarmed with 0. */
  arming(timeoutMs: number): void
  cancelling(key: OrderKey): void
  amending(key: OrderKey, order: OutgoingOrder): void
}

export interface PortParts {
  readonly venue: string
  /** The key's nonces, as live code counts them. */
  readonly nonces: { next(): bigint }
  readonly deadMan: DeadSwitch
  readonly leverage: number
  readonly exchange: Exchange
  readonly candles: Candles
  readonly line: Line
  readonly time: VirtualTime
  readonly faults: Faults
  readonly draws: Draws
  readonly door: Door
  readonly lags: Lags
  readonly abilities: ExchangeAbilities
  /** What is behind, how far, and until when: a replica that lags doesn't catch up between two calls. */
  readonly behind: Map<string, { readonly untilMs: number; readonly ms: number }>
  /** Whoever calls is alive: a dead process sends nothing. */
  readonly isAlive: () => boolean
  readonly boundary: Boundary
  readonly rates: { readonly maker: string; readonly taker: string }
  /** Fills an open order at once, whatever its price: for a fill that overtakes a cancel. */
  readonly fillNow: (key: OrderKey) => boolean
}

/** How often what is behind stays that far behind for a while, and how long at most. */
const BEHIND_CHANCE = 0.3
const BEHIND_MS = 30_000

/** Calls that carry an order. */
const ORDERS: ReadonlySet<string> = new Set(['submit', 'cancel', 'amend'])

export class SimulatedPort implements ExchangePort {
  readonly venue: string
  readonly abilities: ExchangeAbilities
  private readonly parts: PortParts

  constructor(parts: PortParts) {
    this.parts = parts
    this.venue = parts.venue
    this.abilities = parts.abilities
  }

  markets(symbols: readonly string[]): Promise<readonly VenueMarket[]> {
    const { exchange } = this.parts
    return this.open('markets', () => symbols.map((symbol) => marketView(exchange.terms(symbol), this.parts.leverage)))
  }

  listed(symbols: readonly string[]): Promise<readonly VenueMarket[]> {
    return this.markets(symbols)
  }

  serverTimeMs(): Promise<number> {
    return this.open('serverTime', () => this.parts.time.nowMs)
  }

  keyRights() {
    return this.signed('keyRights', () => ({ query: true, trade: true, withdraw: false }))
  }

  fees(_symbol: string) {
    return this.signed('fees', () => this.parts.rates)
  }

  submit(order: OutgoingOrder): Promise<{ readonly venueId: string }> {
    const { exchange, time, faults, boundary, isAlive } = this.parts
    if (isAlive()) boundary.submitting(order)
    return this.signed('submit', () => {
      if (faults.fires('refused')) {
        throw new ExchangeError('EService:Busy', { kind: 'rejected', code: 'REFUSED', venueText: 'EService:Busy' })
      }
      const { venueId } = exchange.place(order, time.nowMs)
      return { venueId }
    })
  }

  cancel(key: OrderKey): Promise<void> {
    const { exchange, time, faults, boundary, isAlive, fillNow } = this.parts
    if (isAlive()) boundary.cancelling(key)
    return this.signed('cancel', () => {
      if (faults.has('fillDuringCancel') && faults.fires('fillDuringCancel')) fillNow(key)
      if (faults.fires('cancelLost')) return
      exchange.cancel(key.venueId, key.clientId, time.nowMs)
    })
  }

  amend(key: OrderKey, order: OutgoingOrder): Promise<void> {
    const { exchange, time, boundary, isAlive } = this.parts
    if (isAlive()) boundary.amending(key, order)
    return this.signed('amend', () => exchange.amend(key.venueId, key.clientId, order, time.nowMs))
  }

  lookup(key: OrderKey, sinceMs: number): Promise<readonly VenueOrder[]> {
    const { exchange, lags, time, faults } = this.parts
    return this.signed('lookup', () => {
      const known = this.seen(exchange.orders.filter((order) => order.clientId === key.clientId)).filter(
        ({ status, changedMs }) => status === 'open' || (changedMs ?? 0) >= sinceMs,
      )
      const sinceEnd = ({ changedMs }: VenueOrder): number => time.nowMs - (changedMs ?? 0)
      const kept = known.filter(
        (one) => one.status === 'open' || sinceEnd(one) <= lags.historyMs || !faults.has('historyShort'),
      )
      if (kept.length < known.length) faults.count('historyShort')
      return kept
    })
  }

  openOrders(): Promise<readonly VenueOrder[]> {
    const { exchange } = this.parts
    return this.signed('openOrders', () => this.seen(exchange.orders).filter(({ status }) => status === 'open'))
  }

  trades(sinceMs: number): Promise<readonly VenueTrade[]> {
    const { exchange, lags, time, faults } = this.parts
    return this.signed('trades', () => {
      const until = time.nowMs - this.lag('tradesLag', lags.tradesMs)
      const known = exchange.trades.filter(({ atMs }) => atMs >= sinceMs && atMs <= until)
      const list = known.map((trade) => {
        const fee = faults.has('feeUnknown') && time.nowMs - trade.atMs < lags.feeMs
        const value = faults.has('valueUnknown')
        if (fee) faults.count('feeUnknown')
        if (value) faults.count('valueUnknown')
        return tradeView(trade, { fee, value })
      })
      return list.length > 0 && faults.fires('tradesRepeated') ? [...list, this.parts.draws.pick(list)] : list
    })
  }

  balances(): Promise<readonly VenueBalance[]> {
    const { exchange, lags, time } = this.parts
    return this.signed('balances', () =>
      balancesView(exchange.account, time.nowMs - this.lag('balancesLag', lags.balancesMs)),
    )
  }

  positions(): Promise<readonly VenuePosition[]> {
    const { exchange, lags, time } = this.parts
    return this.signed('positions', () =>
      positionsView(exchange.account, time.nowMs - this.lag('balancesLag', lags.balancesMs), {
        leverage: this.parts.leverage,
        price: exchange.price,
        liquidationPrice: (symbol) =>
          this.parts.faults.fires('liquidationPriceUnknown') ? null : exchange.liquidationPrice(symbol),
      }),
    )
  }

  charges(sinceMs: number): Promise<readonly VenueCharge[]> {
    const { exchange, lags, time } = this.parts
    return this.signed('charges', () => {
      const until = time.nowMs - this.lag('balancesLag', lags.balancesMs)
      return exchange.charges
        .filter(({ atMs }) => atMs >= sinceMs && atMs <= until)
        .map(({ amount, ...charge }) => ({ ...charge, kind: 'funding', amount: text(amount), asset: 'USD' }))
    })
  }

  margin(): Promise<VenueMargin> {
    const { account } = this.parts.exchange
    return this.signed('margin', () => {
      const equity = text(account instanceof MarginAccount ? account.equity : (account.total.get('USD') ?? 0n))
      const used = account instanceof MarginAccount ? text(account.used) : null
      return { equity, usedMargin: used, freeMargin: text(account.free('USD')), marginLevel: null }
    })
  }

  setLeverage(): Promise<void> {
    return this.signed('setLeverage', () => {
      if (!this.parts.faults.fires('leverageRefused')) return
      throw new ExchangeError('open orders', { kind: 'rejected', code: 'LEVERAGE_REFUSED' })
    })
  }

  cancelAllAfter(timeoutMs: number): Promise<void> {
    const { boundary, isAlive, deadMan, time } = this.parts
    if (isAlive()) boundary.arming(timeoutMs)
    return this.signed('cancelAllAfter', () => deadMan.set(timeoutMs === 0 ? null : time.nowMs + timeoutMs))
  }

  candles(symbol: string, timeframeMs: number, sinceMs: number): Promise<readonly VenueCandle[]> {
    return this.open('candles', () => this.parts.candles.view(symbol, timeframeMs, sinceMs, this.parts.time.nowMs))
  }

  status() {
    const { door, time } = this.parts
    return this.open('status', () => (time.nowMs < door.maintenanceUntilMs ? 'maintenance' : 'online') as 'online')
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  /** Orders as a list shows them that may be behind. */
  private seen(orders: Exchange['orders']): VenueOrder[] {
    const atMs = this.parts.time.nowMs - this.lag('ordersLag', this.parts.lags.ordersMs)
    return orders.map((order) => orderView(order, atMs)).filter((order) => order !== null)
  }

  private lag(kind: 'ordersLag' | 'tradesLag' | 'balancesLag', mostMs: number): number {
    const { faults, draws, time, behind } = this.parts
    if (!faults.has(kind)) return 0
    const known = behind.get(kind)
    if (known !== undefined && time.nowMs < known.untilMs) return known.ms
    if (!faults.fires(kind)) return 0
    const ms = draws.whole(1, mostMs)
    if (draws.chance(BEHIND_CHANCE)) behind.set(kind, { ms, untilMs: time.nowMs + draws.whole(1000, BEHIND_MS) })
    return ms
  }

  private open<T>(name: string, effect: () => T): Promise<T> {
    return this.parts.line.call({ name, isPrivate: false, isOrder: false }, effect)
  }

  private signed<T>(name: string, effect: () => T): Promise<T> {
    const { nonces, boundary, isAlive, line } = this.parts
    try {
      if (isAlive()) boundary.signed(nonces.next())
    } catch (error) {
      // It died while it kept the nonce: nobody waits for what follows.
      return error instanceof Died ? new Promise(() => undefined) : Promise.reject(error as Error)
    }
    return line.call({ name, isPrivate: true, isOrder: ORDERS.has(name) }, effect)
  }
}
