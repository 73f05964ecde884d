/**
 * The venue's time, counted on from its last word by the clock that nobody can set. Deadlines and waiting are measured by
 * it: where the wall clock jumped ahead, a request would stay good at the venue for as long as the jump, while we
 * believed that its time was over.
 */

import type { Environment, Timer } from './environment.ts'

/** How quick an answer must be to be taken as of the middle of question and answer. */
export const QUICK_MS = 1_000

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

  /**
   * The venue said that it was `venueMs`; asked at `askedMs` on the monotonic clock, and answered just now. A quick answer
   * is as of the middle of both; of a slow one nobody knows when it was made. One that tells whole steps of `stepMs` only
   * says between which two it is. A time of ours that may be the venue's is left alone, any other moved to the nearest
   * that may.
   */
  told(venueMs: number, askedMs: number, stepMs = 0): void {
    const answeredMs = this.monotonicMs()
    const middleMs = (askedMs + answeredMs) / 2
    const doubtMs = answeredMs - askedMs > QUICK_MS ? (answeredMs - askedMs) / 2 : 0
    const ownMs = this.anchorMs + (middleMs - this.anchorMonotonicMs)
    this.anchorMs = Math.min(Math.max(ownMs, venueMs - doubtMs), venueMs + stepMs + doubtMs)
    this.anchorMonotonicMs = middleMs
  }
  /** Goes ahead by `byMs`, or where that is negative back. */
  move(byMs: number): void {
    this.anchorMs += byMs
  }
}
