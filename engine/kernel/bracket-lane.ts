/**
 * The express lane's second track, for positions with a stop and a target: the entry is carried out at the next open as
 * an express order is, its exits wait at the venue as levels, and whichever bar meets one of them fills it; an exit at
 * market takes them back first. No orders, messages, facts or steps between. The records are the same, to the byte.
 *
 * Exits that wait as levels are in nobody's books. Whoever is to look there has them made orders before: `settle`.
 */

import type { Dec } from '../core/dec.ts'
import { ZERO } from '../core/dec.ts'
import type { FactQueue } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { OrderState, Purpose } from '../core/order.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { type CounterVenue, ExpressSlot, isCounter } from '../core/venue.ts'
import { type BracketRequest, guardOrders, writeGuard } from '../rules/exit.ts'
import { isBracketed, isPlain, onlySizing, PlainEntry, passesFeeGate } from '../rules/plain-entry.ts'
import { PlainProfile } from '../rules/plain-profile.ts'
import type { Desk } from './desk.ts'
import type { DeskOptions } from './desk-types.ts'
import type { PlainOrders } from './plain-orders.ts'
import type { Portfolio } from './portfolio.ts'
import type { Quiet } from './quiet.ts'
import { type Signal, SignalKind } from './signals.ts'
import { Deed, type Tape } from './tape.ts'

/** The only instrument of a run that has an express lane. */
const ONLY = 0

export class BracketLane {
  /** Whether the position's exits wait as levels. */
  guarded = false
  /** The entry's tag. */
  private tag: string | null = null
  private readonly grid: Grid
  private readonly gapless: boolean
  private readonly firstMs: number
  private readonly open: Float64Array
  private readonly close: Float64Array
  private readonly portfolio: Portfolio
  private readonly desk: Desk
  private readonly venue: CounterVenue
  private readonly facts: FactQueue
  private readonly options: DeskOptions
  private readonly quiet: Quiet
  private readonly entry: PlainEntry
  /** What the account's profile says; null where it has none. */
  private readonly profile: PlainProfile | null
  /** Whether the engine's own rules look at closes. */
  private readonly ruled: boolean
  private readonly tape: Tape
  /** Carries market orders out by itself; null where only the venue can. */
  private readonly plain: PlainOrders | null
  /** The entry that is under way or open, and while its exits wait their levels. */
  private slip: Float64Array
  /** The last target that the fee gate was asked about, at which taker rate, and its answer. */
  private askedTarget: number | undefined = Number.NaN
  private askedRate = Number.NaN
  private passes = false

  constructor(
    options: DeskOptions,
    venue: CounterVenue,
    facts: FactQueue,
    portfolio: Portfolio,
    desk: Desk,
    quiet: Quiet,
    tape: Tape,
    plain: PlainOrders | null,
  ) {
    this.tape = tape
    this.plain = plain
    this.slip = tape.next()
    this.grid = options.grid
    this.gapless = options.grid.gapless
    this.firstMs = options.grid.time[0]!
    this.open = options.grid.symbols[ONLY]!.open
    this.close = options.grid.symbols[ONLY]!.close
    this.portfolio = portfolio
    this.desk = desk
    this.venue = venue
    this.facts = facts
    this.options = options
    this.quiet = quiet
    this.ruled = desk.closeRules.active
    this.profile = desk.entries.profiles === null ? null : new PlainProfile(desk.entries, options)
    this.entry = new PlainEntry(options.rules, options.instruments[ONLY]!, this.profile)
  }

  /** The run's lane; null where the venue has no counter for it, rules say more, or a route may raise a target. */
  static of(
    options: DeskOptions,
    facts: FactQueue,
    portfolio: Portfolio,
    desk: Desk,
    quiet: Quiet,
    tape: Tape,
    plain: PlainOrders | null,
  ): BracketLane | null {
    const { venue, routes, instruments, rules, strategy } = options
    const only = instruments.length === 1 && instruments[ONLY]!.kind === 'spot' && rules.exits === 'resting'
    if (!only || !onlySizing(rules) || strategy.onFill !== undefined || routes !== undefined) return null
    return isCounter(venue) ? new BracketLane(options, venue, facts, portfolio, desk, quiet, tape, plain) : null
  }

