/** A venue in memory with accounts, books and faults, as small as the operations need it; it counts what it was asked. */

import { Side } from '../../../engine/core/order.ts'
import type {
  ExchangeAbilities,
  ExchangePort,
  OutgoingOrder,
  VenueOrder,
  VenuePosition,
  VenueTrade,
} from '../../../engine/live/exchange.ts'
import { ExchangeError } from '../../../engine/live/exchange.ts'

export interface FakeMarket {
  readonly price: number
  readonly step?: string
  readonly minQuantity?: string
  readonly minCost?: string
}

/** `lost`: taken, and the answer never comes. `never`: the request never comes. `partial`: half of it. */
export type Fault = 'rejected' | 'lost' | 'never' | 'partial'

export interface FakeSetup {
  readonly quote?: string
  /** Totals by asset, quote among them; for derivatives the collateral. */
  readonly balances: Record<string, number>
  readonly markets: Record<string, FakeMarket>
  readonly orders?: readonly VenueOrder[]
  readonly positions?: readonly { readonly symbol: string; readonly quantity: number; readonly leverage: number }[]
  /** By `symbol side` of an order, or `cancel ID`, or the name of a call. */
  readonly faults?: Readonly<Record<string, Fault>>
  readonly feeRate?: number
}

const ABILITIES: ExchangeAbilities = {
  lookup: 'by-client-id',
  cancelByClientId: true,
  clientIdLength: 18,
  clientIdForm: 'text',
  clientIdUnique: 'open-orders',
  deadline: true,
  amend: true,
  quoteAmount: true,
  cancelAllAfter: true,
  keyRights: true,
  positions: true,
}

export class FakeExchange implements ExchangePort {
  readonly venue = 'fake'
  readonly abilities = ABILITIES
  readonly submitted: OutgoingOrder[] = []
  readonly cancelled: string[] = []
  readonly leverages = new Map<string, number>()
  private readonly setup: FakeSetup
  private readonly open: VenueOrder[]
  private readonly ended: VenueOrder[] = []
  private readonly fills: VenueTrade[] = []
  private readonly held = new Map<string, { quantity: number; leverage: number }>()
  private readonly clock: () => number

  constructor(setup: FakeSetup, clock: () => number) {
    this.setup = setup
    this.clock = clock
    this.open = [...(setup.orders ?? [])]
    for (const { symbol, quantity, leverage } of setup.positions ?? []) this.held.set(symbol, { quantity, leverage })
  }

  private check(call: string): void {
    const fault = this.setup.faults?.[call]
    if (fault === 'never' || fault === 'lost')
      throw new ExchangeError('the connection broke', { kind: 'unknown', code: 'NETWORK' })
    if (fault === 'rejected') throw new ExchangeError('the venue says no', { kind: 'rejected', code: 'REFUSED' })
  }

  async markets(symbols: readonly string[]) {
    return symbols.map((symbol) => {
      const market = this.setup.markets[symbol]
      if (market === undefined) throw new ExchangeError(`no ${symbol}`, { kind: 'local', code: 'UNKNOWN_SYMBOL' })
      const { step = '0.0001', minQuantity = null, minCost = null } = market
      return {
        symbol,
        tick: '0.01',
        step,
        minQuantity,
        minCost,
        leverages: [1, 2, 3, 5, 10],
        status: 'online' as const,
      }
    })
  }

  async listed(symbols: readonly string[]) {
    return this.markets(symbols.filter((symbol) => this.setup.markets[symbol] !== undefined))
  }

  async serverTimeMs(): Promise<number> {
    this.check('time')
    return this.clock()
  }

  async keyRights() {
    return { query: true, trade: true, withdraw: false }
  }

  async fees() {
    return { maker: '0', taker: String(this.setup.feeRate ?? 0) }
  }

  async submit(order: OutgoingOrder) {
    this.submitted.push(order)
    const fault = this.setup.faults?.[`${order.symbol} ${order.side === Side.buy ? 'buy' : 'sell'}`]
    if (fault === 'rejected')
      throw new ExchangeError('insufficient funds', { kind: 'rejected', code: 'INSUFFICIENT_FUNDS' })
    if (fault === 'never') throw new ExchangeError('no answer', { kind: 'unknown', code: 'TIMEOUT' })
    const venueId = `V${this.submitted.length}`
    this.fill(order, venueId, fault === 'partial' ? 0.5 : 1)
    if (fault === 'lost') throw new ExchangeError('no answer', { kind: 'unknown', code: 'TIMEOUT' })
    return { venueId }
  }

