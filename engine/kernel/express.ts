/**
 * The express lane: an entry or exit at market whose every step is certain is decided, carried out at the next open and
 * booked in one go, without messages, orders under way, facts or a step of the loop. It is open where nothing but
 * sizing can speak and the venue can do it at once (see plain-entry.ts, ExpressVenue); whatever isn't certain goes the
 * usual way. The records are the same, to the byte: every test of both paths runs it against `step`.
 */

import type { Grid } from '../core/grid.ts'
import { Purpose } from '../core/order.ts'
import { EXPRESS_SLOTS, ExpressSlot, type ExpressVenue, isExpress } from '../core/venue.ts'
import { isPlain, onlySizing, PlainEntry } from '../rules/plain-entry.ts'
import type { Desk } from './desk.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio } from './portfolio.ts'
import type { Recorder } from './recorder.ts'
import { type Signal, SignalKind } from './signals.ts'

/** The only instrument of a run that has an express lane. */
const ONLY = 0

export class Express {
  private readonly grid: Grid
  private readonly gapless: boolean
  private readonly firstCloseMs: number
  private readonly close: Float64Array
  private readonly portfolio: Portfolio
  private readonly recorder: Recorder
  private readonly desk: Desk
  private readonly venue: ExpressVenue
  private readonly takerRate: DeskOptions['takerRate']
  private readonly entry: PlainEntry
  /** The one order's slip: see ExpressSlot. */
  private readonly slip = new Float64Array(EXPRESS_SLOTS)

  constructor(options: DeskOptions, venue: ExpressVenue, portfolio: Portfolio, desk: Desk) {
    this.grid = options.grid
    this.gapless = options.grid.gapless
    this.firstCloseMs = options.grid.time[0]! + options.grid.timeframeMs
    this.close = options.grid.symbols[ONLY]!.close
    this.portfolio = portfolio
    this.recorder = options.recorder
    this.desk = desk
    this.venue = venue
    this.takerRate = options.takerRate
    this.entry = new PlainEntry(options.rules, options.instruments[ONLY]!)
  }

  /** The run's express lane; null where it can't have one. */
  static of(options: DeskOptions, portfolio: Portfolio, desk: Desk): Express | null {
    const { venue, instruments, rules, strategy } = options
    const only = instruments.length === 1 && instruments[ONLY]!.kind === 'spot' && rules.exits === 'resting'
    if (!only || !isExpress(venue) || !onlySizing(rules) || strategy.onFill !== undefined) return null
    return desk.closeRules.active ? null : new Express(options, venue, portfolio, desk)
  }

  /** Carries out the one signal of `row`. False, with nothing done, where it has to go the usual way. */
  take(signal: Signal, row: number): boolean {
    const { portfolio } = this
    if (row + 1 >= this.grid.rows || portfolio.working.length > 0) return false
    const flat = portfolio.quantity[ONLY] === 0
    if (signal.kind === SignalKind.enter) return flat && this.enter(signal, row)
    return signal.kind === SignalKind.exit && !flat && this.exit(row)
  }

  private enter(signal: Signal, row: number): boolean {
    const { slip, recorder, portfolio } = this
    if (signal.side < 0 || !isPlain(signal.options)) return false
    const atMs = this.closeMs(row)
    slip[ExpressSlot.decidedMs] = atMs
    slip[ExpressSlot.cash] = portfolio.ledger.cash
    slip[ExpressSlot.close] = this.close[row]!
    slip[ExpressSlot.takerRate] = this.takerRate(ONLY, atMs)
    if (!this.entry.size(slip) || !this.venue.express(this.desk.nextId, ONLY, 1, row + 1, slip)) return false
    recorder.entrySignals += 1
    recorder.entryOrders += 1
    recorder.express(Purpose.entry, 1, ONLY, this.desk.takeId(), slip)
    portfolio.opened(ONLY, 1, signal.options?.tag ?? null, null, row + 1, slip)
    return true
  }

  private exit(row: number): boolean {
    const { slip, portfolio } = this
    const held = portfolio.ledger.quantity[ONLY]!
    if (held < 0) return false
    slip[ExpressSlot.decidedMs] = this.closeMs(row)
    slip[ExpressSlot.asked] = held
    slip[ExpressSlot.quoteAmount] = 0
    if (!this.venue.express(this.desk.nextId, ONLY, -1, row + 1, slip)) return false
    this.recorder.express(Purpose.exit, -1, ONLY, this.desk.takeId(), slip)
    portfolio.closed(ONLY, -1, Purpose.exit, row + 1, slip)
    return true
  }

  /** Computed where it can be: the time column is cold here, and a load from it would wait for memory. */
  private closeMs(row: number): number {
    const { timeframeMs } = this.grid
    return this.gapless ? this.firstCloseMs + row * timeframeMs : this.grid.time[row]! + timeframeMs
  }
}
