/**
 * The desk: facts come in and change the portfolio; signals come in and go through the rules; approved orders go out to
 * the venue. Everything it does is recorded. It knows nothing of loops, scans or marks.
 */

import { type Dec, pow10, Rounding, ZERO } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import { type Fact, FactKind } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, notional, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, OrderState, Purpose, type Side } from '../core/order.ts'
import { RefusalCode } from '../core/refusal.ts'
import type { SignalOptions, Strategy } from '../core/strategy.ts'
import type { Venue } from '../core/venue.ts'
import type { RulesConfig } from '../rules/config.ts'
import { EntryRules } from '../rules/entry.ts'
import { EntryRequest } from '../rules/entry-request.ts'
import type { RouteChoice } from '../rules/entry-route.ts'
import { BracketRequest, bracketOrders, closingOrder } from '../rules/exit.ts'
import { legacySellCheck } from '../rules/sells.ts'
import { AccountValue } from './account-value.ts'
import { Amendments } from './amendments.ts'
import { type CloseRules, closeRulesOf } from './close-rules.ts'
import type { DeskOptions, EntryObserver, LastingRefusal } from './desk-types.ts'
import { Dust } from './dust.ts'
import { fillView } from './fill-view.ts'
import { Lessons } from './lessons.ts'
import { refusedUnlisted } from './listing.ts'
import { bookMarginFact, isOfMargin } from './margin-facts.ts'
import { recordTerms } from './order-records.ts'
import { Plans } from './plans.ts'
import type { Portfolio } from './portfolio.ts'
import { ProfileWatch } from './profile-watch.ts'
import type { Recorder, RoutedOrder } from './recorder.ts'
import type { Routes } from './routes.ts'
import { type Signal, SignalKind, type SignalRing } from './signals.ts'
import { refuseTrail, restingPart, withoutTarget } from './stop-support.ts'
import { weightOrders } from './weights.ts'
import { guards, type WorkingOrder } from './working-order.ts'

export class Desk {
  /** Something happened that a scan must know of; the loop resets it when it re-arms. */
  changed = true
  private readonly portfolio: Portfolio
  private readonly options: DeskOptions
  private readonly grid: Grid
  /** Columns by the strategy's symbols; those of `grid` are by instrument. */
  private readonly signals: Grid
  private readonly instruments: readonly Instrument[]
  private readonly strategy: Strategy
  private readonly venue: Venue
  private readonly recorder: Recorder
  private readonly rules: RulesConfig
  private readonly rulebook: (instrument: number, atMs: number) => Rulebook
  private readonly takerRate: (instrument: number, atMs: number) => Dec
  private readonly observer: EntryObserver | null
  private readonly routes: Routes | null
  private readonly support: DeskOptions['support']
  private readonly amendments: Amendments
  private readonly lessons: Lessons
  private readonly dust: Dust
  readonly entries: EntryRules
  readonly closeRules: CloseRules
  readonly plans: Plans
  readonly profiles: ProfileWatch
  private nextOrderId = 1
  /** Filled anew for every entry that has exits. */
  readonly exits: BracketRequest
  /** Filled anew for every entry signal. */
  private readonly request: EntryRequest
  private readonly worth: AccountValue
  private readonly lasting: LastingRefusal = { instrument: 0, side: 1, untilMs: Number.NaN }

  constructor(options: DeskOptions, portfolio: Portfolio) {
    this.portfolio = portfolio
    this.options = options
    this.grid = options.grid
    this.signals = options.signals ?? options.grid
    this.instruments = options.instruments
    this.strategy = options.strategy
    this.venue = options.venue
    this.recorder = options.recorder
    this.rules = options.rules
    this.rulebook = options.rulebook
    this.takerRate = options.takerRate
    this.observer = options.observer ?? null
    this.routes = options.routes ?? null
    this.support = options.support
    this.amendments = new Amendments(options, portfolio)
    this.entries = new EntryRules(options.rules, portfolio.ledger.quoteDec)
    this.profiles = new ProfileWatch(this.entries, options.recorder)
    this.dust = new Dust(options, portfolio)
    this.lessons = new Lessons(options, this.entries.minimums)
    this.request = new EntryRequest(options.instruments[0]!)
    this.request.rateInBase = options.rateInBase ?? null
    this.plans = new Plans(options, portfolio, this)
    this.request.candidates = this.plans.reallocator?.candidates ?? null
    this.exits = new BracketRequest(options.instruments[0]!)
    this.worth = new AccountValue(options.grid, options.instruments, portfolio, options.rules.leverage)
    this.closeRules = closeRulesOf(options, portfolio)
  }

  /** Number of the next order; `takeId` uses it up. */
  get nextId(): number {
    return this.nextOrderId
  }

