/**
 * The exchange's own time. It stands still until someone moves it (virtual), or follows a wall clock at a multiple of
 * its speed. It never goes back.
 */

export interface ExchangeClock {
  /** ms UTC. */
  nowMs(): number
}

/** Moved by hand: what a test or a replay drives. */
export class VirtualClock implements ExchangeClock {
  private ms: number

  constructor(startMs: number) {
    this.ms = startMs
  }

  nowMs(): number {
    return this.ms
  }

  /** Moves on to `ms`; a time that has passed leaves it where it is. */
  moveTo(ms: number): void {
    this.ms = Math.max(this.ms, ms)
  }
}

/** Runs at `speed` times the wall clock, from `startMs` on. */
export class ScaledClock implements ExchangeClock {
  private readonly startMs: number
  private readonly speed: number
  private readonly wallMs: () => number
  private readonly wallStartMs: number
  private last: number

  constructor(startMs: number, speed: number, wallMs: () => number) {
    this.startMs = startMs
    this.speed = speed
    this.wallMs = wallMs
    this.wallStartMs = wallMs()
    this.last = startMs
  }

  nowMs(): number {
    // The wall clock may step back, ours doesn't.
    this.last = Math.max(this.last, Math.floor(this.startMs + (this.wallMs() - this.wallStartMs) * this.speed))
    return this.last
  }
}
