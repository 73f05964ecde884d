/**
 * One account's place at the simulated market: takes orders when they come, plays the bars as time passes, and keeps
 * the book of what became of it all.
 *
 * An order that comes at the very open of a bar meets that open, as in a backtest one decided at the close before does.
 * One that comes inside a bar waits for the next open: a bar doesn't say what its price was at that moment.
 */

import { type Dec, toDec, ZERO } from '../core/dec.ts'
import { type Fact, FactKind, FactQueue, RejectCode } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, priceUnits } from '../core/instrument.ts'
import { type ApprovedOrder, type OrderFields, OrderType, Purpose, type Side } from '../core/order.ts'
import { type SimOptions, SimVenue } from '../sim/venue.ts'
import { type BookEntry, type BookEvent, type BookOrder, type BookTrade, isLiveOrder, type OrderSpec } from './book.ts'
import { estimate } from './estimate.ts'
import { bookFill, bookLiquidation } from './fills.ts'
import type { Ids } from './ids.ts'
import type { Tape } from './tape.ts'

/** A message that waits for the next open. */
type Waiting =
  | { readonly kind: 'order'; readonly order: BookOrder }
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
}

export class Desk {
  readonly account: string
  readonly instruments: readonly Instrument[]
  readonly grid: Grid
  readonly venue: SimVenue
  readonly options: DeskOptions
  /** Every order, by our own number. */
  readonly orders = new Map<number, BookOrder>()
  readonly byId = new Map<string, BookOrder>()
  /** Every trade, in the order in which they were told. */
  readonly trades: BookTrade[] = []
  readonly entries: BookEntry[] = []
  /** Those that may still fill: what most questions are about. */
  readonly live = new Set<BookOrder>()
  /** Answers to the message that is being read. */
  private answer: RejectCode = RejectCode.none
  private readonly facts = new FactQueue()
  private waiting: Waiting[] = []
  private row: number
  /** Whether the open of `row` has been played. */
  private opened = false
  private inside = false
  private next = 1
  nextTrade = 1

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
  place(spec: OrderSpec, nowMs: number, { manual = false, parent = null }: PlaceOptions = {}): BookOrder | RejectCode {
    const code = estimate(this, spec)
    if (code !== RejectCode.none && !this.atOpen(nowMs)) return code
    const order = this.enter(spec, nowMs, { manual, parent })
    if (this.inside) this.send(order, nowMs, true)
    else if (this.atOpen(nowMs) && spec.startMs <= nowMs) {
      this.answer = RejectCode.none
      order.status = 'open'
      this.send(order, nowMs, false)
      this.venue.arrive(this.row)
      this.drain()
      if (!isLiveOrder(order) && this.answer !== RejectCode.none && order.trades.length === 0) {
        this.forget(order)
        return this.answer
      }
    } else this.waiting.push({ kind: 'order', order })
    return order
  }

  private enter(spec: OrderSpec, nowMs: number, { manual, parent }: Required<PlaceOptions>): BookOrder {
    const order = newOrder(this, this.next++, spec, nowMs, { manual, parent, liquidation: false })
    this.orders.set(order.number, order)
    this.byId.set(order.id, order)
    this.live.add(order)
    return order
  }

  /** A refused order has never been. */
  private forget(order: BookOrder): void {
    this.orders.delete(order.number)
    this.byId.delete(order.id)
    this.live.delete(order)
  }

  private send(order: BookOrder, nowMs: number, answersIntrabar: boolean): void {
    order.status = 'open'
    this.venue.submit(toSim(order, nowMs, answersIntrabar))
  }

  /** Ends an order; false where nothing of it is left to end. */
  cancel(order: BookOrder, nowMs: number, reason = 'User requested'): boolean {
    if (!isLiveOrder(order)) return false
    const before = this.waiting.length
    this.waiting = this.waiting.filter((one) => one.order !== order)
    if (order.status === 'pending' && this.waiting.length < before) {
      this.end(order, 'cancelled', nowMs, RejectCode.none, reason)
      return true
    }
    order.reason = reason
    this.venue.withdraw(order.number, nowMs)
    this.drain()
    return !isLiveOrder(order)
  }

  /** Changes an order's quantity and prices; the code says why not. Inside a bar it takes effect at the next open. */
  amend(order: BookOrder, spec: OrderSpec, nowMs: number): RejectCode {
    if (!isLiveOrder(order)) return RejectCode.unknownOrder
    if (order.status === 'pending') {
      order.spec = spec
      order.changedMs = nowMs
      this.emit({ kind: 'amended', order, atMs: nowMs })
      return RejectCode.none
    }
    if (!this.atOpen(nowMs)) {
      this.waiting.push({ kind: 'amend', order, spec })
      return RejectCode.none
    }
    return this.amendNow(order, spec, nowMs)
  }

  private amendNow(order: BookOrder, spec: OrderSpec, nowMs: number): RejectCode {
    const old = order.spec
    this.answer = RejectCode.none
    order.spec = spec
    this.venue.amend(toSim(order, nowMs, false), nowMs)
    this.venue.arrive(this.row)
    this.drain()
    if (this.answer !== RejectCode.none) order.spec = old
    return this.answer
  }

  /** What came since the last open is read at this one, in the order in which it came. */
  private readWaiting(openMs: number): void {
    const { waiting } = this
    if (waiting.length === 0) return
    this.waiting = waiting.filter((one) => one.kind === 'order' && one.order.spec.startMs > openMs)
    for (const one of waiting) {
      if (!isLiveOrder(one.order) || this.waiting.includes(one)) continue
      if (one.kind === 'amend') this.amendNow(one.order, one.spec, openMs)
      else {
        this.send(one.order, openMs, false)
        this.venue.arrive(this.row)
        this.drain()
      }
    }
  }

