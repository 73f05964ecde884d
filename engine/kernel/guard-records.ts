/**
 * The records of the bracket lane: what the recorder would write, order by order and fact by fact, of a stop and a limit
 * that are levels on a slip. They are most of what a bracket costs, so they are written side by side, without calls.
 */

import { FactKind } from '../core/fact.ts'
import { OrderType, Purpose } from '../core/order.ts'
import { headOf, type RecordStream } from '../core/record.ts'
import { ExpressSlot } from '../core/venue.ts'
import { COMPLETE, DecisionKind, INTRABAR, MAKER, REDUCE_ONLY, type Recorder } from './recorder.ts'

const SELL = -1
const STOP = headOf(DecisionKind.order, Purpose.stop | (OrderType.stop << 4) | REDUCE_ONLY, SELL)
const TARGET = headOf(DecisionKind.order, Purpose.target | (OrderType.limit << 4) | REDUCE_ONLY, SELL)
const CANCEL = headOf(DecisionKind.cancel, 0, 0)
const ACCEPTED = headOf(FactKind.accepted, 0, SELL)
const CANCELLED = headOf(FactKind.cancelled, 0, SELL)
const STOP_MET = headOf(FactKind.filled, COMPLETE | INTRABAR, SELL)
const TARGET_MET = headOf(FactKind.filled, COMPLETE | INTRABAR | MAKER, SELL)

/** Exits were sent and accepted at once, as the slip has them; the stop's number is `stopId`, the target's the next. */
export function recordGuard(recorder: Recorder, instrument: number, stopId: number, slip: Float64Array): void {
  const { decisions, outcomes } = recorder
  const stop = slip[ExpressSlot.stop]!
  const target = slip[ExpressSlot.target]!
  const both = stop > 0 && target > 0
  const records = both ? 2 : 1
  const group = both ? stopId : 0
  let order = decisions.place(records)
  let fact = outcomes.place(records)
  if (stop > 0) {
    sent(decisions, order, STOP, instrument, stopId, group, slip)
    decisions.floats[order + 5] = 0
    decisions.floats[order + 6] = stop
    told(outcomes, fact, ACCEPTED, instrument, stopId, slip)
    order += 8
    fact += 8
  }
  if (target > 0) {
    sent(decisions, order, TARGET, instrument, stopId + 1, group, slip)
    decisions.floats[order + 5] = target
    decisions.floats[order + 6] = 0
    told(outcomes, fact, ACCEPTED, instrument, stopId + 1, slip)
  }
}

/** They were taken back: decided at the slip's `decidedMs`, done at its `atMs`. */
export function recordUnguard(recorder: Recorder, instrument: number, stopId: number, slip: Float64Array): void {
  recorder.flush()
  const { decisions, outcomes } = recorder
  const hasStop = slip[ExpressSlot.stop]! > 0
  const hasTarget = slip[ExpressSlot.target]! > 0
  const records = hasStop && hasTarget ? 2 : 1
  const cancel = decisions.place(records)
  const fact = outcomes.place(records)
  const first = hasStop ? stopId : stopId + 1
  cancelled(decisions, cancel, instrument, first, slip)
  told(outcomes, fact, CANCELLED, instrument, first, slip)
  if (records === 1) return
  cancelled(decisions, cancel + 8, instrument, stopId + 1, slip)
  told(outcomes, fact + 8, CANCELLED, instrument, stopId + 1, slip)
}

/** One was filled inside a bar, as the slip says, and the other cancelled by that. */
export function recordMet(
  { outcomes }: Recorder,
  instrument: number,
  stopId: number,
  purpose: Purpose,
  slip: Float64Array,
): void {
  const stopped = purpose === Purpose.stop
  const alone = !(slip[stopped ? ExpressSlot.target : ExpressSlot.stop]! > 0)
  const at = outcomes.place(alone ? 1 : 2)
  const { floats } = outcomes
  head(outcomes, at, stopped ? STOP_MET : TARGET_MET, instrument, stopped ? stopId : stopId + 1, 1)
  floats[at] = slip[ExpressSlot.atMs]!
  floats[at + 3] = slip[ExpressSlot.quantity]!
  floats[at + 4] = slip[ExpressSlot.price]!
  floats[at + 5] = slip[ExpressSlot.value]!
  floats[at + 6] = slip[ExpressSlot.fee]!
  floats[at + 7] = slip[ExpressSlot.atMs]!
  if (!alone) told(outcomes, at + 8, CANCELLED, instrument, stopped ? stopId + 1 : stopId, slip)
}

function head({ ints }: RecordStream, at: number, first: number, instrument: number, id: number, repeat: number): void {
  ints[2 * at + 2] = first
  ints[2 * at + 3] = instrument
  ints[2 * at + 4] = id
  ints[2 * at + 5] = repeat
}

/** An order but for its prices. */
function sent(
  stream: RecordStream,
  at: number,
  first: number,
  instrument: number,
  id: number,
  group: number,
  slip: Float64Array,
): void {
  const { floats } = stream
  head(stream, at, first, instrument, id, group)
  floats[at] = slip[ExpressSlot.atMs]!
  floats[at + 3] = slip[ExpressSlot.quantity]!
  floats[at + 4] = 0
  floats[at + 7] = 0
}

function cancelled(stream: RecordStream, at: number, instrument: number, id: number, slip: Float64Array): void {
  const { floats } = stream
  head(stream, at, CANCEL, instrument, id, 1)
  floats[at] = slip[ExpressSlot.decidedMs]!
  floats[at + 3] = 0
  floats[at + 4] = 0
  floats[at + 5] = 0
  floats[at + 6] = 0
  floats[at + 7] = 0
}

/** What the venue says of an exit, but for a fill: its amounts are nothing. */
function told(
  stream: RecordStream,
  at: number,
  first: number,
  instrument: number,
  id: number,
  slip: Float64Array,
): void {
  const { floats } = stream
  head(stream, at, first, instrument, id, 1)
  floats[at] = slip[ExpressSlot.atMs]!
  floats[at + 3] = 0
  floats[at + 4] = 0
  floats[at + 5] = 0
  floats[at + 6] = 0
  floats[at + 7] = slip[ExpressSlot.atMs]!
}
