/** Chance, by seed alone: every consumer draws from a stream of its own, so that one's draws don't shift another's. */

import { seededUniform, type Uniform } from '../../../engine/core/random.ts'

export class Draws {
  private readonly uniform: Uniform
  private readonly name: string

  constructor(seed: string) {
    this.name = seed
    this.uniform = seededUniform(seed)
  }

  /** A stream of its own for `label`. */
  fork(label: string): Draws {
    return new Draws(`${this.name}/${label}`)
  }

  /** Uniform in [0, 1). */
  share(): number {
    return this.uniform()
  }

  chance(rate: number): boolean {
    return this.uniform() < rate
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.uniform() * (high - low + 1))
  }

  between(low: number, high: number): number {
    return low + this.uniform() * (high - low)
  }

  pick<T>(items: readonly T[]): T {
    return items[this.whole(0, items.length - 1)]!
  }

  /** Exponential with this mean: waiting times. Rounded to whole units. */
  wait(mean: number): number {
    return Math.round(-mean * Math.log(1 - this.uniform()))
  }
}