  /**
   * Carries out the one signal of `row`, and arms: the next row is to be looked at next. False where the signal has to go
   * another way: with nothing done, but that no exits wait as levels any more.
   */
  take(signal: Signal, row: number): boolean {
    const { portfolio } = this
    if (this.guarded) {
      if (signal.kind === SignalKind.exit && this.isOpen(row + 1)) return this.exit(row, row + 1)
      this.settle()
      return false
    }
    if (row + 1 >= this.grid.rows || portfolio.working.length > 0 || !this.facts.empty) return false
    const held = portfolio.ledger.quantity[ONLY]!
    if (signal.kind === SignalKind.enter) return held === 0 && signal.side > 0 && this.enter(signal.options, row)
    // Without rules that look at closes the express lane closes what nothing guards.
    const closes = this.ruled && signal.kind === SignalKind.exit && held > 0
    return closes && this.isOpen(row + 1) && this.exit(row, row + 1)
  }

  /** Whether there is a bar in the row. */
  private isOpen(row: number): boolean {
    return row < this.grid.rows && this.open[row]! > 0
  }

  private enter(asked: SignalOptions | null, row: number): boolean {
    const { portfolio, profile } = this
    const atMs = this.openMs(row) + this.grid.timeframeMs
    if (profile !== null && !profile.lets(portfolio.ledger.cash, atMs, asked)) return false
    const options = profile === null ? asked : profile.options(asked)
    const guarded = options !== null && isBracketed(options)
    if (!guarded && !(this.ruled && isPlain(options))) return false
    const takerRate = this.options.fixedTaker ?? this.options.takerRate(ONLY, atMs)
    if (guarded && !this.passesGate(options, takerRate)) return false
    if (!this.buy(row, atMs, takerRate, options?.tag ?? null)) return false
    this.slip = this.tape.last
    if (profile !== null) profile.approved(atMs)
    this.quiet.watchNothing()
    if (this.ruled) this.watchCloses(row)
    if (guarded) this.guard(options, row + 1)
    return true
  }

  /** Puts an entry on the tape: carried out by itself where it can be, else by the venue. */
  private buy(row: number, atMs: number, takerRate: Dec, tag: string | null): boolean {
    const { portfolio, desk, tape, plain, profile } = this
    if (plain !== null) return this.venue.isClear && this.isOpen(row + 1) && plain.buy(row, profile, tag)
    const slip = tape.next()
    slip[ExpressSlot.decidedMs] = atMs
    slip[ExpressSlot.cash] = portfolio.ledger.cash
    slip[ExpressSlot.close] = this.close[row]!
    slip[ExpressSlot.equity] = portfolio.ledger.cash
    slip[ExpressSlot.takerRate] = takerRate
    if (!this.entry.size(slip) || !this.venue.express(desk.nextId, ONLY, 1, row + 1, slip)) return false
    tape.name(slip, ONLY, 1, desk.takeId(), Purpose.entry, row + 1)
    tape.open(slip, tag, profile === null ? null : profile.name)
    return true
  }

  /** The engine's own rules watch the position that has just been opened. */
  private watchCloses(row: number): void {
    const { desk, quiet } = this
    desk.closeRules.opened(ONLY, this.slip)
    desk.armCloses(quiet.closeLow, quiet.closeHigh, row)
    quiet.watchCloses()
  }

  /** The position is closed at `atMs`: nothing is watched any more, but a profile that may be another one. */
  private closed(atMs: number): void {
    const { desk, quiet } = this
    quiet.watchNothing()
    if (!this.ruled) return
    desk.closeRules.closed(ONLY)
    desk.entries.ended(ONLY, atMs)
  }

  private passesGate(options: SignalOptions, takerRate: Dec): boolean {
    if (options.target !== this.askedTarget || takerRate !== this.askedRate) {
      this.askedTarget = options.target
      this.askedRate = takerRate
      this.passes = passesFeeGate(this.options.rules, options, takerRate)
    }
    return this.passes
  }

