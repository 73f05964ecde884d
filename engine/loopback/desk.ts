/**
 * One account's place at the simulated market: takes orders when they come, plays the bars as time passes, and keeps
 * the book of what became of it all.
 *
 * An order that comes at the very open of a bar meets that open, as in a backtest one decided at the close before does.
 * One that comes inside a bar waits for the next open: a bar doesn't say what its price was at that moment.
 */

import { type Dec, decFromNumber, toDec, ZERO } from '../core/dec.ts'
import { type Fact, FactKind, FactQueue, RejectCode } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, priceUnits } from '../core/instrument.ts'
import { MarginAccount } from '../sim/margin-account.ts'
import { type SimOptions, SimVenue } from '../sim/venue.ts'
import { type BookEntry, type BookEvent, type BookOrder, type BookTrade, isLiveOrder, type OrderSpec } from './book.ts'
import { type Command, perform } from './commands.ts'
import { estimate } from './estimate.ts'
import { bookFill, bookLiquidation, forceFill, openedAt } from './fills.ts'
import { type CancelFate, type DeskHooks, isRefusal, NO_HOOKS } from './hooks.ts'
import type { Ids } from './ids.ts'
import { newOrder, toSim } from './specs.ts'
import type { Tape } from './tape.ts'

/** A message that waits for the next open. */
type Waiting =
  | { readonly kind: 'order'; readonly order: BookOrder }
  | {
      readonly kind: 'part'
      readonly order: BookOrder
      readonly id: number
      readonly quantity: Dec
      readonly afterMs: number
    }
  | { readonly kind: 'amend'; readonly order: BookOrder; readonly spec: OrderSpec }

export interface DeskOptions {
  readonly account: string
  readonly sim: SimOptions
  /** Form of the ids, by protocol. */
  readonly orderId: () => string
  readonly tradeId: () => string
  readonly ids: Ids
  /** Row at which the exchange opens. */
  readonly firstRow: number
  readonly onEvent: (event: BookEvent) => void
}

export interface PlaceOptions {
  readonly manual?: boolean
  readonly parent?: string | null
  /** Quantity of a first part; default: as the hooks say. */
  readonly first?: Dec
}

export class Desk {
  readonly account: string
  readonly instruments: readonly Instrument[]
  readonly grid: Grid
  readonly venue: SimVenue
  readonly options: DeskOptions
  hooks: DeskHooks = NO_HOOKS
  /** Orders by the simulated venue's numbers of them and of their parts. */
  readonly orders = new Map<number, BookOrder>()
  readonly byId = new Map<string, BookOrder>()
  /** Every trade, in the order in which they were told. */
  readonly trades: BookTrade[] = []
  readonly entries: BookEntry[] = []
  /** What was done here, to be able to do it again. */
  commands: Command[] = []
  /** Those that may still fill: what most questions are about. */
  readonly live = new Set<BookOrder>()
  nextTrade = 1
  /** Signed size and cost that the trades of an instrument come to. */
  readonly traded = new Map<number, { held: Dec; cost: Dec }>()
  /** Answers to the message that is being read. */
  private answer: RejectCode = RejectCode.none
  private readonly facts = new FactQueue()
  private waiting: Waiting[] = []
  private row: number
  /** Whether the open of `row` has been played; whether its inside is being played. */
  private opened = false
  private inside = false
  private replaying = false
  private next = 1

  constructor(options: DeskOptions) {
    this.options = options
    this.account = options.account
    this.instruments = options.sim.instruments
    this.grid = options.sim.grid
    this.row = options.firstRow
    this.venue = new SimVenue(options.sim, this.facts)
  }

  /** Plays everything up to `nowMs`. A bar that opens at that very moment has read its messages, and no more. */
  advance(nowMs: number): void {
    const { grid } = this
    while (this.row < grid.rows) {
      const openMs = grid.time[this.row]!
      if (!this.opened) {
        if (nowMs < openMs) break
        this.readWaiting(openMs)
        if (nowMs === openMs) break
        this.venue.open(this.row)
        this.drain()
        this.opened = true
      } else {
        if (nowMs < openMs + grid.timeframeMs) break
        this.playInside()
        this.row += 1
        this.opened = false
      }
    }
    this.expire(nowMs)
  }

