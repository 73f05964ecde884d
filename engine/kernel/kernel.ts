/**
 * The kernel: one loop that turns facts and closed bars into decisions, the same in simulation, paper and live.
 *
 * `step(row)` is the definition of the semantics, complete and plain. Order within a row:
 *   1 timers · 2 the venue at the open, and facts · 3 the venue inside the bar, and facts, until nothing more happens
 *   4 engine rules at the close · 5 the strategy · 6 its signals through the rules to the venue · 7 arm
 * `run` is the backtest's driver: it may skip `step` on rows where step provably does nothing but let the strategy look
 * and mark equity. A test holds both ways to equal digests.
 */

import { type Dec, decToNumber, ZERO } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import { type Fact, FactKind, type FactQueue } from '../core/fact.ts'
import { firstRowClosingAt, type Grid } from '../core/grid.ts'
import { type Instrument, priceUnits, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, OrderState, Purpose, type Side } from '../core/order.ts'
import { RefusalCode } from '../core/refusal.ts'
import type { Context, SignalOptions, Strategy } from '../core/strategy.ts'
import type { BarVenue } from '../core/venue.ts'
import type { RulesConfig } from '../rules/config.ts'
import { EntryRules } from '../rules/entry.ts'
import { bracketOrders, closingOrder } from '../rules/exit.ts'
import { targetOrders } from '../rules/target.ts'
import type { Columns } from './columns.ts'
import { StrategyContext } from './context.ts'
import { type HeldPosition, MarkSlot, markFlat, markMany, markOne, newMarkState } from './mark.ts'
import { Portfolio, type WorkingOrder } from './portfolio.ts'
import { Quiet } from './quiet.ts'
import type { Recorder } from './recorder.ts'
import { type Scans, scansFor } from './scan.ts'
import { type Signal, SignalKind, SignalRing } from './signals.ts'

/** Rows a scan may cover before it returns: short leaf calls compile the same way every time. */
const STRETCH = 4096

export interface KernelOptions {
  readonly grid: Grid
  readonly columns: Columns
  readonly instruments: readonly Instrument[]
  readonly strategy: Strategy
  readonly venue: BarVenue
  readonly facts: FactQueue
  readonly recorder: Recorder
  readonly rules: RulesConfig
  readonly rulebook: (instrument: number, atMs: number) => Rulebook
  readonly initialCash: Dec
  /** First row that the strategy sees; earlier rows only warm up indicators. */
  readonly originRow: number
  /** Where equity at each close goes; null where only the running figures are wanted. */
  readonly equity: Float64Array | null
}

export class Kernel {
  readonly portfolio: Portfolio
  readonly context: Context
  readonly marks: Float64Array
  private readonly o: KernelOptions
  private readonly signals = new SignalRing()
  private readonly entries: EntryRules
  private readonly quiet: Quiet
  private readonly scans: Scans
  private readonly slots: readonly HeldPosition[]
  private readonly held: HeldPosition[] = []
  private nextOrderId = 1
  private changed = true

  constructor(options: KernelOptions) {
    this.o = options
    this.portfolio = new Portfolio(options.instruments, options.initialCash)
    this.context = new StrategyContext(options.grid, options.columns, this.portfolio, this.signals)
    this.marks = newMarkState(this.portfolio.ledger.cashNumber())
    this.entries = new EntryRules(options.rules)
    this.slots = options.grid.symbols.map(({ mark }, instrument) => ({ instrument, quantity: 0, mark }))
    this.quiet = new Quiet(options.grid)
    this.scans = scansFor(options.strategy)
  }

  /** Lets the strategy take its columns. Once, before the first row. */
  start(): void {
    this.o.strategy.setup(this.context)
    this.signals.clear()
    const { originRow, equity } = this.o
    if (originRow > 0) equity?.fill(this.portfolio.ledger.cashNumber(), 0, originRow)
  }

