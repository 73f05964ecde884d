/**
 * All of a session's safety in one place, wired: the gate, what raises its states, the guards that look every second,
 * the operator's commands, and the alerts about all of it. The session is handed `gate` and `exchange`, tells what
 * happens, and is told when to pause, to cancel and to close.
 */

import type { SessionOperations } from '../commands/apply.ts'
import { type CommandRecord, handsOn } from '../commands/hands.ts'
import type { CommandFolder, CommandInbox } from '../commands/inbox.ts'
import type { Environment } from '../environment.ts'
import type { ExchangePort } from '../exchange.ts'
import { FeedGuard } from '../feed/feed-guard.ts'
import type { Alerts } from '../ports.ts'
import { within } from '../within.ts'
import { AGES, Ages } from './ages.ts'
import { Breakers } from './breakers.ts'
import { ClockGuard } from './clock.ts'
import { Conditions, type ConditionsSnapshot, type SafetyEvent } from './conditions.ts'
import { DayLoss } from './day-loss.ts'
import { DeadMan, type Resting } from './dead-man.ts'
import { DiskGuard, type DiskPort } from './disk.ts'
import { followEvent } from './follow.ts'
import { LimitsGate } from './gate.ts'
import { guardedExchange } from './guarded-exchange.ts'
import type { Limits } from './limits.ts'
import { SilenceGuard } from './silence.ts'
import { type Stall, StallGuard } from './stall.ts'

export interface SafetyOptions {
  readonly environment: Environment
  /** The venue itself: everybody else gets `Safety.exchange`. */
  readonly exchange: ExchangePort
  readonly limits: Limits
  readonly symbols: readonly string[]
  readonly timeframeMs: number
  readonly alerts: Alerts
  /** Stops hang on positions at this venue, and aren't orders of their own. */
  readonly stopsAttached: boolean
  /** Null where nothing is written to a disk. */
  readonly disk: DiskPort | null
  /** Null where nobody commands. */
  readonly commands: CommandFolder | null
  /** By which commands are looked for; default: `environment`. */
  readonly commandClock?: Environment
  /** Between two looks for a command, ms; the inbox's own where absent. */
  readonly commandsMs?: number
  readonly operations: SessionOperations
  /** The process stood still or the clock jumped: the session pauses, reconciles, and goes on. */
  readonly stalled: (stall: Stall) => void
  /** Everything that changed, and every command with its answer: for the journal. */
  readonly record: (event: SafetyRecord) => void
  /** An alarm when nothing was heard of the feed for this long beyond 1.5 timeframes, ms. */
  readonly silenceMs: number
  /** What held when the session ended: `latchedConditions` of its journal. */
  readonly held?: ConditionsSnapshot
  /** Equity at each row's close, after the limits have seen it. */
  readonly onMarked?: (atMs: number, equity: number) => void
}

export type SafetyRecord = SafetyEvent | CommandRecord

/** Between two looks at the disk, and at the venue's clock, ms. */
const DISK_MS = 10_000
const CLOCK_MS = 3_600_000
/** A clock that couldn't be compared is compared again soon. */
const CLOCK_AGAIN_MS = 60_000
/** An answer that takes longer isn't waited for. */
const ANSWER_MS = 10_000

export class Safety {
  readonly gate: LimitsGate
  /** The venue behind the gate: for the session. */
  readonly exchange: ExchangePort
  readonly conditions: Conditions
  readonly feed: FeedGuard
  /** Null where the venue has no such switch. */
  readonly deadMan: DeadMan | null
  private readonly options: SafetyOptions
  private readonly ages: Ages
  private readonly clock: ClockGuard
  private readonly disk: DiskGuard | null
  private readonly stall: StallGuard
  private readonly inbox: CommandInbox | null
  private readonly silence: SilenceGuard
  private nextDiskMs = 0
  private nextClockMs = 0
  private clockRuns = false

  constructor(options: SafetyOptions) {
    const { environment, exchange, limits, disk, symbols, timeframeMs, alerts } = options
    this.options = options
    const nowMs = () => environment.nowMs()
    this.conditions = new Conditions((event) => this.changed(event))
    if (options.held !== undefined) this.conditions.restore(options.held)
    const breakers = new Breakers(this.conditions)
    const { onMarked = () => {} } = options
    this.gate = new LimitsGate({
      limits,
      conditions: this.conditions,
      breakers,
      dayLoss: new DayLoss(),
      nowMs,
      onMarked,
    })
    this.exchange = guardedExchange(exchange, this.gate)
    this.ages = new Ages(environment, this.conditions)
    this.feed = new FeedGuard({ ages: this.ages, conditions: this.conditions, nowMs, symbols, timeframeMs })
    this.clock = new ClockGuard(environment, this.conditions)
    this.disk = disk === null ? null : new DiskGuard(environment, this.conditions, disk)
    this.deadMan = exchange.abilities.cancelAllAfter ? this.makeDeadMan() : null
    this.stall = new StallGuard(
      environment,
      (stall) => this.stalled(stall),
      () => this.tick(),
    )
    // Between two closes there is nothing to hear.
    this.silence = new SilenceGuard(environment, alerts, options.silenceMs + AGES.candleIntervals * timeframeMs)
    this.inbox = this.makeInbox(breakers)
  }

