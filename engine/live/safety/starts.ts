/**
 * How often a session started without having ended well: a process that crashes again and again stays down, so that a
 * supervisor doesn't make it trade its way through a fault.
 */

import { TandemError } from '../../core/errors.ts'

export interface StartConfig {
  /** More crashes than this within `windowMs` and it stays down. */
  readonly crashes: number
  readonly windowMs: number
}

export const STARTS: StartConfig = { crashes: 3, windowMs: 600_000 }

/** One start; `ended` is false until it closed in good order. */
export interface Start {
  readonly atMs: number
  readonly ended: boolean
}

/** Starts within the window that never closed in good order. */
export function recentCrashes(starts: readonly Start[], nowMs: number, { windowMs }: StartConfig = STARTS): number {
  return starts.filter(({ atMs, ended }) => !ended && atMs > nowMs - windowMs).length
}

/** Throws `TOO_MANY_CRASHES` where the session must stay down. `starts` are those before this one. */
export function refuseCrashLoop(starts: readonly Start[], nowMs: number, where: string, config = STARTS): void {
  const crashes = recentCrashes(starts, nowMs, config)
  if (crashes <= config.crashes) return
  throw new TandemError(`crashed ${crashes} times within ${config.windowMs / 60_000} minutes, so it stays down`, {
    code: 'TOO_MANY_CRASHES',
    where,
    hint: 'find out why, then start it again when the time is over',
  })
}
