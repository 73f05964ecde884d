/** Calls made again while the fault is of the kind that passes: a busy venue, a lost connection. */

import { TandemError } from '../../engine/core/errors.ts'
import type { PullClock } from './port.ts'

/** Waits 1, 2, 4, … s, a minute at most: together some seven minutes, longer than venues ban for bursts. */
const MOST_TRIES = 14
const FIRST_WAIT_MS = 1000
const LONGEST_WAIT_MS = 60_000

export type Retrying = <T>(work: () => Promise<T>) => Promise<T>

/** `onRetry` hears of every call that is made again. Throws what isn't retryable at once, and the last fault at the end. */
export function retrying(
  clock: PullClock,
  onRetry: (error: TandemError) => void,
  mostTries: number = MOST_TRIES,
): Retrying {
  return async (work) => {
    for (let tries = 1; ; tries++) {
      try {
        return await work()
      } catch (error) {
        if (!(error instanceof TandemError) || !error.retryable || tries === mostTries) throw error
        onRetry(error)
        await clock.sleep(Math.min(FIRST_WAIT_MS * 2 ** (tries - 1), LONGEST_WAIT_MS))
      }
    }
  }
}
