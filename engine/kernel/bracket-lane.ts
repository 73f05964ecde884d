/**
 * The express lane's second track, for positions with a stop and a target: the entry is carried out at the next open as
 * an express order is, its exits are handed to the venue on the spot, and an exit at market takes them back first. What
 * the venue says of them comes as facts, as always; only messages and steps between are spared. The records are the
 * same, to the byte; whatever isn't certain beforehand goes the usual way.
 */

import type { Dec } from '../core/dec.ts'
import { ZERO } from '../core/dec.ts'
import { FactKind, type FactQueue, FactRecord } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { type ApprovedOrder, OrderState, Purpose } from '../core/order.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { type CounterVenue, EXPRESS_SLOTS, ExpressSlot, isCounter } from '../core/venue.ts'
import { isBracketed, onlySizing, PlainEntry, passesFeeGate } from '../rules/plain-entry.ts'
import { PlainProfile } from '../rules/plain-profile.ts'
import type { Desk } from './desk.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio } from './portfolio.ts'
import type { Recorder } from './recorder.ts'
import { type Signal, SignalKind } from './signals.ts'

/** The only instrument of a run that has an express lane. */
const ONLY = 0

/** Whether anything rests behind the position. */
function isGuarded({ stop, target, stopPrice }: SignalOptions): boolean {
  return stop !== undefined || target !== undefined || stopPrice !== undefined
}

export class BracketLane {
  private readonly grid: Grid
  private readonly gapless: boolean
  private readonly firstMs: number
  private readonly open: Float64Array
  private readonly close: Float64Array
  private readonly portfolio: Portfolio
  private readonly recorder: Recorder
  private readonly desk: Desk
  private readonly venue: CounterVenue
  private readonly facts: FactQueue
  private readonly options: DeskOptions
  private readonly entry: PlainEntry
  /** What the account's profile says; null where it has none. */
  private readonly profile: PlainProfile | null
  private readonly slip = new Float64Array(EXPRESS_SLOTS)
  /** What is told of an order that isn't a fill: its amounts are nothing. */
  private readonly fact = new FactRecord()
  /** The last target that the fee gate was asked about, at which taker rate, and its answer. */
  private askedTarget: number | undefined = Number.NaN
  private askedRate = Number.NaN
  private passes = false

  constructor(options: DeskOptions, venue: CounterVenue, facts: FactQueue, portfolio: Portfolio, desk: Desk) {
    this.grid = options.grid
    this.gapless = options.grid.gapless
    this.firstMs = options.grid.time[0]!
    this.open = options.grid.symbols[ONLY]!.open
    this.close = options.grid.symbols[ONLY]!.close
    this.portfolio = portfolio
    this.recorder = options.recorder
    this.desk = desk
    this.venue = venue
    this.facts = facts
    this.options = options
    const { rules } = options
    const { entries } = desk
    const { quoteDec } = portfolio.ledger
    this.profile = entries.profiles === null ? null : new PlainProfile(entries, rules, quoteDec)
    this.entry = new PlainEntry(rules, options.instruments[ONLY]!, this.profile)
    const { fact } = this
    fact.instrument = ONLY
    fact.quantity = ZERO
    fact.price = ZERO
    fact.value = ZERO
    fact.fee = ZERO
  }

  /** The run's lane; null where the venue has no counter for it, rules say more, or a route may raise a target. */
  static of(options: DeskOptions, facts: FactQueue, portfolio: Portfolio, desk: Desk): BracketLane | null {
    const { venue, routes, instruments, rules, strategy } = options
    const only = instruments.length === 1 && instruments[ONLY]!.kind === 'spot' && rules.exits === 'resting'
    if (!only || !onlySizing(rules) || strategy.onFill !== undefined || routes !== undefined) return null
    return isCounter(venue) ? new BracketLane(options, venue, facts, portfolio, desk) : null
  }

  /** Whether the profile has to be looked at anew at the next close: a flat account has left its band. */
  get leavesProfile(): boolean {
    const { profile, portfolio } = this
    return profile !== null && portfolio.flat && !profile.stays(portfolio.ledger.cash)
  }

  /** Carries out the one signal of `row`. False, with nothing done, where it has to go the usual way. */
  take(signal: Signal, row: number): boolean {
    const next = row + 1
    if (next >= this.grid.rows || !(this.open[next]! > 0) || !this.facts.empty) return false
    const flat = this.portfolio.quantity[ONLY] === 0
    if (signal.kind === SignalKind.enter) return flat && this.enter(signal, row, next)
    return signal.kind === SignalKind.exit && !flat && this.exit(row, next)
  }

