/**
 * The desk: facts come in and change the portfolio; signals come in and go through the rules; approved orders go out to
 * the venue. Everything it does is recorded. It knows nothing of loops, scans or marks.
 */

import { type Dec, decToNumber, pow10, Rounding, toDec, ZERO } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import { type Fact, FactKind, RejectCode } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, notional, priceUnits, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, OrderState, Purpose, type Side } from '../core/order.ts'
import { RefusalCode } from '../core/refusal.ts'
import type { SignalOptions, Strategy } from '../core/strategy.ts'
import type { Venue } from '../core/venue.ts'
import type { RulesConfig } from '../rules/config.ts'
import { EmergencyRule } from '../rules/emergency.ts'
import { EntryRules } from '../rules/entry.ts'
import { EntryRequest } from '../rules/entry-request.ts'
import { bracketOrders, closingOrder } from '../rules/exit.ts'
import { rateOf } from '../rules/rate.ts'
import { legacySellCheck } from '../rules/sells.ts'
import { targetOrders } from '../rules/target.ts'
import { CloseRules } from './close-rules.ts'
import type { DeskOptions, EntryObserver, LastingRefusal, ProfileEvent } from './desk-types.ts'
import { bookMarginFact, isOfMargin } from './margin-facts.ts'
import { guards, type Portfolio, type WorkingOrder } from './portfolio.ts'
import type { Recorder } from './recorder.ts'
import { type Signal, SignalKind, type SignalRing } from './signals.ts'

export class Desk {
  /** Something happened that a scan must know of; the loop resets it when it re-arms. */
  changed = true
  private readonly portfolio: Portfolio
  private readonly grid: Grid
  private readonly instruments: readonly Instrument[]
  private readonly strategy: Strategy
  private readonly venue: Venue
  private readonly recorder: Recorder
  private readonly rules: RulesConfig
  private readonly rulebook: (instrument: number, atMs: number) => Rulebook
  private readonly takerRate: (instrument: number, atMs: number) => Dec
  private readonly observer: EntryObserver | null
  readonly entries: EntryRules
  readonly closeRules: CloseRules
  readonly profileEvents: ProfileEvent[] = []
  private nextOrderId = 1
  /** Filled anew for every entry signal. */
  private readonly request: EntryRequest
  /** Mark of an instrument at the close of `pricedRow`: one function for all rows. */
  private readonly markOf: (instrument: number) => Dec
  private pricedRow = 0
  private readonly allSpot: boolean
  private readonly lasting: LastingRefusal = { instrument: 0, side: 1, untilMs: Number.NaN }

  constructor(options: DeskOptions, portfolio: Portfolio) {
    this.portfolio = portfolio
    this.grid = options.grid
    this.instruments = options.instruments
    this.strategy = options.strategy
    this.venue = options.venue
    this.recorder = options.recorder
    this.rules = options.rules
    this.rulebook = options.rulebook
    this.takerRate = options.takerRate
    this.observer = options.observer ?? null
    this.allSpot = options.instruments.every(({ kind }) => kind === 'spot')
    this.entries = new EntryRules(options.rules, portfolio.ledger.quoteDec)
    this.request = new EntryRequest(options.instruments[0]!)
    this.markOf = (id) => priceUnits(this.instruments[id]!, this.grid.symbols[id]!.mark[this.pricedRow]!)
    const { emergency, halfSpreadRate, slippageRate } = options.rules
    const market = rateOf(halfSpreadRate + slippageRate)
    const taker = options.takerRate(0, options.grid.time[0]!)
    const roundTrip = toDec(2 * (taker + market))
    const rule = emergency === null ? null : new EmergencyRule(emergency, roundTrip, toDec(taker + market))
    const profiled = options.rules.profile !== null
    const monitored = options.rules.exits === 'monitored'
    this.closeRules = new CloseRules(options.grid, options.instruments, portfolio, rule, profiled, monitored)
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
    if (isOfMargin(fact.kind)) {
      if (bookMarginFact(fact, row, this.portfolio, this.recorder)) this.positionChanged(fact, 0)
      return
    }
    const working = this.portfolio.find(fact.orderId)
    this.recorder.outcome(fact, working === null ? 0 : working.order.side)
    if (fact.kind === FactKind.filled) {
      this.filled(fact, working, row)
      return
    }
    if (fact.kind === FactKind.rejected) this.rejected(fact, working, row)
    if (fact.kind === FactKind.expired) this.entries.ended(fact.instrument, fact.atMs)
    if (working !== null) this.portfolio.orderChanged(fact, working)
  }

