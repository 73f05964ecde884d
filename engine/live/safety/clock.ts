/**
 * The local clock against the venue's. A venue that tells only whole seconds, and a slow line, leave a range for the
 * offset: what isn't certain isn't blamed on the clock.
 */

import type { Environment } from '../environment.ts'
import type { Conditions } from './conditions.ts'

export interface ClockLimits {
  readonly warnMs: number
  readonly haltMs: number
  /** Questions in a row, whose ranges are cut with each other. */
  readonly samples: number
}

export const CLOCK: ClockLimits = { warnMs: 500, haltMs: 1000, samples: 3 }

/** The venue's clock less ours lies in here, ms. */
export interface ClockOffset {
  readonly leastMs: number
  readonly mostMs: number
}

/**
 * Asks the venue for its time. Its answer `t` was true somewhere between sending and receiving, and stands for
 * [t, t + resolution).
 */
export async function measureOffset(
  environment: Environment,
  serverTimeMs: () => Promise<number>,
  samples = CLOCK.samples,
): Promise<ClockOffset> {
  let [leastMs, mostMs] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let i = 0; i < samples; i++) {
    const sentMs = environment.nowMs()
    const start = environment.monotonicMs()
    const told = await serverTimeMs()
    const receivedMs = sentMs + (environment.monotonicMs() - start)
    const resolutionMs = told % 1000 === 0 ? 1000 : 1
    leastMs = Math.max(leastMs, told - receivedMs)
    mostMs = Math.min(mostMs, told + resolutionMs - sentMs)
  }
  // A clock that was set between two questions leaves no common range: the last words of both ends are kept.
  return leastMs <= mostMs ? { leastMs, mostMs } : { leastMs: mostMs, mostMs: leastMs }
}

/** How far the clock is off for certain, ms ≥ 0. */
export function certainOffset({ leastMs, mostMs }: ClockOffset): number {
  return leastMs > 0 ? leastMs : mostMs < 0 ? -mostMs : 0
}

export class ClockGuard {
  private readonly environment: Environment
  private readonly conditions: Conditions
  private readonly limits: ClockLimits
  private warned = false

  constructor(environment: Environment, conditions: Conditions, limits: ClockLimits = CLOCK) {
    this.environment = environment
    this.conditions = conditions
    this.limits = limits
  }

  /** Measures and judges. A venue that doesn't answer leaves things as they are; the error is the caller's. */
  async check(serverTimeMs: () => Promise<number>): Promise<ClockOffset> {
    const offset = await measureOffset(this.environment, serverTimeMs, this.limits.samples)
    this.judge(offset)
    return offset
  }

  judge(offset: ClockOffset): void {
    const off = certainOffset(offset)
    const why = `the clock is ${Math.round(off)} ms ${offset.leastMs > 0 ? 'behind' : 'ahead of'} the venue's`
    const nowMs = this.environment.nowMs()
    if (off > this.limits.haltMs) {
      this.conditions.raise({ key: 'CLOCK', level: 'HALTED', why, sinceMs: nowMs, latched: false })
    } else this.conditions.clear('CLOCK', 'the clock is right again')
    const warn = off > this.limits.warnMs
    if (warn && !this.warned) this.conditions.warn('CLOCK_OFFSET', why, nowMs)
    this.warned = warn
  }
}
