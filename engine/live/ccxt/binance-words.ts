/** What Binance's codes and words mean (developers.binance.com, spot errors). */

import { RejectCode } from '../../core/fact.ts'
import type { FailureRule } from './failure.ts'

const no = (words: RegExp, code: string, reject: RejectCode): FailureRule => ({ words, kind: 'rejected', code, reject })
const unknown = (words: RegExp, code: string): FailureRule => ({ words, kind: 'unknown', code })

/** Words are the code, then the message. */
export const BINANCE_RULES: readonly FailureRule[] = [
  // "Execution status unknown", by Binance's own words.
  unknown(/^-100[67] /, 'TIMEOUT'),
  unknown(/^-100[01] /, 'UNAVAILABLE'),
  { words: /^-2010 Duplicate order/i, kind: 'exists', code: 'DUPLICATE_ID', reject: RejectCode.duplicateId },
  no(/^-2010 .*insufficient balance/i, 'INSUFFICIENT_FUNDS', RejectCode.insufficientFunds),
  no(/^-2010 .*immediately match/i, 'POST_ONLY', RejectCode.postOnly),
  no(/^-2010 .*trigger immediately/i, 'WOULD_TRIGGER', RejectCode.noPrice),
  no(/^-2010 .*market is closed/i, 'MARKET_CLOSED', RejectCode.unavailable),
  no(/^-1013 .*(LOT_SIZE|quantity)/i, 'OFF_STEP', RejectCode.offStep),
  no(/^-1013 .*PERCENT_PRICE/i, 'OUTSIDE_COLLAR', RejectCode.noPrice),
  no(/^-1013 .*PRICE/i, 'OFF_TICK', RejectCode.offTick),
  no(/^-1013 .*NOTIONAL/i, 'BELOW_MINIMUM', RejectCode.belowMinimum),
  no(/^-1013 .*(MAX_NUM|MAX_POSITION)/i, 'ORDERS_LIMIT', RejectCode.unavailable),
  no(/^-1111 /, 'OFF_STEP', RejectCode.offStep),
  no(/^-(2011|2013) /, 'UNKNOWN_ORDER', RejectCode.unknownOrder),
  no(/^-1121 /, 'UNKNOWN_SYMBOL', RejectCode.notListed),
  no(/^-1021 /, 'CLOCK_OFF', RejectCode.unavailable),
  no(/^-(2014|1022) /, 'BAD_KEY', RejectCode.unavailable),
  no(/^-(2015|1002) /, 'NO_PERMISSION', RejectCode.unavailable),
  no(/^-(1003|1015) /, 'RATE_LIMITED', RejectCode.unavailable),
  no(/^-(2010|1013) /, 'INVALID_ORDER', RejectCode.unsupported),
  no(/^-11\d\d /, 'BAD_REQUEST', RejectCode.unsupported),
]

export function binanceWords(body: unknown): readonly string[] {
  const { code, msg } = body as { code?: unknown; msg?: unknown }
  return typeof code === 'number' && code < 0 ? [`${code} ${typeof msg === 'string' ? msg : ''}`] : []
}