  /** A refusal by the venue is counted beside ours; one for size teaches a minimum. */
  private rejected(fact: Fact, working: WorkingOrder | null, row: number): void {
    this.recorder.reject(fact, working?.order.quantity ?? ZERO)
    const { order } = working ?? {}
    if (order === undefined || order.purpose !== Purpose.entry || fact.code !== RejectCode.belowMinimum) return
    if (this.rules.learningFactor === null) return
    const instrument = this.instruments[fact.instrument]!
    const price = priceUnits(instrument, this.grid.symbols[fact.instrument]!.mark[row]!)
    const size = order.quoteAmount > 0 ? order.quoteAmount : notional(instrument, price, order.quantity, Rounding.ceil)
    const { venue, symbol } = instrument
    this.entries.minimums.learn({ venue, symbol, size, named: null, atMs: fact.atMs })
  }

  private filled(fact: Fact, working: WorkingOrder | null, row: number): void {
    // The name of the order is only put together where there's an error to tell: this is every fill's way.
    assert(working !== null, working === null ? `a fill for order ${fact.orderId}, which was never sent` : '')
    // A filled order's record may be used again by the orders that guard answers with.
    const { order, options } = working
    const opened = this.portfolio.fill(fact, working, row)
    if (this.closeRules.active) this.closeRules.positionChanged(fact.instrument)
    if (opened > 0 && options !== null) this.guard(fact, order, options, opened)
    this.endIfFlat(fact, order.ocoGroup)
    if (this.strategy.onFill !== undefined) this.tellStrategy(fact, order, row, opened)
  }

  private positionChanged(fact: Fact, exceptGroup: number): void {
    if (this.closeRules.active) this.closeRules.positionChanged(fact.instrument)
    this.endIfFlat(fact, exceptGroup)
  }

  /** Nothing rests behind a position that is no more; `exceptGroup` the venue cancels itself. */
  private endIfFlat(fact: Fact, exceptGroup: number): void {
    if (this.portfolio.ledger.quantity[fact.instrument] !== 0) return
    this.cancelExits(fact.instrument, fact.knownMs, exceptGroup)
    this.entries.ended(fact.instrument, fact.atMs)
  }

  private tellStrategy(fact: Fact, order: ApprovedOrder, row: number, opened: Dec): void {
    const { pxDec, qtyDec } = this.instruments[fact.instrument]!
    this.strategy.onFill!({
      symbol: fact.instrument,
      side: order.side,
      price: decToNumber(fact.price, pxDec),
      quantity: decToNumber(fact.quantity, qtyDec),
      row,
      closesPosition: opened < fact.quantity,
      tag: order.tag,
    })
  }

  /** Stop and target rest at the venue as soon as the entry fills. */
  private guard(fact: Fact, entry: ApprovedOrder, options: SignalOptions, quantity: Dec): void {
    const { target, stop, targetPrice, stopPrice } = options
    if (target === undefined && stop === undefined && targetPrice === undefined && stopPrice === undefined) return
    if (this.rules.exits === 'monitored') {
      this.closeRules.monitor(fact.instrument, entry.side, fact.price, options)
      return
    }
    const orders = bracketOrders({
      stopId: this.nextOrderId,
      targetId: this.nextOrderId + 1,
      instrument: this.instruments[fact.instrument]!,
      rulebook: this.rulebook(fact.instrument, fact.atMs),
      options,
      entrySide: entry.side,
      entryPrice: fact.price,
      quantity,
      atMs: fact.knownMs,
      intrabar: fact.intrabar,
      tag: entry.tag,
    })
    this.nextOrderId += 2
    for (let i = 0; i < orders.length; i++) this.submit(orders[i]!, null, ZERO)
  }

  private submit(
    order: ApprovedOrder,
    options: SignalOptions | null,
    reserved: Dec,
    profile: string | null = null,
  ): void {
    this.changed = true
    this.recorder.order(order)
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
    const change = this.entries.evaluateProfile(this.equityUnits(row), atMs)
    if (change === null) return
    this.changed = true
    this.recorder.profile(atMs, change.equity, change.from?.index ?? -2, change.to.index)
    const from = change.from?.profile.name ?? null
    this.profileEvents.push({
      atMs,
      equity: change.equity,
      from,
      to: change.to.profile.name,
      below: change.to.belowRange,
    })
  }

  /** Monitoring interval of the profile in force, ms; 0 without one: every close is an event then. */
  get monitoringMs(): number {
    return this.entries.profiles?.current.profile.pacing.monitoringMs ?? 0
  }

  /** Writes the closes at which a rule might act: see close-rules.ts. */
  armCloses(low: Float64Array, high: Float64Array, row: number): void {
    if (!this.closeRules.active) return
    const { profiles } = this.entries
    if (profiles === null || this.portfolio.flat) {
      this.closeRules.arm(low, high, row, 0, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)
      return
    }
    // Without an end the band's is infinite, and stays that when it is divided.
    const unit = pow10(this.portfolio.ledger.quoteDec)
    this.closeRules.arm(low, high, row, this.equityUnits(row) / unit, profiles.low / unit, profiles.high / unit)
  }

