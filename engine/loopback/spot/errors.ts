/** Kraken's error strings, and which of the simulated venue's refusals has which. */

import { RejectCode } from '../../core/fact.ts'

/** Goes to the caller as `{"error": [text]}` with HTTP 200, as Kraken answers. */
export class KrakenError extends Error {
  constructor(text: string) {
    super(text)
    this.name = 'KrakenError'
  }
}

const BY_CODE: Readonly<Partial<Record<RejectCode, string>>> = {
  [RejectCode.insufficientFunds]: 'EOrder:Insufficient funds',
  [RejectCode.insufficientBase]: 'EOrder:Insufficient funds',
  [RejectCode.belowMinimum]: 'EOrder:Order minimum not met',
  [RejectCode.offTick]: 'EOrder:Tick size check failed',
  [RejectCode.offStep]: 'EGeneral:Invalid arguments:volume',
  [RejectCode.duplicateId]: 'EOrder:Invalid cl_ord_id:Duplicate',
  [RejectCode.unknownOrder]: 'EOrder:Unknown order',
  [RejectCode.wouldOpenPosition]: 'EOrder:Reduce only:No position exists',
  [RejectCode.notListed]: 'EQuery:Unknown asset pair',
  [RejectCode.noPrice]: 'EService:Market in cancel_only mode',
  [RejectCode.injected]: 'EService:Unavailable',
  [RejectCode.unsupported]: 'EGeneral:Invalid arguments:ordertype',
  [RejectCode.insufficientMargin]: 'EOrder:Insufficient margin',
  [RejectCode.leverageTooHigh]: 'EOrder:Margin allowance exceeded',
  [RejectCode.postOnly]: 'EOrder:Post only order',
  [RejectCode.notFilledAtOnce]: 'EOrder:Order not filled',
  [RejectCode.unavailable]: 'EService:Unavailable',
}

export function krakenError(code: RejectCode): KrakenError {
  return new KrakenError(BY_CODE[code] ?? 'EGeneral:Internal error')
}

/** What an order says about its end, where it didn't end by its owner's word. */
export function krakenReason(code: RejectCode): string | null {
  if (code === RejectCode.none) return null
  if (code === RejectCode.notFilledAtOnce) return 'Order not filled at once'
  if (code === RejectCode.liquidation) return 'Canceled by liquidation'
  return BY_CODE[code]?.split(':').slice(1).join(':') ?? 'Canceled'
}
