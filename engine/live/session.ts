/**
 * A live session: takes closed rows, keeps its orders in step with the venue, and lets the engine decide. One thing at a
 * time; every wait ends. Whatever it learns and decides is in its journal before it acts on it.
 */

import { toDec } from '../core/dec.ts'
import { type Fact, FactKind } from '../core/fact.ts'
import type { Instrument } from '../core/instrument.ts'
import { type LearnedMinimum, sameMinimums } from '../core/minimum.ts'
import { Purpose } from '../core/order.ts'
import type { AccountView } from './account-view.ts'
import { adoption } from './adoption.ts'
import { applyFact, isTold, movesAccount } from './apply-fact.ts'
import type { Rates } from './booking.ts'
import { Charges } from './charges.ts'
import { compareBooks, UNDER_WAY_MS } from './comparison.ts'
import { ask, type Heard, PATIENCE, type Patience, type SendPoint, type SessionContext } from './context.ts'
import type { Decider } from './decider.ts'
import { emergencyText } from './emergency.ts'
import { pause } from './environment.ts'
import type { ExchangePort, VenueMarket } from './exchange.ts'
import type { Journal } from './journal.ts'
import type { RecordKind } from './journal-record.ts'
import type { MarginView } from './liquidation.ts'
import type { Want } from './live-venue.ts'
import type { Look } from './look.ts'
import { LookPace } from './look-pace.ts'
import type { OrderTable } from './order-table.ts'
import type { Alerts, CandleFeed, ClosedRow, OrderGate } from './ports.ts'
import { Reach } from './reach.ts'
import { type Baseline, type Difference, haltReport } from './reconcile.ts'
import { intentOf, type Naming, Sender } from './sender.ts'
import type { SessionOptions } from './session-options.ts'
import { SteadyClock } from './steady-clock.ts'
import { haltForStrangers } from './strangers.ts'
import { VenueTime } from './venue-time.ts'
import { tellLeverage } from './view.ts'
import { Watcher } from './watcher.ts'

/** Rounds of sending and looking after which a session goes on, whatever else there is. */
const MOST_ROUNDS = 200
/** Rows that may wait: a session that falls further behind than this is lost. */
const MOST_ROWS = 100_000
export class Session implements SessionContext {
  readonly environment: SteadyClock
  readonly exchange: ExchangePort
  readonly decider: Decider
  readonly journal: Journal
  readonly table: OrderTable
  readonly gate: OrderGate
  readonly alerts: Alerts
  readonly patience: Patience
  readonly instruments: readonly Instrument[]
  readonly markets: readonly VenueMarket[]
  readonly rates: readonly Rates[]
  readonly leverage: number
  readonly margin: MarginView | null
  readonly account: AccountView
  readonly clientId: SessionOptions['clientId']
  readonly prefix: string | null
  readonly at: (point: SendPoint) => void
  readonly sender: Sender
  readonly watcher: Watcher
  private readonly charges: Charges
  private readonly pace: LookPace
  private readonly reach: Reach
  lookedMs: number
  looks = 0
  baseline: Baseline
  private readonly options: SessionOptions
  private readonly feed: CandleFeed
  private readonly rows: ClosedRow[] = []
  /** What operators want, one after the other. */
  private readonly orders: (() => Promise<void>)[] = []
  private wake: (() => void) | null = null
  private stopping = false
  private decisions = -1
  private nextReconcileMs: number
  private readonly venueTime: VenueTime
  /** Why it has halted in this life; null where it hasn't. */
  haltCode: string | null = null

  constructor(options: SessionOptions) {
    this.options = options
    const { environment } = options
    this.environment = environment instanceof SteadyClock ? environment : new SteadyClock(environment)
    this.exchange = options.exchange
    this.decider = options.decider
    this.journal = options.journal
    this.table = options.table
    this.gate = options.gate
    this.alerts = options.alerts
    this.feed = options.feed
    this.patience = options.patience ?? PATIENCE
    this.instruments = options.decider.instruments
    this.markets = options.markets
    this.rates = options.rates
    this.leverage = options.leverage
    this.margin = options.margin ?? null
    this.account = options.account
    this.clientId = options.clientId
    this.prefix = options.prefix
    this.baseline = options.baseline
    this.at = options.at ?? (() => {})
    this.sender = new Sender(this)
    this.watcher = new Watcher(this, this.sender, options.sinceMs)
    this.charges = new Charges(this, options.sinceMs)
    this.lookedMs = this.environment.nowMs()
    this.pace = new LookPace(this.patience, this.exchange.abilities.lookMs, this.environment.monotonicMs())
    this.reach = new Reach(this)
    this.venueTime = new VenueTime(this)
    this.nextReconcileMs = this.lookedMs + this.reconcileMs
    this.decisions = options.decider.mark().count
  }

  private get naming(): Naming {
    return { clientId: this.clientId, pairs: this.exchange.abilities.pairs ?? 'both' }
  }

