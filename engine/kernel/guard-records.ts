/**
 * The records of the bracket lane: what the recorder would write, order by order and fact by fact, of a stop and a limit
 * that are levels on a slip. They are much of what a bracket costs: short loops, so that all they call is compiled into
 * them.
 */

import { FactKind } from '../core/fact.ts'
import { OrderType, Purpose } from '../core/order.ts'
import type { RecordStream } from '../core/record.ts'
import { ExpressSlot } from '../core/venue.ts'
import { COMPLETE, DecisionKind, INTRABAR, MAKER, REDUCE_ONLY, type Recorder } from './recorder.ts'

const SELL = -1
/** The slip's first exit, the stop; the target is the next, as its number is. */
const FIRST = ExpressSlot.stop
const STOP = Purpose.stop | (OrderType.stop << 4) | REDUCE_ONLY
const TARGET = Purpose.target | (OrderType.limit << 4) | REDUCE_ONLY

/** Exits were sent and accepted at once, as the slip has them; the stop's number is `stopId`, the target's the next. */
export function recordGuard(
  { decisions, outcomes }: Recorder,
  instrument: number,
  stopId: number,
  slip: Float64Array,
): void {
  const group = slip[FIRST]! > 0 && slip[FIRST + 1]! > 0 ? stopId : 0
  const { floats } = decisions
  for (let k = 0; k < 2; k++) {
    if (!(slip[FIRST + k]! > 0)) continue
    const at = decisions.beginAmounts(DecisionKind.order, k === 0 ? STOP : TARGET, SELL, instrument, stopId + k, group)
    floats[at] = slip[ExpressSlot.atMs]!
    floats[at + 3] = slip[ExpressSlot.quantity]!
    floats[at + 4] = 0
    // Limit and trigger: a stop has the one, a target the other.
    floats[at + 5 + k] = 0
    floats[at + 6 - k] = slip[FIRST + k]!
    floats[at + 7] = 0
    tell(outcomes, FactKind.accepted, instrument, stopId + k, slip)
  }
}

/** They were taken back: decided at the slip's `decidedMs`, done at its `atMs`. */
export function recordUnguard(recorder: Recorder, instrument: number, stopId: number, slip: Float64Array): void {
  recorder.flush()
  const { decisions, outcomes } = recorder
  const { floats } = decisions
  for (let k = 0; k < 2; k++) {
    if (!(slip[FIRST + k]! > 0)) continue
    const at = decisions.beginAmounts(DecisionKind.cancel, 0, 0, instrument, stopId + k, 1)
    floats[at] = slip[ExpressSlot.decidedMs]!
    floats[at + 3] = 0
    floats[at + 4] = 0
    floats[at + 5] = 0
    floats[at + 6] = 0
    floats[at + 7] = 0
    tell(outcomes, FactKind.cancelled, instrument, stopId + k, slip)
  }
}

/** One was filled inside a bar, as the slip says, and the other cancelled by that. */
export function recordMet(
  { outcomes }: Recorder,
  instrument: number,
  stopId: number,
  purpose: Purpose,
  slip: Float64Array,
): void {
  const { floats } = outcomes
  const met = purpose === Purpose.stop ? 0 : 1
  const code = COMPLETE | INTRABAR | (met === 0 ? 0 : MAKER)
  const at = outcomes.beginAmounts(FactKind.filled, code, SELL, instrument, stopId + met, 1)
  floats[at] = slip[ExpressSlot.atMs]!
  floats[at + 3] = slip[ExpressSlot.quantity]!
  floats[at + 4] = slip[ExpressSlot.price]!
  floats[at + 5] = slip[ExpressSlot.value]!
  floats[at + 6] = slip[ExpressSlot.fee]!
  floats[at + 7] = slip[ExpressSlot.atMs]!
  const other = 1 - met
  if (slip[FIRST + other]! > 0) tell(outcomes, FactKind.cancelled, instrument, stopId + other, slip)
}

/** What the venue says of an exit, but for a fill: its amounts are nothing. */
function tell(outcomes: RecordStream, kind: FactKind, instrument: number, id: number, slip: Float64Array): void {
  const { floats } = outcomes
  const at = outcomes.beginAmounts(kind, 0, SELL, instrument, id, 1)
  floats[at] = slip[ExpressSlot.atMs]!
  floats[at + 3] = 0
  floats[at + 4] = 0
  floats[at + 5] = 0
  floats[at + 6] = 0
  floats[at + 7] = slip[ExpressSlot.atMs]!
}
