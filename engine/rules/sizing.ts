/**
 * The wanted size of an entry (RULES B1, B3, B4), in exact quote units. What becomes of it, an executable amount or a
 * skip, is amount.ts (B5).
 */

import { type Dec, decFromNumber, decToNumber, mulDiv, Rounding, toDec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import { RefusalCode } from '../core/refusal.ts'
import { spendable } from './executable.ts'
import { grossFor, rateOf, share, withCost } from './rate.ts'
import type { BindingMinimum } from './tiers.ts'

/** A refusal without its instrument: its code and numbers as REFUSAL_NUMBERS says. */
export interface Skip {
  readonly code: RefusalCode
  readonly first: number
  readonly second: number
}

/** A wanted size, or a skip. */
export type Size = { readonly wanted: Dec; readonly skip: null } | { readonly wanted: null; readonly skip: Skip }

/** B1: a fraction of what is available, at most a cap. */
export interface DynamicSizing {
  readonly fraction: number
  readonly capQuote: number
}

export class DynamicSizer {
  private readonly quoteDec: number
  private readonly fraction: Dec
  private readonly cap: Dec

  constructor(config: DynamicSizing, quoteDec: number) {
    checkFraction(config.fraction, 'sizing.fraction')
    this.quoteDec = quoteDec
    this.fraction = rateOf(config.fraction)
    this.cap = decFromNumber(config.capQuote, quoteDec)
  }

  /** p = min(available × fraction, cap); p where it reaches the minimum, else the minimum where cash does, else a skip. */
  size(available: Dec, minimum: BindingMinimum): Size {
    if (minimum.amount > this.cap) {
      return skip(RefusalCode.minimumAboveCap, minimum.amount, this.cap, this.quoteDec)
    }
    const wanted = Math.min(share(available, this.fraction, Rounding.floor), this.cap) as Dec
    if (wanted >= minimum.amount) return { wanted, skip: null }
    if (available >= minimum.amount) return { wanted: minimum.amount, skip: null }
    return skip(belowCode(minimum), available, minimum.amount, this.quoteDec)
  }
}

/** B3: fractions of total equity; `bufferQuote` of cash is left, and nothing below `minimumQuote` is ordered. */
export interface PortfolioSizing {
  readonly normalFraction: number
  readonly reallocationFraction: number
  readonly bufferQuote: number
  readonly minimumQuote: number
}

/** What reallocation would take, all in quote units. */
export interface ReallocationNeed {
  readonly wanted: Dec
  /** wanted × (1 + cost) + buffer. */
  readonly needed: Dec
  /** needed − available; 0 or less where nothing is short. */
  readonly shortfall: Dec
  /** The least value of sells that covers the shortfall after their own cost. */
  readonly minimumSells: Dec
}

export class PortfolioSizer {
  private readonly quoteDec: number
  private readonly normal: Dec
  private readonly raised: Dec
  readonly buffer: Dec
  readonly minimum: Dec

  constructor(config: PortfolioSizing, quoteDec: number) {
    checkFraction(config.normalFraction, 'sizing.normalFraction')
    checkFraction(config.reallocationFraction, 'sizing.reallocationFraction')
    if (config.reallocationFraction < config.normalFraction) {
      throw new TandemError('reallocation would size smaller than a normal trade', {
        code: 'BAD_SIZING',
        where: 'sizing.reallocationFraction',
        hint: 'make it at least sizing.normalFraction',
      })
    }
    this.quoteDec = quoteDec
    this.normal = rateOf(config.normalFraction)
    this.raised = rateOf(config.reallocationFraction)
    this.buffer = decFromNumber(config.bufferQuote, quoteDec)
    this.minimum = decFromNumber(config.minimumQuote, quoteDec)
  }

  /** The most of total equity that a normal trade takes. */
  share(totalEquity: Dec): Dec {
    return share(totalEquity, this.normal, Rounding.floor)
  }

  /** A normal trade: at most the normal share, out of available less the buffer, with its cost reserved. */
  size(totalEquity: Dec, available: Dec, costRate: Dec): Size {
    const affordable = spendable(toDec(available - this.buffer), costRate)
    return this.checked(Math.min(this.share(totalEquity), affordable) as Dec)
  }

  /** What a trade with reallocation wants, and what that takes. It applies where `shortfall` > 0 and can be covered. */
  need(totalEquity: Dec, available: Dec, buyCostRate: Dec, sellCostRate: Dec): ReallocationNeed {
    const wanted = share(totalEquity, this.raised, Rounding.floor)
    const needed = toDec(withCost(wanted, buyCostRate) + this.buffer)
    const shortfall = toDec(needed - available)
    return { wanted, needed, shortfall, minimumSells: grossFor(shortfall, sellCostRate) }
  }

  /** The buy after the sells: the wanted size, at most what `cash` carries with cost and buffer. */
  sizeAfterSells(wanted: Dec, cash: Dec, costRate: Dec): Size {
    return this.checked(Math.min(wanted, spendable(toDec(cash - this.buffer), costRate)) as Dec)
  }

  private checked(wanted: Dec): Size {
    if (wanted >= this.minimum && wanted > 0) return { wanted, skip: null }
    return skip(RefusalCode.belowMinOrder, wanted, this.minimum, this.quoteDec)
  }
}

/** B4: the fixed size where available carries it with its cost, else dynamic sizing. */
export function fixedSize(
  fixed: Dec,
  available: Dec,
  costRate: Dec,
  dynamic: DynamicSizer,
  minimum: BindingMinimum,
): Size {
  return withCost(fixed, costRate) <= available ? { wanted: fixed, skip: null } : dynamic.size(available, minimum)
}

/** B4: total equity ÷ positions allowed, at most B3's share and at most what available carries with its cost. */
export function standardSize(
  totalEquity: Dec,
  available: Dec,
  positions: number,
  portfolio: PortfolioSizer,
  costRate: Dec,
): Dec {
  const even = mulDiv(totalEquity, 1, positions, Rounding.floor)
  return Math.max(0, Math.min(even, portfolio.share(totalEquity), spendable(available, costRate))) as Dec
}

/** The code for a size below the binding minimum: the tier's is ours, the others are the venue's. */
export function belowCode(minimum: BindingMinimum): RefusalCode {
  return minimum.source === 'tier' ? RefusalCode.belowTierMinimum : RefusalCode.belowMinimum
}

/** A skip with two amounts of money. */
export function skip(code: RefusalCode, first: Dec, second: Dec, quoteDec: number): { wanted: null; skip: Skip } {
  return { wanted: null, skip: { code, first: decToNumber(first, quoteDec), second: decToNumber(second, quoteDec) } }
}

function checkFraction(fraction: number, where: string): void {
  if (fraction > 0 && fraction <= 1) return
  throw new TandemError(`${fraction} is not a share`, {
    code: 'BAD_SIZING',
    where,
    hint: 'give a number above 0 and at most 1',
  })
}
