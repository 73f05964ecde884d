/**
 * An exchange in memory: the simulated venue behind the Exchange port. Paper trading runs on it, and so do tests that
 * hold a live session against a backtest. It plays a row one event at a time, each time it is asked for trades, so that
 * whoever trades there can answer an event before the next one, as in a backtest.
 *
 * A row is begun when its candles are known: at its close on paper, at its open where a test's market knows the future;
 * what happens inside it is only told once it has closed.
 */

import { formatDec } from '../../core/dec.ts'
import { type Fact, FactKind, FactQueue, RejectCode, tradedQuantity } from '../../core/fact.ts'
import type { Instrument } from '../../core/instrument.ts'
import type { ApprovedOrder } from '../../core/order.ts'
import { GrowingGrid } from '../../kernel/growing-grid.ts'
import type { Environment } from '../../live/environment.ts'
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
} from '../../live/exchange.ts'
import type { ClosedRow } from '../../live/ports.ts'
import type { SimVenue } from '../../sim/venue.ts'
import { simOrder } from './sim-order.ts'
import { type SimOrder, shownBalances, shownOrder, shownPositions, shownTrade } from './sim-views.ts'

/** Where the row that is being played stands. */
type Phase = 'waiting' | 'open' | 'inside' | 'done'

export interface SimExchangeOptions {
  readonly environment: Environment
  readonly venue: string
  readonly instruments: readonly Instrument[]
  readonly timeframeMs: number
  /** First row's open at the earliest, and how many may come. */
  readonly fromMs: number
  readonly room: number
  readonly markets: readonly VenueMarket[]
  readonly rates: { readonly maker: string; readonly taker: string }
  /** Makes the venue on the exchange's own grid. */
  readonly make: (grid: GrowingGrid, facts: FactQueue) => SimVenue
  readonly pairs?: ExchangeAbilities['pairs']
}

/** For how long after its open an order still meets a row's open price. */
const OPEN_GRACE_MS = 5_000

export class SimExchange implements ExchangePort {
  readonly venue: string
  readonly abilities: ExchangeAbilities
  readonly sim: SimVenue
  readonly trading: VenueTrade[] = []
  /** Counts what has changed here: by it a caller sees whether a call did anything. */
  version = 0
  /** Orders that came with an id that was taken. */
  duplicates = 0
  private readonly options: SimExchangeOptions
  private readonly environment: Environment
  private readonly instruments: readonly Instrument[]
  private readonly grid: GrowingGrid
  private readonly facts = new FactQueue()
  private readonly orders: SimOrder[] = []
  private readonly byClient = new Map<string, SimOrder>()
  private readonly groups = new Map<string, number>()
  private readonly coming: ClosedRow[] = []
  private phase: Phase = 'done'
  /** Something was sent that the row's open hasn't seen. */
  private sent = false
  /** Something has happened that whoever looks next must be able to answer first. */
  private untold = false

  constructor(options: SimExchangeOptions) {
    this.options = options
    this.environment = options.environment
    this.venue = options.venue
    this.instruments = options.instruments
    const names = options.instruments.map(({ venue, symbol }) => ({ venue, symbol }))
    this.grid = new GrowingGrid(names, options.timeframeMs, options.room)
    this.grid.time[0] = options.fromMs
    this.sim = options.make(this.grid, this.facts)
    this.abilities = {
      lookup: 'by-client-id',
      cancelByClientId: true,
      clientIdLength: 18,
      clientIdForm: 'text',
      clientIdUnique: 'for-ever',
      deadline: true,
      amend: true,
      quoteAmount: true,
      cancelAllAfter: false,
      keyRights: true,
      positions: options.instruments.some(({ kind }) => kind !== 'spot'),
      pairs: options.pairs ?? 'native',
    }
  }

  /** The next row's candles are there. It begins when the last one has been played to its end. */
  begin(row: ClosedRow): void {
    this.version += 1
    this.coming.push(row)
  }

  private advance(): void {
    if (this.phase !== 'done') return
    const row = this.coming.shift()
    if (row === undefined) return
    this.grid.append(row.openMs, row.candles)
    this.phase = 'waiting'
    this.version += 1
  }

  private get row(): number {
    return this.grid.rows - 1
  }

  private get openMs(): number {
    return this.grid.time[this.row]!
  }

  private get closeMs(): number {
    return this.openMs + this.grid.timeframeMs
  }

