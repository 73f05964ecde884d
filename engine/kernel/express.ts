/**
 * The express lane: an entry or exit at market whose every step is certain is decided, carried out at the next open and
 * booked in one go, without messages, orders under way, facts or a step of the loop. It is open where nothing but
 * sizing can speak and the venue can do it at once (see plain-entry.ts, ExpressVenue); whatever isn't certain goes the
 * usual way. The records are the same, to the byte: every test of both paths runs it against `step`.
 */

import { type Dec, toDec } from '../core/dec.ts'
import { FactKind, FactRecord } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { Purpose, type Side } from '../core/order.ts'
import { ExpressSlot, type ExpressVenue, isExpress } from '../core/venue.ts'
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
  private readonly close: Float64Array
  private readonly portfolio: Portfolio
  private readonly recorder: Recorder
  private readonly desk: Desk
  private readonly venue: ExpressVenue
  private readonly takerRate: DeskOptions['takerRate']
  private readonly entry: PlainEntry
  private readonly out = new Float64Array(6)
  private readonly fact = new FactRecord()

  constructor(options: DeskOptions, venue: ExpressVenue, portfolio: Portfolio, desk: Desk) {
    this.grid = options.grid
    this.close = options.grid.symbols[ONLY]!.close
    this.portfolio = portfolio
    this.recorder = options.recorder
    this.desk = desk
    this.venue = venue
    this.takerRate = options.takerRate
    this.entry = new PlainEntry(options.rules, options.instruments[ONLY]!)
    this.fact.kind = FactKind.filled
    this.fact.instrument = ONLY
    this.fact.complete = true
  }

  /** The run's express lane; null where it can't have one. */
  static of(options: DeskOptions, portfolio: Portfolio, desk: Desk): Express | null {
    const { venue, instruments, rules, strategy } = options
    const only = instruments.length === 1 && instruments[ONLY]!.kind === 'spot' && rules.exits === 'resting'
    if (!only || !isExpress(venue) || !onlySizing(rules) || strategy.onFill !== undefined) return null
    return new Express(options, venue, portfolio, desk)
  }

  /** Carries out the one signal of `row`. False, with nothing done, where it has to go the usual way. */
  take(signal: Signal, row: number): boolean {
    const next = row + 1
    if (next >= this.grid.rows || this.portfolio.working.length > 0) return false
    const held = this.portfolio.ledger.quantity[ONLY]!
    if (signal.kind === SignalKind.enter) return held === 0 && this.enter(signal, row, next)
    return signal.kind === SignalKind.exit && held > 0 && this.exit(signal, held, row, next)
  }

  private enter(signal: Signal, row: number, next: number): boolean {
    const { entry, recorder, grid } = this
    if (signal.side < 0 || !isPlain(signal.options)) return false
    const atMs = grid.time[row]! + grid.timeframeMs
    if (!entry.size(this.portfolio.ledger.cash, this.close[row]!, this.takerRate(ONLY, atMs))) return false
    const { quantity, quoteAmount } = entry
    if (!this.carry(1, quantity, quoteAmount, next)) return false
    recorder.entrySignals += 1
    recorder.entryOrders += 1
    this.book(Purpose.entry, 1, quantity, quoteAmount, atMs, next, signal.options?.tag ?? null)
    return true
  }

  private exit(signal: Signal, held: Dec, row: number, next: number): boolean {
    if (!this.carry(-1, held, 0 as Dec, next)) return false
    this.book(Purpose.exit, -1, held, 0 as Dec, this.grid.time[row]! + this.grid.timeframeMs, next, signal.tag)
    return true
  }

  private carry(side: Side, quantity: Dec, quoteAmount: Dec, next: number): boolean {
    return this.venue.express(this.desk.nextId, ONLY, side, quantity, quoteAmount, next, this.out)
  }

  /** The decision, the fill, and what it does to the account. */
  private book(
    purpose: Purpose,
    side: Side,
    quantity: Dec,
    quoteAmount: Dec,
    atMs: number,
    row: number,
    tag: string | null,
  ): void {
    const { fact, out, recorder } = this
    const id = this.desk.takeId()
    recorder.marketOrder(purpose, side, ONLY, id, atMs, quantity, quoteAmount)
    fact.orderId = id
    fact.atMs = this.grid.time[row]!
    fact.knownMs = fact.atMs
    fact.quantity = toDec(out[ExpressSlot.quantity]!)
    fact.price = out[ExpressSlot.price]! as Dec
    fact.value = out[ExpressSlot.value]! as Dec
    fact.fee = out[ExpressSlot.fee]! as Dec
    fact.spreadCost = out[ExpressSlot.spreadCost]! as Dec
    fact.slippageCost = out[ExpressSlot.slippageCost]! as Dec
    recorder.outcome(fact, side)
    this.portfolio.book(fact, side, purpose, tag, null, row)
  }
}
