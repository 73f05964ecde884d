/**
 * The simulated venue behind the Venue port. Messages travel with latency, wait for their symbol's next bar, are
 * checked against the rulebook of the day and the venue's own books, and then fill on bars as matching.ts says.
 * Everything that happens comes back as a fact; nothing is returned.
 */

import type { Dec } from '../core/dec.ts'
import { FactKind, type FactQueue, RejectCode } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { freeRulebook, type Instrument, priceUnits } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Purpose } from '../core/order.ts'
import type { ExpressVenue, VenueLevels } from '../core/venue.ts'
import { SimAccount } from './account.ts'
import { AmbiguityCount } from './ambiguity.ts'
import { Bars } from './bars.ts'
import { Execution } from './execution.ts'
import { ExpressCounter } from './express.ts'
import { Gate, type GateOptions } from './gate.ts'
import { Inbox, type Message } from './inbox.ts'
import type { LatencyModel } from './latency.ts'
import { MarginAccount } from './margin-account.ts'
import { MarginBook } from './margin-book.ts'
import type { MarginTerms } from './margin-terms.ts'
import { type AmbiguityModel, type LimitFill, passes, reach, waitsAbove } from './matching.ts'
import { type RestingOrder, RestingOrders, takesAny } from './resting.ts'
import { BarSequence } from './sequence.ts'

export interface SimOptions extends GateOptions {
  readonly grid: Grid
  readonly initialCash: Dec
  /** Base that the account begins with, by instrument; default none. */
  readonly initialBase?: readonly Dec[]
  readonly model: AmbiguityModel
  readonly limitFill: LimitFill
  /** A venue's margin rules; without them leverage is buying power alone. */
  readonly margin?: MarginTerms
}

/** Marks an order that rests from an open on, not from a moment inside a bar. */
const FROM_OPEN = -1

/** Where in a bar the venue reads its messages: at the open; inside it; after all that could fill inside it has. */
type Phase = 'open' | 'inside' | 'late'

export class SimVenue implements ExpressVenue {
  readonly account: SimAccount
  readonly ambiguity = new AmbiguityCount()
  private readonly instruments: readonly Instrument[]
  private readonly latency: LatencyModel
  private readonly model: AmbiguityModel
  private readonly limitFill: LimitFill
  private readonly facts: FactQueue
  private readonly bars: Bars
  private readonly inbox = new Inbox()
  private readonly resting = new RestingOrders()
  private readonly sequence: BarSequence
  private readonly execution: Execution
  private readonly gate: Gate
  readonly margin: MarginBook | null
  readonly hasExpress: boolean
  private readonly counter: ExpressCounter

  constructor(options: SimOptions, facts: FactQueue) {
    this.instruments = options.instruments
    this.latency = options.latency
    this.model = options.model
    this.limitFill = options.limitFill
    this.facts = facts
    this.bars = new Bars(options.grid, options.instruments)
    const { instruments, initialCash, initialBase, margin } = options
    this.account =
      margin === undefined
        ? new SimAccount(instruments, initialCash, initialBase)
        : new MarginAccount(instruments, initialCash, initialBase, margin.leverage)
    this.sequence = new BarSequence(this.bars, this.resting, options.model, options.limitFill, this.ambiguity)
    this.execution = new Execution(options, this.bars, this.account, this.resting, facts)
    const { bars, account, inbox, resting, sequence, execution, ambiguity } = this
    const { grid, model } = options
    this.margin =
      margin !== undefined && account instanceof MarginAccount
        ? new MarginBook(instruments, margin, options, model, {
            grid,
            bars,
            account,
            resting,
            execution,
            ambiguity,
            facts,
          })
        : null
    const { fees, spread, rulebook, participation, inject } = options
    this.counter = new ExpressCounter(options.instruments, fees, spread, bars, account)
    this.hasExpress = options.latency.isZero && participation === 0 && inject === undefined && rulebook === freeRulebook
    this.gate = new Gate(options, {
      bars,
      account,
      inbox,
      resting,
      sequence,
      execution,
      ambiguity,
      facts,
      margin: this.margin,
    })
  }

  /** Whether everything that has happened here has been told: no fact is under way. */
  get told(): boolean {
    return this.facts.nextKnownMs === Number.POSITIVE_INFINITY
  }

  submit(order: ApprovedOrder): void {
    this.inbox.add(order.decidedMs + this.latency.outMs(order.decidedMs), order, 0)
  }

  cancel(orderId: number, decidedMs: number): void {
    this.inbox.add(decidedMs + this.latency.outMs(decidedMs), null, orderId)
  }

