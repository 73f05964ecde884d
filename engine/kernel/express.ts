/**
 * The express lane: entries and exits at market whose every step is certain are decided, carried out at the next open and
 * booked in one go, without messages, orders under way, facts or a step of the loop. It is open where nothing but
 * sizing can speak and the venue can do it at once (see plain-entry.ts, ExpressVenue); whatever isn't certain goes the
 * usual way. The records are the same, to the byte: every test of both paths runs it against `step`.
 *
 * Any number of spot symbols may share the account: cash is all that couples them. Signals of one row are all decided
 * before the first is carried out, since none of them knows of the others' fills.
 */

import { type Dec, toDec } from '../core/dec.ts'
import type { Grid } from '../core/grid.ts'
import { Purpose } from '../core/order.ts'
import { ExpressSlot, type ExpressVenue, isExpress } from '../core/venue.ts'
import { isPlain, onlySizing, PlainEntry } from '../rules/plain-entry.ts'
import { AccountValue } from './account-value.ts'
import type { Desk } from './desk.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio } from './portfolio.ts'
import type { Recorder } from './recorder.ts'
import { type Signal, SignalKind, type SignalRing } from './signals.ts'
import type { Tape } from './tape.ts'

export class Express {
  private readonly grid: Grid
  private readonly gapless: boolean
  private readonly firstCloseMs: number
  private readonly closes: readonly Float64Array[]
  private readonly portfolio: Portfolio
  private readonly recorder: Recorder
  private readonly desk: Desk
  private readonly venue: ExpressVenue
  private readonly takerRate: DeskOptions['takerRate']
  private readonly fixedTaker: Dec | null
  private readonly worth: AccountValue
  /** By instrument. */
  private readonly entries: readonly PlainEntry[]
  private readonly tape: Tape
  /** By instrument: the last row that a signal of it was decided in. */
  private readonly decidedIn: Int32Array

  constructor(options: DeskOptions, venue: ExpressVenue, portfolio: Portfolio, desk: Desk, tape: Tape) {
    const { grid, instruments, rules } = options
    this.grid = grid
    this.gapless = grid.gapless
    this.firstCloseMs = grid.time[0]! + grid.timeframeMs
    this.closes = grid.symbols.map(({ close }) => close)
    this.portfolio = portfolio
    this.recorder = options.recorder
    this.desk = desk
    this.venue = venue
    this.takerRate = options.takerRate
    this.fixedTaker = options.fixedTaker ?? null
    this.worth = new AccountValue(grid, instruments, portfolio, rules.leverage)
    this.entries = instruments.map((one) => new PlainEntry(rules, one))
    this.tape = tape
    this.decidedIn = new Int32Array(instruments.length).fill(-1)
  }

  /** The run's express lane; null where it can't have one. */
  static of(options: DeskOptions, portfolio: Portfolio, desk: Desk, tape: Tape): Express | null {
    const { venue, instruments, rules, strategy, routes } = options
    const spot = instruments.every(({ kind }) => kind === 'spot') && rules.exits === 'resting'
    if (!spot || !isExpress(venue) || !onlySizing(rules) || strategy.onFill !== undefined) return null
    if (routes !== undefined && instruments.length > 1) return null
    return desk.closeRules.active ? null : new Express(options, venue, portfolio, desk, tape)
  }

  /** Carries out the signals of `row`. False, with nothing done, where they have to go the usual way. */
  take(signals: SignalRing, row: number): boolean {
    const { portfolio } = this
    if (row + 1 >= this.grid.rows || portfolio.working.length > 0) return false
    if (signals.count > 1) return this.takeAll(signals, row)
    const signal = signals.at(0)
    const slip = this.tape.next()
    if (signal.kind === SignalKind.enter) {
      slip[ExpressSlot.cash] = portfolio.ledger.cash
      return this.decideEntry(signal, row, slip) && this.enter(signal, row + 1, slip)
    }
    return (
      signal.kind === SignalKind.exit &&
      this.decideExit(signal.symbol, row, slip) &&
      this.exit(signal.symbol, row + 1, slip)
    )
  }

