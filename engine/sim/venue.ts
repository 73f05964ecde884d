/**
 * The simulated venue behind the Venue port. Messages travel with latency, wait for their symbol's next bar, are
 * checked against the rulebook of the day and the venue's own books, and then fill on bars as matching.ts says.
 * Everything that happens comes back as a fact; nothing is returned.
 */

import type { Dec } from '../core/dec.ts'
import { FactKind, type FactQueue, RejectCode } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { freeRulebook, type Instrument, priceUnits } from '../core/instrument.ts'
import type { ApprovedOrder } from '../core/order.ts'
import type { OrderSupport } from '../core/order-support.ts'
import type { CounterVenue, VenueLevels } from '../core/venue.ts'
import { SimAccount } from './account.ts'
import { AmbiguityCount } from './ambiguity.ts'
import { Bars } from './bars.ts'
import { BracketCounter } from './bracket-counter.ts'
import { Detail } from './detail.ts'
import { Execution } from './execution.ts'
import { ExpressCounter } from './express.ts'
import { Gate, type GateOptions } from './gate.ts'
import { Inbox, type Message } from './inbox.ts'
import type { LatencyModel } from './latency.ts'
import { type AmbiguityModel, type LimitFill, passes, reach } from './matching.ts'
import { type RestingOrder, RestingOrders, takesAny } from './resting.ts'
import { BarSequence } from './sequence.ts'
import { TrailWatch } from './trail-watch.ts'

export interface SimOptions extends GateOptions {
  readonly grid: Grid
  readonly initialCash: Dec
  /** Base that the account begins with, by instrument; default none. */
  readonly initialBase?: readonly Dec[]
  readonly model: AmbiguityModel
  readonly limitFill: LimitFill
  /** Shared by the venues of one run, so that a bar is counted once. Default: one of its own. */
  readonly ambiguity?: AmbiguityCount
  /** The run's symbols on finer bars, which decide what happens inside a bar; null where its model does. */
  readonly fine?: Grid | null
  /** Whether no message reaches the venue at a time; null where every one does. */
  readonly isOut?: ((atMs: number) => boolean) | null
}

/** Marks an order that rests from an open on, not from a moment inside a bar. */
const FROM_OPEN = -1

/** Where in a bar the venue reads its messages: at the open; inside it; after all that could fill inside it has. */
type Phase = 'open' | 'inside' | 'late'

export class SimVenue implements CounterVenue {
  readonly account: SimAccount
  readonly ambiguity: AmbiguityCount
  /** The finer bars; null for none. */
  readonly detail: Detail | null
  private readonly instruments: readonly Instrument[]
  private readonly latency: LatencyModel
  private readonly model: AmbiguityModel
  private readonly limitFill: LimitFill
  private readonly support: OrderSupport | null
  private readonly isOut: SimOptions['isOut']
  private readonly facts: FactQueue
  private readonly bars: Bars
  private readonly inbox = new Inbox()
  private readonly resting = new RestingOrders()
  private readonly sequence: BarSequence
  private readonly execution: Execution
  private readonly trailWatch: TrailWatch
  private readonly gate: Gate
  readonly hasExpress: boolean
  private readonly counter: ExpressCounter
  private readonly bracketCounter: BracketCounter