  takeId(): number {
    return this.nextOrderId++
  }

  /** Books a fact, learned during `row`. */
  apply(fact: Fact, row: number): void {
    this.changed = true
    if (isOfMargin(fact.kind) || fact.kind === FactKind.adjusted) {
      if (!bookMarginFact(fact, row, this.portfolio, this.recorder)) return
      if (this.closeRules.active) this.closeRules.positionChanged(fact.instrument)
      this.endIfFlat(fact, 0)
      return
    }
    const working = this.portfolio.find(fact.orderId)
    this.recorder.outcome(fact, working === null ? 0 : working.order.side)
    if (fact.kind === FactKind.filled) {
      this.filled(fact, working, row)
      this.plans.onFact(fact)
      return
    }
    if (fact.kind === FactKind.rejected) this.rejected(fact, working, row)
    else if (fact.kind === FactKind.accepted && working !== null) this.lessons.taken(working.order, fact, row)
    if (fact.kind === FactKind.expired) this.entries.ended(this.pairOf(fact.instrument), fact.atMs)
    if (working !== null) this.portfolio.orderChanged(fact, working)
    this.plans.onFact(fact)
  }

  /** A refusal by the venue is counted beside ours; one for size teaches a minimum. */
  private rejected(fact: Fact, working: WorkingOrder | null, row: number): void {
    this.recorder.reject(fact, working?.order.quantity ?? ZERO)
    if (working !== null) this.lessons.refused(working.order, fact, row)
  }

  private filled(fact: Fact, working: WorkingOrder | null, row: number): void {
    // The order's name is only put together for an error: this is every fill's way.
    assert(working !== null, working === null ? `a fill for order ${fact.orderId}, which was never sent` : '')
    // A filled order's record may be used again by the orders that guard answers with.
    const { order, options } = working
    const { instrument: id } = fact
    this.lessons.taken(order, fact, row)
    const opened = this.portfolio.dusty ? this.dust.fill(fact, working, row) : this.portfolio.fill(fact, working, row)
    if (order.side < 0 && this.portfolio.ledger.quantity[id]! > 0) this.dust.sold(fact, order, row)
    if (this.closeRules.active) this.closeRules.positionChanged(id)
    if (opened > 0 && options !== null) this.guard(fact, order, options, opened)
    this.endIfFlat(fact, order.ocoGroup)
    if (this.strategy.onFill !== undefined) {
      this.strategy.onFill(fillView(fact, order, this.instruments[id]!, this.pairOf(id), row, opened))
    }
  }

  /** Nothing rests behind a position that is no more; `exceptGroup` the venue cancels itself. */
  private endIfFlat(fact: Fact, exceptGroup: number): void {
    if (this.portfolio.ledger.quantity[fact.instrument] !== 0) return
    this.cancelExits(fact.instrument, fact.knownMs, exceptGroup)
    this.entries.ended(this.pairOf(fact.instrument), fact.atMs)
  }

  /** Stop and target rest at the venue as soon as the entry fills. */
  private guard(fact: Fact, entry: ApprovedOrder, options: SignalOptions, quantity: Dec): void {
    const { target, stop, targetPrice, stopPrice, trail, trailAmount } = options
    const guarded = target ?? stop ?? targetPrice ?? stopPrice ?? trail ?? trailAmount
    if (guarded === undefined) return
    if (this.rules.exits === 'monitored') {
      refuseTrail(options)
      this.closeRules.monitor(fact.instrument, entry.side, fact.price, options)
      return
    }
    const { exits } = this
    exits.rulebook = this.rulebook(fact.instrument, fact.atMs)
    const sellable = this.dust.guardable(fact, quantity, exits.rulebook.step)
    if (sellable === 0) return
    const resting = restingPart(this.support, this.instruments[fact.instrument]!, fact.atMs, options)
    if (resting !== options) this.closeRules.monitor(fact.instrument, entry.side, fact.price, withoutTarget(options))
    exits.instrument = this.instruments[fact.instrument]!
    exits.options = resting
    exits.tag = entry.tag
    exits.answer(entry.side, fact.price, sellable, fact.knownMs, fact.intrabar)
    const orders = this.bracket()
    for (let i = 0; i < orders.length; i++) this.submit(orders[i]!, null, ZERO)
  }

  /** The orders of `exits`, numbered. */
  bracket(): ApprovedOrder[] {
    const { exits } = this
    exits.stopId = this.nextOrderId
    this.nextOrderId += exits.options.trail === undefined && exits.options.trailAmount === undefined ? 2 : 3
    return bracketOrders(exits)
  }

  submit(order: ApprovedOrder, options: SignalOptions | null, reserved: Dec, profile: string | null = null): void {
    this.changed = true
    this.recorder.order(order)
    if (order.terms !== null) recordTerms(this.recorder, order, order.terms)
    this.portfolio.sent(order, options, reserved, profile)
    this.venue.submit(order)
  }

