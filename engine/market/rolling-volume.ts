/**
 * Volume of an account over a trailing window, as a venue counts it: by the instant, or by the full hour or UTC day, so
 * that a fill counts from the next hour or day on. Lookups at rising times cost O(1) amortised; earlier times step back,
 * and the answer depends on the fills and the time alone, never on earlier lookups.
 */

import type { VolumeTiming } from '../core/dated.ts'

const DAY_MS = 86_400_000
const GRANULE_MS: Readonly<Record<VolumeTiming, number>> = { fill: 0, hour: 3_600_000, day: DAY_MS }

export class RollingVolume {
  private readonly windowMs: number
  private readonly granuleMs: number
  /** When each bucket begins to count, rising, and what it holds. */
  private readonly enters: number[] = []
  private readonly amounts: number[] = []
  /** Buckets [left, entered) are inside the window of the last lookup, and `sum` is theirs. */
  private left = 0
  private entered = 0
  private sum = 0

  constructor(windowDays: number, timing: VolumeTiming) {
    this.windowMs = windowDays * DAY_MS
    this.granuleMs = GRANULE_MS[timing]
  }

  /** Adds a whole amount. A fill that is told out of order counts with the fill before it. */
  add(atMs: number, amount: number): void {
    const { enters, amounts, granuleMs } = this
    const own = granuleMs === 0 ? atMs : (Math.floor(atMs / granuleMs) + 1) * granuleMs
    const last = enters.length - 1
    if (last < 0 || own > enters[last]!) {
      enters.push(own)
      amounts.push(amount)
      return
    }
    amounts[last]! += amount
    if (last >= this.left && last < this.entered) this.sum += amount
  }

  /** Sum of what counts at `nowMs`: entered by then, and less than a window ago. */
  at(nowMs: number): number {
    const { enters, amounts } = this
    const leftMs = nowMs - this.windowMs
    while (this.left > 0 && enters[this.left - 1]! > leftMs) this.sum += amounts[--this.left]!
    while (this.entered > 0 && enters[this.entered - 1]! > nowMs) this.sum -= amounts[--this.entered]!
    while (this.entered < enters.length && enters[this.entered]! <= nowMs) this.sum += amounts[this.entered++]!
    while (this.left < this.entered && enters[this.left]! <= leftMs) this.sum -= amounts[this.left++]!
    return this.sum
  }
}
