/** Tier minimums (RULES B2): the least that the rules order of a pair, and which minimum binds. */

import { type Dec, decFromNumber, ZERO } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'

export const TIER_NAMES = ['TIER_1', 'MID_TIER', 'MEME'] as const
export type TierName = (typeof TIER_NAMES)[number]

/** Minimum of each tier in quote; `none` for a pair that is in no tier. */
export type TierMinimumsPreset = Readonly<Record<TierName | 'none', number>>

/** The tier table of a run, in exact units. */
export class TierTable {
  private readonly minimums: Readonly<Record<TierName | 'none', Dec>>
  private readonly tierOf: Readonly<Record<string, TierName>>

  /**
   * `tierOf` maps a pair (`SOL/USDT`, wins) or a base asset (`SOL`) to its tier. `capQuote`, where sizing has one, must
   * not be below any minimum in use: throws `MINIMUM_ABOVE_CAP`.
   */
  constructor(
    preset: TierMinimumsPreset,
    tierOf: Readonly<Record<string, TierName>>,
    quoteDec: number,
    capQuote: number | null = null,
  ) {
    const exact = {} as Record<TierName | 'none', Dec>
    for (const tier of [...TIER_NAMES, 'none'] as const) {
      const minimum = preset[tier]
      if (!(minimum >= 0)) {
        throw new TandemError(`the minimum of ${tier} is ${minimum}`, {
          code: 'BAD_MINIMUM',
          where: `rules.minimums.${tier}`,
          hint: 'give an amount of 0 or more',
        })
      }
      if (capQuote !== null && minimum > capQuote) {
        throw new TandemError(`the minimum of ${tier}, ${minimum}, is above the cap of ${capQuote}`, {
          code: 'MINIMUM_ABOVE_CAP',
          where: `rules.minimums.${tier}`,
          hint: 'lower the minimum or raise sizing.cap: no order could satisfy both',
        })
      }
      exact[tier] = decFromNumber(minimum, quoteDec)
    }
    this.minimums = exact
    this.tierOf = tierOf
  }

  /** The pair's tier; null for none. */
  tier(symbol: string): TierName | null {
    return this.tierOf[symbol] ?? this.tierOf[symbol.split('/')[0]!] ?? null
  }

  minimum(symbol: string): Dec {
    return this.minimums[this.tier(symbol) ?? 'none']
  }
}

/** The minimum that binds, and whose it is. */
export interface BindingMinimum {
  readonly amount: Dec
  readonly source: 'tier' | 'venue' | 'learned'
}

/** The highest of the three wins; the tier's where equal. Pass 0 for what doesn't apply. */
export function bindingMinimum(tier: Dec, venue: Dec, learned: Dec = ZERO): BindingMinimum {
  if (tier >= venue && tier >= learned) return { amount: tier, source: 'tier' }
  return venue >= learned ? { amount: venue, source: 'venue' } : { amount: learned, source: 'learned' }
}

/** Where nothing is too small. */
export const NO_MINIMUM = bindingMinimum(ZERO, ZERO)
