/**
 * A rebalancing as a plan (RULES G): all closes and reductions first, every one of them tried; if any fails or its outcome
 * stays unknown, nothing is opened and the rest is marked skipped. Then the venue settles, the account is fetched again,
 * and every open is scaled to what it can carry. A failed open doesn't undo the others.
 */

import { type Dec, decToNumber, formatDec, Rounding, toDec, ZERO } from '../core/dec.ts'
import { notional } from '../core/instrument.ts'
import type { Side } from '../core/order.ts'
import { venueMinimum } from './executable.ts'
import type { Plan } from './plan.ts'
import {
  carriedBy,
  openingOf,
  type RebalanceRequest,
  type RebalanceWish,
  rebalanceScale,
  rebalanceWish,
  scaledWish,
} from './rebalance.ts'

export interface RebalanceConfig {
  /** How long the venue settles after the closes. */
  readonly settleMs: number
  /** Share of the buying power that is left for fees and moves, units of 1e-12. */
  readonly reserve: Dec
  /** What the predecessor did: open whatever became of the closes, and unscaled. For scenarios. */
  readonly legacy?: boolean
}

export type RebalanceCommand =
  | {
      readonly kind: 'reduce'
      readonly id: number
      readonly instrument: number
      readonly side: Side
      readonly quantity: Dec
    }
  | { readonly kind: 'account'; readonly id: number }
  | { readonly kind: 'leverage'; readonly id: number; readonly instrument: number; readonly leverage: number }
  | {
      readonly kind: 'open'
      readonly id: number
      readonly instrument: number
      readonly side: Side
      readonly quantity: Dec
    }

export type RebalanceFact =
  /** What an order came to in the end. */
  | { readonly kind: 'filled'; readonly id: number; readonly quantity: Dec; readonly value: Dec }
  | { readonly kind: 'done'; readonly id: number }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string }
  /** Looked up, and still not known. */
  | { readonly kind: 'unknown'; readonly id: number; readonly reason: string }
  | {
      readonly kind: 'account'
      readonly id: number
      readonly accountValue: Dec
      /** Signed quantity and price of each instrument. */
      readonly held: readonly Dec[]
      readonly prices: readonly Dec[]
    }

export type StepState = 'done' | 'partial' | 'failed' | 'skipped'

/** One trade of the plan, for the report. */
export interface RebalanceStep {
  readonly symbol: string
  readonly action: 'close' | 'reduce' | 'open'
  readonly side: Side
  readonly quantity: Dec
  readonly filled: Dec
  /** Of what was filled, in quote. */
  readonly value: Dec
  readonly state: StepState
  readonly reason: string | null
}

export interface RebalanceResult {
  /** `failed`: nothing was opened. `partial`: some opens are missing; running the plan again completes it. */
  readonly status: 'done' | 'partial' | 'failed'
  readonly why: string | null
  /** Units of 1e-12; null where it never came to opening. */
  readonly scale: Dec | null
  readonly warnings: readonly string[]
  readonly steps: readonly RebalanceStep[]
}

interface Task {
  readonly command: Extract<RebalanceCommand, { kind: 'reduce' | 'open' }>
  readonly action: RebalanceStep['action']
  /** An open waits until its symbol is at the leverage asked. */
  state: 'waiting' | 'levering' | 'ready' | 'sent' | StepState
  leverId: number
  filled: Dec
  value: Dec
  reason: string | null
}

const UNDER_WAY: ReadonlySet<Task['state']> = new Set(['waiting', 'levering', 'ready', 'sent'])

type Phase = 'closing' | 'settling' | 'fetching' | 'opening' | 'over'

export class RebalancePlan implements Plan<RebalanceResult, RebalanceCommand, RebalanceFact> {
  readonly wish: RebalanceWish
  private readonly request: RebalanceRequest
  private readonly config: RebalanceConfig
  private readonly tasks: Task[] = []
  private readonly warnings: string[]
  private phase: Phase = 'closing'
  private lastId = 0
  /** When the venue has settled; -Infinity before the clock has been read. */
  private readyMs = Number.NEGATIVE_INFINITY
  private accountId = 0
  private why: string | null = null
  private scale: Dec | null = null

