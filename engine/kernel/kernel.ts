/**
 * The kernel: one loop that turns facts and closed bars into decisions, the same in simulation, paper and live.
 *
 * `step(row)` is the definition of the semantics, complete and plain. Order within a row:
 *   1 timers · 2 the venue at the open, and facts · 3 the venue inside the bar, and facts, until nothing more happens
 *   4 engine rules at the close · 5 the strategy · 6 its signals through the rules to the venue · 7 arm
 * `run` is the backtest's driver: it may skip `step` on rows where step provably does nothing but let the strategy look
 * and mark equity. A test holds both ways to equal digests.
 */

import type { Dec } from '../core/dec.ts'
import type { FactQueue } from '../core/fact.ts'
import type { MarkColumns } from '../core/funding.ts'
import { firstRowClosingAt } from '../core/grid.ts'
import type { Instrument } from '../core/instrument.ts'
import { Purpose } from '../core/order.ts'
import type { Context } from '../core/strategy.ts'
import type { ChunkPool } from '../core/table.ts'
import type { BarVenue } from '../core/venue.ts'
import type { CleanupPlan } from '../rules/cleanup-plan.ts'
import { BracketLane } from './bracket-lane.ts'
import type { Columns } from './columns.ts'
import { StrategyContext } from './context.ts'
import { Desk } from './desk.ts'
import type { DeskOptions } from './desk-types.ts'
import { Express } from './express.ts'
import { Marker } from './marker.ts'
import { PerpetualLane } from './perpetual-lane.ts'
import { PlainLane } from './plain-lane.ts'
import { PlainOrders } from './plain-orders.ts'
import { Portfolio } from './portfolio.ts'
import { Quiet } from './quiet.ts'
import { RoutedContext } from './routed-context.ts'
import { type Scan, type Scans, scanOf, scansFor } from './scan.ts'
import { SignalRing } from './signals.ts'
import { Tape } from './tape.ts'
import type { VenueBooks } from './venue-books.ts'
import type { WatchedColumns } from './watched.ts'

/** Rows a scan may cover before it returns: short leaf calls compile the same way every time. */
const STRETCH = 4096
/** Rows whose ranges are looked at before the strategy looks at them. */
const AHEAD = 128

export interface KernelOptions extends DeskOptions {
  readonly columns: Columns
  readonly instruments: readonly Instrument[]
  readonly venue: BarVenue
  readonly facts: FactQueue
  readonly initialCash: Dec
  /** What the account holds at each of several venues, at the start. */
  readonly books?: VenueBooks
  /** First row that the strategy sees; earlier rows only warm up indicators. */
  readonly originRow: number
  /** Where equity at each close goes; null where only the running figures are wanted. */
  readonly equity: Float64Array | null
  /** Whether only the column of equity is wanted, and no running figures: then there has to be one. Default: no. */
  readonly equityOnly?: boolean
  /** Memory for the tables of the run; default: fresh. */
  readonly pool?: ChunkPool
  /** Mark prices of their own, by instrument, that the venue liquidates by. */
  readonly marks?: readonly (MarkColumns | null)[]
  /** Checked mode: the strategy's columns are watched. Only `runPlain` moves the watch. */
  readonly watch?: WatchedColumns
}

export class Kernel {
  readonly portfolio: Portfolio
  readonly context: Context
  readonly marker: Marker
  // Options as fields of their own: the loop reads them on every row, and each hop through an object is a load more.
  private readonly grid: DeskOptions['grid']
  private readonly time: Float64Array
  private readonly timeframeMs: number
  private readonly gapless: boolean
  private readonly firstCloseMs: number
  private readonly strategy: DeskOptions['strategy']
  private readonly venue: BarVenue
  private readonly facts: FactQueue
  private readonly recorder: DeskOptions['recorder']
  private readonly originRow: number
  private readonly watch: WatchedColumns | null
  private readonly signals = new SignalRing()
  private readonly quiet: Quiet
  private readonly scans: Scans
  readonly desk: Desk
  private readonly tape: Tape
  private readonly plain: PlainLane | null
  private readonly express: Express | null
  private readonly lane: BracketLane | null
  private readonly perpetual: PerpetualLane | null