  private fill(order: OutgoingOrder, venueId: string, part: number): void {
    const { symbol, side, clientId } = order
    const price = this.setup.markets[symbol]!.price
    const quantity = Number(order.quantity) * part
    const fee = quantity * price * (this.setup.feeRate ?? 0)
    const { balances, quote = 'USD' } = this.setup
    if (symbol.includes(':')) {
      const now = this.held.get(symbol) ?? { quantity: 0, leverage: this.leverages.get(symbol) ?? 1 }
      this.held.set(symbol, { ...now, quantity: now.quantity + side * quantity })
      balances[quote] = balances[quote]! - fee
    } else {
      const base = symbol.split('/')[0]!
      balances[base] = (balances[base] ?? 0) + side * quantity
      balances[quote] = balances[quote]! - side * quantity * price - fee
    }
    const atMs = this.clock()
    const facts = { venueId, clientId, symbol, side }
    this.ended.push({
      ...facts,
      status: part < 1 ? 'cancelled' : 'filled',
      quantity: order.quantity,
      filled: String(quantity),
      limitPrice: null,
      stopPrice: null,
      placedMs: atMs,
      changedMs: atMs,
    })
    const amounts = {
      quantity: String(quantity),
      price: String(price),
      value: String(quantity * price),
      fee: String(fee),
    }
    this.fills.push({
      ...facts,
      ...amounts,
      tradeId: `T${venueId}`,
      feeAsset: quote,
      maker: false,
      liquidation: false,
      atMs,
    })
  }

  async cancel({ venueId }: { readonly venueId: string | null }): Promise<void> {
    this.cancelled.push(venueId!)
    const fault = this.setup.faults?.[`cancel ${venueId}`]
    if (fault === 'rejected') throw new ExchangeError('unknown order', { kind: 'rejected', code: 'UNKNOWN_ORDER' })
    if (fault !== 'never') {
      const at = this.open.findIndex((one) => one.venueId === venueId)
      if (at !== -1) this.open.splice(at, 1)
    }
    if (fault !== undefined) throw new ExchangeError('no answer', { kind: 'unknown', code: 'TIMEOUT' })
  }

  async amend(): Promise<void> {}

  async lookup({ clientId }: { readonly clientId: string }) {
    return this.ended.filter((one) => one.clientId === clientId)
  }

  async openOrders() {
    return [...this.open]
  }

  async trades(sinceMs: number) {
    return this.fills.filter(({ atMs }) => atMs >= sinceMs)
  }

  async balances() {
    this.check('balances')
    const total = Object.entries(this.setup.balances).map(([asset, amount]) => ({
      asset,
      free: String(amount),
      total: String(amount),
    }))
    return total
  }

  async positions(): Promise<readonly VenuePosition[]> {
    return [...this.held]
      .filter(([, { quantity }]) => quantity !== 0)
      .map(([symbol, { quantity, leverage }]) => ({
        symbol,
        quantity: String(quantity),
        entryPrice: String(this.setup.markets[symbol]!.price),
        leverage,
        marginMode: 'cross',
        liquidationPrice: String(this.setup.markets[symbol]!.price * 0.8),
        markPrice: String(this.setup.markets[symbol]!.price),
        unrealised: '0',
      }))
  }

  async margin() {
    const equity = this.setup.balances[this.setup.quote ?? 'USD']!
    const used = [...this.held].reduce(
      (sum, [symbol, one]) => sum + (Math.abs(one.quantity) * this.setup.markets[symbol]!.price) / one.leverage,
      0,
    )
    return { equity: String(equity), usedMargin: String(used), freeMargin: String(equity - used), marginLevel: null }
  }

  async setLeverage(symbol: string, leverage: number): Promise<void> {
    this.check(`leverage ${symbol}`)
    this.leverages.set(symbol, leverage)
    const now = this.held.get(symbol)
    if (now !== undefined && now.quantity === 0) this.held.set(symbol, { ...now, leverage })
  }

  async cancelAllAfter(): Promise<void> {}

  async candles(symbol: string) {
    const { price } = this.setup.markets[symbol]!
    return [{ openMs: this.clock() - 60_000, open: price, high: price, low: price, close: price, volume: 1 }]
  }

  async status() {
    return 'online' as const
  }

  async close(): Promise<void> {}
}
