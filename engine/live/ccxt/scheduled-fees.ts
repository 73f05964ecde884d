/** Rates of the dated schedule, for venues that don't tell the account's own. */

import type { FeeRecord } from '../../core/dated.ts'
import { TandemError } from '../../core/errors.ts'
import { feeSegments } from '../../market/fee-lines.ts'
import { refuse } from './failure.ts'
import { plain } from './plain.ts'

/**
 * What the schedule in force at `nowMs` charges an account without volume, which is the most it can be. Throws an
 * `ExchangeError` (local, `NO_FEES`) where there is none.
 */
export function scheduledRates(
  records: readonly FeeRecord[],
  venue: string,
  symbol: string,
  nowMs: number,
): { readonly maker: string; readonly taker: string } {
  const tier = tierOf(records, venue, symbol, nowMs)
  const [maker, taker] = [plain(tier?.maker), plain(tier?.taker)]
  if (maker !== null && taker !== null) return { maker, taker }
  throw refuse(venue, 'NO_FEES', `doesn't tell the account's fees, and no dated schedule was given for ${symbol}`)
}

function tierOf(records: readonly FeeRecord[], venue: string, symbol: string, nowMs: number) {
  try {
    const segments = feeSegments(records, venue, symbol)
    return segments.findLast((one) => one.fromMs <= nowMs && (one.toMs === null || nowMs < one.toMs))?.record.tiers[0]
  } catch (error) {
    if (error instanceof TandemError) return undefined
    throw error
  }
}
