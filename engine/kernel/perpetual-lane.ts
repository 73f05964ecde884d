/**
 * The express lane's track for one perpetual under margin rules: an entry or exit at market is carried out at the next
 * open and booked in one go. The venue's own stop, funding and a changed rule remain the loop's: it arms anew after
 * each order, and steps through the rows that they fall in. The records are the same, to the byte; whatever isn't
 * certain beforehand goes the usual way.
 */

import type { FactQueue } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { Purpose, type Side } from '../core/order.ts'
import { EXPRESS_SLOTS, ExpressSlot, type ExpressVenue, isExpress } from '../core/venue.ts'
import { isPlain, onlySizingOf, PlainEntry } from '../rules/plain-entry.ts'
import { AccountValue } from './account-value.ts'
import type { Desk } from './desk.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio } from './portfolio.ts'
import type { Recorder } from './recorder.ts'
import { type Signal, SignalKind } from './signals.ts'

/** The only instrument of a run that has this lane. */
const ONLY = 0

export class PerpetualLane {
  private readonly grid: Grid
  private readonly gapless: boolean
  private readonly firstCloseMs: number
  private readonly close: Float64Array
  private readonly portfolio: Portfolio
  private readonly recorder: Recorder
  private readonly desk: Desk
  private readonly venue: ExpressVenue
  private readonly facts: FactQueue
  private readonly takerRate: DeskOptions['takerRate']
  private readonly worth: AccountValue
  private readonly entry: PlainEntry
  private readonly shorting: boolean
  private readonly byQuote: boolean
  private readonly slip = new Float64Array(EXPRESS_SLOTS)

  constructor(options: DeskOptions, venue: ExpressVenue, facts: FactQueue, portfolio: Portfolio, desk: Desk) {
    const { grid, instruments, rules } = options
    this.grid = grid
    this.gapless = grid.gapless
    this.firstCloseMs = grid.time[0]! + grid.timeframeMs
    this.close = grid.symbols[ONLY]!.close
    this.portfolio = portfolio
    this.recorder = options.recorder
    this.desk = desk
    this.venue = venue
    this.facts = facts
    this.takerRate = options.takerRate
    this.worth = new AccountValue(grid, instruments, portfolio, rules.leverage)
    this.entry = new PlainEntry(rules, instruments[ONLY]!)
    this.shorting = rules.shorting
    this.byQuote = rules.orderBy === 'quote'
  }

  /** The run's lane; null where it can't have one. */
  static of(options: DeskOptions, facts: FactQueue, portfolio: Portfolio, desk: Desk): PerpetualLane | null {
    const { venue, instruments, rules, strategy, routes } = options
    const one = instruments.length === 1 && instruments[ONLY]!.kind === 'perpetual' && routes === undefined
    if (!one || rules.exits !== 'resting' || !onlySizingOf(rules) || strategy.onFill !== undefined) return null
    if (desk.closeRules.active) return null
    return isExpress(venue) ? new PerpetualLane(options, venue, facts, portfolio, desk) : null
  }

  /** Carries out the one signal of `row`. False, with nothing done, where it has to go the usual way. */
  take(signal: Signal, row: number): boolean {
    const { portfolio } = this
    if (row + 1 >= this.grid.rows || portfolio.working.length > 0 || !this.facts.empty) return false
    const flat = portfolio.quantity[ONLY] === 0
    this.slip[ExpressSlot.decidedMs] = this.closeMs(row)
    if (signal.kind === SignalKind.enter) return flat && this.enter(signal, row)
    return signal.kind === SignalKind.exit && !flat && this.exit(row)
  }

  private enter({ side, options }: Signal, row: number): boolean {
    const { slip, recorder, portfolio, desk } = this
    if (!isPlain(options) || (side < 0 && (!this.shorting || this.byQuote))) return false
    slip[ExpressSlot.equity] = portfolio.ledger.cash
    slip[ExpressSlot.cash] = this.worth.available(row)
    slip[ExpressSlot.close] = this.close[row]!
    slip[ExpressSlot.takerRate] = this.takerRate(ONLY, slip[ExpressSlot.decidedMs]!)
    if (!this.entry.size(slip) || !this.venue.express(desk.nextId, ONLY, side, row + 1, slip)) return false
    recorder.entrySignals += 1
    recorder.entryOrders += 1
    recorder.express(Purpose.entry, side, ONLY, desk.takeId(), slip)
    portfolio.opened(ONLY, side, options?.tag ?? null, null, row + 1, slip)
    return true
  }

  private exit(row: number): boolean {
    const { slip, portfolio, desk } = this
    const held = portfolio.ledger.quantity[ONLY]!
    const side: Side = held > 0 ? -1 : 1
    slip[ExpressSlot.asked] = Math.abs(held)
    slip[ExpressSlot.quoteAmount] = 0
    if (!this.venue.express(desk.nextId, ONLY, side, row + 1, slip)) return false
    this.recorder.express(Purpose.exit, side, ONLY, desk.takeId(), slip)
    portfolio.closed(ONLY, side, Purpose.exit, row + 1, slip)
    return true
  }

  /** Computed where it can be: the time column is cold here, and a load from it would wait for memory. */
  private closeMs(row: number): number {
    const { timeframeMs } = this.grid
    return this.gapless ? this.firstCloseMs + row * timeframeMs : this.grid.time[row]! + timeframeMs
  }
}
