/** A clock that tests move: timers go off in order of their time, and everything that follows is done before the next. */

import type { Environment, Timer } from '../../engine/live/environment.ts'

interface Due {
  readonly atMs: number
  readonly order: number
  readonly then: () => void
}

export class VirtualClock implements Environment {
  private now: number
  private readonly due: Due[] = []
  private count = 0

  constructor(startMs: number) {
    this.now = startMs
  }

  nowMs(): number {
    return this.now
  }

  monotonicMs(): number {
    return this.now
  }

  after(delayMs: number, then: () => void): Timer {
    const one: Due = { atMs: this.now + Math.max(0, delayMs), order: this.count++, then }
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

  /** Runs until `done` has settled; throws what it throws. Nothing that waits can come: an error. */
  async until<T>(done: Promise<T>): Promise<T> {
    let settled = false
    const watched = done.finally(() => {
      settled = true
    })
    watched.catch(() => {})
    for (;;) {
      await quiet()
      if (settled) return await watched
      const next = this.due.shift()
      if (next === undefined) throw new Error('nothing is due, and it is not done')
      this.now = Math.max(this.now, next.atMs)
      next.then()
    }
  }
}

/** Everything that can go on without a timer has. */
async function quiet(): Promise<void> {
  await new Promise<void>((resolve) => setImmediate(resolve))
}
