/** The real clock and real timers, for live code that is handed its time. */

import type { Environment } from '../live/environment.ts'

export const wallEnvironment: Environment = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  after: (delayMs, then) => {
    const timer = setTimeout(then, delayMs)
    return { cancel: () => clearTimeout(timer) }
  },
}