  constructor(options: KernelOptions) {
    this.grid = options.grid
    this.time = options.grid.time
    this.timeframeMs = options.grid.timeframeMs
    this.gapless = options.grid.gapless
    this.firstCloseMs = options.grid.time[0]! + options.grid.timeframeMs
    this.strategy = options.strategy
    this.venue = options.venue
    this.facts = options.facts
    this.recorder = options.recorder
    this.originRow = options.originRow
    this.watch = options.watch ?? null
    this.portfolio = new Portfolio(
      options.instruments,
      options.initialCash,
      options.books ?? null,
      options.pool ?? null,
    )
    this.context = contextOf(options, this.portfolio, this.signals)
    this.desk = new Desk(options, this.portfolio)
    this.marker = new Marker(options.grid, this.portfolio, options.equity, options.equityOnly ?? false)
    this.tape = new Tape(options.recorder, this.portfolio, this.marker, options.pool ?? null)
    const orders = PlainOrders.of(options, this.portfolio, this.desk, this.tape)
    this.plain = PlainLane.of(options, this.portfolio, this.desk, orders)
    // What the plain lane can't do of its orders, the express lane can't either.
    this.express = orders === null ? Express.of(options, this.portfolio, this.desk, this.tape) : null
    this.perpetual = PerpetualLane.of(options, options.facts, this.portfolio, this.desk, this.tape)
    this.quiet = new Quiet(options.grid, options.marks, options.strategy.quietUntil !== undefined)
    const { facts, portfolio, desk, quiet } = this
    this.lane = BracketLane.of(options, facts, portfolio, desk, quiet, this.tape, orders)
    this.scans = scansFor(options.strategy)
    for (const scan of Object.values(this.scans)) this.callScan(scan, 0, 0)
  }

  /** Lets the strategy take its columns. Once, before the first row. */
  start(): void {
    this.strategy.setup(this.context)
    this.signals.clear()
    this.marker.begin(this.originRow)
  }

  /** The semantics of one row, whatever drives it. */
  step(row: number): void {
    const closeMs = this.closeMs(row)
    this.venue.open(row)
    if (!this.facts.empty) this.drain(row, closeMs)
    while (this.venue.range(row)) this.drain(row, closeMs)
    if (this.desk.closeRules.active) this.desk.atClose(row, closeMs, this.isMonitoringEvent(row, closeMs))
    this.strategy.onBar(row)
    if (this.signals.count > 0) this.decide(row)
    if (this.desk.changed) this.arm(row)
  }

  /**
   * Live's way between two closes: everything on the stream is booked at once, so that what answers it goes out at
   * once. `row` is still forming: nobody may read its columns.
   */
  hear(row: number): void {
    this.drain(row, Number.POSITIVE_INFINITY)
  }

  /** By an operator's word: closes the position at market, and takes back an entry that rests. */
  closeNow(instrument: number, atMs: number): void {
    const held = this.portfolio.ledger.quantity[instrument]!
    const resting = this.portfolio.restingEntry(instrument)
    if (resting !== null) this.desk.cancel(resting, atMs)
    if (held !== 0 && this.portfolio.pendingExit(instrument) === 0) {
      this.desk.close(instrument, held, Purpose.exit, atMs, null)
    }
  }

  /** A closed row in which the strategy looks and nobody acts: before a session's first. */
  watchOnly(row: number): void {
    this.strategy.onBar(row)
    this.signals.clear()
  }

  /** Live's way at a close. */
  stepLive(row: number): void {
    this.step(row)
    this.marker.mark(row, row)
  }