  /** Throws `BAD_WEIGHTS` or `BAD_LEVERAGE`. */
  constructor(request: RebalanceRequest, config: RebalanceConfig) {
    this.request = request
    this.config = config
    this.wish = rebalanceWish(request, config.legacy === true ? ZERO : config.reserve)
    this.warnings = [...this.wish.notes]
    for (const { instrument, side, quantity } of this.wish.reductions) {
      const whole = quantity === Math.abs(request.targets[instrument]!.held)
      this.add({ kind: 'reduce', id: ++this.lastId, instrument, side, quantity }, whole ? 'close' : 'reduce')
    }
    if (this.tasks.length === 0) this.phase = 'fetching'
  }

  private add(command: Task['command'], action: Task['action']): void {
    this.tasks.push({ command, action, state: 'waiting', leverId: 0, filled: ZERO, value: ZERO, reason: null })
  }

  get done(): boolean {
    return this.phase === 'over'
  }

  get dueMs(): number {
    if (this.phase === 'settling') return this.readyMs
    if (this.phase === 'fetching') return this.accountId === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
    const due = this.tasks.some(({ state }) => state === 'waiting' || state === 'ready')
    return due ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }

  next(atMs: number): readonly RebalanceCommand[] {
    if (this.phase === 'settling') {
      if (this.readyMs === Number.NEGATIVE_INFINITY) this.readyMs = atMs + this.config.settleMs
      if (atMs >= this.readyMs) this.phase = 'fetching'
    }
    if (this.phase === 'fetching' && this.accountId === 0) {
      this.accountId = ++this.lastId
      return [{ kind: 'account', id: this.accountId }]
    }
    if (this.phase !== 'closing' && this.phase !== 'opening') return []
    return this.tasks.flatMap((task) => this.commandOf(task) ?? [])
  }

  private commandOf(task: Task): RebalanceCommand | null {
    const { command } = task
    if (task.state === 'ready' || (task.state === 'waiting' && command.kind === 'reduce')) {
      task.state = 'sent'
      return command
    }
    if (task.state !== 'waiting') return null
    task.state = 'levering'
    task.leverId = ++this.lastId
    return { kind: 'leverage', id: task.leverId, instrument: command.instrument, leverage: this.request.leverage }
  }

  onFact(fact: RebalanceFact): void {
    if (fact.id === this.accountId) {
      if (this.phase !== 'fetching') return
      if (fact.kind === 'account') this.plan(fact)
      else this.fail(`the account can't be fetched: ${'reason' in fact ? fact.reason : 'no answer'}`)
      return
    }
    const levering = this.tasks.find(({ state, leverId }) => state === 'levering' && leverId === fact.id)
    if (levering !== undefined) this.levered(levering, fact)
    const task = this.tasks.find(({ state, command }) => state === 'sent' && command.id === fact.id)
    if (task !== undefined) this.settle(task, fact)
    this.advance()
  }

  /** The predecessor went on at whatever leverage the symbol had. */
  private levered(task: Task, fact: RebalanceFact): void {
    const refused = fact.kind === 'failed' || fact.kind === 'unknown'
    task.state = refused && this.config.legacy !== true ? 'failed' : 'ready'
    if (refused) task.reason = fact.reason
  }

  private settle(task: Task, fact: RebalanceFact): void {
    if (fact.kind === 'filled') {
      task.filled = fact.quantity
      task.value = fact.value
      const whole = fact.quantity >= task.command.quantity
      task.state = whole ? 'done' : fact.quantity > 0 ? 'partial' : 'failed'
      task.reason = whole ? null : 'the venue filled only part of it'
    } else if (fact.kind === 'failed' || fact.kind === 'unknown') {
      task.state = 'failed'
      task.reason = fact.kind === 'unknown' ? `outcome unknown: ${fact.reason}` : fact.reason
    } else task.state = 'done'
  }

