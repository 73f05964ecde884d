/**
 * A reallocation as a plan (RULES D2): the sells first, all of them real orders; the buy only after they have filled,
 * sized by what really came in. A failed sell cancels the buy, with the reason.
 */

import { type Dec, toDec, ZERO } from '../core/dec.ts'
import type { Plan, PlanCommand, PlanFact } from './plan.ts'
import type { PlannedSell } from './reallocation.ts'
import type { PortfolioSizer } from './sizing.ts'

export interface ReallocationRequest {
  readonly sells: readonly PlannedSell[]
  /** Instrument and size of the entry that all this is for. */
  readonly instrument: number
  readonly wanted: Dec
  /** Cash available before the sells. */
  readonly available: Dec
  readonly buyCostRate: Dec
}

export interface ReallocationResult {
  readonly outcome: 'bought' | 'cancelled'
  /** Why the buy was cancelled or failed; null where it was bought. */
  readonly reason: string | null
  /** What the sells brought in after fees. */
  readonly received: Dec
  /** Size of the buy that was sent; 0 for none. */
  readonly bought: Dec
}

export class ReallocationPlan implements Plan<ReallocationResult> {
  result: ReallocationResult | null = null
  private readonly request: ReallocationRequest
  private readonly sizer: PortfolioSizer
  private readonly open: Set<number>
  private readonly buyId: number
  private phase: 'sell' | 'selling' | 'buy' | 'buying' = 'sell'
  private received: Dec = ZERO
  private bought: Dec = ZERO
  private reason: string | null = null

  constructor(request: ReallocationRequest, sizer: PortfolioSizer) {
    this.request = request
    this.sizer = sizer
    this.open = new Set(request.sells.map((_, i) => i + 1))
    this.buyId = request.sells.length + 1
    if (this.open.size === 0) this.phase = 'buy'
  }

  get done(): boolean {
    return this.result !== null
  }

  get dueMs(): number {
    const ready = !this.done && (this.phase === 'sell' || this.phase === 'buy')
    return ready ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }

  next(): readonly PlanCommand[] {
    if (this.done) return []
    if (this.phase === 'sell') {
      this.phase = 'selling'
      return this.request.sells.map(({ instrument, quantity }, i) => ({
        kind: 'sell',
        id: i + 1,
        instrument,
        quantity,
      }))
    }
    if (this.phase !== 'buy') return []
    const { available, wanted, buyCostRate, instrument } = this.request
    const size = this.sizer.sizeAfterSells(wanted, toDec(available + this.received), buyCostRate)
    if (size.wanted === null) {
      this.end(`what came in leaves ${size.skip.first}, below the minimum of ${size.skip.second}`)
      return []
    }
    this.phase = 'buying'
    this.bought = size.wanted
    return [{ kind: 'buy', id: this.buyId, instrument, valueQuote: size.wanted }]
  }

  onFact(fact: PlanFact): void {
    if (this.done) return
    if (fact.id === this.buyId) {
      this.onBuy(fact)
      return
    }
    if (!this.open.has(fact.id)) return
    if (fact.kind === 'fill') this.received = toDec(this.received + fact.net)
    if (fact.kind === 'failed') this.reason ??= fact.reason
    if (fact.kind === 'fill' && !fact.complete) return
    this.open.delete(fact.id)
    // Every sell is waited for, a failed one too: the result says what really came in.
    if (this.open.size > 0) return
    if (this.reason === null) this.phase = 'buy'
    else this.end(this.reason)
  }

  private onBuy(fact: PlanFact): void {
    if (fact.kind === 'failed') this.end(fact.reason)
    else if (fact.kind === 'done' || fact.complete) this.end(null)
  }

  private end(reason: string | null): void {
    const outcome = reason === null ? 'bought' : 'cancelled'
    this.result = { outcome, reason, received: this.received, bought: reason === null ? this.bought : ZERO }
  }
}