  private playInside(): void {
    this.inside = true
    for (let looks = 0; this.venue.range(this.row) && looks < 100_000; looks++) this.drain()
    this.drain()
    this.inside = false
  }

  /** Whether a message that comes now meets the open of a bar. */
  private atOpen(nowMs: number): boolean {
    return !this.opened && this.row < this.grid.rows && this.grid.time[this.row] === nowMs
  }

  /** Takes an order; the code says why not. After `advance(nowMs)`. */
  place(asked: OrderSpec, nowMs: number, options: PlaceOptions = {}): BookOrder | RejectCode {
    const { manual = false, parent = null } = options
    const spec = manual || this.replaying ? asked : this.hooks.placing(asked)
    if (isRefusal(spec)) return spec
    const taken = spec as OrderSpec
    const code = estimate(this, taken)
    if (code !== RejectCode.none && !this.atOpen(nowMs)) return code
    const order = newOrder(this.options, this.next++, taken, nowMs, { manual, parent, liquidation: false })
    order.first = options.first ?? (parent === null ? this.hooks.firstPart(order) : ZERO)
    // What follows a fill comes of itself.
    if (parent === null) this.record({ do: 'place', atMs: nowMs, spec: taken, manual, first: order.first })
    this.orders.set(order.number, order)
    this.byId.set(order.id, order)
    this.live.add(order)
    if (this.inside) this.send(order, nowMs, true)
    else if (this.atOpen(nowMs) && taken.startMs <= nowMs) return this.placeNow(order, nowMs)
    else this.waiting.push({ kind: 'order', order })
    return order
  }

  private placeNow(order: BookOrder, nowMs: number): BookOrder | RejectCode {
    this.answer = RejectCode.none
    this.send(order, nowMs, false)
    this.arrive()
    if (isLiveOrder(order) || this.answer === RejectCode.none || order.trades.length > 0) return order
    // A refused order has never been.
    this.byId.delete(order.id)
    return this.answer
  }

  private arrive(): void {
    this.venue.arrive(this.row)
    this.drain()
  }

  /** Sends an order to the simulated market; a first part alone where it is to fill in parts. */
  private send(order: BookOrder, nowMs: number, answersIntrabar: boolean): void {
    const { quantity } = order.spec
    const { first } = order
    const now = first > 0 && first < quantity ? first : quantity
    order.status = 'open'
    order.parts.add(order.number)
    if (now < quantity) {
      const id = this.next++
      this.orders.set(id, order)
      order.parts.add(id)
      this.waiting.push({ kind: 'part', order, id, quantity: toDec(quantity - now), afterMs: nowMs })
    }
    this.venue.submit(toSim(order, { id: order.number, quantity: now }, nowMs, answersIntrabar))
  }

  /** Ends an order; false where nothing of it is left to end. */
  cancel(order: BookOrder, nowMs: number, reason = 'User requested', known?: CancelFate): boolean {
    if (!isLiveOrder(order)) return false
    const fate = known ?? (reason === 'User requested' ? this.hooks.cancelling(order) : 'done')
    this.record({ do: 'cancel', atMs: nowMs, id: order.id, reason, fate })
    if (fate === 'lost') return true
    if (fate === 'filled' && forceFill(this, order, nowMs)) return false
    this.withdraw(order, nowMs, reason)
    return !isLiveOrder(order)
  }

  /** Ends an order at the exchange's own will. */
  takeBack(order: BookOrder, nowMs: number, reason: string): void {
    this.record({ do: 'withdraw', atMs: nowMs, id: order.id, reason })
    this.withdraw(order, nowMs, reason)
  }