  private enter(signal: Signal, row: number, next: number): boolean {
    const { slip, recorder, portfolio, venue, profile } = this
    if (portfolio.working.length > 0 || signal.side < 0) return false
    const atMs = this.closeMs(row)
    if (profile !== null) {
      if (!profile.stays(portfolio.ledger.cash) || !profile.passes(ONLY, atMs, signal.options)) return false
    }
    const options = profile === null ? signal.options : profile.options(signal.options)
    if (options !== null && !isBracketed(options)) return false
    const takerRate = this.options.takerRate(ONLY, atMs)
    slip[ExpressSlot.decidedMs] = atMs
    slip[ExpressSlot.cash] = portfolio.ledger.cash
    slip[ExpressSlot.close] = this.close[row]!
    slip[ExpressSlot.takerRate] = takerRate
    if (options !== null && !this.passesGate(options, takerRate)) return false
    if (!this.entry.size(slip) || !venue.express(this.desk.nextId, ONLY, 1, next, slip)) return false
    recorder.entrySignals += 1
    recorder.entryOrders += 1
    recorder.express(Purpose.entry, 1, ONLY, this.desk.takeId(), slip)
    if (profile !== null) profile.approved(atMs)
    portfolio.opened(ONLY, 1, options?.tag ?? null, profile === null ? null : profile.name, next, slip)
    this.desk.closeRules.positionChanged(ONLY)
    if (options !== null && isGuarded(options)) this.guard(options, next)
    return true
  }

  private passesGate(options: SignalOptions, takerRate: Dec): boolean {
    if (options.target !== this.askedTarget || takerRate !== this.askedRate) {
      this.askedTarget = options.target
      this.askedRate = takerRate
      this.passes = passesFeeGate(this.options.rules, options, takerRate)
    }
    return this.passes
  }

  /** Stop and target go to the venue at the fill's own moment. */
  private guard(options: SignalOptions, row: number): void {
    const { slip, recorder, portfolio, venue } = this
    const { exits } = this.desk
    exits.instrument = this.options.instruments[ONLY]!
    exits.rulebook = this.options.rulebook(ONLY, slip[ExpressSlot.atMs]!)
    exits.options = options
    exits.tag = options.tag ?? null
    const atMs = slip[ExpressSlot.atMs]!
    exits.answer(1, slip[ExpressSlot.price] as Dec, slip[ExpressSlot.quantity] as Dec, atMs, false)
    const orders = this.desk.bracket()
    for (let i = 0; i < orders.length; i++) {
      recorder.order(orders[i]!)
      portfolio.sent(orders[i]!, null, ZERO, null)
    }
    for (let i = 0; i < orders.length; i++) {
      const order = orders[i]!
      if (venue.rest(order, row)) {
        this.tell(FactKind.accepted, order, exits.atMs)
        portfolio.find(order.id)!.state = OrderState.open
      } else {
        venue.take(order, row)
        this.drain(row)
      }
    }
  }

  /** Records what the venue says of an order, but for a fill. */
  private tell(kind: FactKind, order: ApprovedOrder, atMs: number): void {
    const { fact } = this
    fact.kind = kind
    fact.orderId = order.id
    fact.atMs = atMs
    fact.knownMs = atMs
    this.recorder.outcome(fact, order.side)
  }

  /** A level was met in `row`: fills what is certain. False, with nothing done, where the row has to be stepped. */
  hit(row: number, monitoringEvent: boolean): boolean {
    const { portfolio, venue } = this
    if (portfolio.working.length !== venue.restingCount || !this.facts.empty || !venue.hit(row)) return false
    this.drain(row)
    // The engine's rules look at that close before the strategy does.
    if (this.desk.closeRules.active) this.desk.atClose(row, this.closeMs(row), monitoringEvent)
    return true
  }

  private exit(row: number, next: number): boolean {
    const { slip, portfolio, recorder, venue } = this
    const { working } = portfolio
    const held = portfolio.ledger.quantity[ONLY]!
    if (held < 0 || !venue.isQuiet || venue.restingCount !== working.length) return false
    for (let i = 0; i < working.length; i++) {
      const { order, state } = working[i]!
      if (!order.reduceOnly || state !== OrderState.open) return false
    }
    const atMs = this.closeMs(row)
    for (let i = 0; i < working.length; i++) {
      const one = working[i]!
      one.state = OrderState.cancelInFlight
      recorder.cancel(one.order.id, ONLY, atMs)
    }
    while (working.length > 0) {
      const one = working[0]!
      venue.giveBack(one.order.id, next)
      this.tell(FactKind.cancelled, one.order, this.openMs(next))
      one.state = OrderState.cancelled
      portfolio.remove(one)
    }
    slip[ExpressSlot.decidedMs] = atMs
    slip[ExpressSlot.asked] = held
    slip[ExpressSlot.quoteAmount] = 0
    venue.express(this.desk.nextId, ONLY, -1, next, slip)
    recorder.express(Purpose.exit, -1, ONLY, this.desk.takeId(), slip)
    portfolio.closed(ONLY, -1, Purpose.exit, next, slip)
    this.desk.closeRules.positionChanged(ONLY)
    this.desk.entries.ended(ONLY, slip[ExpressSlot.atMs]!)
    return true
  }

  private drain(row: number): void {
    const { facts, desk } = this
    const nowMs = Number.POSITIVE_INFINITY
    for (let fact = facts.take(nowMs); fact !== null; fact = facts.take(nowMs)) desk.apply(fact, row)
  }

  /** Computed where it can be: the time column is cold here, and a load from it would wait for memory. */
  private closeMs(row: number): number {
    return this.openMs(row) + this.grid.timeframeMs
  }

  private openMs(row: number): number {
    return this.gapless ? this.firstMs + row * this.grid.timeframeMs : this.grid.time[row]!
  }
}