  /** The semantics of one row, whatever drives it. */
  step(row: number): void {
    const closeMs = this.closeMs(row)
    this.o.venue.open(row)
    this.drain(row, closeMs)
    while (this.o.venue.range(row)) this.drain(row, closeMs)
    this.o.strategy.onBar(row)
    if (this.signals.count > 0) this.decide(row)
    if (this.changed) this.arm(row)
  }

  /** Every row by `step`: live's way, and the measure of the other. */
  runPlain(rows: number): void {
    for (let row = this.o.originRow; row < rows; row++) {
      this.step(row)
      this.mark(row, row)
    }
    this.finish()
  }

  /** The backtest's driver. Rows are marked late, in stretches: up to a step's row just before that step. */
  run(rows: number): void {
    const { quiet, signals } = this
    let row = this.o.originRow
    let marked = row
    while (row < rows) {
      const stopped = row < quiet.endRow ? this.scan(row, Math.min(rows, quiet.endRow, row + STRETCH)) : ~row
      if (stopped < 0) {
        const due = ~stopped
        this.mark(marked, due - 1)
        this.step(due)
        marked = due
        row = due + 1
        continue
      }
      if (signals.count > 0) {
        this.decide(stopped)
        // What was sent arrives at the next open at the earliest; that step arms.
        if (this.changed) quiet.endRow = stopped + 1
      }
      row = stopped + 1
    }
    this.mark(marked, rows - 1)
    this.finish()
  }

  /** Lets the strategy look at rows until it speaks or a level is met: see scan.ts. */
  private scan(row: number, end: number): number {
    const { quiet, signals, scans } = this
    const { strategy } = this.o
    const stopped = !quiet.levelled
      ? scans.plain(strategy, signals, quiet.gate, row, end)
      : quiet.levels.length === 1
        ? scans.levels(strategy, signals, quiet.gate, row, end, quiet.levels[0]!)
        : scans.grid(strategy, signals, quiet.gate, row, end, quiet.levels)
    if (quiet.gate.count > 0) this.countGated()
    return stopped
  }

  /** Equity at the last marked close. */
  finalEquity(): number {
    return this.marks[MarkSlot.equity]!
  }

  private finish(): void {
    this.o.recorder.flush()
    this.portfolio.ledger.verify()
  }

  private closeMs(row: number): number {
    return this.o.grid.time[row]! + this.o.grid.timeframeMs
  }

  /** Entries that the scan counted as refused. */
  private countGated(): void {
    const { gate } = this.quiet
    const { recorder } = this.o
    recorder.repeat(gate.count, this.closeMs(gate.lastRow))
    recorder.entrySignals += gate.count
    recorder.entryRefusals += gate.count
    gate.count = 0
  }

  /** Everything known by the row's close. */
  private drain(row: number, closeMs: number): void {
    for (let fact = this.o.facts.take(closeMs); fact !== null; fact = this.o.facts.take(closeMs)) {
      this.changed = true
      this.apply(fact, row)
    }
  }

  private apply(fact: Fact, row: number): void {
    const working = this.portfolio.find(fact.orderId)
    this.o.recorder.outcome(fact, working?.order.side ?? 0)
    if (fact.kind === FactKind.filled) {
      this.filled(fact, working, row)
      return
    }
    if (fact.kind === FactKind.rejected) this.o.recorder.reject(fact, working?.order.quantity ?? ZERO)
    if (working !== null) this.portfolio.orderChanged(fact, working)
  }

  private filled(fact: Fact, working: WorkingOrder | null, row: number): void {
    assert(working !== null, `a fill for order ${fact.orderId}, which was never sent`)
    const opened = this.portfolio.fill(fact, working, row)
    this.rebuildHeld()
    if (opened > 0 && working.options !== null) this.guard(fact, working, working.options, opened)
    if (this.portfolio.ledger.quantity[fact.instrument] === 0) {
      this.cancelExits(fact.instrument, fact.knownMs, working.order.ocoGroup)
    }
    const { strategy, instruments } = this.o
    if (strategy.onFill !== undefined) {
      const { pxDec, qtyDec } = instruments[fact.instrument]!
      strategy.onFill({
        symbol: fact.instrument,
        side: working.order.side,
        price: decToNumber(fact.price, pxDec),
        quantity: decToNumber(fact.quantity, qtyDec),
        row,
        closesPosition: opened < fact.quantity,
        tag: working.order.tag,
      })
    }
  }

