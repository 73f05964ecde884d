/** Kraken Futures' error words: of a whole request, and of an order that isn't placed. */

import { RejectCode } from '../../core/fact.ts'

/** Answered as `{"result": "error", "error": text}`. */
export class FuturesError extends Error {
  readonly status: number

  constructor(text: string, status = 200) {
    super(text)
    this.name = 'FuturesError'
    this.status = status
  }
}

/** An order that isn't placed or changed: the status says why, the request itself succeeds. */
export class OrderRefusal extends Error {
  constructor(status: string) {
    super(status)
    this.name = 'OrderRefusal'
  }
}

const BY_CODE: Readonly<Partial<Record<RejectCode, string>>> = {
  [RejectCode.insufficientFunds]: 'insufficientAvailableFunds',
  [RejectCode.insufficientMargin]: 'insufficientAvailableFunds',
  [RejectCode.leverageTooHigh]: 'maxPositionViolation',
  [RejectCode.belowMinimum]: 'invalidSize',
  [RejectCode.offStep]: 'invalidSize',
  [RejectCode.offTick]: 'invalidPrice',
  [RejectCode.wouldOpenPosition]: 'wouldNotReducePosition',
  [RejectCode.postOnly]: 'postWouldExecute',
  [RejectCode.notFilledAtOnce]: 'iocWouldNotExecute',
  [RejectCode.notListed]: 'marketInactive',
  [RejectCode.unknownOrder]: 'orderForEditNotFound',
  [RejectCode.unavailable]: 'marketSuspended',
  [RejectCode.injected]: 'marketSuspended',
}

export function statusOf(code: RejectCode): string {
  return BY_CODE[code] ?? 'invalidOrderType'
}
