/**
 * Keeps reads within a venue's request budget: a counter that fills by each call's cost and drains with time, as venues
 * document theirs. Orders and cancels never wait here: venues count them apart, and they have their own limits.
 */

import { type Environment, pause } from '../environment.ts'
import { ExchangeError } from '../exchange.ts'

export interface Pace {
  /** The counter's height above which a call waits. */
  readonly capacity: number
  /** What drains in a second. */
  readonly perSecond: number
}

export class Pacer {
  readonly #pace: Pace
  readonly #environment: Environment
  readonly #mostWaitMs: number
  /** Cost of the calls that wait. */
  #queued = 0
  #level = 0
  #atMs: number
  #tail: Promise<void> = Promise.resolve()

  /**
   * `mostWaitMs`: a call that would wait longer is refused at once. Who gives up waiting leaves its calls in the line, and
   * one that asks again and again would fill it faster than it drains.
   */
  constructor(pace: Pace, environment: Environment, mostWaitMs = Number.POSITIVE_INFINITY) {
    this.#pace = pace
    this.#mostWaitMs = mostWaitMs
    this.#environment = environment
    this.#atMs = environment.monotonicMs()
  }

  /** Resolves when a call of that cost may go out, first come, first served. Rejects with an `ExchangeError` (rejected). */
  take(cost: number): Promise<void> {
    const waitMs = this.#waitMs(cost)
    if (waitMs > this.#mostWaitMs) {
      const text = `the venue's budget for requests is used up for ${Math.ceil(waitMs / 1000)} s`
      const known = { kind: 'rejected', code: 'RATE_LIMITED', retryAfterMs: waitMs } as const
      return Promise.reject(new ExchangeError(text, known))
    }
    this.#queued += cost
    this.#tail = this.#tail.then(() => this.#admit(cost))
    return this.#tail
  }

  #waitMs(cost: number): number {
    this.#drain()
    const excess = this.#level + this.#queued + cost - this.#pace.capacity
    return this.#level + this.#queued > 0 ? (Math.max(0, excess) / this.#pace.perSecond) * 1000 : 0
  }

  async #admit(cost: number): Promise<void> {
    this.#drain()
    const excess = this.#level + cost - this.#pace.capacity
    if (excess > 0 && this.#level > 0) {
      await pause(this.#environment, Math.ceil((Math.min(excess, this.#level) / this.#pace.perSecond) * 1000))
      this.#drain()
    }
    this.#queued -= cost
    this.#level += cost
  }

  #drain(): void {
    const nowMs = this.#environment.monotonicMs()
    const gone = ((nowMs - this.#atMs) / 1000) * this.#pace.perSecond
    this.#level = Math.max(0, this.#level - gone)
    this.#atMs = nowMs
  }
}