  /** Stop and target rest at the venue as soon as the entry fills. */
  private guard(fact: Fact, working: WorkingOrder, options: SignalOptions, quantity: Dec): void {
    const { target, stop, targetPrice, stopPrice } = options
    if (target === undefined && stop === undefined && targetPrice === undefined && stopPrice === undefined) return
    const orders = bracketOrders({
      stopId: this.nextOrderId,
      targetId: this.nextOrderId + 1,
      instrument: this.o.instruments[fact.instrument]!,
      rulebook: this.o.rulebook(fact.instrument, fact.atMs),
      options,
      entrySide: working.order.side,
      entryPrice: fact.price,
      quantity,
      atMs: fact.knownMs,
      intrabar: fact.intrabar,
      tag: working.order.tag,
    })
    this.nextOrderId += 2
    for (const order of orders) this.submit(order, null, ZERO)
  }

  private submit(order: ApprovedOrder, options: SignalOptions | null, reserved: Dec): void {
    this.changed = true
    this.o.recorder.order(order)
    this.portfolio.sent(order, options, reserved)
    this.o.venue.submit(order)
  }

  /** Cancels what rests behind a position, except the members of `exceptGroup`, which the venue cancels itself. */
  private cancelExits(instrument: number, atMs: number, exceptGroup: number): void {
    for (const working of this.portfolio.restingExits(instrument)) {
      if (exceptGroup !== 0 && working.order.ocoGroup === exceptGroup) continue
      working.state = OrderState.cancelInFlight
      this.changed = true
      this.o.recorder.cancel(working.order.id, instrument, atMs)
      this.o.venue.cancel(working.order.id, atMs)
    }
  }

  private decide(row: number): void {
    const { signals, quiet } = this
    quiet.gate.row = -1
    for (let i = 0; i < signals.count; i++) {
      const signal = signals.at(i)
      if (signal.kind === SignalKind.enter) this.decideEntry(signal, row, signals.count === 1)
      else if (signal.kind === SignalKind.exit) this.decideExit(signal, row)
      else this.decideTarget(signal.weights!, row)
    }
    signals.clear()
  }

  private decideEntry(signal: Signal, row: number, alone: boolean): void {
    const { recorder } = this.o
    recorder.entrySignals += 1
    const instrument = this.o.instruments[signal.symbol]!
    const atMs = this.closeMs(row)
    const { order, reserved, refusal } = this.entries.decide({
      orderId: this.nextOrderId,
      instrument,
      rulebook: this.o.rulebook(signal.symbol, atMs),
      side: signal.side,
      options: signal.options,
      price: this.o.grid.symbols[signal.symbol]!.close[row]!,
      atMs,
      totalEquity: this.equityUnits(row),
      available: this.available(row),
      held: this.portfolio.ledger.quantity[signal.symbol]!,
      pendingEntryId: this.portfolio.pendingEntry(signal.symbol),
    })
    if (order !== null) {
      this.nextOrderId += 1
      recorder.entryOrders += 1
      this.submit(order, signal.options, reserved)
      return
    }
    recorder.entryRefusals += 1
    recorder.refusal(refusal, atMs)
    // These hold until a fact changes the position or the orders, which re-arms.
    if (alone && (refusal.code === RefusalCode.positionOpen || refusal.code === RefusalCode.entryPending)) {
      this.quiet.shut(signal.symbol, signal.side)
    }
  }

