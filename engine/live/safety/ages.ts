/**
 * Age guards: what the session decides on must be young. A feed that stands still, a socket that says nothing, balances
 * that nobody has confirmed: each leaves only orders that lower exposure until it is young again, and tells so.
 */

import type { Environment } from '../environment.ts'
import type { Conditions } from './conditions.ts'

export interface AgeLimits {
  /** A symbol's candles are old when their last close is this many timeframes ago. */
  readonly candleIntervals: number
  readonly socketMs: number
  readonly balancesMs: number
}

export const AGES: AgeLimits = { candleIntervals: 1.5, socketMs: 30_000, balancesMs: 60_000 }

interface Watched {
  readonly key: string
  readonly what: string
  readonly limitMs: number
  /** Monotonic time from which it ages. */
  sinceMs: number
}

export class Ages {
  private readonly environment: Environment
  private readonly conditions: Conditions
  private readonly watched = new Map<string, Watched>()

  constructor(environment: Environment, conditions: Conditions) {
    this.environment = environment
    this.conditions = conditions
  }

  /** From now on `key` must be renewed every `limitMs`; `what` is shown: `candles of BTC/USD`. */
  watch(key: string, what: string, limitMs: number): void {
    this.watched.set(key, { key, what, limitMs, sinceMs: this.environment.monotonicMs() })
  }

  /** It is known to be true as of `ageMs` ago. An older word than the last changes nothing. */
  renew(key: string, ageMs = 0): void {
    const one = this.watched.get(key)
    if (one === undefined) return
    one.sinceMs = Math.max(one.sinceMs, this.environment.monotonicMs() - ageMs)
    if (this.ageMs(key) <= one.limitMs) this.conditions.clear(conditionOf(key), `${one.what}: new again`)
  }

  /** It isn't expected any more: the socket is closed on purpose. */
  forget(key: string): void {
    const one = this.watched.get(key)
    this.watched.delete(key)
    if (one !== undefined) this.conditions.clear(conditionOf(key), `${one.what}: no longer awaited`)
  }

  ageMs(key: string): number {
    const one = this.watched.get(key)
    return one === undefined ? 0 : this.environment.monotonicMs() - one.sinceMs
  }

  /** Looks at all: to be called every second or so. */
  check(): void {
    for (const { key, what, limitMs } of this.watched.values()) {
      const ageMs = this.ageMs(key)
      if (ageMs <= limitMs) continue
      const why = `${what}: nothing new for ${seconds(ageMs)}, at most ${seconds(limitMs)}`
      const sinceMs = this.environment.nowMs()
      this.conditions.raise({ key: conditionOf(key), level: 'REDUCING', why, sinceMs, latched: false })
    }
  }
}

function conditionOf(key: string): string {
  return `STALE ${key}`
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`
}
