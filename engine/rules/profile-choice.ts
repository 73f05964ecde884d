/**
 * Which profile is in force (RULES C): chosen from total equity at each entry signal and each monitoring event, or
 * pinned. A change is an event to be recorded; it binds new entries and never closes a position.
 */

import { type Dec, mulDiv, Rounding, toDec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import { RATE_ONE } from './executable.ts'
import { type Profile, type ProfileRange, type ProfileTable, profileRanges } from './profiles.ts'
import { rateOf } from './rate.ts'

export interface ProfileChoiceConfig {
  readonly table: ProfileTable
  /** A profile's name, or null to choose by equity. */
  readonly pinned: string | null
  /** How far equity must pass a boundary before the profile changes, as a fraction of it; 0 for none. */
  readonly hysteresis: number
}

/** A profile in force. Below the lowest range its discipline holds with dynamic sizing (B1). */
export interface ProfileState {
  /** Place in the table by ascending range; -1 below the lowest. */
  readonly index: number
  readonly profile: Profile
  readonly belowRange: boolean
}

export interface ProfileChange {
  readonly atMs: number
  readonly equity: Dec
  /** Null for the first choice of a run. */
  readonly from: ProfileState | null
  readonly to: ProfileState
}

/** Throws as `profileRanges` does, and `PROFILE_UNKNOWN` for a pinned name that the table doesn't have. */
export class ProfileChoice {
  private readonly ranges: readonly ProfileRange[]
  private readonly states: readonly ProfileState[]
  private readonly hysteresis: Dec
  private readonly pinned: number | null
  /** Index of the range in force; -1 below the lowest, null before the first evaluation. */
  private at: number | null = null

  constructor(config: ProfileChoiceConfig, quoteDec: number) {
    this.ranges = profileRanges(config.table, quoteDec)
    if (!(config.hysteresis >= 0 && config.hysteresis < 1)) {
      throw new TandemError(`a hysteresis of ${config.hysteresis} is not a fraction`, {
        code: 'PROFILE_RANGE',
        where: 'rules.profileHysteresis',
        hint: 'give a number from 0 up to 1, such as 0.05',
      })
    }
    this.hysteresis = rateOf(config.hysteresis)
    this.states = this.ranges.map(({ profile }, index) => ({ index, profile, belowRange: false }))
    this.pinned = config.pinned === null ? null : this.indexOf(config.pinned)
  }

  /** The profile in force. Evaluate first. */
  get current(): ProfileState {
    return this.stateAt(this.at ?? this.pinned ?? 0)
  }

  /** Looks at total equity. Returns the change, or null where the profile stays. */
  evaluate(equity: Dec, atMs: number): ProfileChange | null {
    const before = this.at
    if (before !== null && equity >= this.low && equity < this.high) return null
    const next = this.pinned ?? this.rangeOf(equity)
    this.at = next
    if (next === before) return null
    return { atMs, equity, from: before === null ? null : this.stateAt(before), to: this.stateAt(next) }
  }

  /** The profile stays while low ≤ total equity < high, in quote units; what a scan has to watch. */
  get low(): number {
    if (this.at === null || this.pinned !== null || this.at < 0) return Number.NEGATIVE_INFINITY
    return mulDiv(this.ranges[this.at]!.from, RATE_ONE - this.hysteresis, RATE_ONE, Rounding.ceil)
  }

  get high(): number {
    if (this.at === null || this.pinned !== null) return Number.POSITIVE_INFINITY
    const to = this.at < 0 ? this.ranges[0]!.from : this.ranges[this.at]!.to
    if (to === Number.POSITIVE_INFINITY) return to
    return mulDiv(toDec(to), RATE_ONE + this.hysteresis, RATE_ONE, Rounding.ceil)
  }

  /** Index of the range in force, for a snapshot; null before the first evaluation. */
  snapshot(): number | null {
    return this.at
  }

  restore(at: number | null): void {
    this.at = at
  }

  private indexOf(name: string): number {
    const index = this.ranges.findIndex(({ profile }) => profile.name === name)
    if (index >= 0) return index
    throw new TandemError(`there is no profile '${name}'`, {
      code: 'PROFILE_UNKNOWN',
      where: 'account.profile',
      hint: `use one of ${this.ranges.map(({ profile }) => profile.name).join(', ')}`,
    })
  }

  private rangeOf(equity: Dec): number {
    return this.ranges.findLastIndex(({ from }) => equity >= from)
  }

  private stateAt(index: number): ProfileState {
    return index < 0 ? { index: -1, profile: this.ranges[0]!.profile, belowRange: true } : this.states[index]!
  }
}