  constructor(options: SimOptions, facts: FactQueue) {
    this.instruments = options.instruments
    this.latency = options.latency
    this.model = options.model
    this.limitFill = options.limitFill
    this.support = options.support ?? null
    this.isOut = options.isOut
    this.facts = facts
    this.bars = new Bars(options.grid, options.instruments)
    this.ambiguity = options.ambiguity ?? new AmbiguityCount(this.bars)
    this.account = new SimAccount(options.instruments, options.initialCash, options.initialBase)
    const { instruments, model, limitFill } = options
    this.sequence = new BarSequence(this.bars, instruments, this.resting, model, limitFill, this.ambiguity)
    this.trailWatch = new TrailWatch(this.bars, instruments, this.resting)
    this.execution = new Execution(options, this.bars, this.account, this.resting, facts)
    const { bars, account, inbox, resting, sequence, execution, ambiguity } = this
    const { fees, spread, rulebook, participation, inject, support = null, market = null } = options
    this.bracketCounter = new BracketCounter(instruments, limitFill, bars, account, inbox, resting, execution)
    this.counter = new ExpressCounter(options.instruments, fees, spread, bars, account)
    this.hasExpress =
      options.latency.isZero &&
      participation === 0 &&
      inject === undefined &&
      support === null &&
      market === null &&
      rulebook === freeRulebook
    const eager = participation > 0 || !options.latency.isZero
    this.detail = options.fine ? new Detail(options.fine, options.grid, bars, resting, eager) : null
    this.gate = new Gate(options, { bars, account, inbox, resting, sequence, execution, ambiguity, facts })
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

  amend(order: ApprovedOrder, decidedMs: number): void {
    this.inbox.add(decidedMs + this.latency.outMs(decidedMs), order, 0, true)
  }

  express(orderId: number, instrument: number, side: 1 | -1, row: number, slip: Float64Array): boolean {
    const { bars, inbox, resting } = this
    if (!inbox.empty || resting.items.length > 0) return false
    bars.move(row)
    if (!bars.has(instrument) || !this.counter.fill(instrument, side, slip)) return false
    inbox.see(orderId, instrument)
    return true
  }

  get isQuiet(): boolean {
    return this.inbox.empty
  }

  take(order: ApprovedOrder, row: number): void {
    if (this.bars.row !== row) this.bars.move(row)
    this.gate.admit(order, this.bars.openMs, FROM_OPEN)
  }

  rest(order: ApprovedOrder, row: number): boolean {
    if (this.bars.row !== row) this.bars.move(row)
    return this.bracketCounter.rest(order)
  }

  hit(row: number): boolean {
    if (!this.inbox.empty || this.detail !== null) return false
    this.bars.move(row)
    return this.bracketCounter.hit()
  }

  get restingCount(): number {
    return this.resting.items.length
  }

  giveBack(orderId: number, row: number): void {
    if (this.bars.row !== row) this.bars.move(row)
    this.bracketCounter.giveBack(orderId)
  }

  open(row: number): void {
    if (this.idle) return
    this.begin(row)
    const { detail } = this
    if (detail?.enterAtOpen(row) === true) this.beginBar()
    this.openBar()
  }

  /** Arrivals at the bar's open, and what the open has passed. */
  private openBar(): void {
    if (!this.inbox.empty) this.deliver('open')
    if (this.resting.items.length === 0) return
    this.expire(this.bars.openMs)
    this.fillAtOpen()
    if (this.resting.trailing > 0) this.trailWatch.atOpen()
  }

  range(row: number): boolean {
    if (this.idle) return false
    if (this.bars.coarseRow !== row) this.begin(row)
    const { detail } = this
    if (detail === null) return this.rangeOfBar()
    if (!detail.isInside) {
      // The open is the finer bars' own: only what comes after it is theirs to tell.
      if (!this.inbox.empty && this.deliver('open')) return true
      if (!detail.enter(row, this.inbox.empty)) return this.rangeOfBar()
      this.beginBar()
    }
    return this.rangeInside(detail)
  }

  /** The next thing that happens in the finer bars of the row. */
  private rangeInside(detail: Detail): boolean {
    for (;;) {
      if (this.rangeOfBar()) return true
      if (!detail.next()) return false
      this.beginBar()
      this.openBar()
      if (!this.facts.empty) return true
    }
  }

  private rangeOfBar(): boolean {
    // Answers to fills at the open that took no time rest from the open on; later ones come inside the bar.
    if (!this.inbox.empty && (this.deliver('open') || this.deliver('inside'))) return true
    if (this.resting.items.length > 0) {
      const next = this.sequence.next()
      if (next !== null) {
        this.fillInside(next.resting, next.price, next.maker)
        return true
      }
      if (this.expire(this.bars.closeMs - 1)) return true
    }
    if (!this.inbox.empty && this.deliver('late')) return true
    if (this.resting.trailing > 0) this.trailWatch.atClose()
    return false
  }

  /** Nothing under way and nothing resting: a row can't change that, and isn't looked at. */
  private get idle(): boolean {
    return this.inbox.length === 0 && this.resting.items.length === 0
  }

  private begin(row: number): void {
    if (this.resting.trailing > 0) this.trailWatch.catchUp(row)
    this.bars.move(row)
    this.detail?.leave()
    this.beginBar()
  }

  private beginBar(): void {
    this.sequence.begin()
    this.execution.begin()
  }

  arm(levels: VenueLevels, row: number): number {
    // A loop: `fill` is a call into the runtime, and there are few symbols.
    for (let id = 0; id < levels.low.length; id++) {
      levels.low[id] = Number.NEGATIVE_INFINITY
      levels.high[id] = Number.POSITIVE_INFINITY
    }
    let marketRest = this.trailWatch.arm(levels)
    let expiresMs = Number.POSITIVE_INFINITY
    const { items } = this.resting
    for (let i = 0; i < items.length; i++) {
      const resting = items[i]!
      const { order, level } = resting
      const id = order.instrument
      expiresMs = Math.min(expiresMs, order.expiresMs)
      if (takesAny(resting)) marketRest = true
      else if (resting.above) levels.high[id] = Math.min(levels.high[id]!, level)
      else levels.low[id] = Math.max(levels.low[id]!, level)
    }
    if (!this.inbox.empty || marketRest) return row + 1
    return expiresMs === Number.POSITIVE_INFINITY ? expiresMs : this.bars.rowClosingAt(expiresMs)
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
    if (this.inbox.hasCancel(order.id)) this.ambiguity.note(this.bars.row, true)
    this.execution.meet(resting, priceUnits(this.instruments[order.instrument]!, price), maker, true)
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
      else if (message.amends) this.readAmendment(message.order, atMs, phase, kept)
      else this.gate.admit(message.order, atMs, phase === 'open' ? FROM_OPEN : row)
    }
    inbox.trim(kept)
    return kept < before
  }

