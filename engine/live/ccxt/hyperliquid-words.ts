/** What Hyperliquid's words mean (hyperliquid.gitbook.io, error responses; texts as listed in ccxt 4.5.84). */

import { RejectCode } from '../../core/fact.ts'
import type { FailureRule } from './failure.ts'

const no = (words: RegExp, code: string, reject: RejectCode): FailureRule => ({ words, kind: 'rejected', code, reject })

export const HYPERLIQUID_RULES: readonly FailureRule[] = [
  {
    words: /cloid.*(already|duplicate|exist)|duplicate cloid/i,
    kind: 'exists',
    code: 'DUPLICATE_ID',
    reject: RejectCode.duplicateId,
  },
  no(/minimum value of/i, 'BELOW_MINIMUM', RejectCode.belowMinimum),
  no(
    /insufficient margin|insufficient spot balance|must deposit/i,
    'INSUFFICIENT_MARGIN',
    RejectCode.insufficientMargin,
  ),
  no(/divisible by tick size|invalid price/i, 'OFF_TICK', RejectCode.offTick),
  no(/invalid size|zero size/i, 'OFF_STEP', RejectCode.offStep),
  no(/reduce only order would/i, 'WOULD_OPEN_POSITION', RejectCode.wouldOpenPosition),
  no(/post only order would/i, 'POST_ONLY', RejectCode.postOnly),
  no(/could not immediately match|no liquidity available/i, 'NOT_FILLABLE', RejectCode.notFilledAtOnce),
  no(/never placed, already canceled, or filled|^unknownOid$/i, 'UNKNOWN_ORDER', RejectCode.unknownOrder),
  no(/away from the reference price|invalid TP\/SL price|oracle/i, 'OUTSIDE_COLLAR', RejectCode.noPrice),
  no(/leverage|open interest/i, 'LEVERAGE_REFUSED', RejectCode.leverageTooHigh),
  no(/too many (cumulative )?requests|rate limit/i, 'RATE_LIMITED', RejectCode.unavailable),
  no(/nonce/i, 'BAD_NONCE', RejectCode.unavailable),
  no(/expired|expires/i, 'DEADLINE_PASSED', RejectCode.unavailable),
  no(/halted|not tradable|delisted/i, 'MARKET_CLOSED', RejectCode.unavailable),
  no(/does not exist|unauthorized/i, 'BAD_KEY', RejectCode.unavailable),
  no(/scheduled cancel/i, 'UNSUPPORTED', RejectCode.unsupported),
]

type Body = Readonly<Record<string, unknown>>

export function hyperliquidWords(body: unknown): readonly string[] {
  const { status, response, error } = (body ?? {}) as Body
  if (status === 'err' || status === 'unknownOid') return [typeof response === 'string' ? response : String(status)]
  const data = ((response as Body | undefined)?.['data'] ?? {}) as Body
  const statuses = Array.isArray(data['statuses']) ? (data['statuses'] as unknown[]) : []
  const inner = statuses.map((one) => (typeof one === 'object' && one !== null ? (one as Body)['error'] : undefined))
  return [error, ...inner].filter((one): one is string => typeof one === 'string')
}
