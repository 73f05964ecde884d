/**
 * Signal quality (RULES C1a): the percentile rank of a signal's score among the strategy's own earlier signals in a
 * trailing window, 0 to 1, rounded to 1e-4; null until enough of them exist. Ties count half ("mean" rank), so that a
 * strategy with a constant score sits in the middle and not at the top. It never looks ahead: a score is ranked before
 * it joins the window.
 */

import { mulDiv, pow10, Rounding } from './dec.ts'
import { assert } from './errors.ts'
import type { QualitySource } from './strategy.ts'

export interface QualityConfig {
  /** Earlier signals that are remembered. */
  readonly window: number
  /** Earlier signals that must exist before there is a rank. */
  readonly needed: number
  readonly decimals: number
}

/** C1a: null until 20 earlier signals exist; the window is 200 signals (ours); rounded to 1e-4. */
export const DEFAULT_QUALITY: QualityConfig = { window: 200, needed: 20, decimals: 4 }

export class QualityRank implements QualitySource {
  private readonly config: QualityConfig
  private readonly unit: number
  /** Scores of earlier signals, a ring. */
  private readonly ring: Float64Array
  private count = 0
  private next = 0
  /** The newest score, which isn't an earlier one yet; NaN for none. */
  private newest = Number.NaN

  constructor(config: QualityConfig = DEFAULT_QUALITY) {
    assert(config.needed >= 1 && config.needed <= config.window, 'a quality window holds what it needs')
    this.config = config
    this.unit = pow10(config.decimals)
    this.ring = new Float64Array(config.window)
  }

  /**
   * Notes a signal's score and gives back the source of its quality: it is only counted out where a rule asks. Good
   * until the next score; a strategy with several signals a bar takes `rank`.
   */
  observe(score: number): QualitySource {
    this.remember()
    this.newest = score
    return this
  }

  /** Ranks a signal's score at once. A score that isn't a finite number has no rank and isn't remembered. */
  rank(score: number): number | null {
    return this.observe(score).value()
  }

  /** Rank of the newest score among the earlier ones. */
  value(): number | null {
    const { newest, count, ring } = this
    if (!Number.isFinite(newest) || count < this.config.needed) return null
    let below = 0
    let equal = 0
    for (let i = 0; i < count; i++) {
      const score = ring[i]!
      if (score < newest) below += 1
      else if (score === newest) equal += 1
    }
    return mulDiv(2 * below + equal, this.unit, 2 * count, Rounding.halfUp) / this.unit
  }

  /** The window's scores, oldest first, the newest last; `restore` continues from them with the same ranks. */
  snapshot(): number[] {
    this.remember()
    const oldest = this.count < this.config.window ? 0 : this.next
    return Array.from({ length: this.count }, (_, i) => this.ring[(oldest + i) % this.config.window]!)
  }

  restore(scores: readonly number[]): void {
    this.count = 0
    this.next = 0
    this.newest = Number.NaN
    for (const score of scores) this.observe(score)
    this.remember()
  }

  /** The newest score becomes an earlier one; in a full window the oldest makes room. */
  private remember(): void {
    const { newest, config } = this
    if (!Number.isFinite(newest)) return
    this.ring[this.next] = newest
    this.next = this.next + 1 === config.window ? 0 : this.next + 1
    if (this.count < config.window) this.count += 1
    this.newest = Number.NaN
  }
}
