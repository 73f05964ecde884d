/** What Coinbase Advanced's words mean (docs.cdp.coinbase.com: create, edit and cancel order; errors). */

import { RejectCode } from '../../core/fact.ts'
import type { FailureRule } from './failure.ts'

const no = (words: RegExp, code: string, reject: RejectCode): FailureRule => ({ words, kind: 'rejected', code, reject })
const unknown = (words: RegExp, code: string): FailureRule => ({ words, kind: 'unknown', code })

export const COINBASE_RULES: readonly FailureRule[] = [
  unknown(/internal_server_error|INTERNAL|^UNAVAILABLE$|DEADLINE_EXCEEDED/i, 'UNAVAILABLE'),
  { words: /DUPLICATE_CLIENT_ORDER_ID/i, kind: 'exists', code: 'DUPLICATE_ID', reject: RejectCode.duplicateId },
  no(/INSUFFICIENT_FUND/i, 'INSUFFICIENT_FUNDS', RejectCode.insufficientFunds),
  no(/SIZE_TOO_SMALL|BELOW_MIN|_MIN_SIZE/i, 'BELOW_MINIMUM', RejectCode.belowMinimum),
  no(/POST_ONLY/i, 'POST_ONLY', RejectCode.postOnly),
  no(/STOP_PRICE_(ABOVE|BELOW)/i, 'WOULD_TRIGGER', RejectCode.noPrice),
  no(/(PRICE|LIMIT).*PRECISION|INVALID_(LIMIT_|STOP_)?PRICE/i, 'OFF_TICK', RejectCode.offTick),
  no(/SIZE.*PRECISION|INVALID_(BASE_|QUOTE_)?SIZE/i, 'OFF_STEP', RejectCode.offStep),
  no(/INVALID_PRODUCT|INELIGIBLE_PAIR|PRODUCT_NOT_FOUND/i, 'UNKNOWN_SYMBOL', RejectCode.notListed),
  no(
    /UNKNOWN_CANCEL_ORDER|DUPLICATE_CANCEL|ORDER_NOT_FOUND|order with this orderID was not found|ONLY_OPEN_ORDERS/i,
    'UNKNOWN_ORDER',
    RejectCode.unknownOrder,
  ),
  no(
    /TRADING_DISABLED|ORDER_ENTRY_DISABLED|AUCTION_MODE|LIMIT_ONLY|CANCEL_ONLY/i,
    'MARKET_CLOSED',
    RejectCode.unavailable,
  ),
  no(/rate_limit_exceeded|resource_exhausted/i, 'RATE_LIMITED', RejectCode.unavailable),
  no(/PERMISSION_DENIED|invalid_scope|INELIGIBLE/i, 'NO_PERMISSION', RejectCode.unavailable),
  no(/unauthori[sz]ed|authentication|_token$/i, 'BAD_KEY', RejectCode.unavailable),
  no(
    /UNSUPPORTED_ORDER|INVALID_ARGUMENT|invalid_request|validation_error|param_required|INVALID_\w+/i,
    'BAD_REQUEST',
    RejectCode.unsupported,
  ),
]

const SAYS_NOTHING = /^(UNKNOWN_FAILURE_REASON|UNKNOWN_PREVIEW_FAILURE_REASON|UNKNOWN_\w+_FAILURE_REASON|unknown)?$/

type Body = Readonly<Record<string, unknown>>

/** Reasons in any of the places where Coinbase puts them; those that say nothing only if there's no other. */
export function coinbaseWords(body: unknown): readonly string[] {
  const { error, message, error_response: response, errors } = body as Body
  const inner = (response ?? {}) as Body
  const listed = Array.isArray(errors) ? (errors as Body[]) : []
  const all = [
    ...[inner['new_order_failure_reason'], inner['preview_failure_reason'], inner['error'], error, message],
    ...listed.flatMap((one) => [one['edit_failure_reason'], one['preview_failure_reason'], one['id']]),
  ].filter((one): one is string => typeof one === 'string')
  const telling = all.filter((one) => !SAYS_NOTHING.test(one))
  return [...new Set(telling.length > 0 ? telling : all.filter((one) => one !== ''))]
}