  /** Cancels what rests behind a position, except the members of `exceptGroup`, which the venue cancels itself. */
  private cancelExits(instrument: number, atMs: number, exceptGroup: number): void {
    const { working } = this.portfolio
    for (let i = 0; i < working.length; i++) {
      const one = working[i]!
      if (!guards(one, instrument)) continue
      if (exceptGroup !== 0 && one.order.ocoGroup === exceptGroup) continue
      this.cancel(one, atMs)
    }
  }

  private cancel(working: WorkingOrder, atMs: number): void {
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
      else this.decideTarget(signal.weights!, row, atMs)
    }
    if (signals.count !== 1) lasting = null
    signals.clear()
    return lasting
  }

  private decideEntry(signal: Signal, row: number, atMs: number): LastingRefusal | null {
    const { recorder, portfolio } = this
    recorder.entrySignals += 1
    this.evaluateProfile(row, atMs)
    const { symbol, side } = signal
    const { request } = this
    request.orderId = this.nextOrderId
    request.instrument = this.instruments[symbol]!
    request.rulebook = this.rulebook(symbol, atMs)
    request.side = side
    request.options = signal.options
    request.price = this.grid.symbols[symbol]!.close[row]!
    request.atMs = atMs
    request.totalEquity = this.equityUnits(row)
    request.available = this.available(row)
    request.held = portfolio.ledger.quantity[symbol]!
    request.pendingEntryId = portfolio.pendingEntry(symbol)
    request.openPositions = portfolio.openPositions
    request.pendingEntries = portfolio.pendingEntries
    request.takerRate = this.takerRate(symbol, atMs)
    if (this.observer !== null) this.observer.entry(request, this.entries)
    const verdict = this.entries.decide(request)
    const { order } = verdict
    if (order !== null) {
      this.nextOrderId += 1
      recorder.entryOrders += 1
      this.submit(order, verdict.options, verdict.reserved, verdict.profile)
      return null
    }
    recorder.entryRefusals += 1
    recorder.refusal(verdict.refusal, atMs)
    const { lasting } = this
    lasting.instrument = symbol
    lasting.side = side
    lasting.untilMs = verdict.quietUntilMs
    return lasting
  }

  /** Closes the position at market, or takes back an entry that still rests. */
  private decideExit(signal: Signal, row: number, atMs: number): void {
    const id = signal.symbol
    const held = this.portfolio.ledger.quantity[id]!
    const pending = this.portfolio.pendingExit(id)
    if (held !== 0 && pending === 0) {
      if (this.blockedByCash(id, held, row, atMs)) return
      this.close(id, held, Purpose.exit, atMs, signal.tag)
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
    const price = priceUnits(instrument, this.grid.symbols[id]!.mark[row]!)
    const value = notional(instrument, price, held, Rounding.floor)
    const refusal = legacySellCheck(instrument, value, this.available(row))
    if (refusal === null) return false
    this.recorder.refusal(refusal, atMs)
    return true
  }

  /** Closes a position at market: what rests behind it is cancelled first, so that nothing holds the base. */
  private close(id: number, held: Dec, purpose: Purpose, atMs: number, tag: string | null): void {
    this.cancelExits(id, atMs, 0)
    const order = closingOrder(this.nextOrderId++, this.instruments[id]!, held, purpose, atMs, tag)
    this.submit(order, null, ZERO)
  }

  private decideTarget(weights: Float64Array, row: number, atMs: number): void {
    const { orders, refusals } = targetOrders({
      weights,
      firstOrderId: this.nextOrderId,
      instruments: this.instruments,
      rulebook: (instrument) => this.rulebook(instrument, atMs),
      rules: this.rules,
      price: (instrument) => this.grid.symbols[instrument]!.close[row]!,
      held: this.portfolio.ledger.quantity,
      pending: (instrument) => this.portfolio.pendingEntry(instrument) || this.portfolio.pendingExit(instrument),
      totalEquity: this.equityUnits(row),
      available: this.available(row),
      costRate: this.dearestCost(atMs),
      atMs,
    })
    for (const refusal of refusals) this.recorder.refusal(refusal, atMs)
    for (const { order, reserved } of orders) {
      this.nextOrderId = Math.max(this.nextOrderId, order.id + 1)
      this.submit(order, null, reserved)
    }
  }

  /** The highest entry cost of all instruments, as a rate. */
  private dearestCost(atMs: number): Dec {
    let taker = 0
    for (const { id } of this.instruments) taker = Math.max(taker, this.takerRate(id, atMs))
    return toDec(taker + rateOf(this.rules.halfSpreadRate + this.rules.slippageRate))
  }

  /** Total equity at the row's close, in quote units. */
  private equityUnits(row: number): Dec {
    if (this.portfolio.flat) return this.portfolio.ledger.cash
    this.pricedRow = row
    return this.portfolio.ledger.equity(this.markOf)
  }

  /** What entries can spend: free cash, or free buying power on a leveraged account. */
  private available(row: number): Dec {
    if (this.allSpot) return this.portfolio.freeCash()
    this.pricedRow = row
    return this.portfolio.buyingPower(this.rules.leverage, this.markOf)
  }
}
