/**
 * A profile's say in an entry that nothing but its gates and sizing can refuse: which options hold, whether the gates
 * let it through, what size is wanted. By the same functions as EntryRules; where the answer would be a refusal, a
 * change of profile or another sizing than the profile's own, it leaves the signal to them.
 */

import { type Dec, decFromNumber, ZERO } from '../core/dec.ts'
import type { Instrument } from '../core/instrument.ts'
import type { SignalOptions } from '../core/strategy.ts'
import type { RulesConfig } from './config.ts'
import { type EntryRules, qualityOf } from './entry.ts'
import type { EntryGates, GateRequest } from './gates.ts'
import type { ProfileChoice } from './profile-choice.ts'
import { newOptionsSlot, type Profile, writeOptions } from './profiles.ts'
import { withCost } from './rate.ts'
import { DynamicSizer, PortfolioSizer, standardSize } from './sizing.ts'
import { NO_MINIMUM } from './tiers.ts'

type Writable<T> = { -readonly [K in keyof T]: T[K] }

/** What a run of one instrument says to its profile. */
export interface PlainRun {
  readonly rules: RulesConfig
  readonly instruments: readonly Instrument[]
  readonly grid: { readonly timeframeMs: number }
}

export class PlainProfile {
  private readonly profiles: ProfileChoice
  private readonly gates: EntryGates
  private readonly portfolio: PortfolioSizer
  private readonly dynamic: DynamicSizer
  private readonly quoteDec: number
  private readonly timeframeMs: number
  /** The profile that what follows was worked out for: its place in the table, and its band of equity. */
  private at: number | null = null
  private low = Number.NaN
  private high = Number.NaN
  private fixed: Dec = ZERO
  private isStandard = false
  private hasExits = false
  /** Options of the signal in hand. */
  private readonly slot = newOptionsSlot()
  /** Asked anew for every entry of a flat account, of the run's only instrument. */
  private readonly request: Writable<GateRequest> = {
    atMs: Number.NaN,
    instrument: 0,
    side: 1,
    quality: null,
    held: 0,
    openPositions: 0,
    pendingEntries: 0,
  }

  constructor(entries: EntryRules, { rules, instruments, grid }: PlainRun) {
    const { quoteDec } = instruments[0]!
    this.profiles = entries.profiles!
    this.gates = entries.gates!
    this.portfolio = new PortfolioSizer(rules.portfolio, quoteDec)
    this.dynamic = new DynamicSizer(rules.dynamic, quoteDec)
    this.quoteDec = quoteDec
    this.timeframeMs = grid.timeframeMs
  }

  /** Whether an entry of a flat account can only be refused for its size. */
  lets(cash: Dec, atMs: number, asked: SignalOptions | null): boolean {
    return this.stays(cash) && this.passes(atMs, asked)
  }

  /** Whether a flat account of that much keeps its profile: one that was chosen and looks at every close. */
  stays(cash: Dec): boolean {
    if (this.profiles.snapshot() !== this.at || this.at === null) this.learn()
    return cash >= this.low && cash < this.high
  }

  private learn(): void {
    const { profiles } = this
    const { profile, belowRange } = profiles.current
    this.at = profiles.snapshot()
    // NaN for none: what the account holds is never in that band.
    const looks = profile.pacing.monitoringMs <= this.timeframeMs
    const plain = this.at !== null && !profile.sellsNeedCash && looks
    this.low = plain ? profiles.low : Number.NaN
    this.high = plain ? profiles.high : Number.NaN
    this.fixed = profile.size.mode === 'fixed' && !belowRange ? decFromNumber(profile.size.quote, this.quoteDec) : ZERO
    this.isStandard = profile.size.mode === 'standard' && !belowRange
    this.hasExits = profile.target !== null || profile.stop !== null
  }

  private get profile(): Profile {
    return this.profiles.current.profile
  }

  get name(): string {
    return this.profile.name
  }

  /** The signal's options under the profile; written over by the next one's. */
  options(asked: SignalOptions | null): SignalOptions | null {
    return this.hasExits ? writeOptions(this.profile, asked, this.slot) : asked
  }

  /** Whether no gate refuses an entry of a flat account with nothing under way. */
  private passes(atMs: number, asked: SignalOptions | null): boolean {
    const { request } = this
    request.atMs = atMs
    request.quality = this.gates.asksQuality ? qualityOf(asked) : null
    return this.gates.check(request) === null
  }

  /** An entry was approved. */
  approved(atMs: number): void {
    this.gates.approved(atMs)
  }

  /** The profile's size for a flat account (RULES B4), which no minimum binds; 0 where nothing can be wanted. */
  wanted(cash: Dec, costRate: Dec): Dec {
    if (this.isStandard) return standardSize(cash, cash, this.profile.positions, this.portfolio, costRate)
    if (this.fixed > 0 && withCost(this.fixed, costRate) <= cash) return this.fixed
    return this.dynamic.size(cash, NO_MINIMUM).wanted ?? ZERO
  }
}
