/**
 * Learned minimums (RULES B2): what a venue's refusals have taught about a pair. A refusal that names a number is
 * believed; one that names none teaches a multiple of the refused size, lowered again when a smaller order is accepted.
 */

import { type Dec, formatDec, Rounding, ZERO } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import type { LearnedMinimum, MinimumOrigin } from '../core/minimum.ts'
import { decimalOf, toUnits } from '../market/decimal-text.ts'
import { rateOf, share } from './rate.ts'

/** A refusal for size: `named` is the minimum that it states, or null. */
export interface SizeRefusal {
  readonly venue: string
  readonly symbol: string
  readonly size: Dec
  readonly named: Dec | null
  readonly atMs: number
}

interface Entry {
  readonly venue: string
  readonly symbol: string
  amount: Dec
  origin: MinimumOrigin
  size: Dec | null
  atMs: number | null
}

export class LearnedMinimums {
  private readonly entries = new Map<string, Entry>()
  private readonly quoteDec: number
  private readonly factor: Dec

  /** `factor` multiplies a refused size where the refusal names no number (presets: LEARNING). */
  constructor(quoteDec: number, factor: number, initial: readonly LearnedMinimum[] = []) {
    if (!(factor > 1)) {
      throw new TandemError(`the factor for learned minimums is ${factor}`, {
        code: 'BAD_FACTOR',
        where: 'rules.learning.factor',
        hint: 'give a number above 1, or the refused size would be sent again',
      })
    }
    this.quoteDec = quoteDec
    this.factor = rateOf(factor)
    this.restore(initial)
  }

  get empty(): boolean {
    return this.entries.size === 0
  }

  /** The pair's learned minimum in quote; 0 where nothing was learned. */
  minimum(venue: string, symbol: string): Dec {
    // Asked at every entry: no name is built where there's nothing to look up.
    if (this.entries.size === 0) return ZERO
    return this.entries.get(key(venue, symbol))?.amount ?? ZERO
  }

  /** `minimum` of an instrument; handed on by itself. */
  readonly learned = ({ venue, symbol }: { readonly venue: string; readonly symbol: string }): Dec =>
    this.minimum(venue, symbol)

  /** Learns from a refusal. Returns the minimum now in force. */
  learn(refusal: SizeRefusal): Dec {
    const known = this.minimum(refusal.venue, refusal.symbol)
    const inferred = Math.max(known, share(refusal.size, this.factor, Rounding.ceil)) as Dec
    const amount = refusal.named ?? inferred
    this.entries.set(key(refusal.venue, refusal.symbol), {
      venue: refusal.venue,
      symbol: refusal.symbol,
      amount,
      origin: refusal.named === null ? 'inferred' : 'named',
      size: refusal.size,
      atMs: refusal.atMs,
    })
    return amount
  }

  /**
   * An order of `size` was accepted: a higher minimum that we had inferred was wrong and is lowered to it. What the
   * venue named or the configuration says stays. True where something changed.
   */
  accept(venue: string, symbol: string, size: Dec, atMs: number): boolean {
    const entry = this.entries.get(key(venue, symbol))
    if (entry === undefined || size >= entry.amount) return false
    if (entry.origin === 'named' || entry.origin === 'configured') return false
    entry.amount = size
    entry.origin = 'accepted'
    entry.size = size
    entry.atMs = atMs
    return true
  }

  /** All, by venue and symbol. Also the snapshot that `restore` takes. */
  list(): LearnedMinimum[] {
    return [...this.entries.keys()].sort().map((name) => this.row(this.entries.get(name)!))
  }

  /** One pair's; null where nothing is known of it. */
  one(venue: string, symbol: string): LearnedMinimum | null {
    const entry = this.entries.get(key(venue, symbol))
    return entry === undefined ? null : this.row(entry)
  }

  private row({ venue, symbol, amount, origin, size, atMs }: Entry): LearnedMinimum {
    const text = (units: Dec): string => formatDec(units, this.quoteDec)
    return { venue, symbol, minimumQuote: text(amount), origin, sizeQuote: size === null ? null : text(size), atMs }
  }

  /** Forgets one pair, one venue, or everything. Returns how many were forgotten. */
  reset(venue: string | null = null, symbol: string | null = null): number {
    let forgotten = 0
    for (const [name, entry] of this.entries) {
      if ((venue === null || entry.venue === venue) && (symbol === null || entry.symbol === symbol)) {
        this.entries.delete(name)
        forgotten += 1
      }
    }
    return forgotten
  }

  /** Replaces everything by `rows`; an amount that is finer than this account's money is rounded up. */
  restore(rows: readonly LearnedMinimum[]): void {
    const units = (text: string): Dec => toUnits(decimalOf(text), this.quoteDec, Rounding.ceil)
    this.entries.clear()
    for (const row of rows) {
      this.entries.set(key(row.venue, row.symbol), {
        venue: row.venue,
        symbol: row.symbol,
        amount: units(row.minimumQuote),
        origin: row.origin,
        size: row.sizeQuote === null ? null : units(row.sizeQuote),
        atMs: row.atMs,
      })
    }
  }
}

function key(venue: string, symbol: string): string {
  return `${venue} ${symbol}`
}
