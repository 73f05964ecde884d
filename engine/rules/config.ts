/** What the rules are told by the run file, as plain values. Every number here is a default of a preset, never a constant in code. */

import type { LearnedMinimum } from '../core/minimum.ts'
import type { EmergencyConfig } from './emergency.ts'
import type { EntrySizing } from './entry-size.ts'
import type { GateConfig } from './gates.ts'
import type { ProfileChoiceConfig } from './profile-choice.ts'
import type { SmallBalanceRule } from './routing.ts'
import type { DynamicSizing, PortfolioSizing } from './sizing.ts'
import type { TierMinimumsPreset, TierName } from './tiers.ts'

/** Which of a profile's gates stay on; by the gates' names in GateConfig. */
export type GateSwitches = Readonly<Record<keyof GateConfig, boolean>>

export interface RulesConfig {
  readonly sizing: EntrySizing
  /** Whether a market buy's order names the base quantity or money to spend. */
  readonly orderBy: 'base' | 'quote'
  readonly dynamic: DynamicSizing
  readonly portfolio: PortfolioSizing
  /** Whether every entry may have lower-ranked positions sold for it, or only one whose signal asks. */
  readonly reallocation: boolean
  /** Null where the account has no profile. */
  readonly profile: ProfileChoiceConfig | null
  readonly gates: GateSwitches
  /** Whether a signal may open a short. */
  readonly shorting: boolean
  /** Buying power as a multiple of equity; 1 for spot. */
  readonly leverage: number
  /** Tier minimums by the tier table; null for none. */
  readonly tierMinimums: TierMinimumsPreset | null
  readonly tierOf: Readonly<Record<string, TierName>>
  /** What a refusal that names no number teaches, as a multiple of the refused size; null: nothing is learned. */
  readonly learningFactor: number | null
  readonly learned: readonly LearnedMinimum[]
  /** Refuse an entry whose value at its stop would fall below the venue's own minimum (RULES B5). */
  readonly exitBelowMinimum: boolean
  /** Fall assumed for that check where a position has no stop. */
  readonly exitBelowMinimumFall: number
  /** Half the spread and the slippage that an entry at market pays on top of the fee, as rates. */
  readonly halfSpreadRate: number
  readonly slippageRate: number
  /** What a target must be worth beyond the round trip; null turns the fee gate off. */
  readonly feeGateMargin: number | null
  /** Whether stop and target rest at the venue, or are watched at monitoring events. */
  readonly exits: 'resting' | 'monitored'
  /** Null turns emergency liquidation off. */
  readonly emergency: EmergencyConfig | null
  /** The venue that small balances can't afford, and from what target on they may; null routes by cost alone. */
  readonly smallBalance: SmallBalanceRule | null
  /** Whether unfilled entries go stale after the profile's time. */
  readonly staleEntries: boolean
}
