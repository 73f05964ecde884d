/**
 * Did the process stand still? A tick that comes seconds late means that nothing was heard or sent meanwhile; a wall clock
 * that ran away from the monotonic one means that the machine slept, or that somebody set the clock. Either way what the
 * session believes is old: it pauses, reconciles, and goes on.
 */

import type { Environment, Timer } from '../environment.ts'

export interface StallLimits {
  readonly tickMs: number
  /** A tick this much later than due is a stall. */
  readonly stallMs: number
  /** Wall clock against monotonic clock between two ticks. */
  readonly jumpMs: number
}

export const STALL: StallLimits = { tickMs: 1000, stallMs: 5000, jumpMs: 2000 }

export interface Stall {
  readonly kind: 'stall' | 'jump'
  /** Length of the stall, or the wall clock's jump (negative: back), ms. */
  readonly ms: number
}

export class StallGuard {
  private readonly environment: Environment
  private readonly limits: StallLimits
  private readonly stalled: (stall: Stall) => void
  private readonly each: () => void
  private timer: Timer | null = null
  private wallMs = 0
  private monotonicMs = 0

  /** `stalled` is called before `each`, which is called on every tick. */
  constructor(environment: Environment, stalled: (stall: Stall) => void, each: () => void = () => {}, limits = STALL) {
    this.environment = environment
    this.limits = limits
    this.stalled = stalled
    this.each = each
  }

  start(): void {
    this.look()
    this.next()
  }

  stop(): void {
    this.timer?.cancel()
    this.timer = null
  }

  private next(): void {
    this.timer = this.environment.after(this.limits.tickMs, () => this.tick())
  }

  private tick(): void {
    const [wall, monotonic] = [this.wallMs, this.monotonicMs]
    this.look()
    const passed = this.monotonicMs - monotonic
    const jump = this.wallMs - wall - passed
    const late = passed - this.limits.tickMs
    this.next()
    if (late > this.limits.stallMs) this.stalled({ kind: 'stall', ms: late })
    else if (Math.abs(jump) > this.limits.jumpMs) this.stalled({ kind: 'jump', ms: jump })
    this.each()
  }

  private look(): void {
    this.wallMs = this.environment.nowMs()
    this.monotonicMs = this.environment.monotonicMs()
  }
}
