/**
 * The records of the bracket lane: what the recorder would write, order by order and fact by fact, of a stop and a limit
 * that are levels on a slip. Many records at a time, so that they are written where they are, without calls between.
 */

import { FactKind } from '../core/fact.ts'
import { OrderType, Purpose } from '../core/order.ts'
import type { RecordStream } from '../core/record.ts'
import { ExpressSlot } from '../core/venue.ts'
import { COMPLETE, DecisionKind, INTRABAR, MAKER, REDUCE_ONLY, type Recorder } from './recorder.ts'

const SELL = -1
const STOP = Purpose.stop | (OrderType.stop << 4) | REDUCE_ONLY
const TARGET = Purpose.target | (OrderType.limit << 4) | REDUCE_ONLY

/** Exits were sent and accepted at once, as the slip has them; the stop's number is `stopId`, the target's the next. */
export function recordGuard(
  { decisions, outcomes }: Recorder,
  instrument: number,
  stopId: number,
  slip: Float64Array,
): void {
  const hasStop = slip[ExpressSlot.stop]! > 0
  const hasTarget = slip[ExpressSlot.target]! > 0
  const group = hasStop && hasTarget ? stopId : 0
  const { floats } = decisions
  if (hasStop) {
    const at = decisions.begin(DecisionKind.order, STOP, SELL, instrument, stopId, group)
    floats[at] = slip[ExpressSlot.atMs]!
    floats[at + 3] = slip[ExpressSlot.quantity]!
    floats[at + 4] = 0
    floats[at + 5] = 0
    floats[at + 6] = slip[ExpressSlot.stop]!
    floats[at + 7] = 0
    tell(outcomes, FactKind.accepted, instrument, stopId, slip)
  }
  if (hasTarget) {
    const at = decisions.begin(DecisionKind.order, TARGET, SELL, instrument, stopId + 1, group)
    floats[at] = slip[ExpressSlot.atMs]!
    floats[at + 3] = slip[ExpressSlot.quantity]!
    floats[at + 4] = 0
    floats[at + 5] = slip[ExpressSlot.target]!
    floats[at + 6] = 0
    floats[at + 7] = 0
    tell(outcomes, FactKind.accepted, instrument, stopId + 1, slip)
  }
}

/** Both were taken back: decided at the slip's `decidedMs`, done at its `atMs`. */
export function recordUnguard(recorder: Recorder, instrument: number, stopId: number, slip: Float64Array): void {
  recorder.flush()
  if (slip[ExpressSlot.stop]! > 0) takenBack(recorder, instrument, stopId, slip)
  if (slip[ExpressSlot.target]! > 0) takenBack(recorder, instrument, stopId + 1, slip)
}

function takenBack({ decisions, outcomes }: Recorder, instrument: number, id: number, slip: Float64Array): void {
  const { floats } = decisions
  const at = decisions.begin(DecisionKind.cancel, 0, 0, instrument, id, 1)
  floats[at] = slip[ExpressSlot.decidedMs]!
  floats[at + 3] = 0
  floats[at + 4] = 0
  floats[at + 5] = 0
  floats[at + 6] = 0
  floats[at + 7] = 0
  tell(outcomes, FactKind.cancelled, instrument, id, slip)
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
  const stopped = purpose === Purpose.stop
  const code = COMPLETE | INTRABAR | (stopped ? 0 : MAKER)
  const at = outcomes.begin(FactKind.filled, code, SELL, instrument, stopped ? stopId : stopId + 1, 1)
  floats[at] = slip[ExpressSlot.atMs]!
  floats[at + 3] = slip[ExpressSlot.quantity]!
  floats[at + 4] = slip[ExpressSlot.price]!
  floats[at + 5] = slip[ExpressSlot.value]!
  floats[at + 6] = slip[ExpressSlot.fee]!
  floats[at + 7] = slip[ExpressSlot.atMs]!
  const other = stopped ? ExpressSlot.target : ExpressSlot.stop
  if (slip[other]! > 0) tell(outcomes, FactKind.cancelled, instrument, stopped ? stopId + 1 : stopId, slip)
}

/** What the venue says of an exit, but for a fill: its amounts are nothing. */
function tell(outcomes: RecordStream, kind: FactKind, instrument: number, id: number, slip: Float64Array): void {
  const { floats } = outcomes
  const at = outcomes.begin(kind, 0, SELL, instrument, id, 1)
  floats[at] = slip[ExpressSlot.atMs]!
  floats[at + 3] = 0
  floats[at + 4] = 0
  floats[at + 5] = 0
  floats[at + 6] = 0
  floats[at + 7] = slip[ExpressSlot.atMs]!
}
