/** Clocks of sessions: the machine's own, and one for replays that jumps to what is due next. */

import type { Environment, Timer } from '../../live/environment.ts'

export const realEnvironment: Environment = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, then) {
    const timer = setTimeout(then, Math.min(delayMs, 2 ** 31 - 1))
    return { cancel: () => clearTimeout(timer) }
  },
}

interface Due {
  readonly atMs: number
  readonly then: () => void
}

/** Time passes as fast as what happens in it is done. */
export class JumpingClock implements Environment {
  private now: number
  private readonly due: Due[] = []
  private readonly busy: () => boolean

  /** While something is `busy` outside, such as a request under way, time stands still. */
  constructor(startMs: number, busy: () => boolean = () => false) {
    this.now = startMs
    this.busy = busy
  }

  nowMs(): number {
    return this.now
  }

  monotonicMs(): number {
    return this.now
  }

  after(delayMs: number, then: () => void): Timer {
    const one: Due = { atMs: this.now + Math.max(0, delayMs), then }
    let at = this.due.length
    while (at > 0 && this.due[at - 1]!.atMs > one.atMs) at -= 1
    this.due.splice(at, 0, one)
    return {
      cancel: () => {
        const index = this.due.indexOf(one)
        if (index !== -1) this.due.splice(index, 1)
      },
    }
  }

  /** Runs until `done` settles. Real input and output may be under way: where nothing is due, it waits for that. */
  async until<T>(done: Promise<T>): Promise<T> {
    let settled = false
    const watched = done.finally(() => {
      settled = true
    })
    watched.catch(() => {})
    for (;;) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      if (settled) return await watched
      if (this.busy()) continue
      const next = this.due.shift()
      if (next === undefined) continue
      this.now = Math.max(this.now, next.atMs)
      next.then()
    }
  }
}
