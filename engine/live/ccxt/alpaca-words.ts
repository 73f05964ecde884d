/** What Alpaca's codes and words mean (docs.alpaca.markets, orders; texts as noted in ccxt 4.5.84). */

import { RejectCode } from '../../core/fact.ts'
import type { FailureRule } from './failure.ts'

const no = (words: RegExp, code: string, reject: RejectCode): FailureRule => ({ words, kind: 'rejected', code, reject })
const unknown = (words: RegExp, code: string): FailureRule => ({ words, kind: 'unknown', code })

/** Words are the code, then the message. */
export const ALPACA_RULES: readonly FailureRule[] = [
  unknown(/^500\d+ |internal server error/i, 'UNAVAILABLE'),
  { words: /client_order_id must be unique/i, kind: 'exists', code: 'DUPLICATE_ID', reject: RejectCode.duplicateId },
  no(/insufficient (balance|buying power|qty)/i, 'INSUFFICIENT_FUNDS', RejectCode.insufficientFunds),
  no(/cost basis must be|minimal (amount|qty|order)/i, 'BELOW_MINIMUM', RejectCode.belowMinimum),
  no(
    /order.*not found|^404\d+ |already in .* state|not cancell?able|pending cancel/i,
    'UNKNOWN_ORDER',
    RejectCode.unknownOrder,
  ),
  no(/increment|decimal places|sub-penny/i, 'OFF_TICK', RejectCode.offTick),
  no(
    /invalid symbol|asset .*(not found|not active|not tradable)|could not find asset/i,
    'UNKNOWN_SYMBOL',
    RejectCode.notListed,
  ),
  no(
    /rejected by user request|not authorized|^forbidden|^40110000 |trading .*blocked/i,
    'NO_PERMISSION',
    RejectCode.unavailable,
  ),
  no(/^429\d+ |rate limit/i, 'RATE_LIMITED', RejectCode.unavailable),
  no(/^(400|403|422)\d+ /, 'BAD_REQUEST', RejectCode.unsupported),
]

export function alpacaWords(body: unknown): readonly string[] {
  const { code, message } = body as { code?: unknown; message?: unknown }
  const number = typeof code === 'number' ? `${code} ` : ''
  return typeof message === 'string' ? [`${number}${message}`] : []
}
