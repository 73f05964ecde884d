/** Which sizing rule applies to an entry (RULES B, `sizing.mode`): one call from account and profile to a wanted size. */

import { type Dec, decFromNumber, mulDivFloor, ZERO } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { RATE_ONE, spendable } from './executable.ts'
import type { ProfileState } from './profile-choice.ts'
import { rateOf } from './rate.ts'
import { type DynamicSizer, fixedSize, type PortfolioSizer, type Size, standardSize } from './sizing.ts'
import type { BindingMinimum } from './tiers.ts'

/** `profile` needs a profile in force; the others ignore it. */
export type EntrySizing =
  | { readonly mode: 'profile' }
  | { readonly mode: 'dynamic' }
  | { readonly mode: 'portfolio' }
  | { readonly mode: 'fixed'; readonly quote: number }
  | { readonly mode: 'percent'; readonly fraction: number }

export interface SizeRequest {
  readonly totalEquity: Dec
  readonly available: Dec
  readonly costRate: Dec
  readonly minimum: BindingMinimum
  /** Null where the account has no profile. */
  readonly profile: ProfileState | null
}

export class EntrySizer {
  private readonly sizing: EntrySizing
  private readonly dynamic: DynamicSizer
  private readonly portfolio: PortfolioSizer
  private readonly quoteDec: number
  private readonly amount: Dec
  /** The answer where it can't be a skip, written anew each time: read it before the next question. */
  private readonly sized = { wanted: Number.NaN as Dec, skip: null }

  constructor(sizing: EntrySizing, dynamic: DynamicSizer, portfolio: PortfolioSizer, quoteDec: number) {
    this.sizing = sizing
    this.dynamic = dynamic
    this.portfolio = portfolio
    this.quoteDec = quoteDec
    const { mode } = sizing
    this.amount = mode === 'fixed' ? decFromNumber(sizing.quote, quoteDec) : ZERO
    if (mode === 'percent') this.amount = rateOf(sizing.fraction)
  }

  /** The size that signal or configuration name outright, in quote units; 0 where it follows from the account. */
  named(options: SignalOptions | null): Dec {
    if (options?.sizeQuote !== undefined) return decFromNumber(options.sizeQuote, this.quoteDec)
    return this.sizing.mode === 'fixed' ? this.amount : ZERO
  }

  size(request: SizeRequest): Size {
    const { totalEquity, available, costRate, minimum } = request
    switch (this.sizing.mode) {
      case 'dynamic':
        return this.dynamic.size(available, minimum)
      case 'portfolio':
        return this.portfolio.size(totalEquity, available, costRate)
      case 'fixed':
        this.sized.wanted = this.amount
        return this.sized
      case 'percent': {
        const part = mulDivFloor(totalEquity, this.amount, RATE_ONE)
        this.sized.wanted = Math.min(part, spendable(available, costRate)) as Dec
        return this.sized
      }
      default:
        return this.byProfile(request)
    }
  }

  private byProfile({ totalEquity, available, costRate, minimum, profile: state }: SizeRequest): Size {
    assert(state !== null, 'sizing by profile without a profile')
    const { profile, belowRange } = state
    if (belowRange) return this.dynamic.size(available, minimum)
    if (profile.size.mode === 'fixed') {
      const fixed = decFromNumber(profile.size.quote, this.quoteDec)
      return fixedSize(fixed, available, costRate, this.dynamic, minimum)
    }
    const wanted = standardSize(totalEquity, available, profile.positions, this.portfolio, costRate)
    return { wanted, skip: null }
  }
}