  /** Plays on until something has happened that can be seen from outside, as far as the clock allows. */
  private pump(): void {
    const now = this.environment.nowMs()
    if (this.untold) {
      this.untold = false
      this.version += 1
      return
    }
    do {
      this.advance()
      while (this.phase !== 'done' && this.mayPlay()) if (this.play()) return
      // Nobody has looked for a whole row: the market didn't wait.
    } while (
      this.phase === 'done' &&
      this.coming[0] !== undefined &&
      now >= this.coming[0].openMs + this.grid.timeframeMs
    )
  }

  private mayPlay(): boolean {
    const now = this.environment.nowMs()
    if (now >= this.closeMs) return true
    // Inside the bar nothing is told before its close; at its open what has come since is still met there.
    if (this.phase === 'waiting') return this.sent || now >= this.openMs + OPEN_GRACE_MS
    return this.phase === 'open' && this.sent
  }

  /** The next thing in the row; true where it can be seen. */
  private play(): boolean {
    const sent = this.sent
    this.sent = false
    this.version += 1
    if (this.phase === 'waiting') {
      this.phase = 'open'
      this.sim.open(this.row)
    } else if (!this.sim.range(this.row) && (!sent || this.environment.nowMs() >= this.closeMs)) this.phase = 'done'
    return this.drain()
  }

  /** Takes in what the market has told; true where any of it can be seen from outside. */
  private drain(): boolean {
    let seen = false
    for (let fact = this.facts.take(Infinity); fact !== null; fact = this.facts.take(Infinity)) {
      if (fact.kind !== FactKind.accepted) seen = true
      this.happened(fact)
    }
    return seen
  }

  private happened(fact: Fact): void {
    if (fact.intrabar || fact.atMs >= this.closeMs) this.phase = this.phase === 'open' ? 'inside' : this.phase
    const one = this.orders[fact.orderId - 1]
    if (one === undefined) return
    one.changedMs = fact.atMs
    if (fact.kind === FactKind.filled) {
      one.filled += tradedQuantity(fact, one.out.side)
      if (fact.complete) one.status = 'filled'
      this.trading.push(shownTrade(one, fact, this.instruments, this.trading.length + 1))
    } else if (fact.kind === FactKind.rejected) {
      const { quoteDec } = this.instruments[fact.instrument]!
      one.status = 'rejected'
      one.reject = fact.code
      one.least = fact.value > 0 ? formatDec(fact.value, quoteDec) : null
    } else if (fact.kind === FactKind.amended || fact.kind === FactKind.amendRejected) {
      if (one.change !== null) one.change.code = fact.code
    } else if (fact.kind === FactKind.cancelled) one.status = 'cancelled'
    else if (fact.kind === FactKind.expired) one.status = 'expired'
  }

  async submit(out: OutgoingOrder): Promise<{ venueId: string; atMs: number }> {
    const known = this.byClient.get(out.clientId)
    if (known !== undefined) {
      this.duplicates += 1
      throw new ExchangeError('the id is taken', { kind: 'exists', code: 'DUPLICATE_ID' })
    }
    if (out.deadlineMs !== null && this.environment.nowMs() > out.deadlineMs) {
      throw new ExchangeError('it came too late', { kind: 'rejected', code: 'DEADLINE' })
    }
    const id = this.orders.length + 1
    const placedMs = this.messageMs()
    const order = this.approved(out, id, placedMs)
    const one: SimOrder = {
      order,
      out,
      change: null,
      venueId: `O${id}`,
      placedMs,
      status: 'open',
      filled: 0,
      changedMs: placedMs,
      reject: RejectCode.none,
      least: null,
    }
    this.orders.push(one)
    this.byClient.set(out.clientId, one)
    this.sim.submit(order)
    this.sent = true
    this.version += 1
    return { venueId: one.venueId, atMs: placedMs }
  }

  /** When a message of now comes, in the row's own time. */
  private messageMs(): number {
    this.advance()
    if (this.row < 0) return this.options.fromMs
    if (this.phase === 'waiting' || this.phase === 'open') return this.openMs
    return this.closeMs
  }

  private approved(out: OutgoingOrder, id: number, decidedMs: number): ApprovedOrder {
    const instrument = this.instruments.find(({ symbol }) => symbol === out.symbol)
    if (instrument === undefined) {
      throw new ExchangeError('no such symbol', { kind: 'rejected', code: 'UNKNOWN_SYMBOL' })
    }
    const ocoGroup = this.abilities.pairs === 'native' && out.group ? this.groupOf(out.group) : 0
    return simOrder(out, instrument, { id, decidedMs, ocoGroup, answersIntrabar: this.phase === 'inside' })
  }

