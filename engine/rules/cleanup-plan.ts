/**
 * A cleanup as a plan (RULES D3): one call at a time, spaced; sells wait until every cancel has been answered, since
 * orders hold what is to be sold. What fails is named, and the rest goes on.
 */

import type { CleanupStep } from './cleanup.ts'
import type { Plan, PlanCommand, PlanFact } from './plan.ts'

export interface CleanupResult {
  readonly cancelled: number
  readonly sold: number
  readonly purged: readonly string[]
  /** One line for each thing that couldn't be done. */
  readonly problems: readonly string[]
}

interface Task {
  readonly command: PlanCommand
  /** For problems: `sell AUT/USD`. */
  readonly name: string
  state: 'waiting' | 'sent' | 'done' | 'failed'
}

export class CleanupPlan implements Plan<CleanupResult> {
  private readonly tasks: Task[] = []
  private readonly problems: string[] = []
  private readonly betweenCallsMs: number
  private readyMs = Number.NEGATIVE_INFINITY

  constructor(steps: readonly CleanupStep[], betweenCallsMs: number) {
    this.betweenCallsMs = betweenCallsMs
    for (const step of steps) {
      if (step.kind === 'note') this.problems.push(`${step.about}: ${step.text}`)
      else this.tasks.push(task(step, this.tasks.length + 1))
    }
  }

  get done(): boolean {
    return this.tasks.every((one) => one.state === 'done' || one.state === 'failed')
  }

  get dueMs(): number {
    return this.upcoming() === null ? Number.POSITIVE_INFINITY : this.readyMs
  }

  /** At most one call to the venue; purges before it take no call. */
  next(atMs: number): readonly PlanCommand[] {
    if (atMs < this.readyMs) return []
    const commands: PlanCommand[] = []
    for (let one = this.upcoming(); one !== null; one = this.upcoming()) {
      commands.push(one.command)
      one.state = one.command.kind === 'purge' ? 'done' : 'sent'
      if (one.state === 'sent') {
        this.readyMs = atMs + this.betweenCallsMs
        break
      }
    }
    return commands
  }

  onFact(fact: PlanFact): void {
    const one = this.tasks[fact.id - 1]
    if (one === undefined || one.state !== 'sent') return
    if (fact.kind === 'fill' && !fact.complete) return
    one.state = fact.kind === 'failed' ? 'failed' : 'done'
    if (fact.kind === 'failed') this.problems.push(`${one.name}: ${fact.reason}`)
  }

  get result(): CleanupResult | null {
    if (!this.done) return null
    const done = this.tasks.filter((one) => one.state === 'done').map((one) => one.command)
    return {
      cancelled: done.filter((one) => one.kind === 'cancel').length,
      sold: done.filter((one) => one.kind === 'sell').length,
      purged: done.flatMap((one) => (one.kind === 'purge' ? [one.symbol] : [])),
      problems: this.problems,
    }
  }

  /** The next command that may be sent, or null: sells wait for cancels. */
  private upcoming(): Task | null {
    const one = this.tasks.find(({ state }) => state === 'waiting')
    if (one === undefined) return null
    const cancelling = this.tasks.some(({ command, state }) => command.kind === 'cancel' && state === 'sent')
    return one.command.kind === 'sell' && cancelling ? null : one
  }
}

function task(step: Exclude<CleanupStep, { kind: 'note' }>, id: number): Task {
  if (step.kind === 'cancel') {
    return { command: { ...step, id }, name: `cancel ${step.venueOrderId}`, state: 'waiting' }
  }
  if (step.kind === 'purge') return { command: { ...step, id }, name: `purge ${step.symbol}`, state: 'waiting' }
  const { instrument, quantity } = step
  const command = { kind: 'sell', id, instrument: instrument.id, quantity } as const
  return { command, name: `sell ${instrument.symbol}`, state: 'waiting' }
}
