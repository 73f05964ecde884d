/**
 * Keeps reads within a venue's request budget: a counter that fills by each call's cost and drains with time, as venues
 * document theirs. Orders and cancels never wait here: venues count them apart, and they have their own limits.
 */

import { type Environment, pause } from '../environment.ts'

export interface Pace {
  /** The counter's height above which a call waits. */
  readonly capacity: number
  /** What drains in a second. */
  readonly perSecond: number
}

export class Pacer {
  readonly #pace: Pace
  readonly #environment: Environment
  #level = 0
  #atMs: number
  #tail: Promise<void> = Promise.resolve()

  constructor(pace: Pace, environment: Environment) {
    this.#pace = pace
    this.#environment = environment
    this.#atMs = environment.monotonicMs()
  }

  /** Resolves when a call of that cost may go out, first come, first served. */
  take(cost: number): Promise<void> {
    this.#tail = this.#tail.then(() => this.#admit(cost))
    return this.#tail
  }

  async #admit(cost: number): Promise<void> {
    this.#drain()
    const excess = this.#level + cost - this.#pace.capacity
    if (excess > 0 && this.#level > 0) {
      await pause(this.#environment, Math.ceil((Math.min(excess, this.#level) / this.#pace.perSecond) * 1000))
      this.#drain()
    }
    this.#level += cost
  }

  #drain(): void {
    const nowMs = this.#environment.monotonicMs()
    const gone = ((nowMs - this.#atMs) / 1000) * this.#pace.perSecond
    this.#level = Math.max(0, this.#level - gone)
    this.#atMs = nowMs
  }
}
