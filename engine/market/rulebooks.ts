/**
 * A venue's dated rules for a symbol in an instrument's units. Where a rule is finer than the units, it becomes the
 * nearest stricter one that they can express: every order that passes here passes at the venue.
 */

import type { RulebookRecord } from '../core/dated.ts'
import { type Dec, pow10, Rounding, toDec } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import type { Instrument, Rulebook } from '../core/instrument.ts'
import type { Assumption } from '../core/result.ts'
import { utcDay } from './day.ts'
import { decimalOf, leastMultiple, toUnits } from './decimal-text.ts'
import { coverageDays, Timeline } from './timeline.ts'

/** A record's demands in the instrument's units. */
export function toRulebook(record: RulebookRecord, instrument: Instrument): Rulebook {
  const { pxDec, qtyDec, quoteDec } = instrument
  const least = (text: string, k: number): Dec => toUnits(decimalOf(text), k, Rounding.ceil)
  return {
    fromMs: record.fromMs,
    tick: leastMultiple(decimalOf(record.tick), pxDec),
    step: leastMultiple(decimalOf(record.step), qtyDec),
    minQty: least(record.minQty, qtyDec),
    minCost: least(record.minCost, quoteDec),
    minBuyCost: least(record.minBuyCost, quoteDec),
    significantDigits: record.significantDigits,
    listedMs: record.listedMs ?? Number.NEGATIVE_INFINITY,
    delistedMs: record.delistedMs ?? Number.POSITIVE_INFINITY,
  }
}

export class RulebookTimeline {
  private readonly timeline: Timeline<RulebookRecord>
  private readonly rulebooks: readonly Rulebook[]
  private readonly name: string

  /** `records` of all venues and symbols. Throws `NO_RULEBOOK` where the instrument has none. */
  constructor(records: readonly RulebookRecord[], instrument: Instrument) {
    this.timeline = new Timeline(rulebookRecordsFor(records, instrument.venue, instrument.symbol))
    this.rulebooks = this.timeline.records.map((record) => toRulebook(record, instrument))
    this.name = `${instrument.venue} ${instrument.symbol}`
  }

  /** The rulebook of the day; the nearest earlier, else the first, where no record covers it. */
  at(ms: number): Rulebook {
    return this.rulebooks[this.timeline.indexAt(ms)]!
  }

  /** The next time after `ms` at which rules or listing may change; Infinity where there's none. */
  nextChangeMs(ms: number): number {
    const { listedMs, delistedMs } = this.timeline.at(ms)
    const later = [listedMs, delistedMs].filter((one): one is number => one !== null && one > ms)
    return Math.min(this.timeline.nextChangeMs(ms), ...later)
  }

  /** What a run over [fromMs, toMs) takes for granted about these rules, counted in days. */
  assumptions(fromMs: number, toMs: number): readonly Assumption[] {
    const days = coverageDays(this.timeline, fromMs, toMs, (record) => record.approximate)
    const first = utcDay(this.timeline.records[0]!.fromMs)
    const all: Assumption[] = [
      {
        code: 'RULEBOOK_BEFORE_FIRST_RECORD',
        text: `${this.name}: days before the first record (${first}) have its rules`,
        count: days.beforeFirst,
      },
      {
        code: 'RULEBOOK_IN_HOLE',
        text: `${this.name}: days between records have the rules of the record before`,
        count: days.hole,
      },
      {
        code: 'RULEBOOK_APPROXIMATE',
        text: `${this.name}: days under a record whose dates or values aren't known exactly`,
        count: days.flagged,
      },
    ]
    return all.filter((one) => one.count > 0)
  }
}

/** The records of one symbol at one venue. Throws `NO_RULEBOOK` where there are none. */
export function rulebookRecordsFor(
  records: readonly RulebookRecord[],
  venue: string,
  symbol: string,
): readonly RulebookRecord[] {
  const found = records.filter((one) => one.venue === venue && one.symbol === symbol)
  if (found.length === 0) {
    throw new TandemError(`${venue} has no rulebook for ${symbol}`, {
      code: 'NO_RULEBOOK',
      where: 'data.symbols',
      hint: 'add a record to datasets/rulebooks, or set rules.venueMinimums: false',
    })
  }
  return found
}

/** Lookup for all instruments of a run, in the shape that kernel and simulated venue take. */
export function rulebookLookup(timelines: readonly RulebookTimeline[]): (instrument: number, atMs: number) => Rulebook {
  return (instrument, atMs) => timelines[instrument]!.at(atMs)
}

/**
 * The price step at a price: the tick, or where the venue limits significant digits the coarser step that they leave,
 * whole numbers being always allowed (Hyperliquid docs, tick and lot size). In price units.
 */
export function priceTick(rulebook: Rulebook, price: Dec, pxDec: number): Dec {
  if (rulebook.significantDigits === null) return rulebook.tick
  const excess = Math.min(String(Math.abs(price)).length - rulebook.significantDigits, pxDec)
  return toDec(Math.max(rulebook.tick, excess > 0 ? pow10(excess) : 1))
}

/** The least value of an order of that side: what is asked of every order, and of a buy alone. 0 for no demand. */
export function leastCost(rulebook: Rulebook, side: 1 | -1): Dec {
  return side > 0 ? (Math.max(rulebook.minCost, rulebook.minBuyCost) as Dec) : rulebook.minCost
}

/** Whether the symbol can be traded at `atMs` (RULES F3): from its listing on, and no longer from its delisting on. */
export function isListed(rulebook: Rulebook, atMs: number): boolean {
  return atMs >= rulebook.listedMs && atMs < rulebook.delistedMs
}
