/** A venue's dated margin rules for a symbol in an instrument's units, and what is refused before a run begins. */

import type { MarginRecord, PartialLiquidation } from '../core/dated.ts'
import { type Dec, decFromNumber, pow10 } from '../core/dec.ts'
import { TandemError } from '../core/errors.ts'
import type { Instrument } from '../core/instrument.ts'
import type { Assumption } from '../core/result.ts'
import { utcDay } from './day.ts'
import { type TierUnits, tierUnits } from './margin-tiers.ts'
import { rateUnits } from './rates.ts'
import { coverageDays, Timeline } from './timeline.ts'

/** Rates in units of 1e-12, money in the instrument's quote units. */
export interface PerpetualRules {
  readonly product: 'perp'
  readonly tiers: readonly TierUnits[]
  readonly fundingMs: number
  readonly maxFundingRate: Dec | null
  readonly liquidationFee: Dec
  readonly partial: {
    readonly above: Dec
    readonly share: Dec
    readonly cooldownMs: number
    /** Null where it is the fee of a whole one. */
    readonly fee: Dec | null
  } | null
  /** There are partial liquidations, and how they go isn't known. */
  readonly partialUnknown: boolean
  readonly backstop: Dec | null
}

export interface SpotMarginRules {
  readonly product: 'spot'
  readonly leverages: readonly number[]
  readonly callLevel: Dec
  readonly stopLevel: Dec
  readonly longFee: Dec
  readonly shortFee: Dec
  readonly rolloverMs: number
}

export type MarginRules = PerpetualRules | SpotMarginRules

const HOUR_MS = 3_600_000

/** A record's rules in units. */
export function toMarginRules(record: MarginRecord, { quoteDec }: Pick<Instrument, 'quoteDec'>): MarginRules {
  if (record.product === 'spot') {
    return {
      product: 'spot',
      leverages: record.leverages,
      callLevel: rateUnits(record.callLevel),
      stopLevel: rateUnits(record.stopLevel),
      longFee: rateUnits(record.longFee),
      shortFee: rateUnits(record.shortFee),
      rolloverMs: record.rolloverHours * HOUR_MS,
    }
  }
  const { partial, partialUnknown = false } = record
  return {
    product: 'perp',
    tiers: tierUnits(record.tiers, quoteDec, record.cumulative),
    fundingMs: record.fundingHours * HOUR_MS,
    maxFundingRate: record.maxFundingRate === null ? null : rateUnits(record.maxFundingRate),
    liquidationFee: rateUnits(record.liquidationFee),
    partial: partial === null ? null : { ...partialUnits(partial, quoteDec), cooldownMs: partial.cooldownMs },
    partialUnknown,
    backstop: record.backstop === null ? null : rateUnits(record.backstop),
  }
}

function partialUnits(
  { aboveNotional, share, fee }: PartialLiquidation,
  quoteDec: number,
): { readonly above: Dec; readonly share: Dec; readonly fee: Dec | null } {
  // A bound that the account's scale can't hold is never passed.
  const fits = aboveNotional * pow10(quoteDec) <= Number.MAX_SAFE_INTEGER
  return {
    above: fits ? decFromNumber(aboveNotional, quoteDec) : (Number.MAX_SAFE_INTEGER as Dec),
    share: rateUnits(share),
    fee: fee === undefined ? null : rateUnits(fee),
  }
}

/** The records of one symbol at one venue. Throws `NO_MARGIN_TIERS` where there are none. */
export function marginRecordsFor(
  records: readonly MarginRecord[],
  venue: string,
  symbol: string,
): readonly MarginRecord[] {
  const found = records.filter((one) => one.venue === venue && one.symbols.includes(symbol))
  if (found.length > 0) return found
  const known = [...new Set(records.filter((one) => one.venue === venue).flatMap((one) => one.symbols))]
  throw new TandemError(`${venue} has no margin tiers for ${symbol}`, {
    code: 'NO_MARGIN_TIERS',
    where: 'data.symbols',
    hint: `known are ${known.join(', ')}; add a record to datasets/margin, or set margin.rules: plain for buying power alone`,
  })
}

export class MarginTimeline {
  private readonly timeline: Timeline<MarginRecord>
  private readonly rules: readonly MarginRules[]
  private readonly name: string

  /** Of all venues' records, those of one symbol at one venue. Throws `NO_MARGIN_TIERS`. */
  constructor(records: readonly MarginRecord[], venue: string, instrument: Pick<Instrument, 'symbol' | 'quoteDec'>) {
    this.timeline = new Timeline(marginRecordsFor(records, venue, instrument.symbol))
    this.rules = this.timeline.records.map((record) => toMarginRules(record, instrument))
    this.name = `${venue} ${instrument.symbol}`
  }

  at(ms: number): MarginRules {
    return this.rules[this.timeline.indexAt(ms)]!
  }

  nextChangeMs(ms: number): number {
    return this.timeline.nextChangeMs(ms)
  }

  /** Throws `BAD_LEVERAGE` where no record in force over [fromMs, toMs) allows this leverage. */
  checkLeverage(leverage: number, fromMs: number, toMs: number): void {
    for (let ms = fromMs; ms < toMs; ms = this.timeline.nextChangeMs(ms)) {
      const record = this.timeline.at(ms)
      if (record.product === 'spot') this.checkLevels(record.leverages, leverage)
      else this.checkMost(record.tiers[0]!.maxLeverage, leverage)
    }
  }

  private checkMost(most: number, leverage: number): void {
    if (leverage <= most) return
    throw new TandemError(`a leverage of ${leverage} is above the maximum of ${most} for ${this.name}`, {
      code: 'BAD_LEVERAGE',
      where: 'account.leverage',
      hint: `set at most ${most}`,
    })
  }

  /** A level of 1 borrows for shorts alone, and is always there. */
  private checkLevels(levels: readonly number[], leverage: number): void {
    if (leverage > levels.at(-1)!) this.checkMost(levels.at(-1)!, leverage)
    if (leverage === 1 || levels.includes(leverage)) return
    throw new TandemError(`${this.name} has no leverage of ${leverage}`, {
      code: 'BAD_LEVERAGE',
      where: 'account.leverage',
      hint: `set one of ${levels.join(', ')}`,
    })
  }

  /** What a run over [fromMs, toMs) takes for granted about these rules, counted in days. */
  assumptions(fromMs: number, toMs: number): readonly Assumption[] {
    const days = coverageDays(this.timeline, fromMs, toMs, (record) => record.approximate)
    const first = utcDay(this.timeline.records[0]!.fromMs)
    const all: Assumption[] = [
      {
        code: 'MARGIN_BEFORE_FIRST_RECORD',
        text: `${this.name}: days before the first margin record (${first}) have its tiers`,
        count: days.beforeFirst,
      },
      {
        code: 'MARGIN_IN_HOLE',
        text: `${this.name}: days between margin records have the tiers of the record before`,
        count: days.hole,
      },
      {
        code: 'MARGIN_APPROXIMATE',
        text: `${this.name}: days under a margin record whose dates or values aren't known exactly`,
        count: days.flagged,
      },
    ]
    return all.filter((one) => one.count > 0)
  }
}
