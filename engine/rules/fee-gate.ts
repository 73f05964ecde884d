/** The fee gate (RULES E2) and what a target earns after costs. Rates in units of 1e-12. */

import { type Dec, Rounding, toDec } from '../core/dec.ts'
import { RefusalCode } from '../core/refusal.ts'
import { rateNumber, share } from './rate.ts'
import type { Skip } from './sizing.ts'

/** What entry and exit at market take together: the taker fee twice, and the spread, of which each pays half. */
export function roundTripRate(takerRate: Dec, spreadRate: Dec): Dec {
  return toDec(2 * takerRate + spreadRate)
}

/** The least target that is worth an entry: round trip plus margin. */
export function minimumTarget(roundTrip: Dec, margin: Dec): Dec {
  return toDec(roundTrip + margin)
}

/** Refuses an entry whose target is below the minimum profitable one; a signal without a target isn't gated. */
export function feeGate(target: Dec | null, roundTrip: Dec, margin: Dec): Skip | null {
  const minimum = minimumTarget(roundTrip, margin)
  if (target === null || target >= minimum) return null
  return { code: RefusalCode.feeUnprofitable, first: rateNumber(target), second: rateNumber(minimum) }
}

/** What a position that reaches its target gains, pays and keeps; both rates are of its size. */
export function atTarget(size: Dec, target: Dec, roundTrip: Dec): { gain: Dec; cost: Dec; net: Dec } {
  const gain = share(size, target, Rounding.halfEven)
  const cost = share(size, roundTrip, Rounding.halfEven)
  return { gain, cost, net: toDec(gain - cost) }
}