  private groupOf(name: string): number {
    const known = this.groups.get(name)
    if (known !== undefined) return known
    this.groups.set(name, this.groups.size + 1)
    return this.groups.size
  }

  async cancel(key: OrderKey): Promise<void> {
    const one = this.byClient.get(key.clientId)
    if (one === undefined || one.status !== 'open') {
      throw new ExchangeError('no such order', {
        kind: 'rejected',
        code: 'UNKNOWN_ORDER',
        reject: RejectCode.unknownOrder,
      })
    }
    this.sim.cancel(one.order.id, this.messageMs())
    this.sent = true
    this.version += 1
  }

  /**
   * What came before the row's open was played is read there, and answered; between two rows nobody reads it yet: the
   * outcome is unknown until it is asked again, and then it is the same change.
   */
  async amend(key: OrderKey, out: OutgoingOrder): Promise<void> {
    const one = this.byClient.get(key.clientId)
    const gone = { kind: 'rejected', code: 'UNKNOWN_ORDER', reject: RejectCode.unknownOrder } as const
    if (one === undefined) throw new ExchangeError('no such order', gone)
    if (one.change === null || !sameChange(one.change.out, out)) {
      if (one.status !== 'open') throw new ExchangeError('no such order', gone)
      const { id, ocoGroup, answersIntrabar } = one.order
      const instrument = this.instruments[one.order.instrument]!
      const order = simOrder(out, instrument, { id, decidedMs: this.messageMs(), ocoGroup, answersIntrabar })
      one.change = { order, out, code: null }
      this.sim.amend(order, order.decidedMs)
      this.version += 1
    }
    this.readChange()
    const { change } = one
    if (change.code !== null) this.version += 1
    if (change.code === null) throw new ExchangeError('it is on its way', { kind: 'unknown', code: 'PENDING' })
    one.change = null
    if (change.code !== RejectCode.none) {
      throw new ExchangeError('it was not changed', { kind: 'rejected', code: 'REFUSED', reject: change.code })
    }
    one.order = change.order
    one.out = { ...change.out, clientId: one.out.clientId }
  }

  /** Reads what waits for a row's open: alone while more may come for it, with all of the open once the row is over. */
  private readChange(): void {
    this.advance()
    if (this.phase !== 'waiting') return
    if (this.environment.nowMs() >= this.closeMs) this.untold = this.play()
    else {
      this.sim.arrive(this.row)
      this.drain()
      this.version += 1
    }
  }

  async lookup(key: OrderKey): Promise<readonly VenueOrder[]> {
    const one = this.byClient.get(key.clientId)
    return one === undefined ? [] : [shownOrder(one, this.instruments)]
  }

  async openOrders(): Promise<readonly VenueOrder[]> {
    return this.orders.filter(({ status }) => status === 'open').map((one) => shownOrder(one, this.instruments))
  }

  async trades(sinceMs: number): Promise<readonly VenueTrade[]> {
    this.pump()
    return this.trading.filter(({ atMs }) => atMs >= sinceMs)
  }

  async balances(): Promise<readonly VenueBalance[]> {
    return shownBalances(this.sim, this.instruments)
  }

  async positions(): Promise<readonly VenuePosition[]> {
    return shownPositions(this.sim, this.instruments)
  }

  async margin(): Promise<VenueMargin> {
    return { equity: null, usedMargin: null, freeMargin: null, marginLevel: null }
  }

  async markets(symbols: readonly string[]): Promise<readonly VenueMarket[]> {
    return this.options.markets.filter(({ symbol }) => symbols.includes(symbol))
  }

  listed(symbols: readonly string[]): Promise<readonly VenueMarket[]> {
    return this.markets(symbols)
  }

  async serverTimeMs(): Promise<number> {
    return this.environment.nowMs()
  }

  async keyRights(): Promise<KeyRights> {
    return { query: true, trade: true, withdraw: false }
  }

  async fees(): Promise<{ maker: string; taker: string }> {
    return this.options.rates
  }

  async setLeverage(): Promise<void> {}

  async cancelAllAfter(): Promise<void> {}

  async candles(): Promise<readonly VenueCandle[]> {
    return []
  }

  async status(): Promise<'online'> {
    return 'online'
  }

  async close(): Promise<void> {}
}

function sameChange(a: OutgoingOrder, b: OutgoingOrder): boolean {
  return a.limitPrice === b.limitPrice && a.stopPrice === b.stopPrice && a.quantity === b.quantity
}
