/** The phased plans of a run, and their place in it: told of every fact, asked before entries, ended with the run. */

import type { Fact } from '../core/fact.ts'
import type { CleanupPlan } from '../rules/cleanup-plan.ts'
import { Cleaner, type CleanupHands } from './cleaner.ts'
import type { DeskOptions } from './desk-types.ts'
import type { Portfolio } from './portfolio.ts'
import { type Hands, Reallocator } from './reallocator.ts'

export class Plans {
  /** Where sizing is by portfolio on spot: entries that positions are sold for. */
  readonly reallocator: Reallocator | null
  private cleaners: readonly Cleaner[] = []
  private readonly portfolio: Portfolio
  private readonly options: DeskOptions
  private readonly hands: Hands & CleanupHands

  constructor(options: DeskOptions, portfolio: Portfolio, hands: Hands & CleanupHands) {
    this.options = options
    this.portfolio = portfolio
    this.hands = hands
    const spot = options.instruments[0]!.kind === 'spot'
    const by = options.rules.sizing.mode
    this.reallocator = by === 'portfolio' && spot ? new Reallocator(options, portfolio, hands) : null
  }

  /** A fact about an order, after it was booked. */
  onFact(fact: Fact): void {
    if (this.reallocator !== null) this.reallocator.onFact(fact)
    for (let i = 0; i < this.cleaners.length; i++) this.cleaners[i]!.onFact(fact)
  }

  /** Begins cleanups. */
  clean(plans: readonly CleanupPlan[], atMs: number): void {
    this.cleaners = plans.map((plan) => new Cleaner(plan, this.portfolio, this.options.instruments, this.hands))
    for (const one of this.cleaners) one.send(atMs)
  }

  /** The run is over: what is under way comes to nothing. */
  finish(atMs: number): void {
    this.reallocator?.abandon(atMs)
  }
}