  private decideExit(signal: Signal, row: number): void {
    const id = signal.symbol
    const atMs = this.closeMs(row)
    const held = this.portfolio.ledger.quantity[id]!
    const pending = this.portfolio.pendingExit(id)
    const side: Side = held > 0 ? -1 : 1
    if (held === 0 || pending !== 0) {
      const code = held === 0 ? RefusalCode.noPosition : RefusalCode.exitInFlight
      this.o.recorder.refusal({ code, instrument: id, side, first: held === 0 ? 0 : pending, second: 0 }, atMs)
      return
    }
    this.close(id, held, Purpose.exit, atMs, signal.tag)
  }

  /** Closes a position at market: what rests behind it is cancelled first, so that nothing holds the base. */
  private close(id: number, held: Dec, purpose: Purpose, atMs: number, tag: string | null): void {
    this.cancelExits(id, atMs, 0)
    const order = closingOrder(this.nextOrderId++, this.o.instruments[id]!, held, purpose, atMs, tag)
    this.submit(order, null, ZERO)
  }

  private decideTarget(weights: Float64Array, row: number): void {
    const atMs = this.closeMs(row)
    const { orders, refusals } = targetOrders({
      weights,
      firstOrderId: this.nextOrderId,
      instruments: this.o.instruments,
      rulebook: (instrument) => this.o.rulebook(instrument, atMs),
      rules: this.o.rules,
      price: (instrument) => this.o.grid.symbols[instrument]!.close[row]!,
      held: this.portfolio.ledger.quantity,
      pending: (instrument) => this.portfolio.pendingEntry(instrument) || this.portfolio.pendingExit(instrument),
      totalEquity: this.equityUnits(row),
      available: this.available(row),
      atMs,
    })
    for (const refusal of refusals) this.o.recorder.refusal(refusal, atMs)
    for (const { order, reserved } of orders) {
      this.nextOrderId = Math.max(this.nextOrderId, order.id + 1)
      this.submit(order, null, reserved)
    }
  }

  /** Total equity at the row's close, in quote units. */
  private equityUnits(row: number): Dec {
    if (this.held.length === 0) return this.portfolio.ledger.cash
    const { grid, instruments } = this.o
    return this.portfolio.ledger.equity((id) => priceUnits(instruments[id]!, grid.symbols[id]!.mark[row]!))
  }

  /** What entries can spend: free cash, or free buying power on a leveraged account. */
  private available(row: number): Dec {
    const { grid, instruments, rules } = this.o
    if (instruments[0]!.kind === 'spot') return this.portfolio.freeCash()
    const price = (id: number): Dec => priceUnits(instruments[id]!, grid.symbols[id]!.mark[row]!)
    return this.portfolio.buyingPower(rules.leverage, price)
  }

  /** Which positions the mark loops value; their slots are kept and reused. */
  private rebuildHeld(): void {
    const { held, slots } = this
    while (held.length > 0) held.pop()
    for (const slot of slots) {
      slot.quantity = this.portfolio.quantity[slot.instrument]!
      if (slot.quantity !== 0) held.push(slot)
    }
  }

  /** Equity at the closes of rows from..to, over which nothing changed. */
  private mark(from: number, to: number): void {
    if (to < from) return
    const cash = this.portfolio.ledger.cashNumber()
    const { equity } = this.o
    if (this.held.length === 0) markFlat(this.marks, equity, from, to, cash)
    else if (this.held.length === 1) {
      markOne(this.marks, equity, from, to, cash, this.held[0]!.quantity, this.held[0]!.mark)
    } else markMany(this.marks, equity, from, to, cash, this.held)
  }

  /** Recomputes what a scan must watch; only after a change. */
  private arm(row: number): void {
    this.changed = false
    const venueRow = this.o.venue.arm(this.quiet.venue, row)
    const knownMs = this.o.facts.nextKnownMs
    const factRow = knownMs === Number.POSITIVE_INFINITY ? knownMs : firstRowClosingAt(this.o.grid, knownMs, row + 1)
    this.quiet.arm(Math.min(venueRow, factRow))
  }
}