  /** The session is over after `rows` rows: what is being counted or planned is written out. */
  end(rows: number): void {
    this.finish(rows)
  }

  /** Every row by `step`: live's way, and the measure of the other. */
  runPlain(rows: number): void {
    for (let row = this.originRow; row < rows; row++) {
      if (this.watch !== null) this.watch.row = row
      this.step(row)
      this.marker.mark(row, row)
    }
    this.finish(rows)
  }

  /** One more row in which nobody speaks but the plans of a cleanup: the venue answers, the strategy isn't asked. */
  runWithout(row: number, plans: readonly CleanupPlan[]): void {
    const closeMs = this.closeMs(row)
    this.desk.plans.clean(plans, this.closeMs(row - 1))
    this.venue.open(row)
    if (!this.facts.empty) this.drain(row, closeMs)
    while (this.venue.range(row)) this.drain(row, closeMs)
    this.marker.mark(row, row)
    this.finish(row + 1)
  }

  /** The backtest's driver. Rows are marked late, in stretches: up to a step's row just before that step. */
  run(rows: number): void {
    const { quiet, signals, lane } = this
    let row = this.originRow
    while (row < rows) {
      const stopped = row < quiet.endRow ? this.scan(row, Math.min(rows, quiet.endRow, row + STRETCH)) : ~row
      if (stopped < 0) {
        row = ~stopped
        // The strategy has yet to look at that bar.
        if (row < quiet.endRow && lane !== null && lane.hit(row)) continue
        this.settle()
        this.marker.upTo(row - 1)
        // Whatever made the row due has had its turn then: look anew at what is next, even if nothing changed.
        this.desk.changed = true
        this.step(row)
        row += 1
        continue
      }
      if (signals.count > 0) {
        if (this.takeAtOnce(stopped)) {
          // Filled at the next open: the strategy looks at that bar next, unless something was sent as well.
          row = stopped + 1
          signals.clear()
          quiet.gate.row = -1
          if (this.desk.changed) quiet.endRow = row
          continue
        }
        this.settle()
        this.decide(stopped)
        // What was sent arrives at the next open at the earliest; that step arms.
        if (this.desk.changed) quiet.endRow = stopped + 1
      }
      row = stopped + 1
    }
    this.settle()
    this.marker.upTo(rows - 1)
    this.finish(rows)
  }

  /** What lanes have done ahead of the books is written down: others look there now. */
  private settle(): void {
    this.tape.settle()
    if (this.lane !== null) this.lane.settle()
  }

  /** Lets a lane carry out the signals of a row; false where they have to go the usual way. */
  private takeAtOnce(row: number): boolean {
    const { signals, plain, lane, express, perpetual } = this
    if (plain === null && lane === null && express === null && perpetual === null) return false
    // Before anything changes: equity up to here is as it was.
    if (!this.tape.marks) this.marker.upTo(row)
    const single = signals.count === 1
    if (lane?.guarded === true) {
      // What waits behind the position is the lane's. Several signals may look into the books.
      if (single && lane.take(signals.at(0), row)) return true
      lane.settle()
    } else {
      if (plain !== null && single && plain.take(signals.at(0), row)) return true
      if (express?.take(signals, row) === true) return true
      if (lane !== null && single && lane.take(signals.at(0), row)) return true
    }
    if (perpetual === null || !single || !perpetual.take(signals.at(0), row)) return false
    // Without a position there is nothing that could become due.
    if (this.portfolio.flat) this.quiet.watchNothing()
    else this.arm(row)
    return true
  }

  /** Lets the strategy look at rows until it speaks or a level is met: see scan.ts. */
  private scan(row: number, end: number): number {
    const { quiet, scans } = this
    const stopped = quiet.resting ? this.scanResting(row, end) : this.callScan(scanOf(scans, quiet), row, end)
    if (quiet.gate.count > 0) this.countGated()
    return stopped
  }