  /** Takes everything of an order back, wherever it waits. */
  private withdraw(order: BookOrder, nowMs: number, reason: string): void {
    order.reason = reason
    const left = this.waiting.filter((one) => one.order !== order)
    const wasWaiting = this.waiting.flatMap((one) => (one.order === order && one.kind === 'part' ? [one.id] : []))
    this.waiting = left
    for (const id of wasWaiting) order.parts.delete(id)
    for (const id of [...order.parts]) {
      this.venue.withdraw(id, nowMs)
      this.drain()
    }
    if (isLiveOrder(order)) this.end(order, endOf(order, nowMs), nowMs, RejectCode.none, reason)
  }

  /** Changes an order's quantity and prices; the code says why not. Inside a bar it takes effect at the next open. */
  amend(order: BookOrder, spec: OrderSpec, nowMs: number): RejectCode {
    if (!isLiveOrder(order)) return RejectCode.unknownOrder
    if (order.status === 'pending') {
      this.record({ do: 'amend', atMs: nowMs, id: order.id, spec })
      order.spec = spec
      order.changedMs = nowMs
      this.emit({ kind: 'amended', order, atMs: nowMs })
      return RejectCode.none
    }
    // What fills in parts keeps its shape.
    if (order.parts.size > 1) return RejectCode.unsupported
    this.record({ do: 'amend', atMs: nowMs, id: order.id, spec })
    if (!this.atOpen(nowMs)) {
      this.waiting.push({ kind: 'amend', order, spec })
      return RejectCode.none
    }
    return this.amendNow(order, spec, nowMs)
  }

  private amendNow(order: BookOrder, spec: OrderSpec, nowMs: number): RejectCode {
    const old = order.spec
    const [id = order.number] = order.parts
    this.answer = RejectCode.none
    order.spec = spec
    this.venue.amend(toSim(order, { id, quantity: spec.quantity }, nowMs, false), nowMs)
    this.arrive()
    if (this.answer !== RejectCode.none) order.spec = old
    return this.answer
  }

  /** What came since the last open is read at this one, in the order in which it came. */
  private readWaiting(openMs: number): void {
    const { waiting } = this
    if (waiting.length === 0) return
    this.waiting = waiting.filter((one) => waitsOn(one, openMs))
    for (const one of waiting) {
      if (!isLiveOrder(one.order) || this.waiting.includes(one)) continue
      if (one.kind === 'amend') this.amendNow(one.order, one.spec, openMs)
      else {
        if (one.kind === 'order') this.send(one.order, openMs, false)
        else this.venue.submit(toSim(one.order, one, openMs, false))
        this.arrive()
      }
    }
  }

  /** Orders whose time is up inside a bar: nothing may come of them any more. */
  private expire(nowMs: number): void {
    for (const order of this.live) {
      if (order.spec.expiresMs <= nowMs) this.withdraw(order, order.spec.expiresMs, 'Expired')
    }
  }

  private drain(): void {
    for (let fact = this.facts.take(Number.POSITIVE_INFINITY); fact !== null; ) {
      this.hear(fact)
      fact = this.facts.take(Number.POSITIVE_INFINITY)
    }
  }

  /** Takes what was told, and does nothing about it: what tells it knows better. */
  forgetFacts(): void {
    while (this.facts.take(Number.POSITIVE_INFINITY) !== null);
  }

  private hear(fact: Fact): void {
    const { kind } = fact
    if (kind === FactKind.liquidated) bookLiquidation(this, fact)
    else if (kind === FactKind.funding || kind === FactKind.borrowed) {
      this.charge(kind === FactKind.funding ? 'funding' : 'rollover', fact)
    } else {
      const order = this.orders.get(fact.orderId)
      if (order !== undefined && isLiveOrder(order)) this.hearOfOrder(order, fact)
    }
  }

  private hearOfOrder(order: BookOrder, fact: Fact): void {
    switch (fact.kind) {
      case FactKind.filled:
        bookFill(this, order, fact)
        break
      case FactKind.accepted:
        order.status = 'open'
        if (fact.orderId === order.number) this.emit({ kind: 'new', order, atMs: fact.atMs })
        break
      case FactKind.amended:
        order.changedMs = fact.atMs
        this.emit({ kind: 'amended', order, atMs: fact.atMs })
        break
      case FactKind.rejected:
      case FactKind.cancelled:
      case FactKind.expired:
        if (fact.kind === FactKind.rejected) this.answer = fact.code
        order.parts.delete(fact.orderId)
        if (order.parts.size === 0) this.end(order, endOf(order, fact.atMs), fact.atMs, fact.code, order.reason)
        break
      default:
        this.answer = fact.code
    }
  }

