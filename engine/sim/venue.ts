/**
 * The simulated venue behind the Venue port. Messages travel with latency, wait for their symbol's next bar, are
 * checked against the rulebook of the day and the venue's own books, and then fill on bars as matching.ts says.
 * Everything that happens comes back as a fact; nothing is returned.
 */

import type { Dec } from '../core/dec.ts'
import { FactKind, type FactQueue } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { freeRulebook, type Instrument, priceUnits } from '../core/instrument.ts'
import type { ApprovedOrder } from '../core/order.ts'
import type { CounterVenue, VenueLevels } from '../core/venue.ts'
import { SimAccount } from './account.ts'
import { AmbiguityCount } from './ambiguity.ts'
import { Bars } from './bars.ts'
import { BracketCounter } from './bracket-counter.ts'
import { Detail } from './detail.ts'
import { Execution } from './execution.ts'
import { ExpressCounter } from './express.ts'
import { Gate, type GateOptions } from './gate.ts'
import { Inbox } from './inbox.ts'
import type { LatencyModel } from './latency.ts'
import { FROM_OPEN, Mailroom, type Phase } from './mailroom.ts'
import { type AmbiguityModel, type LimitFill, passes } from './matching.ts'
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

export class SimVenue implements CounterVenue {
  readonly account: SimAccount
  readonly ambiguity: AmbiguityCount
  /** The finer bars; null for none. */
  readonly detail: Detail | null
  private readonly instruments: readonly Instrument[]
  private readonly latency: LatencyModel
  private readonly limitFill: LimitFill
  private readonly facts: FactQueue
  private readonly bars: Bars
  private readonly inbox = new Inbox()
  private readonly resting = new RestingOrders()
  private readonly sequence: BarSequence
  private readonly execution: Execution
  private readonly trailWatch: TrailWatch
  private readonly gate: Gate
  private readonly mail: Mailroom
  readonly hasExpress: boolean
  private readonly counter: ExpressCounter
  private readonly bracketCounter: BracketCounter

  constructor(options: SimOptions, facts: FactQueue) {
    this.instruments = options.instruments
    this.latency = options.latency
    this.limitFill = options.limitFill
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
    this.mail = new Mailroom(options, { bars, inbox, resting, execution, ambiguity, facts, gate: this.gate })
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

  private deliver(phase: Phase): boolean {
    return this.mail.deliver(phase)
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