  private get reconcileMs(): number {
    return this.options.reconcileMs ?? 900_000
  }

  note(kind: RecordKind, body: unknown): void {
    this.table.apply(this.journal.append(kind, body))
    // A dead man's switch takes stops with it: it must know of one before it leaves, not after the next look.
    if (kind === 'SEND') this.tellResting()
  }

  /**
   * A word of the session's neighbours, from their own timers. Where the journal can't be written any more nobody there
   * could do anything about it: the session itself ends, at its next step. `kept`: on the disk when it returns, such as
   * an operator's halt, which must hold over a crash once it was answered.
   */
  remark(body: unknown, kept = false): void {
    if (this.journal.isClosed) return
    try {
      this.note('ASSUMED', body)
      if (kept) this.journal.sync()
    } catch (error) {
      if (this.journal.failure === null) throw error
      this.wake?.()
    }
  }

  hear(fact: Fact, { trade, order, charge }: Heard = {}): void {
    this.at('before-fact')
    const told = isTold(fact)
    this.note('FACT', {
      row: this.decider.rows,
      fact: told ? fact : null,
      orderId: fact.orderId,
      ...(trade ? { trade } : {}),
      ...(charge ? { charge } : {}),
    })
    applyFact(this.table, this.decider, told ? fact : null, trade, order, charge)
    if (movesAccount(fact)) this.account.invalidate()
    this.decided(false)
    this.journal.write()
    this.at('after-fact')
    if (trade !== undefined && order !== undefined && fact.kind === FactKind.filled) {
      const position = toDec(this.decider.held(order.order.instrument))
      this.options.onFill?.({ trade, order: order.order, position })
    }
  }

  /** What a crash kept from being journaled: decisions that the journal's facts lead to, and what they want. */
  recovered(wants: readonly Want[], isNew: boolean): void {
    if (isNew) this.note('DECISION', { row: this.decider.rows, ...this.decider.mark() })
    for (const want of wants) this.wanted(want)
  }

  /** Journals what the engine has decided since the last time, and wants. */
  private decided(always: boolean): void {
    const mark = this.decider.mark()
    const wants = this.decider.wants()
    if (!always && mark.count === this.decisions && wants.length === 0) return
    this.at('before-decision')
    this.decisions = mark.count
    this.note('DECISION', { row: this.decider.rows, ...mark })
    for (const want of wants) this.wanted(want)
  }

  /** Journals an intent; people are told of what they must know at once. */
  private wanted(want: Want): void {
    this.note('INTENT', intentOf(this.naming, want))
    if (want.op !== 'submit' || want.order.purpose !== Purpose.emergency) return
    this.alerts.tell('alarm', 'EMERGENCY', emergencyText(want.order, this.instruments))
  }

  /** Takes rows until it is stopped. Throws what makes going on impossible; a halt isn't that. */
  async run(): Promise<void> {
    this.feed.start(this.decider.nextOpenMs, {
      row: (row) => {
        if (this.rows.length >= MOST_ROWS) this.halt('TOO_FAR_BEHIND', `${MOST_ROWS} rows wait to be looked at`)
        else this.rows.push(row)
        this.wake?.()
      },
      trouble: (code, text) => this.alerts.tell(code.endsWith('_BACK') ? 'info' : 'warn', code, text),
    })
    try {
      while (!this.stopping) {
        if (this.journal.failure !== null) throw this.journal.failure
        const order = this.orders.shift()
        const row = order === undefined ? this.rows.shift() : undefined
        if (order !== undefined) await order()
        else if (row !== undefined) await this.row(row)
        else if ((await this.slept()) || this.nextReconcileMs === 0) await this.tick()
      }
    } finally {
      await ask(this, () => this.feed.stop())
    }
  }

  /** Ends the loop after what it is at. */
  stop(): void {
    this.stopping = true
    this.wake?.()
  }

  /** Waits for a row, a stop, or the next poll; true for the last. */
  private async slept(): Promise<boolean> {
    const { environment, table } = this
    const pauseMs = this.pace.pauseMs(table, environment.monotonicMs())
    return await new Promise((resolve) => {
      const timer = environment.after(pauseMs, () => {
        this.wake = null
        resolve(true)
      })
      this.wake = () => {
        this.wake = null
        timer.cancel()
        resolve(false)
      }
    })
  }

  /** A closed row: first everything that happened until its close, then the engine's turn, then what it wants. */
  async row(row: ClosedRow): Promise<void> {
    if (row.openMs < this.decider.nextOpenMs) return
    this.options.onRow?.(row)
    await this.settle()
    await this.charges.look()
    const candles = row.candles.map((one) =>
      one === null ? null : [one.open, one.high, one.low, one.close, one.volume],
    )
    this.note('INPUT', { openMs: row.openMs, candles, late: row.late })
    this.decider.step(row)
    this.decided(true)
    this.watcher.closed()
    this.gate.marked(row.openMs + this.decider.timeframeMs, this.decider.equity)
    this.journal.sync()
    await this.settle()
    await tellLeverage(this)
  }