  /**
   * The engine's own rules at the row's close, before the strategy looks. `monitoringEvent` says whether this close
   * is one.
   */
  atClose(row: number, atMs: number, monitoringEvent: boolean): void {
    if (monitoringEvent) this.evaluateProfile(row, atMs)
    if (this.portfolio.flat) return
    const { quantity } = this.portfolio.ledger
    for (let id = 0; id < quantity.length; id++) {
      const held = quantity[id]!
      if (held === 0) continue
      const purpose = this.closeRules.closing(id, row, monitoringEvent)
      if (purpose !== 0 && this.portfolio.pendingExit(id) === 0) this.close(id, held, purpose, atMs, null)
    }
  }

  /** Looks whether total equity has moved the account into another profile, and records it. */
  private evaluateProfile(row: number, atMs: number): void {
    if (this.entries.profiles === null) return
    if (this.profiles.changed(this.worth.equity(row), atMs)) this.changed = true
  }

  /** Monitoring interval of the profile in force, ms; 0 without one: every close is an event then. */
  get monitoringMs(): number {
    return this.profiles.monitoringMs
  }

  /** Writes the closes at which a rule might act: see close-rules.ts. */
  armCloses(low: Float64Array, high: Float64Array, row: number): void {
    if (!this.closeRules.active) return
    const { profiles } = this.entries
    const from = profiles === null || this.portfolio.flat ? Number.NEGATIVE_INFINITY : profiles.low
    const to = profiles === null || this.portfolio.flat ? Number.POSITIVE_INFINITY : profiles.high
    const unit = pow10(this.portfolio.ledger.quoteDec)
    // Without a band nobody asks what equity is. An end of it that is infinite stays that when it is divided.
    const equity = from === -to ? 0 : this.worth.equity(row) / unit
    this.closeRules.arm(low, high, row, equity, from / unit, to / unit)
  }

  /** Cancels what rests behind a position, except the members of `exceptGroup`, which the venue cancels itself. */
  cancelExits(instrument: number, atMs: number, exceptGroup = 0): void {
    const { working } = this.portfolio
    for (let i = 0; i < working.length; i++) {
      const one = working[i]!
      if (!guards(one, instrument)) continue
      if (exceptGroup !== 0 && one.order.ocoGroup === exceptGroup) continue
      this.cancel(one, atMs)
    }
  }

  cancel(working: WorkingOrder, atMs: number): void {
    working.state = OrderState.cancelInFlight
    this.changed = true
    this.recorder.cancel(working.order.id, working.order.instrument, atMs)
    this.venue.cancel(working.order.id, atMs)
  }

  /**
   * Takes the signals of the bar that closes at `atMs` through the rules. Returns what a scan may count by itself, when
   * one refused entry was all there was to decide; else null.
   */
  decide(signals: SignalRing, row: number, atMs: number): LastingRefusal | null {
    let lasting: LastingRefusal | null = null
    for (let i = 0; i < signals.count; i++) {
      const signal = signals.at(i)
      if (signal.kind === SignalKind.enter) lasting = this.decideEntry(signal, row, atMs)
      else if (signal.kind === SignalKind.exit) this.decideExit(signal, row, atMs)
      else if (signal.kind === SignalKind.amend) {
        this.changed = true
        this.amendments.decide(signal, atMs, () => this.worth.available(row))
      } else this.decideTarget(signal.weights!, row, atMs)
    }
    if (signals.count !== 1) lasting = null
    signals.clear()
    return lasting
  }

