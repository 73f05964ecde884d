/** Which fee records hold for a pair, and when: exceptions for pairs before patterns before the product's own schedule. */

import type { FeeProduct, FeeRecord } from '../core/dated.ts'
import { TandemError } from '../core/errors.ts'
import { patternsMeet } from '../core/pairs.ts'
import type { Interval } from './timeline.ts'

/** A stretch of time during which one record decides a pair's fees. */
export interface FeeSegment extends Interval {
  readonly record: FeeRecord
}

/** 3 names the pair, 2 has a pattern for it, 1 is the product's own schedule, 0 isn't for the pair. */
function rank(record: FeeRecord, symbol: string): number {
  if (record.pairs === null) return 1
  if (record.pairs.includes(symbol)) return 3
  return record.pairs.some((pattern) => patternsMeet(pattern, symbol)) ? 2 : 0
}

/** A symbol with a settlement currency (`BTC/USDC:USDC`) is a perpetual; a venue with one product has only that. */
function productOf(records: readonly FeeRecord[], symbol: string): FeeProduct {
  const asked = symbol.includes(':') ? 'perp' : 'spot'
  const first = records[0]!.product
  return records.every((one) => one.product === first) ? first : asked
}

/** The records of a venue that can decide the fees of a symbol. Throws `NO_FEE_SCHEDULE` where there are none. */
export function feeRecordsFor(records: readonly FeeRecord[], venue: string, symbol: string): readonly FeeRecord[] {
  const ofVenue = records.filter((one) => one.venue === venue)
  const product = ofVenue.length === 0 ? 'spot' : productOf(ofVenue, symbol)
  const found = ofVenue.filter((one) => one.product === product && rank(one, symbol) > 0)
  if (found.length === 0) {
    throw new TandemError(`${venue} has no fee schedule for ${symbol}`, {
      code: 'NO_FEE_SCHEDULE',
      where: 'costs.fees',
      hint: 'give { maker: …, taker: … } or add records to datasets/fees',
    })
  }
  return found
}

/** The same, laid out in time: rising segments without overlap, each with the highest-ranking record in force. */
export function feeSegments(records: readonly FeeRecord[], venue: string, symbol: string): readonly FeeSegment[] {
  const found = feeRecordsFor(records, venue, symbol)
  const end = (one: FeeRecord): number => one.toMs ?? Number.POSITIVE_INFINITY
  const cuts = [...new Set(found.flatMap((one) => [one.fromMs, end(one)]))].sort((a, b) => a - b)
  const segments: FeeSegment[] = []
  for (let i = 0; i + 1 < cuts.length; i++) {
    const from = cuts[i]!
    const to = cuts[i + 1]!
    const record = found
      .filter((one) => one.fromMs <= from && end(one) >= to)
      .reduce<FeeRecord | null>((a, b) => (a === null || rank(b, symbol) > rank(a, symbol) ? b : a), null)
    if (record === null) continue
    const last = segments[segments.length - 1]
    const toMs = to === Number.POSITIVE_INFINITY ? null : to
    if (last?.record === record && last.toMs === from) segments[segments.length - 1] = { ...last, toMs }
    else segments.push({ fromMs: from, toMs, record })
  }
  return segments
}