  private advance(): void {
    if (this.tasks.some(({ state }) => UNDER_WAY.has(state))) return
    if (this.phase === 'opening') {
      this.phase = 'over'
      return
    }
    if (this.phase !== 'closing') return
    const failed = this.tasks.filter(({ state }) => state !== 'done')
    if (failed.length > 0 && this.config.legacy !== true) {
      const names = failed.map(({ command, reason }) => `${this.symbolOf(command.instrument)} (${reason})`)
      this.fail(`not every position could be closed: ${names.join(', ')}; nothing was opened`)
      return
    }
    this.phase = 'settling'
  }

  private fail(why: string): void {
    this.why = why
    this.phase = 'over'
    for (const target of this.request.targets) {
      const { id } = target.instrument
      const wanted = this.wish.wanted[id]!
      const stays = target.heldLeverage === this.request.leverage && target.held * wanted > 0
      const quantity = openingOf(target, wanted, stays ? target.held : ZERO, target.price)
      if (quantity === 0) continue
      const size = Math.abs(quantity) as Dec
      this.add({ kind: 'open', id: ++this.lastId, instrument: id, side: quantity < 0 ? -1 : 1, quantity: size }, 'open')
      const task = this.tasks.at(-1)!
      task.state = 'skipped'
      task.reason = 'a close before it failed'
    }
  }

  /** The account as it is now decides how much of each wish is opened. */
  private plan({ accountValue, held, prices }: Extract<RebalanceFact, { kind: 'account' }>): void {
    const { leverage, targets } = this.request
    const { total, wanted } = this.wish
    const carried = this.config.legacy === true ? total : carriedBy(accountValue, leverage, this.config.reserve)
    this.scale = rebalanceScale(carried, total)
    if (carried < total) {
      this.warnings.push(scaleWarning(this.scale, accountValue, total, leverage, targets[0]!.instrument.quoteDec))
    }
    this.phase = 'opening'
    for (const target of targets) {
      const { id } = target.instrument
      const price = prices[id]!
      const kept = this.config.legacy === true && target.heldLeverage !== leverage ? ZERO : held[id]!
      const quantity = openingOf(target, scaledWish(wanted[id]!, carried, total), kept, price)
      if (quantity === 0) continue
      const size = Math.abs(quantity) as Dec
      this.add({ kind: 'open', id: ++this.lastId, instrument: id, side: quantity < 0 ? -1 : 1, quantity: size }, 'open')
      const worth = notional(target.instrument, price, size, Rounding.floor)
      const minimum = venueMinimum(target.instrument, target.rulebook, price, quantity < 0 ? -1 : 1)
      if (size >= target.rulebook.minQty && worth >= minimum) continue
      const task = this.tasks.at(-1)!
      task.state = 'skipped'
      task.reason = `below the venue's minimum of ${formatDec(minimum, target.instrument.quoteDec)}`
    }
    this.advance()
  }

  private symbolOf(instrument: number): string {
    return this.request.targets[instrument]!.instrument.symbol
  }

  get result(): RebalanceResult | null {
    if (this.phase !== 'over') return null
    const steps = this.tasks.map((one): RebalanceStep => {
      const { side, quantity, instrument } = one.command
      const { action, filled, value, reason } = one
      return {
        symbol: this.symbolOf(instrument),
        action,
        side,
        quantity,
        filled,
        value,
        state: one.state as StepState,
        reason,
      }
    })
    // What is too small for the venue is no failure: there is nothing that could be done about it.
    const missing = steps.some(({ state }) => state === 'failed' || state === 'partial')
    const status = this.why !== null ? 'failed' : missing ? 'partial' : 'done'
    return { status, why: this.why, scale: this.scale, warnings: this.warnings, steps }
  }
}

function scaleWarning(scale: Dec, accountValue: Dec, total: Dec, leverage: number, quoteDec: number): string {
  const text = (amount: Dec): string => formatDec(amount, quoteDec)
  const part = decToNumber(scale, 12).toFixed(4)
  return `scaled to ${part}: ${text(accountValue)} at ${leverage}x can't carry ${text(toDec(total))}`
}
