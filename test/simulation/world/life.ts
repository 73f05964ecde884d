/**
 * One life of the process under test: its clock, its timers, and its death. Whatever a dead process still does has no
 * effect: its timers don't go off, its calls leave nowhere and are never answered, its writes throw.
 */

import type { Environment, Timer } from '../../../engine/live/environment.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Thrown into a process that is dead already: nobody is left to catch it. */
export class Died extends Error {
  constructor() {
    super('the process is dead')
  }
}

export class Life implements Environment {
  isAlive = true
  /** Wall clock minus true time, ms. */
  skewMs = 0
  /** Timers and answers wait until then. */
  stalledUntilMs = 0
  /** Timers that haven't gone off: bounded queues are checked by it. */
  timers = 0
  /** It dies in the middle of its next write of several records. */
  diesWriting = false
  private readonly time: VirtualTime
  private readonly bornMs: number
  /** Calls that it still makes before it dies; Infinity for no death at a call. */
  pointsLeft: number
  private readonly onDeath: () => void

  constructor(time: VirtualTime, pointsLeft: number, onDeath: () => void) {
    this.time = time
    this.bornMs = time.nowMs
    this.pointsLeft = pointsLeft
    this.onDeath = onDeath
  }

  nowMs(): number {
    return this.time.nowMs + this.skewMs
  }

  monotonicMs(): number {
    return this.time.nowMs - this.bornMs
  }

  after(delayMs: number, then: () => void): Timer {
    if (!(delayMs >= 0)) throw new Error(`a timer of ${delayMs} ms`)
    this.timers += 1
    let isOver = false
    const over = (): boolean => {
      if (isOver) return true
      isOver = true
      this.timers -= 1
      return false
    }
    const planned = this.deliver(this.time.nowMs + delayMs, () => {
      if (!over()) then()
    })
    return {
      cancel: () => {
        over()
        planned.cancel()
      },
    }
  }

  /** Plans something that this process will notice at `atMs`, if it lives, and once it isn't stalled. */
  deliver(atMs: number, run: () => void): { cancel(): void } {
    let planned = this.time.at(atMs, () => {
      if (!this.isAlive) return
      if (this.stalledUntilMs > this.time.nowMs) planned = this.deliver(this.stalledUntilMs, run)
      else run()
    })
    return { cancel: () => planned.cancel() }
  }

  /** A point at which the process may die: whether it lives on. */
  passes(): boolean {
    if (!this.isAlive) return false
    this.pointsLeft -= 1
    if (this.pointsLeft < 0) this.die()
    return this.isAlive
  }

  /** The same, for calls that answer at once: throws where nobody is left to hear the answer. */
  point(): void {
    if (!this.passes()) throw new Died()
  }

  die(): void {
    if (!this.isAlive) return
    this.isAlive = false
    this.onDeath()
  }
}