  /** Orders whose time is up inside a bar: nothing may come of them any more. */
  private expire(nowMs: number): void {
    for (const order of this.live) {
      if (order.spec.expiresMs > nowMs) continue
      order.reason = 'Expired'
      if (this.waiting.some((one) => one.order === order)) {
        this.waiting = this.waiting.filter((one) => one.order !== order)
        this.end(order, 'expired', order.spec.expiresMs, RejectCode.none, 'Expired')
      } else {
        this.venue.withdraw(order.number, order.spec.expiresMs)
        this.drain()
      }
    }
  }

  private drain(): void {
    for (let fact = this.facts.take(Number.POSITIVE_INFINITY); fact !== null; ) {
      this.hear(fact)
      fact = this.facts.take(Number.POSITIVE_INFINITY)
    }
  }

  private hear(fact: Fact): void {
    if (fact.kind === FactKind.liquidated) {
      bookLiquidation(this, fact)
      return
    }
    if (fact.kind === FactKind.funding || fact.kind === FactKind.borrowed) {
      this.charge(fact)
      return
    }
    const order = this.orders.get(fact.orderId)
    if (order === undefined) return
    if (fact.kind === FactKind.filled) bookFill(this, order, fact)
    else if (fact.kind === FactKind.accepted) this.accepted(order, fact.atMs)
    else if (fact.kind === FactKind.rejected) {
      this.answer = fact.code
      this.end(order, 'cancelled', fact.atMs, fact.code, null)
    } else if (fact.kind === FactKind.cancelled) {
      const expired = order.spec.expiresMs <= fact.atMs
      this.end(order, expired ? 'expired' : 'cancelled', fact.atMs, fact.code, order.reason)
    } else if (fact.kind === FactKind.expired) this.end(order, 'expired', fact.atMs, fact.code, 'Expired')
    else if (fact.kind === FactKind.amended) {
      order.changedMs = fact.atMs
      this.emit({ kind: 'amended', order, atMs: fact.atMs })
    } else this.answer = fact.code
  }

  private accepted(order: BookOrder, atMs: number): void {
    order.status = 'open'
    this.emit({ kind: 'new', order, atMs })
  }

  private charge(fact: Fact): void {
    const kind = fact.kind === FactKind.funding ? 'funding' : 'rollover'
    const rate = fact.value === 0 ? 0 : fact.fee / fact.value
    const entry: BookEntry = {
      id: this.options.ids.kraken('L'),
      kind,
      instrument: fact.instrument,
      amount: toDec(-fact.fee),
      rate,
      atMs: fact.atMs,
    }
    this.entries.push(entry)
    this.emit({ kind: 'entry', entry, atMs: fact.atMs })
  }

  /** Ends an order with what it has. */
  end(order: BookOrder, status: BookOrder['status'], atMs: number, code: RejectCode, reason: string | null): void {
    order.status = status
    order.endedMs = Math.max(atMs, order.placedMs)
    order.changedMs = order.endedMs
    order.code = code
    order.reason = reason
    this.live.delete(order)
    this.emit({ kind: 'ended', order, atMs: order.endedMs })
  }

  emit(event: BookEvent): void {
    this.options.onEvent(event)
  }

  /** The price of the last trade, in the instrument's units; 0 before the first bar. */
  priceNow(instrument: number, tape: Tape, nowMs: number): Dec {
    const last = tape.last(instrument % tape.grid.symbols.length, nowMs)
    return last > 0 ? priceUnits(this.instruments[instrument]!, last) : ZERO
  }
}

/** The order as the simulated venue takes it. It came by the exchange's API: no rule of ours has to let it through. */
function toSim({ number, spec }: BookOrder, decidedMs: number, answersIntrabar: boolean): ApprovedOrder {
  const fields: OrderFields = {
    id: number,
    instrument: spec.instrument,
    side: spec.side,
    type: spec.type,
    purpose: Purpose.entry,
    quantity: spec.quantity,
    quoteAmount: spec.quoteAmount,
    limitPrice: spec.limitPrice,
    stopPrice: spec.stopPrice,
    reduceOnly: spec.reduceOnly,
    ocoGroup: 0,
    decidedMs,
    expiresMs: spec.expiresMs,
    answersIntrabar,
    tag: null,
    terms: spec.terms,
  }
  return fields as ApprovedOrder
}

export interface OrderOrigin {
  readonly manual: boolean
  readonly parent: string | null
  readonly liquidation: boolean
}

/** An order as it comes in. */
export function newOrder(
  { options }: Desk,
  number: number,
  spec: OrderSpec,
  nowMs: number,
  origin: OrderOrigin,
): BookOrder {
  return {
    id: options.orderId(),
    number,
    account: options.account,
    spec,
    status: 'pending',
    filled: ZERO,
    cost: ZERO,
    fee: ZERO,
    placedMs: nowMs,
    changedMs: nowMs,
    endedMs: null,
    code: RejectCode.none,
    reason: null,
    ...origin,
    trades: [],
  }
}

/** A market order that closes `quantity`, or anything else with nothing special about it. */
export function plainSpec(instrument: number, side: Side, quantity: Dec): OrderSpec {
  return {
    instrument,
    side,
    type: OrderType.market,
    quantity,
    quoteAmount: ZERO,
    limitPrice: ZERO,
    stopPrice: ZERO,
    reduceOnly: false,
    expiresMs: Number.POSITIVE_INFINITY,
    startMs: 0,
    terms: null,
    clientId: null,
    feeInBase: false,
    meta: {},
    follow: null,
  }
}
