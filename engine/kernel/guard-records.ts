/**
 * The records of the bracket lane: what the recorder would write, order by order and fact by fact, of a stop and a limit
 * that are levels on a slip. They are much of what a bracket costs: short loops, so that all they call is compiled into
 * them.
 */

import { FactKind } from '../core/fact.ts'
import { OrderType, Purpose } from '../core/order.ts'
import { type RecordStream, recordHead } from '../core/record.ts'
import { ExpressSlot } from '../core/venue.ts'
import { COMPLETE, DecisionKind, INTRABAR, MAKER, REDUCE_ONLY, type Recorder } from './recorder.ts'

const SELL = -1
/** The slip's first exit, the stop; the target is the next, as its number is. */
const FIRST = ExpressSlot.stop
const STOP = Purpose.stop | (OrderType.stop << 4) | REDUCE_ONLY
const TARGET = Purpose.target | (OrderType.limit << 4) | REDUCE_ONLY

const STOP_ORDER = recordHead(DecisionKind.order, STOP, SELL)
const TARGET_ORDER = recordHead(DecisionKind.order, TARGET, SELL)
const CANCEL = recordHead(DecisionKind.cancel, 0, 0)
const ACCEPTED = recordHead(FactKind.accepted, 0, SELL)
const CANCELLED = recordHead(FactKind.cancelled, 0, SELL)
const STOP_FILLED = recordHead(FactKind.filled, COMPLETE | INTRABAR, SELL)
const TARGET_FILLED = recordHead(FactKind.filled, COMPLETE | INTRABAR | MAKER, SELL)

/** Exits were sent and accepted at once, as the slip has them; the stop's number is `stopId`, the target's the next. */
export function recordGuard(
  { decisions, outcomes }: Recorder,
  instrument: number,
  stopId: number,
  slip: Float64Array,
): void {
  const exits = exitsOf(slip)
  const { floats, ints } = decisions
  const atMs = slip[ExpressSlot.atMs]!
  const quantity = slip[ExpressSlot.quantity]!
  let at = decisions.room(exits)
  for (let k = 0; k < 2; k++) {
    const level = slip[FIRST + k]!
    if (!(level > 0)) continue
    ints[2 * at + 2] = k === 0 ? STOP_ORDER : TARGET_ORDER
    ints[2 * at + 3] = instrument
    ints[2 * at + 4] = stopId + k
    ints[2 * at + 5] = exits === 2 ? stopId : 0
    floats[at] = atMs
    floats[at + 3] = quantity
    floats[at + 4] = 0
    // Limit and trigger: a stop has the one, a target the other.
    floats[at + 5] = k === 0 ? 0 : level
    floats[at + 6] = k === 0 ? level : 0
    floats[at + 7] = 0
    at += 8
  }
  write(outcomes, ACCEPTED, instrument, firstOf(slip, stopId), exits, slip, ExpressSlot.atMs, 1)
}

/** They were taken back: decided at the slip's `decidedMs`, done at its `atMs`. */
export function recordUnguard(recorder: Recorder, instrument: number, stopId: number, slip: Float64Array): void {
  recorder.flush()
  const { decisions, outcomes } = recorder
  const exits = exitsOf(slip)
  const id = firstOf(slip, stopId)
  write(decisions, CANCEL, instrument, id, exits, slip, ExpressSlot.decidedMs, 0)
  write(outcomes, CANCELLED, instrument, id, exits, slip, ExpressSlot.atMs, 1)
}

/** One was filled inside a bar, as the slip says, and the other cancelled by that. */
export function recordMet(
  { outcomes }: Recorder,
  instrument: number,
  stopId: number,
  purpose: Purpose,
  slip: Float64Array,
): void {
  const { floats, ints } = outcomes
  const met = purpose === Purpose.stop ? 0 : 1
  const at = outcomes.room(1)
  ints[2 * at + 2] = met === 0 ? STOP_FILLED : TARGET_FILLED
  ints[2 * at + 3] = instrument
  ints[2 * at + 4] = stopId + met
  ints[2 * at + 5] = 1
  floats[at] = slip[ExpressSlot.atMs]!
  floats[at + 3] = slip[ExpressSlot.quantity]!
  floats[at + 4] = slip[ExpressSlot.price]!
  floats[at + 5] = slip[ExpressSlot.value]!
  floats[at + 6] = slip[ExpressSlot.fee]!
  floats[at + 7] = slip[ExpressSlot.atMs]!
  if (exitsOf(slip) === 2) write(outcomes, CANCELLED, instrument, stopId + 1 - met, 1, slip, ExpressSlot.atMs, 1)
}

/** How many exits the slip has: a stop, a target, or both. */
function exitsOf(slip: Float64Array): number {
  return (slip[FIRST]! > 0 ? 1 : 0) + (slip[FIRST + 1]! > 0 ? 1 : 0)
}

/** The number of the first of them. */
function firstOf(slip: Float64Array, stopId: number): number {
  return slip[FIRST]! > 0 ? stopId : stopId + 1
}

/**
 * `count` records of exits with numbers from `id` on, whose amounts are nothing; their time is the slip's at `timeSlot`,
 * which is their last number, too, where `timeAgain` is 1.
 */
function write(
  stream: RecordStream,
  head: number,
  instrument: number,
  id: number,
  count: number,
  slip: Float64Array,
  timeSlot: number,
  timeAgain: 0 | 1,
): void {
  const { floats, ints } = stream
  const timeMs = slip[timeSlot]!
  const last = timeAgain * timeMs
  let at = stream.room(count)
  for (let k = 0; k < count; k++) {
    ints[2 * at + 2] = head
    ints[2 * at + 3] = instrument
    ints[2 * at + 4] = id + k
    ints[2 * at + 5] = 1
    floats[at] = timeMs
    floats[at + 3] = 0
    floats[at + 4] = 0
    floats[at + 5] = 0
    floats[at + 6] = 0
    floats[at + 7] = last
    at += 8
  }
}
