/** A clock that stands still until it is told to run, and its timers. Wall clock and monotonic clock can part. */

import type { Environment, Timer } from '../../engine/live/environment.ts'

interface Waiting {
  readonly dueMs: number
  readonly order: number
  readonly then: () => void
}

export class VirtualEnvironment implements Environment {
  private elapsedMs = 0
  private offsetMs: number
  private waiting: Waiting[] = []
  private made = 0

  constructor(startMs = 1_700_000_000_000) {
    this.offsetMs = startMs
  }

  nowMs(): number {
    return this.offsetMs + this.elapsedMs
  }

  monotonicMs(): number {
    return this.elapsedMs
  }

  after(delayMs: number, then: () => void): Timer {
    const timer = { dueMs: this.elapsedMs + Math.max(0, delayMs), order: this.made++, then }
    this.waiting.push(timer)
    return { cancel: () => (this.waiting = this.waiting.filter((other) => other !== timer)) }
  }

  /** The wall clock is set; the monotonic one doesn't notice. */
  stepWall(byMs: number): void {
    this.offsetMs += byMs
  }

  /** Time passes in which nothing runs: timers that fall due go off only later. */
  stall(byMs: number): void {
    this.elapsedMs += byMs
  }

  get timers(): number {
    return this.waiting.length
  }

  /** Lets `byMs` pass, timers in order of time and making; promises settle between them. */
  async run(byMs: number): Promise<void> {
    const untilMs = this.elapsedMs + byMs
    await settle()
    for (;;) {
      const [next] = this.waiting
        .filter(({ dueMs }) => dueMs <= untilMs)
        .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order)
      if (next === undefined) break
      this.waiting = this.waiting.filter((other) => other !== next)
      this.elapsedMs = Math.max(this.elapsedMs, next.dueMs)
      next.then()
      await settle()
    }
    this.elapsedMs = Math.max(this.elapsedMs, untilMs)
  }
}

/** Every promise that can go on does, some rounds deep. */
export async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve()
}
