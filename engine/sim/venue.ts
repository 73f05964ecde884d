/**
 * The simulated venue behind the Venue port. Messages travel with latency, wait for their symbol's next bar, are
 * checked against the rulebook of the day and the venue's own books, and then fill on bars as matching.ts says.
 * Everything that happens comes back as a fact; nothing is returned.
 */

import { type Dec, toDec } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import { FactKind, type FactQueue } from '../core/fact.ts'
import { type Instrument, priceUnits } from '../core/instrument.ts'
import { type ApprovedOrder, Purpose } from '../core/order.ts'
import type { CounterVenue, VenueLevels } from '../core/venue.ts'
import type { SimAccount } from './account.ts'
import { AmbiguityCount } from './ambiguity.ts'
import { Bars } from './bars.ts'
import { BracketCounter } from './bracket-counter.ts'
import { Detail } from './detail.ts'
import { cancelResting, expireStale } from './endings.ts'
import { Execution } from './execution.ts'
import { ExpressCounter } from './express.ts'
import { Gate } from './gate.ts'
import { Inbox } from './inbox.ts'
import type { LatencyModel } from './latency.ts'
import { FROM_OPEN, Mailroom, type Phase } from './mailroom.ts'
import { MarginAccount } from './margin-account.ts'
import { MarginBook } from './margin-book.ts'
import { MarginCounter } from './margin-express.ts'
import { type LimitFill, passes } from './matching.ts'
import { type RestingOrder, RestingOrders, takesAny } from './resting.ts'
import { BarSequence } from './sequence.ts'
import { TrailWatch } from './trail-watch.ts'
import { accountOf, hasExpress, type SimOptions } from './venue-options.ts'

