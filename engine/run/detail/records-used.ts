/** Which dated records decided the run's fees, orders and margin: each with the part of the run that it was used for. */

import type { FeeRecord, MarginRecord, RulebookRecord } from '../../core/dated.ts'
import type { Instrument } from '../../core/instrument.ts'
import type { UsedRecord } from '../../core/run-detail.ts'
import { feeSegments } from '../../market/fee-lines.ts'
import { marginRecordsFor } from '../../market/margins.ts'
import { rulebookRecordsFor } from '../../market/rulebooks.ts'
import type { Terms } from '../terms.ts'

const DAY_MS = 86_400_000

interface Dated {
  readonly fromMs: number
  readonly toMs: number | null
  readonly approximate: boolean
  readonly source: string
}

/** A record laid out in time: `record` says what holds from `fromMs` on. */
interface Laid<R extends Dated> {
  readonly fromMs: number
  readonly toMs: number | null
  readonly record: R
}

/** Records of all instruments over [fromMs, toMs); flat fees and presets have none. */
export function recordsUsed(
  terms: Terms,
  instruments: readonly Instrument[],
  fromMs: number,
  toMs: number,
): readonly UsedRecord[] {
  const { fees, rulebooks, margin } = terms
  const run = { fromMs, toMs }
  return instruments.flatMap(({ venue, symbol, kind }) => [
    ...(fees.kind !== 'schedule'
      ? []
      : told('fees', venue, symbol, feeSegments(fees.records, venue, symbol), feeWords, run)),
    ...(rulebooks === null
      ? []
      : told('rulebook', venue, symbol, selfLaid(rulebookRecordsFor(rulebooks, venue, symbol)), ruleWords, run)),
    ...(margin === null || margin === undefined || kind === 'spot'
      ? []
      : told(
          'margin',
          margin.venue,
          symbol,
          selfLaid(marginRecordsFor(margin.records, margin.venue, symbol)),
          marginWords,
          run,
        )),
  ])
}

function selfLaid<R extends Dated>(records: readonly R[]): Laid<R>[] {
  return records.map((record) => ({ fromMs: record.fromMs, toMs: record.toMs, record }))
}

/**
 * What of the run each record was used for. A time outside all of them has the nearest earlier record, else the first
 * (RULES E): the first reaches back to the run's start, each to the next one's.
 */
function told<R extends Dated>(
  kind: UsedRecord['kind'],
  venue: string,
  symbol: string,
  laid: readonly Laid<R>[],
  words: (record: R) => string,
  run: { readonly fromMs: number; readonly toMs: number },
): UsedRecord[] {
  const rising = [...laid].sort((a, b) => a.fromMs - b.fromMs)
  const overlap = (from: number, to: number): number =>
    Math.max(0, Math.min(to, run.toMs) - Math.max(from, run.fromMs)) / DAY_MS
  return rising.flatMap(({ fromMs, toMs, record }, i) => {
    const next = rising[i + 1]?.fromMs ?? Number.POSITIVE_INFINITY
    const days = overlap(i === 0 ? Number.NEGATIVE_INFINITY : fromMs, next)
    if (days === 0) return []
    const covered = overlap(fromMs, Math.min(toMs ?? next, next))
    return [
      {
        kind,
        venue,
        symbol,
        validFromMs: record.fromMs,
        validToMs: record.toMs,
        days,
        daysOutside: days - covered,
        approximate: record.approximate,
        says: words(record),
        source: record.source,
      },
    ]
  })
}

const percent = (rate: number): string => `${Number((rate * 100).toPrecision(6))} %`

function feeWords({ tiers, feeAsset, windowDays }: FeeRecord): string {
  const [first, last] = [tiers[0]!, tiers[tiers.length - 1]!]
  const lowest = `maker ${percent(first.maker)}, taker ${percent(first.taker)}`
  const highest =
    tiers.length === 1
      ? ''
      : `; ${tiers.length} tiers by ${windowDays} days' volume, down to ${percent(last.maker)} and ${percent(last.taker)}`
  return `${lowest}${highest}; taken in ${feeAsset === 'received' ? 'the asset received' : feeAsset}`
}

function ruleWords(record: RulebookRecord): string {
  const { tick, step, minQty, minCost, minBuyCost, significantDigits } = record
  const least = [
    minQty === '0' ? '' : `at least ${minQty} of base`,
    minCost === '0' ? '' : `at least ${minCost} of quote`,
    minBuyCost === '0' ? '' : `buys at least ${minBuyCost} of quote`,
    significantDigits === null ? '' : `prices of ${significantDigits} significant digits`,
  ].filter((text) => text !== '')
  return [`price step ${tick}, quantity step ${step}`, ...least].join('; ')
}

function marginWords(record: MarginRecord): string {
  if (record.product === 'spot') {
    const { leverages, callLevel, stopLevel, longFee, rolloverHours } = record
    return `leverage up to ${Math.max(...leverages)}; margin call at ${percent(callLevel)}, closed at ${percent(stopLevel)}; borrowing ${percent(longFee)} on opening and every ${rolloverHours} h`
  }
  const { tiers, liquidationFee, fundingHours } = record
  const first = tiers[0]!
  return `${tiers.length} tier${tiers.length === 1 ? '' : 's'} from ${percent(first.maintenanceRate)} maintenance at up to ${first.maxLeverage} ×; liquidation fee ${percent(liquidationFee)}; funding every ${fundingHours} h`
}