  /** First how far no level is met, not far ahead, since the strategy may speak before; then the strategy up to there. */
  private scanResting(row: number, end: number): number {
    const { scans } = this
    const met = this.callScan(scans.ahead, row, Math.min(end, row + AHEAD))
    if (met >= 0) return this.callScan(scans.plain, row, met + 1)
    return ~met === row ? met : this.callScan(scans.plain, row, ~met)
  }

  /**
   * The one place that calls scan loops. It has seen all of them before the first row (see the constructor), so that no
   * compiler takes one of them in: each is compiled alone, and has room for the strategy's `onBar` inside it.
   */
  private callScan(scan: Scan, row: number, end: number): number {
    return scan(this.strategy, this.signals, this.quiet.gate, row, end, this.quiet.levels)
  }

  private finish(rows: number): void {
    this.desk.plans.finish(this.closeMs(rows - 1))
    this.recorder.flush()
    this.portfolio.verify()
  }

  private closeMs(row: number): number {
    return this.gapless ? this.firstCloseMs + row * this.timeframeMs : this.time[row]! + this.timeframeMs
  }

  /** Entries that the scan counted as refused. */
  private countGated(): void {
    const { gate } = this.quiet
    this.recorder.entriesRefusedAlike(gate.count, this.closeMs(gate.lastRow))
    gate.count = 0
  }

  private decide(row: number): void {
    const lasting = this.desk.decide(this.signals, row, this.closeMs(row))
    if (lasting === null) this.quiet.gate.row = -1
    else this.quiet.shut(lasting.instrument, lasting.side, this.rowClosingAt(lasting.untilMs, row))
  }

  /** First row after `row` that closes at or after `ms`; Infinity where `ms` is. */
  private rowClosingAt(ms: number, row: number): number {
    return ms === Number.POSITIVE_INFINITY ? ms : firstRowClosingAt(this.grid, ms, row + 1)
  }

  /**
   * Monitoring events lie on a fixed grid of logical time, whatever path the driver took: a close is one when a
   * multiple of the interval lies between the row before it and it.
   */
  private isMonitoringEvent(row: number, closeMs: number): boolean {
    const ms = this.desk.monitoringMs
    if (ms <= this.timeframeMs || row === 0) return true
    return Math.floor(closeMs / ms) !== Math.floor(this.closeMs(row - 1) / ms)
  }

  /** Everything known by the row's close. */
  private drain(row: number, closeMs: number): void {
    for (let fact = this.facts.take(closeMs); fact !== null; fact = this.facts.take(closeMs)) {
      this.desk.apply(fact, row)
    }
  }

  /** Recomputes what a scan must watch; only after a change. */
  private arm(row: number): void {
    const { desk, quiet } = this
    desk.changed = false
    desk.armCloses(quiet.closeLow, quiet.closeHigh, row)
    const venueRow = this.venue.arm(quiet.venue, row)
    const factRow = this.rowClosingAt(this.facts.nextKnownMs, row)
    quiet.arm(Math.min(venueRow, factRow, this.monitoringRow(row)))
  }

  /**
   * Where closes are more frequent than monitoring events, the next event's row after a change: equity may have left
   * the profile's range, or an exit been met, since the last one. Elsewhere every close is an event, and the levels
   * suffice.
   */
  private monitoringRow(row: number): number {
    const ms = this.desk.monitoringMs
    if (ms <= this.timeframeMs) return Number.POSITIVE_INFINITY
    return this.rowClosingAt((Math.floor(this.closeMs(row) / ms) + 1) * ms, row)
  }
}

function contextOf(options: KernelOptions, portfolio: Portfolio, signals: SignalRing): Context {
  const { grid, routes } = options
  const columns = options.watch ?? options.columns
  if (routes === undefined || !routes.several) return new StrategyContext(grid, columns, portfolio, signals)
  return new RoutedContext(options.signals ?? grid, grid, columns, portfolio, signals, routes)
}
