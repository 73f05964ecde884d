/**
 * The venue's time, counted on from its last word by the clock that nobody can set. Deadlines and waiting are measured by
 * it: where the wall clock jumped ahead, a request would stay good at the venue for as long as the jump, while we
 * believed that its time was over.
 */

import type { Environment, Timer } from './environment.ts'

export class SteadyClock implements Environment {
  private readonly environment: Environment
  private anchorMs: number
  private anchorMonotonicMs: number

  /** Begins with the wall clock, which a start has compared with the venue's. */
  constructor(environment: Environment) {
    this.environment = environment
    this.anchorMs = environment.nowMs()
    this.anchorMonotonicMs = environment.monotonicMs()
  }

  nowMs(): number {
    return this.anchorMs + (this.monotonicMs() - this.anchorMonotonicMs)
  }

  monotonicMs(): number {
    return this.environment.monotonicMs()
  }

  after(delayMs: number, then: () => void): Timer {
    return this.environment.after(delayMs, then)
  }

  /** The wall clock that it began with is off by so much for certain. */
  shift(ms: number): void {
    this.anchorMs += ms
  }

  /**
   * The venue said that it was `venueMs`; asked at `askedMs` on the monotonic clock, and answered just now. One that tells
   * whole steps of `stepMs` only says between which two it is: a time of ours that lies there is left alone.
   */
  told(venueMs: number, askedMs: number, stepMs = 0): void {
    const middleMs = (askedMs + this.monotonicMs()) / 2
    const ownMs = this.anchorMs + (middleMs - this.anchorMonotonicMs)
    this.anchorMs = Math.min(Math.max(ownMs, venueMs), venueMs + stepMs)
    this.anchorMonotonicMs = middleMs
  }
}
