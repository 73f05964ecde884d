/** The run file's account, sizing and rules as the rules room takes them. */

import { TandemError } from '../core/errors.ts'
import type { LearnedMinimum } from '../core/minimum.ts'
import type { GateSwitches, RulesConfig } from '../rules/config.ts'
import {
  DYNAMIC_SIZING,
  EMERGENCY,
  FEE_GATE,
  LEARNING,
  LEGACY_PORTFOLIO_SIZING,
  PORTFOLIO_SIZING,
  SMALL_BALANCE,
  TIER_MINIMUMS,
  TIER_OF_ASSET,
} from '../rules/presets.ts'
import type { ProfileChoiceConfig } from '../rules/profile-choice.ts'
import { LEGACY_PROFILES, PROFILES } from '../rules/profile-presets.ts'
import type { ProfileTable } from '../rules/profiles.ts'
import type { TierMinimumsPreset } from '../rules/tiers.ts'
import type { ResolvedConfig } from './config/index.ts'
import { plainDecimal } from './plain-decimal.ts'
import type { Terms } from './terms.ts'

/** Fall assumed for an exit's value where a position has no stop (RULES B5). */
const EXIT_FALL = 0.01

export function rulesOf(config: ResolvedConfig, terms: Terms): RulesConfig {
  const { sizing, account, rules } = config
  if (sizing.mode === 'profile' && account.profile === 'none') {
    throw new TandemError('sizing by profile needs a profile', {
      code: 'NO_PROFILE',
      where: 'sizing.mode',
      hint: 'name a sizing mode, or set account.profile: auto',
    })
  }
  return {
    sizing,
    orderBy: sizing.mode === 'percent' ? sizing.by : 'base',
    dynamic: sizing.mode === 'dynamic' ? { fraction: sizing.fraction, capQuote: sizing.cap } : DYNAMIC_SIZING,
    portfolio: account.profile === 'legacy' ? LEGACY_PORTFOLIO_SIZING : PORTFOLIO_SIZING,
    profile: profileOf(config),
    reallocation: rules.reallocation === 'on',
    gates: gatesOf(config),
    shorting: account.shorting,
    leverage: account.leverage,
    tierMinimums: minimumsOf(config),
    tierOf: TIER_OF_ASSET,
    learningFactor: rules.learnMinimums ? LEARNING.factor : null,
    learned: learnedOf(config),
    exitBelowMinimum: rules.exitBelowMinimum,
    exitBelowMinimumFall: EXIT_FALL,
    // Where venues differ in their spread, it comes with each venue's taker rate: see marketRates.
    halfSpreadRate: terms.venueSpreads === undefined ? terms.spread / 2 : 0,
    slippageRate: terms.venueSpreads === undefined ? terms.slippage : 0,
    feeGateMargin: rules.feeGate ? FEE_GATE.marginFraction : null,
    exits: config.execution.exits,
    emergency:
      rules.emergencyLoss === 'off'
        ? null
        : { ...EMERGENCY, lossFraction: rules.emergencyLoss, netOfFees: rules.emergencyNetOfFees },
    smallBalance: rules.smallBalances ? SMALL_BALANCE : null,
    staleEntries: rules.staleEntries,
  }
}

/** Minimums that the run begins with (RULES B2). Those that the store keeps have been written out by then. */
function learnedOf({ rules: { learnedMinimums }, data }: ResolvedConfig): LearnedMinimum[] {
  if (learnedMinimums === 'stored') {
    throw new TandemError("stored minimums can't be read here", {
      code: 'MINIMUMS_NOT_READ',
      where: 'rules.learnedMinimums',
      hint: 'write them out as a list',
    })
  }
  return learnedMinimums.map(({ symbol, venue, minimum }) => ({
    venue: venue ?? data.venue,
    symbol,
    minimumQuote: plainDecimal(minimum),
    origin: 'configured',
    sizeQuote: null,
    atMs: null,
  }))
}

function minimumsOf({ rules: { minimums } }: ResolvedConfig): TierMinimumsPreset | null {
  if (minimums === 'off') return null
  return typeof minimums === 'string' ? TIER_MINIMUMS[minimums] : minimums
}

/** Today's profiles, with the ranges that the run file gives. */
function profilesOf({ rules: { profileRanges } }: ResolvedConfig): ProfileTable {
  return PROFILES.map((profile) => {
    const range = profileRanges[profile.name as keyof typeof profileRanges]
    return range === undefined ? profile : { ...profile, fromQuote: range[0], toQuote: range[1] }
  })
}

function profileOf(config: ResolvedConfig): ProfileChoiceConfig | null {
  const { account, rules } = config
  const { profile } = account
  if (profile === 'none') return null
  return {
    table: profile === 'legacy' ? LEGACY_PROFILES : profilesOf(config),
    pinned: profile === 'auto' ? null : profile,
    hysteresis: rules.profileHysteresis,
  }
}

function gatesOf({ rules: { gates } }: ResolvedConfig): GateSwitches {
  return {
    entryInterval: gates.entryInterval,
    entriesPerWindow: gates.entriesPerMinute,
    positions: gates.positions,
    quality: gates.quality,
    averagingDown: gates.averagingDown,
    reEntry: gates.reEntry,
  }
}
