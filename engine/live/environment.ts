/**
 * Time, as live code may know it. Nothing in this room calls a clock or sets a timer by itself: it is handed one of
 * these, so that the same code runs on a virtual clock in simulation.
 */

/** A timer that hasn't gone off yet. */
export interface Timer {
  cancel(): void
}

export interface Environment {
  /** Wall clock, ms UTC since 1970. May step back. */
  nowMs(): number
  /** Milliseconds that never go back, from an arbitrary start. */
  monotonicMs(): number
  /** Calls `then` once, `delayMs` from now at the earliest. */
  after(delayMs: number, then: () => void): Timer
}

/** Resolves `delayMs` from now at the earliest. */
export function pause(environment: Environment, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    environment.after(delayMs, resolve)
  })
}
