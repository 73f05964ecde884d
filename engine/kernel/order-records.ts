/**
 * Decision records of what only few orders have. Both come behind the order's own records (see the recorder).
 *
 *   terms   code = purpose | time in force << 4 | post-only << 8; numbers: trail amount (price units), trail rate (1e-12)
 *   amend   code = purpose; numbers: quantity, limit, trigger as they are to be
 */

import type { Dec } from '../core/dec.ts'
import type { ApprovedOrder, OrderTerms, TimeInForce } from '../core/order.ts'
import type { DecodedRecord } from '../core/record.ts'
import type { Recorder } from './recorder.ts'

/** Kinds of decision records beside the recorder's own. */
export const OrderRecordKind = { terms: 16, amend: 17 } as const

/** An order that has terms, just after its record. */
export function recordTerms(recorder: Recorder, order: ApprovedOrder, terms: OrderTerms): void {
  const code = order.purpose | (terms.timeInForce << 4) | (terms.postOnly ? 256 : 0)
  const { decisions } = recorder
  const at = decisions.begin(OrderRecordKind.terms, code, order.side, order.instrument, order.id, 1)
  const { floats } = decisions
  floats[at] = order.decidedMs
  floats[at + 3] = terms.trailAmount
  floats[at + 4] = terms.trailRate
  for (let slot = at + 5; slot < at + 8; slot++) floats[slot] = 0
}

export function recordAmendment(recorder: Recorder, order: ApprovedOrder): void {
  recorder.flush()
  const { decisions } = recorder
  const at = decisions.begin(OrderRecordKind.amend, order.purpose, order.side, order.instrument, order.id, 1)
  const { floats } = decisions
  floats[at] = order.decidedMs
  floats[at + 3] = order.quantity
  floats[at + 4] = order.limitPrice
  floats[at + 5] = order.stopPrice
  floats[at + 6] = 0
  floats[at + 7] = 0
}

/** The terms of a record of them. */
export function termsOf({ code, numbers }: DecodedRecord): OrderTerms {
  const [trailAmount, trailRate] = numbers as readonly [Dec, Dec]
  return { timeInForce: ((code >> 4) & 15) as TimeInForce, postOnly: (code & 256) !== 0, trailAmount, trailRate }
}
