/**
 * What Kraken's error strings mean. ccxt knows only some of them: "Cost minimum not met" or "Insufficient margin" are
 * bare errors to it. The strings are Kraken's own (docs.kraken.com, API errors).
 */

import { RejectCode } from '../../core/fact.ts'
import type { FailureRule } from './failure.ts'

const no = (words: RegExp, code: string, reject: RejectCode): FailureRule => ({ words, kind: 'rejected', code, reject })
const unknown = (words: RegExp, code: string): FailureRule => ({ words, kind: 'unknown', code })

/** The first that matches decides, so the uncertain ones come first. */
export const KRAKEN_RULES: readonly FailureRule[] = [
  unknown(/^EService: ?(Timeout|Deadline elapsed)/i, 'TIMEOUT'),
  unknown(/^EService: ?Throttled/i, 'RATE_LIMITED'),
  unknown(/^EService: ?(Unavailable|Busy)/i, 'UNAVAILABLE'),
  unknown(/^EService: ?Market in /i, 'MAINTENANCE'),
  unknown(/^(EGeneral|EDatabase): ?Internal error/i, 'UNAVAILABLE'),
  {
    words: /duplicate|cl_ord_id.*(already|exist|in use|not unique)/i,
    kind: 'exists',
    code: 'DUPLICATE_ID',
    reject: RejectCode.duplicateId,
  },
  no(
    /Insufficient (initial )?margin|Margin (allowance|level|position size)/i,
    'INSUFFICIENT_MARGIN',
    RejectCode.insufficientMargin,
  ),
  no(/Insufficient funds/i, 'INSUFFICIENT_FUNDS', RejectCode.insufficientFunds),
  no(/(Order|Cost) minimum not met/i, 'BELOW_MINIMUM', RejectCode.belowMinimum),
  no(/Tick size check failed|Invalid price|Invalid arguments:price/i, 'OFF_TICK', RejectCode.offTick),
  no(/Invalid arguments:(volume|viqc|order_qty)/i, 'OFF_STEP', RejectCode.offStep),
  no(
    /Invalid arguments:leverage|leverage.*(exceed|not allowed|unavailable)/i,
    'LEVERAGE_REFUSED',
    RejectCode.leverageTooHigh,
  ),
  no(/Post only order/i, 'POST_ONLY', RejectCode.postOnly),
  no(/Reduce only|Position is closed|No position/i, 'WOULD_OPEN_POSITION', RejectCode.wouldOpenPosition),
  no(/(Orders|Positions) limit exceeded/i, 'ORDERS_LIMIT', RejectCode.unavailable),
  no(/Unknown (order|position)/i, 'UNKNOWN_ORDER', RejectCode.unknownOrder),
  no(/(Invalid|Unknown) asset( pair)?/i, 'UNKNOWN_SYMBOL', RejectCode.notListed),
  no(/Invalid nonce/i, 'BAD_NONCE', RejectCode.unavailable),
  no(/Invalid (key|signature|session)/i, 'BAD_KEY', RejectCode.unavailable),
  no(/Permission denied|Invalid permissions/i, 'NO_PERMISSION', RejectCode.unavailable),
  no(/Rate limit exceeded|Too many requests/i, 'RATE_LIMITED', RejectCode.unavailable),
  no(/Temporary lockout/i, 'LOCKED_OUT', RejectCode.unavailable),
  no(/User Locked|Account/i, 'ACCOUNT_LOCKED', RejectCode.unavailable),
  no(/^EGeneral: ?Invalid arguments/i, 'BAD_REQUEST', RejectCode.unsupported),
  no(/^EGeneral: ?Unknown method/i, 'UNSUPPORTED', RejectCode.unsupported),
]

/** The error strings of an answer. */
export function krakenWords(body: unknown): readonly string[] {
  const { error } = body as { error?: unknown }
  return Array.isArray(error) ? error.filter((one): one is string => typeof one === 'string') : []
}