  /** Stop and target go to the venue at the fill's own moment: as levels, or where that isn't certain as messages. */
  private guard(options: SignalOptions, row: number): void {
    const { slip, quiet, desk } = this
    this.tag = options.tag ?? null
    writeGuard(desk.exits, options, slip)
    if (!this.venue.guard(desk.nextId, ONLY, row, slip)) {
      this.tape.settle()
      this.request().options = options
      const orders = desk.bracket()
      for (let i = 0; i < orders.length; i++) desk.submit(orders[i]!, null, ZERO)
      quiet.endRow = row
      return
    }
    // Two numbers, as of every bracket.
    slip[ExpressSlot.stopId] = desk.takeId()
    desk.takeId()
    slip[ExpressSlot.deed] = Deed.guarded
    this.guarded = true
    quiet.watchPair(slip)
  }

  /** The desk's request for exits, as the slip's fill asks for them. */
  private request(): BracketRequest {
    const { slip, desk } = this
    const { exits } = desk
    const atMs = slip[ExpressSlot.atMs]!
    exits.instrument = this.options.instruments[ONLY]!
    exits.rulebook = this.options.rulebook(ONLY, atMs)
    exits.tag = this.tag
    exits.stopId = slip[ExpressSlot.stopId]!
    exits.answer(1, slip[ExpressSlot.price] as Dec, slip[ExpressSlot.quantity] as Dec, atMs, false)
    return exits
  }

  /** A level was met in `row`: fills what is certain. False, with nothing done, where the row has to be stepped. */
  hit(row: number): boolean {
    if (!this.guarded) return false
    const slip = this.tape.next()
    copyExits(this.slip, slip)
    const purpose = this.venue.meet(row, slip)
    if (purpose === 0) return false
    this.guarded = false
    this.tape.name(slip, ONLY, -1, 0, purpose, row)
    this.tape.close(slip, Deed.met)
    this.closed(slip[ExpressSlot.atMs]!)
    // The engine's rules look at that close before the strategy does.
    if (this.ruled) this.desk.atClose(row, this.openMs(row) + this.grid.timeframeMs, true)
    return true
  }

  private exit(row: number, next: number): boolean {
    const { slip: entry, tape, portfolio } = this
    if (this.plain === null) this.sell(row, next)
    else this.plain.sell(row)
    const slip = tape.last
    if (this.guarded) {
      slip[ExpressSlot.deed] = Deed.released
      copyExits(entry, slip)
    }
    this.guarded = false
    this.closed(slip[ExpressSlot.atMs]!)
    // A flat account may belong to another profile at the next close.
    if (this.profile !== null && !this.profile.stays(portfolio.ledger.cash)) this.quiet.endRow = next
    return true
  }

  /** As `buy`. */
  private sell(row: number, next: number): void {
    const { desk, tape } = this
    const slip = tape.next()
    slip[ExpressSlot.decidedMs] = this.openMs(row) + this.grid.timeframeMs
    slip[ExpressSlot.asked] = this.portfolio.ledger.quantity[ONLY]!
    slip[ExpressSlot.quoteAmount] = 0
    this.venue.express(desk.nextId, ONLY, -1, next, slip)
    tape.name(slip, ONLY, -1, desk.takeId(), Purpose.exit, next)
    tape.close(slip)
  }

  /** Exits that wait as levels become orders, in all books: whatever comes next may look at them. */
  settle(): void {
    this.tape.settle()
    if (!this.guarded) return
    this.guarded = false
    const orders = guardOrders(this.request(), this.slip)
    this.venue.rest(orders)
    for (const order of orders) {
      this.portfolio.sent(order, null, ZERO, null)
      this.portfolio.find(order.id)!.state = OrderState.open
    }
  }

  /** Computed where it can be: the time column is cold here, and a load from it would wait for memory. */
  private openMs(row: number): number {
    return this.gapless ? this.firstMs + row * this.grid.timeframeMs : this.grid.time[row]!
  }
}

/** Of a position's entry, onto the slip that closes it: its quantity, and the exits that wait behind it. */
function copyExits(entry: Float64Array, slip: Float64Array): void {
  slip[ExpressSlot.quantity] = entry[ExpressSlot.quantity]!
  slip[ExpressSlot.stop] = entry[ExpressSlot.stop]!
  slip[ExpressSlot.target] = entry[ExpressSlot.target]!
  slip[ExpressSlot.stopId] = entry[ExpressSlot.stopId]!
}
