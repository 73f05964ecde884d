/**
 * A promoted session watches itself: each stretch of days is held against the bands of its backtest and the bundle's
 * limits. One that leaves them goes down a stage at once; money that a stage doesn't allow goes, and positions with it.
 */

import type { Alerts } from '../../live/ports.ts'
import type { Conditions } from '../../live/safety/conditions.ts'
import { departures, type ExpectedBehaviour, type Observation } from '../../promote/bands.ts'
import { type StageAction, type StageRules, type StageState, stageStep } from '../../promote/stages.ts'

const DAY_MS = 86_400_000

/** What only the session can do. */
export interface StageOperations {
  /** Closes every position at market. */
  closeAll(why: string): void
  /** From now on positions together may be worth this share of equity times leverage, at most. */
  capCapital(fraction: number): void
  /** Keeps the state, for the next start. */
  keep(state: StageState): void
}

export interface StageWatchOptions {
  readonly rules: StageRules
  readonly expected: ExpectedBehaviour
  readonly state: StageState
  readonly alerts: Alerts
  readonly conditions: Conditions
  readonly operations: StageOperations
}

/** One closed row, as it stands in the books. */
export interface StageMark {
  /** Close of the row, ms UTC. */
  readonly atMs: number
  readonly equity: number
  /** Closed trades of the session so far. */
  readonly closedTrades: number
  /** Mean slippage of market fills so far in basis points; null without any. */
  readonly slippageBps: number | null
}

export class StageWatch {
  private readonly options: StageWatchOptions
  private current: StageState
  private day = Number.NaN
  /** Equity at the day's start, and the last one. */
  private dayEquity = Number.NaN
  private lastEquity = Number.NaN
  /** Of the stage: highest equity, and how far below it the lowest since then. */
  private peak = Number.NaN
  private drawdown = 0
  private worstDay = 0
  /** Of the stretch: where it began. */
  private stretch: { readonly day: number; readonly equity: number; readonly trades: number } | null = null
  private stretchPeak = Number.NaN
  private stretchDrawdown = 0
  private told = 0

  constructor(options: StageWatchOptions) {
    this.options = options
    this.current = options.state
  }

  get state(): StageState {
    return this.current
  }

  /** A row has closed. Limits are looked at with each, bands when a stretch is over. */
  marked(mark: StageMark): void {
    const { atMs, equity } = mark
    const day = Math.floor((atMs - 1) / DAY_MS)
    if (Number.isNaN(this.day)) this.begin(mark, day)
    if (day !== this.day) this.newDay(mark, day)
    this.peak = Math.max(this.peak, equity)
    this.drawdown = Math.min(this.drawdown, equity / this.peak - 1)
    this.stretchPeak = Math.max(this.stretchPeak, equity)
    this.stretchDrawdown = Math.min(this.stretchDrawdown, equity / this.stretchPeak - 1)
    this.worstDay = Math.min(this.worstDay, equity / this.dayEquity - 1)
    this.lastEquity = equity
    const { maxDrawdown, maxDailyLoss } = this.options.rules.limits
    if (-this.drawdown > maxDrawdown || -this.worstDay > maxDailyLoss) this.observe(mark, null)
  }

  private begin({ equity, closedTrades }: StageMark, day: number): void {
    this.day = day
    this.dayEquity = equity
    this.lastEquity = equity
    this.peak = equity
    this.told = closedTrades
    this.beginStretch(day, equity, closedTrades)
  }

  private beginStretch(day: number, equity: number, trades: number): void {
    this.stretch = { day, equity, trades }
    this.stretchPeak = equity
    this.stretchDrawdown = 0
  }

  /** The day before is over, and perhaps a stretch with it. Its last mark was the one before this. */
  private newDay(mark: StageMark, day: number): void {
    const { expected } = this.options
    const { stretch } = this
    const days = day - stretch!.day
    if (days >= expected.days) {
      this.observe(mark, {
        days,
        closedTrades: mark.closedTrades - stretch!.trades,
        totalReturn: this.lastEquity / stretch!.equity - 1,
        drawdown: this.stretchDrawdown,
        slippageBps: mark.slippageBps,
      })
      this.beginStretch(day, this.lastEquity, mark.closedTrades)
    }
    this.day = day
    this.dayEquity = this.lastEquity
  }

  private observe({ atMs, closedTrades }: StageMark, seen: Observation | null): void {
    const { rules, expected } = this.options
    const before = this.current
    const step = stageStep(
      before,
      {
        kind: 'observed',
        atMs,
        closedTrades: closedTrades - this.told,
        departures: seen === null ? [] : departures(expected, seen),
        drawdown: this.drawdown,
        worstDayReturn: this.worstDay,
      },
      rules,
    )
    this.told = closedTrades
    this.current = step.state
    if (step.state !== before) this.options.operations.keep(step.state)
    for (const action of step.actions) this.act(action, atMs)
    if (step.state.stage === before.stage) return
    // What the stage before it saw isn't held against the next one.
    this.peak = this.lastEquity
    this.drawdown = 0
    this.worstDay = 0
  }

  private act(action: StageAction, atMs: number): void {
    const { alerts, conditions, operations } = this.options
    if (action.kind === 'tell') alerts.tell('alarm', 'DEMOTED', action.text)
    else if (action.kind === 'cap-capital') operations.capCapital(action.fraction)
    else if (action.kind === 'close-position') operations.closeAll(action.why)
    else if (action.kind === 'stop-entries') {
      conditions.raise({ key: 'STAGE_HALT', level: 'HALTED', why: action.why, sinceMs: atMs, latched: true })
    }
  }
}