  /**
   * Several signals of one row: all are decided, then carried out in order. From the first on that couldn't be, they go
   * the usual way as decided: at the next open they come to what the others have left of the account.
   */
  private takeAll(signals: SignalRing, row: number): boolean {
    const { tape, decidedIn } = this
    const { count } = signals
    const first = tape.room(count)
    let reserved = 0
    for (let i = 0; i < count; i++) {
      const signal = signals.at(i)
      const slip = tape.at(first + i)
      // What an earlier signal of its own symbol has asked for changes what it means.
      if (decidedIn[signal.symbol] === row) return false
      decidedIn[signal.symbol] = row
      slip[ExpressSlot.cash] = toDec(this.portfolio.ledger.cash - reserved)
      if (signal.kind === SignalKind.enter) {
        if (!this.decideEntry(signal, row, slip)) return false
        this.entries[signal.symbol]!.reserve(slip)
        reserved += slip[ExpressSlot.reserved]!
      } else if (signal.kind !== SignalKind.exit || !this.decideExit(signal.symbol, row, slip)) return false
    }
    for (let i = 0; i < count; i++) {
      const signal = signals.at(i)
      const slip = tape.at(first + i)
      const enters = signal.kind === SignalKind.enter
      if (enters ? this.enter(signal, row + 1, slip) : this.exit(signal.symbol, row + 1, slip)) continue
      if (i === 0) return false
      for (; i < count; i++) this.send(signals.at(i), tape.at(first + i))
    }
    return true
  }

  /** Writes what an entry asks for on its slip, whose cash is known. False where that isn't certain. */
  private decideEntry({ symbol, side, options }: Signal, row: number, slip: Float64Array): boolean {
    const { portfolio } = this
    if (portfolio.quantity[symbol] !== 0 || side < 0 || !isPlain(options)) return false
    const atMs = this.closeMs(row)
    slip[ExpressSlot.decidedMs] = atMs
    slip[ExpressSlot.close] = this.closes[symbol]![row]!
    slip[ExpressSlot.takerRate] = this.fixedTaker ?? this.takerRate(symbol, atMs)
    slip[ExpressSlot.equity] = portfolio.flat ? portfolio.ledger.cash : this.worth.equity(row)
    return this.entries[symbol]!.size(slip)
  }

  private decideExit(symbol: number, row: number, slip: Float64Array): boolean {
    const held = this.portfolio.ledger.quantity[symbol]!
    if (held <= 0) return false
    slip[ExpressSlot.decidedMs] = this.closeMs(row)
    slip[ExpressSlot.asked] = held
    slip[ExpressSlot.quoteAmount] = 0
    return true
  }

  /** Carries out an entry at the open of `row`, and books it. False, with nothing done, where the venue can't at once. */
  private enter({ symbol, options }: Signal, row: number, slip: Float64Array): boolean {
    const { desk } = this
    if (!this.venue.express(desk.nextId, symbol, 1, row, slip)) return false
    this.tape.name(slip, symbol, 1, desk.takeId(), Purpose.entry, row)
    this.tape.open(slip, options?.tag ?? null)
    return true
  }

  private exit(symbol: number, row: number, slip: Float64Array): boolean {
    const { desk } = this
    if (!this.venue.express(desk.nextId, symbol, -1, row, slip)) return false
    this.tape.name(slip, symbol, -1, desk.takeId(), Purpose.exit, row)
    this.tape.close(slip)
    return true
  }

  /** Sends an order as it was decided, the usual way. */
  private send({ kind, symbol, options, tag }: Signal, slip: Float64Array): void {
    const { desk, recorder, portfolio } = this
    if (kind === SignalKind.exit) {
      desk.close(symbol, portfolio.ledger.quantity[symbol]!, Purpose.exit, slip[ExpressSlot.decidedMs]!, tag)
      return
    }
    recorder.entrySignals += 1
    recorder.entryOrders += 1
    const order = this.entries[symbol]!.order(desk.takeId(), options?.tag ?? null, slip)
    desk.submit(order, options, slip[ExpressSlot.reserved] as Dec)
  }

  /** Computed where it can be: the time column is cold here, and a load from it would wait for memory. */
  private closeMs(row: number): number {
    const { timeframeMs } = this.grid
    return this.gapless ? this.firstCloseMs + row * timeframeMs : this.grid.time[row]! + timeframeMs
  }
}
