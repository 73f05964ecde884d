/**
 * The express lane's track for one perpetual under margin rules: an entry or exit at market is carried out at the next
 * open and booked in one go. The venue's own stop, funding and a changed rule remain the loop's: it arms anew after
 * each order, and steps through the rows that they fall in. The records are the same, to the byte; whatever isn't
 * certain beforehand goes the usual way.
 */

import { type Dec, mulDivFloor } from '../core/dec.ts'
import type { FactQueue } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { Purpose, type Side } from '../core/order.ts'
import { ExpressSlot, type ExpressVenue, isExpress } from '../core/venue.ts'
import { isPlain, onlySizingOf, PlainEntry } from '../rules/plain-entry.ts'
import type { Desk } from './desk.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio } from './portfolio.ts'
import { type Signal, SignalKind } from './signals.ts'
import type { Tape } from './tape.ts'

/** Units of a leverage, as in Portfolio.buyingPower. */
const LEVERAGE_ONE = 1e6

/** The only instrument of a run that has this lane. */
const ONLY = 0

export class PerpetualLane {
  private readonly grid: Grid
  private readonly gapless: boolean
  private readonly firstCloseMs: number
  private readonly close: Float64Array
  private readonly portfolio: Portfolio
  private readonly desk: Desk
  private readonly venue: ExpressVenue
  private readonly facts: FactQueue
  private readonly takerRate: DeskOptions['takerRate']
  private readonly fixedTaker: Dec | null
  /** Units of 1e-6. */
  private readonly leverage: number
  private readonly entry: PlainEntry
  private readonly shorting: boolean
  private readonly byQuote: boolean
  private readonly tape: Tape

  constructor(
    options: DeskOptions,
    venue: ExpressVenue,
    facts: FactQueue,
    portfolio: Portfolio,
    desk: Desk,
    tape: Tape,
  ) {
    const { grid, instruments, rules } = options
    this.grid = grid
    this.gapless = grid.gapless
    this.firstCloseMs = grid.time[0]! + grid.timeframeMs
    this.close = grid.symbols[ONLY]!.close
    this.portfolio = portfolio
    this.desk = desk
    this.venue = venue
    this.facts = facts
    this.takerRate = options.takerRate
    this.fixedTaker = options.fixedTaker ?? null
    this.leverage = Math.round(rules.leverage * LEVERAGE_ONE)
    this.entry = new PlainEntry(rules, instruments[ONLY]!)
    this.tape = tape
    this.shorting = rules.shorting
    this.byQuote = rules.orderBy === 'quote'
  }

  /** The run's lane; null where it can't have one. */
  static of(
    options: DeskOptions,
    facts: FactQueue,
    portfolio: Portfolio,
    desk: Desk,
    tape: Tape,
  ): PerpetualLane | null {
    const { venue, instruments, rules, strategy, routes } = options
    const one = instruments.length === 1 && instruments[ONLY]!.kind === 'perpetual' && routes === undefined
    if (!one || rules.exits !== 'resting' || !onlySizingOf(rules) || strategy.onFill !== undefined) return null
    if (desk.closeRules.active) return null
    return isExpress(venue) ? new PerpetualLane(options, venue, facts, portfolio, desk, tape) : null
  }

  /** Carries out the one signal of `row`. False, with nothing done, where it has to go the usual way. */
  take(signal: Signal, row: number): boolean {
    const { portfolio } = this
    if (row + 1 >= this.grid.rows || portfolio.working.length > 0 || !this.facts.empty) return false
    const flat = portfolio.quantity[ONLY] === 0
    const slip = this.tape.next()
    slip[ExpressSlot.decidedMs] = this.closeMs(row)
    if (signal.kind === SignalKind.enter) return flat && this.enter(signal, row, slip)
    return signal.kind === SignalKind.exit && !flat && this.exit(row, slip)
  }

  private enter({ side, options }: Signal, row: number, slip: Float64Array): boolean {
    const { portfolio, desk } = this
    if (!isPlain(options) || (side < 0 && (!this.shorting || this.byQuote))) return false
    const { cash } = portfolio.ledger
    slip[ExpressSlot.equity] = cash
    // Buying power of an account that holds nothing, with no order under way: see Portfolio.
    slip[ExpressSlot.cash] = mulDivFloor(cash, this.leverage, LEVERAGE_ONE)
    slip[ExpressSlot.close] = this.close[row]!
    slip[ExpressSlot.takerRate] = this.fixedTaker ?? this.takerRate(ONLY, slip[ExpressSlot.decidedMs]!)
    if (!this.entry.size(slip) || !this.venue.express(desk.nextId, ONLY, side, row + 1, slip)) return false
    this.tape.name(slip, ONLY, side, desk.takeId(), Purpose.entry, row + 1)
    this.tape.open(slip, options?.tag ?? null)
    return true
  }

  private exit(row: number, slip: Float64Array): boolean {
    const { portfolio, desk } = this
    const held = portfolio.ledger.quantity[ONLY]!
    const side: Side = held > 0 ? -1 : 1
    slip[ExpressSlot.asked] = Math.abs(held)
    slip[ExpressSlot.quoteAmount] = 0
    if (!this.venue.express(desk.nextId, ONLY, side, row + 1, slip)) return false
    this.tape.name(slip, ONLY, side, desk.takeId(), Purpose.exit, row + 1)
    this.tape.close(slip)
    return true
  }

  /** Computed where it can be: the time column is cold here, and a load from it would wait for memory. */
  private closeMs(row: number): number {
    const { timeframeMs } = this.grid
    return this.gapless ? this.firstCloseMs + row * timeframeMs : this.grid.time[row]! + timeframeMs
  }
}