export type { SimOptions } from './venue-options.ts'

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
  readonly margin: MarginBook | null
  readonly hasExpress: boolean
  readonly plainTaker: Dec | null
  /** The row whose open some messages have been read at by themselves; -1 for none. */
  private arrivedRow = -1
  private readonly counter: ExpressCounter
  private readonly marginCounter: MarginCounter | null
  private readonly bracketCounter: BracketCounter

  constructor(options: SimOptions, facts: FactQueue) {
    this.instruments = options.instruments
    this.latency = options.latency
    this.limitFill = options.limitFill
    this.facts = facts
    this.bars = new Bars(options.grid, options.instruments)
    this.ambiguity = options.ambiguity ?? new AmbiguityCount(this.bars)
    const { instruments, model, limitFill, margin } = options
    this.account = accountOf(options)
    this.sequence = new BarSequence(this.bars, instruments, this.resting, model, limitFill, this.ambiguity)
    this.trailWatch = new TrailWatch(this.bars, instruments, this.resting)
    this.execution = new Execution(options, this.bars, this.account, this.resting, facts)
    const { bars, account, inbox, resting, sequence, execution, ambiguity } = this
    const { fees, spread, participation } = options
    const counter = new ExpressCounter(options.instruments, fees, spread, bars, account)
    this.counter = counter
    this.bracketCounter = new BracketCounter(instruments, limitFill, bars, inbox, resting, execution, counter)
    this.hasExpress = hasExpress(options)
    const spot = instruments.every(({ kind }) => kind === 'spot')
    this.plainTaker = this.hasExpress && spot && !spread.costly && fees.fixed !== undefined ? fees.fixed.taker : null
    const eager = participation > 0 || !options.latency.isZero
    this.detail = options.fine ? new Detail(options.fine, options.grid, bars, resting, eager) : null
    const { grid } = options
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
    this.marginCounter =
      this.margin !== null && account instanceof MarginAccount
        ? new MarginCounter(instruments, fees, spread, bars, account, this.margin)
        : null
    const gateParts = { bars, account, inbox, resting, sequence, execution, ambiguity, facts, margin: this.margin }
    this.gate = new Gate(options, gateParts)
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
    const { bars, inbox, marginCounter } = this
    if (!this.isClear) return false
    bars.move(row)
    if (!bars.has(instrument)) return false
    const done =
      marginCounter === null
        ? this.counter.fill(instrument, side, slip)
        : marginCounter.fill(instrument, side, this.gate.leverage, slip)
    if (done) inbox.see(orderId, instrument)
    return done
  }

  /** Whether no message is under way and no order rests, but at most a stop of the venue's own. */
  get isClear(): boolean {
    const { items } = this.resting
    if (this.inbox.length > 0) return false
    return items.length === 0 || (items.length === 1 && items[0]!.order.purpose === Purpose.liquidation)
  }

  see(orderId: number, instrument: number): void {
    this.inbox.see(orderId, instrument)
  }

  follow(instrument: number, base: Dec, cash: Dec): void {
    const { account } = this
    account.cash = toDec(account.cash + cash)
    account.base[instrument] = toDec(account.base[instrument]! + base)
    assert(account.cash >= 0 && account.base[instrument]! >= 0, 'a lane has carried out what the account does not have')
  }

  guard(stopId: number, instrument: number, row: number, slip: Float64Array): boolean {
    if (this.bars.row !== row) this.bars.move(row)
    return this.bracketCounter.guard(stopId, instrument, slip)
  }

  meet(row: number, slip: Float64Array): Purpose | 0 {
    if (this.detail !== null) return 0
    this.bars.move(row)
    return this.bracketCounter.meet(slip)
  }

  rest(orders: readonly ApprovedOrder[]): void {
    this.bracketCounter.rest(orders)
  }

  /**
   * Reads the messages that have come, as at the open of `row`, and plays nothing else of it; what they bring about is
   * told at once. For a venue that answers its callers while the market stands still: `open` plays the rest of the open.
   */
  arrive(row: number): void {
    const { margin } = this
    if (this.arrivedRow !== row) {
      if (margin !== null) margin.open(row)
      this.begin(row)
      this.arrivedRow = row
    }
    if (!this.inbox.empty) this.deliver('open')
    if (margin !== null) margin.settle(FROM_OPEN)
  }

  /** Changes the leverage of a leveraged account, which must have no position; `units` is the same in units of 1e-12. */
  setLeverage(leverage: number, units: Dec): void {
    const { account, margin } = this
    if (margin === null || !(account instanceof MarginAccount)) return
    account.leverage = leverage
    margin.state.leverage = leverage
    this.gate.leverage = units
  }

  /** The level at which a resting order waits now, in price units; null where there is none. */
  levelOf(orderId: number): Dec | null {
    const resting = this.resting.find(orderId)
    if (resting === null || takesAny(resting)) return null
    return priceUnits(this.instruments[resting.order.instrument]!, resting.level)
  }

  /** Ends an order that rests or waits for a bar of its symbol, at `atMs`, between two looks at the market. */
  withdraw(orderId: number, atMs: number): void {
    const waiting = this.inbox.withdraw(orderId, this.inbox.length)
    if (waiting === null) {
      cancelResting(this.resting, this.inbox, this.execution, this.facts, orderId, atMs)
      return
    }
    this.inbox.trim(this.inbox.length - 1)
    this.facts.tell(FactKind.cancelled, waiting, atMs, this.execution.learnedMs(atMs, false))
  }

  open(row: number): void {
    const { margin } = this
    if (margin !== null) margin.open(row)
    if (this.idle) return
    if (this.arrivedRow !== row) this.begin(row)
    const { detail } = this
    if (detail?.enterAtOpen(row) === true) this.beginBar()
    this.openBar()
  }

  /** Arrivals at the bar's open, and what the open has passed. */
  private openBar(): void {
    if (!this.inbox.empty) this.deliver('open')
    if (this.margin !== null) this.margin.settle(FROM_OPEN)
    if (this.resting.items.length === 0) return
    expireStale(this.resting, this.execution, this.facts, this.bars.openMs)
    this.fillAtOpen()
    if (this.margin !== null) this.margin.settle(FROM_OPEN)
    if (this.resting.trailing > 0) this.trailWatch.atOpen()
  }

  range(row: number): boolean {
    const { margin } = this
    if (this.idle) return margin !== null && (margin.settle(this.bars.row) || margin.early() || margin.late())
    if (this.bars.coarseRow !== row) this.begin(row)
    const { detail } = this
    if (detail === null) return this.rangeOfBar()
    if (!detail.isInside) {
      // The open is the finer bars' own: only what comes after it is theirs to tell.
      if (!this.inbox.empty && this.deliver('open')) {
        if (margin !== null) margin.settle(FROM_OPEN)
        return true
      }
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
    const { margin } = this
    if (margin !== null && (margin.settle(this.bars.row) || margin.early())) return true
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
      if (expireStale(this.resting, this.execution, this.facts, this.bars.closeMs - 1)) return true
    }
    if (margin?.late() === true) return true
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
    const { margin } = this
    if (margin !== null) margin.restore()
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
    const expiryRow = expiresMs === Number.POSITIVE_INFINITY ? expiresMs : this.bars.rowClosingAt(expiresMs)
    return margin === null ? expiryRow : Math.min(expiryRow, margin.arm(levels, row))
  }

  private fillInside(resting: RestingOrder, price: number, maker: boolean): void {
    const { order } = resting
    const base = priceUnits(this.instruments[order.instrument]!, price)
    if (order.purpose === Purpose.liquidation) {
      this.margin!.liquidate(resting, base, true)
      return
    }
    if (this.inbox.hasCancel(order.id)) this.ambiguity.note(this.bars.row, true)
    this.execution.meet(resting, base, maker, true)
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
      if (order.purpose === Purpose.liquidation) this.margin!.liquidate(resting, base, false)
      else this.execution.meet(resting, base, !resting.trigger && !takesAny(resting), false)
    }
  }

  private passedAtOpen(resting: RestingOrder): boolean {
    const { order, spentRow } = resting
    if (spentRow === this.bars.row || !this.bars.has(order.instrument)) return false
    return takesAny(resting) || passes(resting, this.bars.open(order.instrument), this.limitFill)
  }
}
