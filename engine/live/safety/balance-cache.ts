/** Balances and positions as the venue last told them, asked for no more often than RULES F2 allows. */

import { type Environment, pause } from '../environment.ts'
import { ExchangeError } from '../exchange.ts'
import { within } from '../within.ts'
import { REFRESH, type RefreshConfig, RefreshPolicy } from './refresh-policy.ts'

/** An answer that takes longer isn't waited for. */
const ANSWER_MS = 10_000

export interface Cached<T> {
  readonly value: T
  /** Wall clock when the venue's answer came, ms UTC. */
  readonly atMs: number
  /** How long ago, by the monotonic clock. */
  readonly ageMs: number
  readonly fresh: boolean
}

export class BalanceCache<T> {
  private readonly environment: Environment
  private readonly fetch: () => Promise<T>
  private readonly policy: RefreshPolicy
  private last: { value: T; atMs: number; monotonicMs: number } | null = null
  private running: Promise<void> | null = null
  private invalidations = 0

  constructor(environment: Environment, fetch: () => Promise<T>, config: RefreshConfig = REFRESH) {
    this.environment = environment
    this.fetch = fetch
    this.policy = new RefreshPolicy(config)
  }

  /** What is known now, without asking; null before the first answer. */
  peek(): Cached<T> | null {
    if (this.last === null) return null
    const { value, atMs, monotonicMs } = this.last
    const now = this.environment.monotonicMs()
    return { value, atMs, ageMs: now - monotonicMs, fresh: this.policy.isFresh(now) }
  }

  /** A fill or a refused order: the next read asks again. An answer that is under way is too old already. */
  invalidate(): void {
    this.invalidations += 1
    this.policy.invalidate()
  }

  get breakerOpen(): boolean {
    return this.policy.breakerOpen
  }

  /**
   * A fresh value, waiting up to `waitMs` for the spacing and for failures to pass; concurrent readers share one
   * question. Throws the venue's last error, or `BALANCES_UNAVAILABLE` where the wait is over before it may be asked.
   */
  async read(waitMs: number): Promise<Cached<T>> {
    const untilMs = this.environment.monotonicMs() + waitMs
    for (;;) {
      const known = this.peek()
      if (known?.fresh === true) return known
      const now = this.environment.monotonicMs()
      const fromMs = this.policy.mayAskFromMs()
      if (this.running === null && fromMs > now) {
        if (fromMs > untilMs) throw unavailable(fromMs - now, this.policy.breakerOpen)
        await pause(this.environment, fromMs - now)
        continue
      }
      try {
        await (this.running ??= this.refresh())
      } catch (error) {
        if (this.policy.mayAskFromMs() > untilMs) throw error
      }
    }
  }

  private async refresh(): Promise<void> {
    const before = this.invalidations
    try {
      const value = await within(this.environment, ANSWER_MS, this.fetch)
      const monotonicMs = this.environment.monotonicMs()
      this.last = { value, atMs: this.environment.nowMs(), monotonicMs }
      this.policy.succeeded(monotonicMs)
      if (this.invalidations !== before) this.policy.invalidate()
    } catch (error) {
      this.policy.failed(this.environment.monotonicMs())
      throw error
    } finally {
      this.running = null
    }
  }
}

function unavailable(waitMs: number, breakerOpen: boolean): ExchangeError {
  const why = breakerOpen ? 'the venue failed to tell them again and again' : 'they were asked for a moment ago'
  return new ExchangeError(`balances can be asked for in ${Math.ceil(waitMs / 1000)} s: ${why}`, {
    kind: 'local',
    code: 'BALANCES_UNAVAILABLE',
    retryAfterMs: waitMs,
  })
}
