/** What Kraken Futures' words mean: errors of a call, and the statuses with which it answers an order. */

import { RejectCode } from '../../core/fact.ts'
import type { FailureRule } from './failure.ts'

const no = (words: RegExp, code: string, reject: RejectCode): FailureRule => ({ words, kind: 'rejected', code, reject })
const unknown = (words: RegExp, code: string): FailureRule => ({ words, kind: 'unknown', code })

/** docs.kraken.com, futures: send order, edit order, cancel order, errors. */
export const KRAKENFUTURES_RULES: readonly FailureRule[] = [
  unknown(/^(unavailable|Server Error|unknownError)$/i, 'UNAVAILABLE'),
  { words: /^clientOrderIdAlreadyExist$/, kind: 'exists', code: 'DUPLICATE_ID', reject: RejectCode.duplicateId },
  no(
    /^insufficientAvailableFunds$|^insufficientFunds$|^INSUFFICIENT_MARGIN$/,
    'INSUFFICIENT_MARGIN',
    RejectCode.insufficientMargin,
  ),
  no(/^wouldCauseLiquidation$/, 'INSUFFICIENT_MARGIN', RejectCode.insufficientMargin),
  no(/^(maxPositionViolation|fixedLeverageTooHigh)$/, 'LEVERAGE_REFUSED', RejectCode.leverageTooHigh),
  no(/^invalidPrice$/, 'OFF_TICK', RejectCode.offTick),
  no(/^(outsidePriceCollar|wouldIncreasePriceDislocation)$/, 'OUTSIDE_COLLAR', RejectCode.noPrice),
  no(/^invalidSize$/, 'OFF_STEP', RejectCode.offStep),
  no(/^postWouldExecute$/, 'POST_ONLY', RejectCode.postOnly),
  no(/^marketIsPostOnly$/, 'MARKET_CLOSED', RejectCode.unavailable),
  no(/^(iocWouldNotExecute|fokWouldNotExecute)$/, 'NOT_FILLABLE', RejectCode.notFilledAtOnce),
  no(/^wouldNotReducePosition$/, 'WOULD_OPEN_POSITION', RejectCode.wouldOpenPosition),
  no(/^(marketSuspended|marketInactive|marketUnavailable)$/, 'MARKET_CLOSED', RejectCode.unavailable),
  no(/^wouldProcessAfterSpecifiedTime$/, 'DEADLINE_PASSED', RejectCode.unavailable),
  no(/^(tooManySmallOrders|tooManyOrders)$/, 'ORDERS_LIMIT', RejectCode.unavailable),
  no(/^(notFound|orderForEditNotFound|filled|cancelled)$/, 'UNKNOWN_ORDER', RejectCode.unknownOrder),
  no(/^contractNotFound$/, 'UNKNOWN_SYMBOL', RejectCode.notListed),
  no(/^nonce(BelowThreshold|Duplicate)$/, 'BAD_NONCE', RejectCode.unavailable),
  no(/^authenticationError$/, 'BAD_KEY', RejectCode.unavailable),
  no(/^(accountInactive|invalidAccount)$/, 'ACCOUNT_LOCKED', RejectCode.unavailable),
  no(/^apiLimitExceeded$/, 'RATE_LIMITED', RejectCode.unavailable),
  no(
    /^(selfFill|invalid\w*|requiredArgumentMissing|orderForEditNotAStop|cannotEdit\w+|clientOrderId\w+)/,
    'BAD_REQUEST',
    RejectCode.unsupported,
  ),
]

export function krakenFuturesWords(body: unknown): readonly string[] {
  const { error, errors } = body as { error?: unknown; errors?: unknown }
  const listed = Array.isArray(errors) ? errors.map((one) => (one as { message?: unknown }).message) : []
  return [error, ...listed].filter((one): one is string => typeof one === 'string')
}