  /** Compares the clock, makes the reserve, begins to watch: before anything is sent. */
  async start(): Promise<void> {
    this.disk?.check()
    await this.compareClock()
    this.feed.start()
    this.silence.heard()
    this.stall.start()
  }

  /**
   * Carries out what was commanded while the session was down, and from now on what comes. A halt holds when this
   * returns; the promise waits for commands that take the session's own time.
   */
  async listen(): Promise<void> {
    await this.inbox?.start()
  }

  /** A planned end: what rests at the venue stays, and the switch doesn't go off. */
  async stop(): Promise<void> {
    this.inbox?.stop()
    this.stall.stop()
    await this.deadMan?.disarm()
  }

  /** What rests at the venue has changed. */
  resting(resting: Resting): void {
    void this.deadMan?.update(resting)
  }

  /** A symbol's candles are known up to `toMs`: `FeedOptions.confirmed`. */
  readonly confirmed = (symbol: string, toMs: number): void => {
    this.feed.confirmed(symbol, toMs)
    this.silence.heard()
  }

  /** `FeedListener.trouble`. */
  readonly trouble = (code: string, text: string): void => {
    this.feed.trouble(code, text)
    this.options.alerts.tell('warn', code, text)
  }

  /** A write failed for want of space: the reserve is given up, so that this can be written. */
  diskFull(): void {
    this.disk?.full()
  }

  private tick(): void {
    const now = this.options.environment.monotonicMs()
    this.ages.check()
    this.silence.check()
    if (now >= this.nextDiskMs) {
      this.nextDiskMs = now + DISK_MS
      this.disk?.check()
    }
    if (now >= this.nextClockMs && !this.clockRuns) void this.compareClock()
  }

  private async compareClock(): Promise<void> {
    const { environment, exchange, alerts } = this.options
    this.clockRuns = true
    try {
      await this.clock.check(() => within(environment, ANSWER_MS, () => exchange.serverTimeMs()))
      // A clock that was found wrong is looked at until it is right.
      const wrong = this.conditions.all.some(({ key }) => key === 'CLOCK')
      this.nextClockMs = environment.monotonicMs() + (wrong ? CLOCK_AGAIN_MS : CLOCK_MS)
    } catch (error) {
      this.nextClockMs = environment.monotonicMs() + CLOCK_AGAIN_MS
      alerts.tell('info', 'CLOCK_UNKNOWN', `the venue's clock can't be read: ${(error as Error).message}`)
    }
    this.clockRuns = false
  }

  private stalled(stall: Stall): void {
    const { alerts, stalled } = this.options
    const seconds = (Math.abs(stall.ms) / 1000).toFixed(1)
    const what =
      stall.kind === 'stall' ? `the process stood still for ${seconds} s` : `the clock jumped by ${seconds} s`
    alerts.tell('warn', 'STALLED', `${what}: everything is looked at again before anything is sent`)
    this.nextClockMs = 0
    stalled(stall)
  }

  private changed(event: SafetyEvent): void {
    const { alerts, record, operations } = this.options
    record(event)
    followEvent(event, alerts, operations)
  }

  private makeDeadMan(): DeadMan {
    const { environment, exchange, alerts, stopsAttached } = this.options
    return new DeadMan({
      environment,
      cancelAllAfter: (timeoutMs) => within(environment, ANSWER_MS, () => exchange.cancelAllAfter(timeoutMs)),
      failed: (text, armed, times) => {
        const danger = armed ? 'it may go off and cancel every order' : 'resting entries have none'
        // One lost answer wakes nobody: it is said again in seconds, and the switch waits for a minute.
        alerts.tell(
          armed && times > 1 ? 'alarm' : 'warn',
          'DEAD_MAN',
          `the venue's dead man's switch can't be set, ${danger}: ${text}`,
        )
      },
      config: { timeoutMs: 60_000, beatMs: 20_000, stopsAttached },
    })
  }

  private makeInbox(breakers: Breakers): CommandInbox | null {
    const { commands, alerts, record, operations, environment, commandClock, commandsMs } = this.options
    if (commands === null) return null
    return handsOn({
      ...{ environment, commands, breakers, conditions: this.conditions, operations, alerts, record },
      ...(commandClock === undefined ? {} : { commandClock }),
      ...(commandsMs === undefined ? {} : { commandsMs }),
    })
  }
}
