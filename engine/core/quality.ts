/**
 * Signal quality (RULES C1a): the percentile rank of a signal's score among the strategy's own earlier signals in a
 * trailing window, 0 to 1, rounded to 1e-4; null until enough of them exist. Ties count half ("mean" rank), so that a
 * strategy with a constant score sits in the middle and not at the top. It never looks ahead: a score is ranked before
 * it joins the window.
 */

import { mulDiv, pow10, Rounding } from './dec.ts'
import { assert } from './errors.ts'

export interface QualityConfig {
  /** Earlier signals that are remembered. */
  readonly window: number
  /** Earlier signals that must exist before there is a rank. */
  readonly needed: number
  readonly decimals: number
}

/** C1a: null until 20 earlier signals exist; the window is 200 signals (ours); rounded to 1e-4. */
export const DEFAULT_QUALITY: QualityConfig = { window: 200, needed: 20, decimals: 4 }

export class QualityRank {
  private readonly config: QualityConfig
  private readonly unit: number
  /** The window's scores, ascending, and in the order of their arrival (a ring). */
  private readonly sorted: Float64Array
  private readonly ring: Float64Array
  private count = 0
  private next = 0

  constructor(config: QualityConfig = DEFAULT_QUALITY) {
    assert(config.needed >= 1 && config.needed <= config.window, 'a quality window holds what it needs')
    this.config = config
    this.unit = pow10(config.decimals)
    this.sorted = new Float64Array(config.window)
    this.ring = new Float64Array(config.window)
  }

  /** Ranks a signal's score, then remembers it. A score that isn't a number has no rank and isn't remembered. */
  rank(score: number): number | null {
    if (!Number.isFinite(score)) return null
    const below = this.lowerBound(score)
    const notAbove = below < this.count && this.sorted[below] === score ? this.upperBound(score) : below
    const earlier = this.count
    this.remember(score, notAbove)
    if (earlier < this.config.needed) return null
    return mulDiv(below + notAbove, this.unit, 2 * earlier, Rounding.halfUp) / this.unit
  }

  /** The window's scores, oldest first; `restore` continues from them with the same ranks. */
  snapshot(): number[] {
    const oldest = this.count < this.config.window ? 0 : this.next
    return Array.from({ length: this.count }, (_, i) => this.ring[(oldest + i) % this.config.window]!)
  }

  restore(scores: readonly number[]): void {
    this.count = 0
    this.next = 0
    for (const score of scores) this.remember(score, this.upperBound(score))
  }

  /** Puts a score at its place; in a full window the oldest makes room, and only what lies between the two moves. */
  private remember(score: number, at: number): void {
    const { sorted, ring } = this
    let place = at
    if (this.count < this.config.window) {
      for (let i = this.count; i > place; i--) sorted[i] = sorted[i - 1]!
      this.count += 1
    } else {
      const evicted = this.lowerBound(ring[this.next]!)
      if (evicted < place) {
        place -= 1
        for (let i = evicted; i < place; i++) sorted[i] = sorted[i + 1]!
      } else for (let i = evicted; i > place; i--) sorted[i] = sorted[i - 1]!
    }
    sorted[place] = score
    ring[this.next] = score
    this.next = this.next + 1 === this.config.window ? 0 : this.next + 1
  }

  /** How many remembered scores are below `score`. */
  private lowerBound(score: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.sorted[middle]! < score) low = middle + 1
      else high = middle
    }
    return low
  }

  /** How many remembered scores are at most `score`. */
  private upperBound(score: number): number {
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.sorted[middle]! <= score) low = middle + 1
      else high = middle
    }
    return low
  }
}