  private decideEntry(signal: Signal, row: number, atMs: number): LastingRefusal | null {
    const { recorder, portfolio, request } = this
    this.evaluateProfile(row, atMs)
    recorder.entrySignals += 1
    const { symbol, side } = signal
    // With several venues, the pair's first until the rules have routed the entry.
    const id = this.routes === null ? symbol : this.routes.pairs[symbol]![0]!
    request.orderId = this.nextOrderId
    request.instrument = this.instruments[id]!
    request.pair = symbol
    request.rulebook = this.rulebook(id, atMs)
    request.side = side
    request.options = signal.options
    request.price = this.signals.symbols[symbol]!.close[row]!
    request.atMs = atMs
    request.totalEquity = this.worth.equity(row)
    request.available = this.worth.available(row)
    request.held = portfolio.ledger.quantity[id]!
    request.pendingEntryId = portfolio.pendingEntry(id)
    request.openPositions = portfolio.openPositions
    request.pendingEntries = portfolio.pendingEntries
    request.takerRate = this.takerRate(id, atMs)
    if (this.routes !== null) {
      this.routes.ask(request, symbol, row, portfolio, this.worth.marksAt(row))
    }
    request.pendingEntryId ||= this.plans.reallocator?.pendingId ?? 0
    if (this.observer !== null) this.observer.entry(request, this.entries)
    const verdict = this.entries.decide(request)
    const { order } = verdict
    if (verdict.reallocation !== null) {
      const { instrument } = verdict.reallocation
      const first = { id: this.takeId(), instrument: instrument.id, side, decidedMs: atMs }
      this.recordRoute(first, verdict.route)
      this.plans.reallocator!.begin(verdict.reallocation, first.id, atMs)
      return null
    }
    if (order !== null) {
      this.nextOrderId += 1
      recorder.entryOrders += 1
      this.recordRoute(order, verdict.route)
      this.plans.reallocator?.entered(order.instrument, verdict.options)
      this.submit(order, verdict.options, verdict.reserved, verdict.profile)
      return null
    }
    recorder.entryRefused(verdict.refusal, atMs)
    const { lasting } = this
    lasting.instrument = symbol
    lasting.side = side
    lasting.untilMs = verdict.quietUntilMs
    return lasting
  }

  /** With one venue nothing was chosen: only a raised target is told. */
  private recordRoute(order: RoutedOrder, choice: RouteChoice | null): void {
    if (choice === null || (this.portfolio.books === null && choice.raisedTo === 0)) return
    this.recorder.route(order, choice)
  }

  /** Exits go where the position is: at every venue that holds some of the pair, else where an entry rests. */
  private decideExit(signal: Signal, row: number, atMs: number): void {
    if (this.routes === null) this.exitFrom(signal.symbol, signal, row, atMs)
    else for (const id of this.routes.exits(signal.symbol, this.portfolio)) this.exitFrom(id, signal, row, atMs)
  }

  /** Closes the position at market, or takes back an entry that still rests. */
  private exitFrom(id: number, signal: Signal, row: number, atMs: number): void {
    const held = this.portfolio.ledger.quantity[id]!
    const pending = this.portfolio.pendingExit(id)
    if (held !== 0 && pending === 0) {
      if (!this.blockedByCash(id, held, row, atMs)) this.close(id, held, Purpose.exit, atMs, signal.tag)
      return
    }
    const resting = held === 0 ? this.portfolio.restingEntry(id) : null
    if (resting !== null) {
      this.cancel(resting, atMs)
      return
    }
    const code = held === 0 ? RefusalCode.noPosition : RefusalCode.exitInFlight
    const side: Side = held > 0 ? -1 : 1
    this.recorder.refusal({ code, instrument: id, side, first: held === 0 ? 0 : pending, second: 0 }, atMs)
  }

  /** The old defect that the profile `legacy` keeps: a sell is refused for want of cash. Today's rules never ask (A4). */
  private blockedByCash(id: number, held: Dec, row: number, atMs: number): boolean {
    if (held < 0 || this.entries.profiles?.current.profile.sellsNeedCash !== true) return false
    const instrument = this.instruments[id]!
    const value = notional(instrument, this.worth.marksAt(row)(id), held, Rounding.floor)
    const refusal = legacySellCheck(instrument, value, this.worth.available(row))
    if (refusal !== null) this.recorder.refusal(refusal, atMs)
    return refusal !== null
  }

  /** Closes a position at market: what rests behind it is cancelled first, so that nothing holds the base. */
  close(id: number, held: Dec, purpose: Purpose, atMs: number, tag: string | null): void {
    const rulebook = this.rulebook(id, atMs)
    if (refusedUnlisted(this.recorder, rulebook, id, held, atMs)) return
    this.cancelExits(id, atMs)
    const quantity = this.dust.closable(id, held, atMs, rulebook.step)
    this.submit(closingOrder(this.nextOrderId++, this.instruments[id]!, quantity, purpose, atMs, tag), null, ZERO)
  }

  private decideTarget(weights: Float64Array, row: number, atMs: number): void {
    this.routes?.refuseWeights()
    const money = { totalEquity: this.worth.equity(row), available: this.worth.available(row) }
    const { learned } = this.entries.minimums
    const asked = { weights, firstOrderId: this.nextOrderId, row, atMs, ...money, learned }
    const { orders, refusals } = weightOrders(this.options, this.portfolio, asked)
    for (const refusal of refusals) this.recorder.refusal(refusal, atMs)
    for (const { order, reserved } of orders) {
      this.nextOrderId = Math.max(this.nextOrderId, order.id + 1)
      this.submit(order, null, reserved)
    }
  }

  /** The strategy's symbol that an instrument belongs to. */
  private pairOf(instrument: number): number {
    return this.routes === null ? instrument : this.routes.pairOf[instrument]!
  }
}