  express(orderId: number, instrument: number, side: 1 | -1, row: number, slip: Float64Array): boolean {
    const { bars, inbox, resting } = this
    if (!inbox.empty || resting.items.length > 0) return false
    bars.move(row)
    if (!bars.has(instrument) || !this.counter.fill(instrument, side, slip)) return false
    inbox.see(orderId, instrument)
    return true
  }

  open(row: number): void {
    const { margin } = this
    if (margin !== null) margin.open(row)
    if (this.idle) return
    this.begin(row)
    if (!this.inbox.empty) this.deliver('open')
    if (margin !== null) margin.settle(FROM_OPEN)
    if (this.resting.items.length === 0) return
    this.expire(this.bars.openMs)
    this.fillAtOpen()
    if (margin !== null) margin.settle(FROM_OPEN)
  }

  range(row: number): boolean {
    const { margin } = this
    if (margin !== null && (margin.settle(row) || margin.early())) return true
    if (this.idle) return margin?.late() ?? false
    if (this.bars.row !== row) this.begin(row)
    // Answers to fills at the open that took no time rest from the open on; later ones come inside the bar.
    if (!this.inbox.empty) {
      if (this.deliver('open')) {
        if (margin !== null) margin.settle(FROM_OPEN)
        return true
      }
      if (this.deliver('inside')) return true
    }
    if (this.resting.items.length > 0) {
      const next = this.sequence.next()
      if (next !== null) {
        this.fillInside(next.resting, next.price, next.maker)
        return true
      }
      if (this.expire(this.bars.closeMs - 1)) return true
    }
    if (margin?.late() === true) return true
    return !this.inbox.empty && this.deliver('late')
  }

  /** Nothing under way and nothing resting: a row can't change that, and isn't looked at. */
  private get idle(): boolean {
    return this.inbox.length === 0 && this.resting.items.length === 0
  }

  private begin(row: number): void {
    this.bars.move(row)
    this.sequence.begin()
    this.execution.begin()
  }

  arm(levels: VenueLevels, row: number): number {
    // A loop: `fill` is a call into the runtime, and there are few symbols.
    for (let id = 0; id < levels.low.length; id++) {
      levels.low[id] = Number.NEGATIVE_INFINITY
      levels.high[id] = Number.POSITIVE_INFINITY
    }
    const { margin } = this
    if (margin !== null) margin.restore()
    let marketRest = false
    let expiresMs = Number.POSITIVE_INFINITY
    const { items } = this.resting
    for (let i = 0; i < items.length; i++) {
      const resting = items[i]!
      const { order, level } = resting
      const id = order.instrument
      expiresMs = Math.min(expiresMs, order.expiresMs)
      if (takesAny(resting)) marketRest = true
      else if (waitsAbove(order)) levels.high[id] = Math.min(levels.high[id]!, level)
      else levels.low[id] = Math.max(levels.low[id]!, level)
    }
    if (!this.inbox.empty || marketRest) return row + 1
    const expiryRow = expiresMs === Number.POSITIVE_INFINITY ? expiresMs : this.bars.rowClosingAt(expiresMs)
    return margin === null ? expiryRow : Math.min(expiryRow, margin.arm(levels, row))
  }

  /** Ends the orders that have gone stale by `atMs`; true if there were any. */
  private expire(atMs: number): boolean {
    const { items } = this.resting
    let any = false
    for (let i = 0; i < items.length; i++) if (items[i]!.order.expiresMs <= atMs) any = true
    if (!any) return false
    for (const resting of items.slice()) {
      const { order } = resting
      if (order.expiresMs > atMs) continue
      this.resting.remove(resting)
      this.execution.release(resting)
      const knownMs = this.execution.learnedMs(order.expiresMs, false)
      this.facts.tell(FactKind.expired, order, order.expiresMs, knownMs)
    }
    return true
  }

  private fillInside(resting: RestingOrder, price: number, maker: boolean): void {
    const { order } = resting
    const base = priceUnits(this.instruments[order.instrument]!, price)
    if (order.purpose === Purpose.liquidation) {
      this.margin!.liquidate(resting, base, true)
      return
    }
    if (this.inbox.hasCancel(order.id)) this.ambiguity.note(this.bars.row, true)
    this.execution.fillResting(resting, base, maker, true)
  }

