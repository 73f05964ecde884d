/** Capital profiles (RULES C): the four of today, the old one, and the checks on a table of them. */

import { type Dec, decFromNumber } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import type { SignalOptions } from '../core/strategy.ts'
import type { GateConfig } from './gates.ts'
import type { PacingConfig } from './pacing.ts'

/** How a profile sizes: a fixed amount of quote (B4), or total equity ÷ positions allowed. */
export type ProfileSize = { readonly mode: 'fixed'; readonly quote: number } | { readonly mode: 'standard' }

export interface Profile {
  readonly name: string
  /** Half-open range of total equity in quote: [fromQuote, toQuote); `toQuote` null for no upper end. */
  readonly fromQuote: number
  readonly toQuote: number | null
  readonly gates: GateConfig
  readonly pacing: PacingConfig
  /** Positions allowed: the divisor of the standard size. */
  readonly positions: number
  readonly size: ProfileSize
  /** Target and stop as fractions of the entry price, over the strategy's own; null leaves them to the strategy. */
  readonly target: number | null
  readonly stop: number | null
  /** The old defect: sells refused for want of cash. */
  readonly sellsNeedCash: boolean
}

/** Profiles by ascending range, without overlap or hole, the last without an end. */
export type ProfileTable = readonly Profile[]

/** A checked table in a run's units. */
export interface ProfileRange {
  readonly profile: Profile
  readonly from: Dec
  /** First equity that is no longer in range; Infinity for none. */
  readonly to: number
}

/**
 * Checks a table and turns its ranges into exact units. Throws `PROFILE_RANGE`, `PROFILE_OVERLAP`, `PROFILE_HOLE` or
 * `PROFILE_NAME`, each naming the profile.
 */
export function profileRanges(table: ProfileTable, quoteDec: number): readonly ProfileRange[] {
  if (table.length === 0)
    throw bad('PROFILE_RANGE', 'rules.profileRanges', 'the table is empty', 'name one profile at least')
  const sorted = [...table].sort((a, b) => a.fromQuote - b.fromQuote)
  const names = new Set<string>()
  sorted.forEach((profile, i) => {
    const where = `rules.profileRanges.${profile.name}`
    const next = sorted[i + 1]
    const end = profile.toQuote ?? Number.POSITIVE_INFINITY
    if (names.has(profile.name)) throw bad('PROFILE_NAME', where, 'the name is used twice', 'give each its own')
    names.add(profile.name)
    if (!(profile.fromQuote >= 0 && profile.fromQuote < end)) {
      throw bad('PROFILE_RANGE', where, `the range [${profile.fromQuote}, ${end}) is empty`, 'from must be below to')
    }
    if (next === undefined) {
      if (end === Number.POSITIVE_INFINITY) return
      throw bad('PROFILE_HOLE', where, `no profile covers ${end} and more`, 'leave the last one without an upper end')
    }
    const meeting = `it ends at ${end}, ${next.name} begins at ${next.fromQuote}`
    if (end > next.fromQuote) throw bad('PROFILE_OVERLAP', where, `ranges overlap: ${meeting}`, 'let them meet')
    if (end < next.fromQuote) throw bad('PROFILE_HOLE', where, `a hole between ranges: ${meeting}`, 'let them meet')
  })
  return sorted.map((profile) => ({
    profile,
    from: decFromNumber(profile.fromQuote, quoteDec),
    to: profile.toQuote === null ? Number.POSITIVE_INFINITY : decFromNumber(profile.toQuote, quoteDec),
  }))
}

/** The signal's options under a profile: its target and stop win over the strategy's. */
export function profileOptions(profile: Profile, options: SignalOptions | null): SignalOptions | null {
  if (profile.target === null && profile.stop === null) return options
  return writeOptions(profile, options, newOptionsSlot())
}

/** Options that are written anew for every signal. */
export type OptionsSlot = { -readonly [K in keyof SignalOptions]: SignalOptions[K] }

/** All keys from the start: an object that grows them one by one changes its shape with each. */
export function newOptionsSlot(): OptionsSlot {
  return {
    side: undefined,
    quality: undefined,
    target: undefined,
    stop: undefined,
    targetPrice: undefined,
    stopPrice: undefined,
    limitPrice: undefined,
    triggerPrice: undefined,
    sizeQuote: undefined,
    reallocate: undefined,
    tag: undefined,
  }
}

/** The options of a profile that has a target or a stop, written into `slot`, which is returned. */
export function writeOptions(profile: Profile, options: SignalOptions | null, slot: OptionsSlot): OptionsSlot {
  const { target, stop } = profile
  // Key by key: a spread at every signal would cost more than the rest of its way.
  slot.side = options?.side
  slot.quality = options?.quality
  slot.target = target ?? options?.target
  slot.stop = stop ?? options?.stop
  slot.targetPrice = target === null ? options?.targetPrice : undefined
  slot.stopPrice = stop === null ? options?.stopPrice : undefined
  slot.limitPrice = options?.limitPrice
  slot.triggerPrice = options?.triggerPrice
  slot.sizeQuote = options?.sizeQuote
  slot.reallocate = options?.reallocate
  slot.tag = options?.tag
  return slot
}

function bad(code: string, where: string, message: string, hint: string): TandemError {
  return new TandemError(message, { code, where, hint })
}
