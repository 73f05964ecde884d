/**
 * The desk: facts come in and change the portfolio; signals come in and go through the rules; approved orders go out to
 * the venue. Everything it does is recorded. It knows nothing of loops, scans or marks.
 */

import { type Dec, decToNumber, ZERO } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import { type Fact, FactKind } from '../core/fact.ts'
import type { Grid } from '../core/grid.ts'
import { type Instrument, priceUnits, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, OrderState, Purpose, type Side } from '../core/order.ts'
import { type Refusal, RefusalCode } from '../core/refusal.ts'
import type { SignalOptions, Strategy } from '../core/strategy.ts'
import type { Venue } from '../core/venue.ts'
import type { RulesConfig } from '../rules/config.ts'
import { EntryRules } from '../rules/entry.ts'
import { bracketOrders, closingOrder } from '../rules/exit.ts'
import { targetOrders } from '../rules/target.ts'
import type { Portfolio, WorkingOrder } from './portfolio.ts'
import type { Recorder } from './recorder.ts'
import { type Signal, SignalKind, type SignalRing } from './signals.ts'

export interface DeskOptions {
  readonly grid: Grid
  readonly instruments: readonly Instrument[]
  readonly strategy: Strategy
  readonly venue: Venue
  readonly recorder: Recorder
  readonly rules: RulesConfig
  readonly rulebook: (instrument: number, atMs: number) => Rulebook
}

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
  private readonly entries: EntryRules
  private nextOrderId = 1

  constructor(options: DeskOptions, portfolio: Portfolio) {
    this.portfolio = portfolio
    this.grid = options.grid
    this.instruments = options.instruments
    this.strategy = options.strategy
    this.venue = options.venue
    this.recorder = options.recorder
    this.rules = options.rules
    this.rulebook = options.rulebook
    this.entries = new EntryRules(options.rules)
  }

  /** Books a fact, learned during `row`. */
  apply(fact: Fact, row: number): void {
    this.changed = true
    const working = this.portfolio.find(fact.orderId)
    this.recorder.outcome(fact, working?.order.side ?? 0)
    if (fact.kind === FactKind.filled) {
      this.filled(fact, working, row)
      return
    }
    if (fact.kind === FactKind.rejected) this.recorder.reject(fact, working?.order.quantity ?? ZERO)
    if (working !== null) this.portfolio.orderChanged(fact, working)
  }

  private filled(fact: Fact, working: WorkingOrder | null, row: number): void {
    assert(working !== null, `a fill for order ${fact.orderId}, which was never sent`)
    const opened = this.portfolio.fill(fact, working, row)
    if (opened > 0 && working.options !== null) this.guard(fact, working, working.options, opened)
    if (this.portfolio.ledger.quantity[fact.instrument] === 0) {
      this.cancelExits(fact.instrument, fact.knownMs, working.order.ocoGroup)
    }
    const { strategy, instruments } = this
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
      instrument: this.instruments[fact.instrument]!,
      rulebook: this.rulebook(fact.instrument, fact.atMs),
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
    this.recorder.order(order)
    this.portfolio.sent(order, options, reserved)
    this.venue.submit(order)
  }

  /** Cancels what rests behind a position, except the members of `exceptGroup`, which the venue cancels itself. */
  private cancelExits(instrument: number, atMs: number, exceptGroup: number): void {
    for (const working of this.portfolio.restingExits(instrument)) {
      if (exceptGroup !== 0 && working.order.ocoGroup === exceptGroup) continue
      this.cancel(working, atMs)
    }
  }

  private cancel(working: WorkingOrder, atMs: number): void {
    working.state = OrderState.cancelInFlight
    this.changed = true
    this.recorder.cancel(working.order.id, working.order.instrument, atMs)
    this.venue.cancel(working.order.id, atMs)
  }

  /**
   * Takes the signals of the bar that closes at `atMs` through the rules. Returns the refusal of an entry that can't
   * change before a fact does, when that was all there was to decide; else null.
   */
  decide(signals: SignalRing, row: number, atMs: number): Refusal | null {
    let lasting: Refusal | null = null
    for (let i = 0; i < signals.count; i++) {
      const signal = signals.at(i)
      if (signal.kind === SignalKind.enter) lasting = this.decideEntry(signal, row, atMs)
      else if (signal.kind === SignalKind.exit) this.decideExit(signal, atMs)
      else this.decideTarget(signal.weights!, row, atMs)
    }
    if (signals.count !== 1) lasting = null
    signals.clear()
    return lasting
  }

  private decideEntry(signal: Signal, row: number, atMs: number): Refusal | null {
    const { recorder } = this
    recorder.entrySignals += 1
    const { order, reserved, refusal } = this.entries.decide({
      orderId: this.nextOrderId,
      instrument: this.instruments[signal.symbol]!,
      rulebook: this.rulebook(signal.symbol, atMs),
      side: signal.side,
      options: signal.options,
      price: this.grid.symbols[signal.symbol]!.close[row]!,
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
      return null
    }
    recorder.entryRefusals += 1
    recorder.refusal(refusal, atMs)
    const lasts = refusal.code === RefusalCode.positionOpen || refusal.code === RefusalCode.entryPending
    return lasts ? refusal : null
  }

  /** Closes the position at market, or takes back an entry that still rests. */
  private decideExit(signal: Signal, atMs: number): void {
    const id = signal.symbol
    const held = this.portfolio.ledger.quantity[id]!
    const pending = this.portfolio.pendingExit(id)
    if (held !== 0 && pending === 0) {
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
      atMs,
    })
    for (const refusal of refusals) this.recorder.refusal(refusal, atMs)
    for (const { order, reserved } of orders) {
      this.nextOrderId = Math.max(this.nextOrderId, order.id + 1)
      this.submit(order, null, reserved)
    }
  }

  /** Total equity at the row's close, in quote units. */
  private equityUnits(row: number): Dec {
    if (this.portfolio.flat) return this.portfolio.ledger.cash
    const { grid, instruments } = this
    return this.portfolio.ledger.equity((id) => priceUnits(instruments[id]!, grid.symbols[id]!.mark[row]!))
  }

  /** What entries can spend: free cash, or free buying power on a leveraged account. */
  private available(row: number): Dec {
    const { grid, instruments, rules } = this
    if (instruments[0]!.kind === 'spot') return this.portfolio.freeCash()
    const price = (id: number): Dec => priceUnits(instruments[id]!, grid.symbols[id]!.mark[row]!)
    return this.portfolio.buyingPower(rules.leverage, price)
  }
}