  /** Reads the messages that are there in this phase, in order; true when there was one. */
  private deliver(phase: Phase): boolean {
    const { inbox } = this
    const { row, openMs, closeMs } = this.bars
    const before = inbox.length
    let kept = 0
    for (let i = 0; i < before; i++) {
      const message = inbox.at(i)
      if (!this.isThere(message, phase, kept)) {
        inbox.keep(kept++, i)
        continue
      }
      // What waited for its symbol's bar is read, checked and answered at that bar's open; what comes after all else
      // in the bar, at its close, as fills inside it are.
      const atMs = phase === 'late' ? closeMs : Math.max(message.arriveMs, openMs)
      if (message.order === null) kept = this.readCancel(message.cancelId, atMs, phase, kept)
      else this.gate.admit(message.order, atMs, phase === 'open' ? FROM_OPEN : row)
    }
    inbox.trim(kept)
    return kept < before
  }

  /**
   * Whether a message is there. Inside a bar the moment is unknown: pessimistically a cancel comes after everything
   * that the bar can still fill; what follows it for the same symbol doesn't overtake it.
   */
  private isThere(message: Message, phase: Phase, kept: number): boolean {
    const { order, arriveMs } = message
    if (order === null) {
      if (phase === 'open') return arriveMs <= this.bars.openMs
      return arriveMs < this.bars.closeMs && (phase === 'late' || this.model !== 'pessimistic')
    }
    if (phase === 'open') return arriveMs <= this.bars.openMs && this.bars.has(order.instrument)
    return this.comesInside(order, arriveMs) && !this.inbox.cancelAhead(order.instrument, kept)
  }

  /** A cancel of what rests, or of what still waits ahead of it for a bar of its symbol. Returns the messages kept. */
  private readCancel(orderId: number, atMs: number, phase: Phase, kept: number): number {
    const waiting = this.inbox.withdraw(orderId, kept)
    if (waiting === null) {
      if (phase === 'inside') this.noteCancel(orderId)
      this.doCancel(orderId, atMs)
      return kept
    }
    this.facts.tell(FactKind.cancelled, waiting, atMs, this.execution.learnedMs(atMs, false))
    return kept - 1
  }

  /** A cancel that comes inside a bar which reaches the order may have come too late. */
  private noteCancel(orderId: number): void {
    const resting = this.resting.find(orderId)
    if (resting === null || takesAny(resting)) return
    const { order, level } = resting
    if (passes(order, level, reach(order, this.bars), this.limitFill)) this.ambiguity.note(this.bars.row, false)
  }

  /**
   * Whether an order arrives inside this bar, where the price is unknown. Answers to a fill inside the bar do so while
   * latency is shorter than a bar.
   */
  private comesInside(order: ApprovedOrder, arriveMs: number): boolean {
    const { closeMs, timeframeMs } = this.bars
    if (!this.bars.has(order.instrument)) return false
    if (arriveMs < closeMs) return true
    return order.answersIntrabar && order.decidedMs === closeMs && arriveMs < closeMs + timeframeMs
  }

  private doCancel(orderId: number, atMs: number): void {
    const resting = this.resting.find(orderId)
    if (resting === null) {
      const order = { id: orderId, instrument: Math.max(0, this.inbox.instrumentOf(orderId)) }
      const knownMs = this.execution.learnedMs(atMs, false)
      this.facts.tell(FactKind.cancelRejected, order, atMs, knownMs, RejectCode.unknownOrder)
      return
    }
    this.resting.remove(resting)
    this.execution.release(resting)
    this.facts.tell(FactKind.cancelled, resting.order, atMs, this.execution.learnedMs(atMs, false))
  }

  /** Resting orders that the open has already passed fill there: the gap isn't ignored. */
  private fillAtOpen(): void {
    const { items } = this.resting
    let any = false
    for (let i = 0; i < items.length && !any; i++) any = this.passedAtOpen(items[i]!)
    if (!any) return
    for (const resting of items.slice()) {
      const { order } = resting
      if (!this.passedAtOpen(resting) || this.resting.find(order.id) === null) continue
      const open = this.bars.open(order.instrument)
      const base = priceUnits(this.instruments[order.instrument]!, open)
      if (order.purpose === Purpose.liquidation) this.margin!.liquidate(resting, base, false)
      else this.execution.fillResting(resting, base, order.type === OrderType.limit, false)
    }
  }

  private passedAtOpen(resting: RestingOrder): boolean {
    const { order, level, spentRow } = resting
    if (spentRow === this.bars.row || !this.bars.has(order.instrument)) return false
    return takesAny(resting) || passes(order, level, this.bars.open(order.instrument), this.limitFill)
  }
}