  private charge(kind: 'funding' | 'rollover', { instrument, fee, value, atMs }: Fact): void {
    this.enterEntry(kind, instrument, fee, value === 0 ? 0 : fee / value, atMs)
  }

  /** Changes the leverage of the account, which has no position. */
  setLeverage(leverage: number, nowMs: number): void {
    this.record({ do: 'leverage', atMs: nowMs, leverage })
    this.venue.setLeverage(leverage, decFromNumber(leverage, 12))
  }

  /** Charges a position with what the simulated market knows nothing of. */
  pay(instrument: number, paid: Dec, rate: number, nowMs: number): void {
    const { account } = this.venue
    if (!(account instanceof MarginAccount)) return
    this.record({ do: 'pay', atMs: nowMs, instrument, paid, rate })
    account.pay(instrument, paid)
    this.enterEntry('funding', instrument, paid, rate, nowMs)
  }

  record(command: Command): void {
    if (!this.replaying) this.commands.push(command)
  }

  /** Does on a new desk what was done on another one, up to `nowMs`. */
  replay(commands: readonly Command[], nowMs: number): void {
    this.replaying = true
    for (const one of commands) {
      this.advance(one.atMs)
      perform(this, one)
    }
    this.advance(nowMs)
    this.replaying = false
    this.commands = [...commands]
  }

  /** Notes what was paid for a position: funding or borrowing, positive where it was paid. */
  private enterEntry(kind: BookEntry['kind'], instrument: number, paid: Dec, rate: number, atMs: number): void {
    const opening = kind === 'rollover' ? openedAt(this, instrument, atMs) : null
    const entry = { id: this.options.ids.kraken('L'), kind, instrument, amount: toDec(-paid), rate, atMs, opening }
    this.entries.push(entry)
    this.emit({ kind: 'entry', entry, atMs })
  }

  /** Ends an order with what it has. */
  end(order: BookOrder, status: BookOrder['status'], atMs: number, code: RejectCode, reason: string | null): void {
    order.status = status
    order.endedMs = Math.max(atMs, order.placedMs)
    order.changedMs = order.endedMs
    order.code = code
    order.reason = reason
    order.parts.clear()
    this.live.delete(order)
    this.emit({ kind: 'ended', order, atMs: order.endedMs })
  }

  emit(event: BookEvent): void {
    this.options.onEvent(event)
  }

  /** The price of the last bar that has begun, in the instrument's units; 0 before the first. */
  lastPrice(instrument: number): Dec {
    const { open, mark } = this.grid.symbols[instrument]!
    const now = this.opened ? open[this.row]! : Number.NaN
    const price = now > 0 ? now : (mark[this.row - 1] ?? Number.NaN)
    return price > 0 ? priceUnits(this.instruments[instrument]!, price) : ZERO
  }

  /** The price of the last trade, in the instrument's units; 0 before the first bar. */
  priceNow(instrument: number, tape: Tape, nowMs: number): Dec {
    const last = tape.last(instrument % tape.grid.symbols.length, nowMs)
    return last > 0 ? priceUnits(this.instruments[instrument]!, last) : ZERO
  }
}

/** Whether a message isn't for this open yet: an order that starts later, a second part so soon after the first. */
function waitsOn(one: Waiting, openMs: number): boolean {
  if (one.kind === 'part') return one.afterMs >= openMs
  return one.kind === 'order' && one.order.spec.startMs > openMs
}

/** An order that ends unfilled has expired where its time is up. */
function endOf({ spec }: BookOrder, atMs: number): BookOrder['status'] {
  return spec.expiresMs <= atMs ? 'expired' : 'cancelled'
}