  /**
   * Whether a message is there. Inside a bar the moment is unknown: pessimistically a cancel or an amendment comes after
   * everything that the bar can still fill; what follows it for the same symbol doesn't overtake it.
   */
  private isThere(message: Message, phase: Phase, kept: number): boolean {
    const { order, arriveMs, amends } = message
    if (order === null || amends) {
      // New prices are held against the market's: they wait for the symbol's next bar, as orders do.
      if (order !== null && !this.bars.has(order.instrument)) return false
      if (phase === 'open') return arriveMs <= this.bars.openMs
      return arriveMs < this.bars.closeMs && (phase === 'late' || this.model !== 'pessimistic')
    }
    if (phase === 'open') return arriveMs <= this.bars.openMs && this.bars.has(order.instrument)
    return this.comesInside(order, arriveMs) && !this.inbox.cancelAhead(order.instrument, kept)
  }

  /** A cancel of what rests, or of what still waits ahead of it for a bar of its symbol. Returns the messages kept. */
  private readCancel(orderId: number, atMs: number, phase: Phase, kept: number): number {
    if (this.isOut?.(atMs) === true) {
      const order = { id: orderId, instrument: Math.max(0, this.inbox.instrumentOf(orderId)) }
      const knownMs = this.execution.learnedMs(atMs, false)
      this.facts.tell(FactKind.cancelRejected, order, atMs, knownMs, RejectCode.unavailable)
      return kept
    }
    const waiting = this.inbox.withdraw(orderId, kept)
    if (waiting === null) {
      if (phase === 'inside') this.noteCancel(orderId)
      this.doCancel(orderId, atMs)
      return kept
    }
    this.facts.tell(FactKind.cancelled, waiting, atMs, this.execution.learnedMs(atMs, false))
    return kept - 1
  }

  /** An amendment of what rests, or of what still waits ahead of it for a bar of its symbol. */
  private readAmendment(order: ApprovedOrder, atMs: number, phase: Phase, kept: number): void {
    const code = this.amendCode(order, atMs, phase, kept)
    if (code === RejectCode.none) return
    this.facts.tell(FactKind.amendRejected, order, atMs, this.execution.learnedMs(atMs, false), code)
  }

  private amendCode(order: ApprovedOrder, atMs: number, phase: Phase, kept: number): RejectCode {
    if (this.isOut?.(atMs) === true) return RejectCode.unavailable
    if (this.support?.amends(this.instruments[order.instrument]!) === false) return RejectCode.unsupported
    if (this.inbox.amendWaiting(order, kept)) {
      this.gate.tellAmended(order, order.limitPrice || order.stopPrice, atMs)
      return RejectCode.none
    }
    if (phase === 'inside') this.noteCancel(order.id)
    const resting = this.resting.find(order.id)
    if (resting === null || takesAny(resting)) return RejectCode.unknownOrder
    return this.gate.amend(resting, order, atMs, phase === 'open' ? FROM_OPEN : this.bars.row)
  }

  /** A cancel that comes inside a bar which reaches the order may have come too late. */
  private noteCancel(orderId: number): void {
    const resting = this.resting.find(orderId)
    if (resting === null || takesAny(resting)) return
    if (passes(resting, reach(resting, this.bars), this.limitFill)) this.ambiguity.note(this.bars.row, false)
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
      this.execution.meet(resting, base, !resting.trigger && !takesAny(resting), false)
    }
  }

  private passedAtOpen(resting: RestingOrder): boolean {
    const { order, spentRow } = resting
    if (spentRow === this.bars.row || !this.bars.has(order.instrument)) return false
    return takesAny(resting) || passes(resting, this.bars.open(order.instrument), this.limitFill)
  }
}
