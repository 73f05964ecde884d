/**
 * The named presets: every number that RULES.md hands down, in one place, as plain configuration. Money in quote
 * currency, rates as fractions, times in ms. Values marked (ours) were not handed down.
 */

import { DEFAULT_QUALITY } from '../core/quality.ts'
import type { DynamicSizing, PortfolioSizing } from './sizing.ts'
import type { TierMinimumsPreset, TierName } from './tiers.ts'

/** B1: 95 % of what is available, at most 10. */
export const DYNAMIC_SIZING: DynamicSizing = { fraction: 0.95, capQuote: 10 }

/** B3: 70 % of total equity, 90 % with reallocation; leaves 1.00 of cash and never orders below 5.00. */
export const PORTFOLIO_SIZING: PortfolioSizing = {
  normalFraction: 0.7,
  reallocationFraction: 0.9,
  bufferQuote: 1,
  minimumQuote: 5,
}

/** B3's predecessor: a fixed 80 %, with or without reallocation. */
export const LEGACY_PORTFOLIO_SIZING: PortfolioSizing = {
  ...PORTFOLIO_SIZING,
  normalFraction: 0.8,
  reallocationFraction: 0.8,
}

/** B1's predecessor: 2.00 whatever the venue asks. Kept as a scenario: it is refused every time. */
export const FIXED_TWO_SIZING = { quote: 2 } as const

/** B2: tier minimums, and the minimum of a pair that is in no tier. */
export const TIER_MINIMUMS: Readonly<Record<'relaxed' | 'strict', TierMinimumsPreset>> = {
  relaxed: { TIER_1: 2.5, MID_TIER: 2.5, MEME: 2.5, none: 2.5 },
  strict: { TIER_1: 5, MID_TIER: 7.5, MEME: 10, none: 2.5 },
}

/** B2: which tier a base asset belongs to. A whole pair (`SOL/USDT`) may be named, too, and wins. */
export const TIER_OF_ASSET: Readonly<Record<string, TierName>> = {
  SOL: 'TIER_1',
  ADA: 'MID_TIER',
  MANA: 'MID_TIER',
  DOGE: 'MEME',
  SHIB: 'MEME',
}

/** B2: a refusal that names no number teaches 1.25 × the refused size (ours). */
export const LEARNING = { factor: 1.25 } as const

/** C1a: how signals are ranked; strategies use the same numbers. */
export const QUALITY = DEFAULT_QUALITY

/** C1: an unfilled entry order is stale after this. */
export const STALE_ENTRY_MS = 120_000

/** D1: fires at −1 % of entry cost, price-based. */
export const EMERGENCY = { lossFraction: 0.01, netOfFees: false } as const

/** D3: positions below 1.00 are swept; calls are at least 0.1 s apart. */
export const CLEANUP = { dustQuote: 1, betweenCallsMs: 100 } as const

/** D5: warn from 80 %. */
export const UTILISATION = { warnFraction: 0.8 } as const

/** E: what a round trip must be beaten by. */
export const FEE_GATE = { marginFraction: 0.002 } as const

/** E1: below 50.00 Coinbase takes no entries, or, where it is the only venue, only ones with a target from 2.0 %. */
export const SMALL_BALANCE = {
  venue: 'coinbase',
  belowQuote: 50,
  targetFraction: 0.02,
  marginFraction: FEE_GATE.marginFraction,
} as const

/** C4: what is promised to a 50-dollar account: 8 trades a day, half of them won, on 20.00 at +2 % and −1 %. */
export const MICRO_CAP_PROMISE = {
  tradesPerDay: 8,
  winRate: 0.5,
  sizeQuote: 20,
  targetFraction: 0.02,
  stopFraction: 0.01,
  daysPerMonth: 30,
  accountQuote: 50,
} as const

/** G: leverage 3 by default, presets 2, 3, 5; the venue settles for 2 s; 1 % of the buying power is left (ours). */
export const REBALANCE = { leverage: 3, leverages: [2, 3, 5], settleMs: 2000, reserve: 0.01 } as const