  /** Between two rows. */
  async tick(): Promise<void> {
    await this.settle()
    await this.charges.look()
    await tellLeverage(this)
    await this.venueTime.look()
    if (this.environment.nowMs() >= this.nextReconcileMs) {
      this.nextReconcileMs = this.environment.nowMs() + this.reconcileMs
      if (this.reconcileMs === 0) return
      const found = await this.compare()
      if (found !== null && found.length > 0) this.unexplained(found)
    }
  }

  /** Sends what is wanted and looks at what became of it, until nothing new comes. */
  async settle(): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const sent = await this.sender.flush()
      if (sent) this.pace.sent()
      const look = await this.watcher.look()
      this.pace.looked(this.environment.monotonicMs())
      this.seen(look)
      if (!look.news && (!sent || this.pace.isTight)) break
    }
    this.tellResting()
  }

  private tellResting(): void {
    this.options.onSettled?.(this.table.resting)
  }

  /** Something outside may have changed everything: books are compared at the next turn. */
  lookAnew(): void {
    this.nextReconcileMs = 0
    this.venueTime.soon()
    this.wake?.()
  }

  private seen({ whole, failure, strange }: Look): void {
    this.reach.heard(failure)
    if (whole) {
      this.lookedMs = this.environment.nowMs()
      this.looks += 1
    }
    haltForStrangers(this, strange)
  }

  /** Where books and venue differ; null where the venue doesn't answer. */
  async compare(): Promise<readonly Difference[] | null> {
    const found = await compareBooks(this, this.baseline)
    if (found !== 'under way') return found
    this.nextReconcileMs = this.environment.nowMs() + UNDER_WAY_MS
    return []
  }

  /** A difference that nothing explains stops everything that could enlarge it. */
  unexplained(found: readonly Difference[]): void {
    this.note('RECONCILE', { strange: 'difference', found })
    const text = found.map(({ what, difference }) => `${what} ${difference}`).join(', ')
    this.halt('UNEXPLAINED', `the venue's books differ from ours: ${text}`, found)
  }

  halt(code: string, text: string, found: readonly Difference[] = []): void {
    if (this.isHalted) return
    this.haltCode = code
    this.gate.halt(code, text)
    this.alerts.tell('alarm', code, text)
    this.note('HALT', { code, text, atMs: this.environment.nowMs() })
    this.journal.sync()
    this.options.onReport?.(haltReport(code, text, found, this.environment.nowMs()))
  }

  /** An operator's resume ends it; what it was for may halt it again. */
  get isHalted(): boolean {
    return this.haltCode !== null && this.gate.state === 'HALTED'
  }

  /** What is known of least orders from elsewhere; taken in, on record, where the engine knows otherwise. */
  learn(minimums: readonly LearnedMinimum[]): void {
    if (sameMinimums(minimums, this.decider.minimums())) return
    this.note('INPUT', { command: 'minimums', minimums, atMs: this.environment.nowMs() })
    this.decider.learn(minimums)
    this.journal.sync()
  }

  /** Takes differences into the books, by an operator's word: positions at the last close, the rest as money. */
  adopt(found: readonly Difference[], atMs: number): void {
    for (const fact of adoption(found, this.instruments, (id) => this.decider.price(id), atMs)) this.hear(fact)
    this.journal.sync()
  }

  /** Takes back what could enlarge a position; goes out at the next turn, which comes at once. */
  cancelEntries(): number {
    let count = 0
    for (const order of this.table.open) {
      if (order.order.reduceOnly || order.cancel !== null) continue
      this.note('INTENT', { op: 'cancel', id: order.id, reason: 'stale' })
      count += 1
    }
    this.journal.sync()
    this.wake?.()
    return count
  }

  /** An operator's word, carried out at the next turn. */
  async closeSoon(instrument: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.orders.push(() => this.close(instrument).then(resolve, reject))
      this.wake?.()
    })
  }

  /** An operator's word: a position is closed at market. */
  async close(instrument: number): Promise<void> {
    this.closeNow(instrument)
    this.journal.sync()
    await this.settle()
  }

  closeNow(instrument: number): void {
    const atMs = this.environment.nowMs()
    this.note('INPUT', { command: 'close', instrument, atMs })
    this.decider.close(instrument, atMs)
    this.decided(true)
  }

  /** Takes back entries that rest, waits for their end, and writes that the session was closed in order. */
  async shutDown(reason: string): Promise<void> {
    this.cancelEntries()
    for (let round = 0; round < 5; round++) {
      await this.settle()
      if (![...this.table.open].some(({ order, out }) => out && !order.reduceOnly)) break
      await pause(this.environment, 1_000)
    }
    const mark = this.decider.mark()
    this.decider.verify()
    this.note('CLOSE', { reason, atMs: this.environment.nowMs(), ...mark })
    this.journal.close()
  }
}
