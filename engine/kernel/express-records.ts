/**
 * The records of the express lanes: what the recorder would write, order by order and fact by fact, of market orders
 * filled whole, and of a stop and a limit that are levels on a slip. They are much of what an order costs: short loops,
 * so that all they call is compiled into them. Refusals that are being counted have been flushed before.
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

const MARKET = OrderType.market << 4
const BUY_TO_ENTER = recordHead(DecisionKind.order, Purpose.entry | MARKET, 1)
const SELL_TO_ENTER = recordHead(DecisionKind.order, Purpose.entry | MARKET, SELL)
const BUY_TO_EXIT = recordHead(DecisionKind.order, Purpose.exit | MARKET | REDUCE_ONLY, 1)
const SELL_TO_EXIT = recordHead(DecisionKind.order, Purpose.exit | MARKET | REDUCE_ONLY, SELL)
const BOUGHT = recordHead(FactKind.filled, COMPLETE, 1)
const SOLD = recordHead(FactKind.filled, COMPLETE, SELL)
const STOP_ORDER = recordHead(DecisionKind.order, STOP, SELL)
const TARGET_ORDER = recordHead(DecisionKind.order, TARGET, SELL)
const CANCEL = recordHead(DecisionKind.cancel, 0, 0)
const ACCEPTED = recordHead(FactKind.accepted, 0, SELL)
const CANCELLED = recordHead(FactKind.cancelled, 0, SELL)
const STOP_FILLED = recordHead(FactKind.filled, COMPLETE | INTRABAR, SELL)
const TARGET_FILLED = recordHead(FactKind.filled, COMPLETE | INTRABAR | MAKER, SELL)

/** Orders at market, each filled whole at once: slips `from` to before `to`. */
export function recordOrders(
  { decisions, outcomes }: Recorder,
  slips: readonly Float64Array[],
  from: number,
  to: number,
): void {
  const order = decisions.floats
  const orderInts = decisions.ints
  let at = decisions.room(to - from)
  for (let k = from; k < to; k++) {
    const slip = slips[k]!
    const enters = slip[ExpressSlot.purpose] === Purpose.entry
    const buys = slip[ExpressSlot.side]! > 0
    orderInts[2 * at + 2] = enters ? (buys ? BUY_TO_ENTER : SELL_TO_ENTER) : buys ? BUY_TO_EXIT : SELL_TO_EXIT
    orderInts[2 * at + 3] = slip[ExpressSlot.instrument]!
    orderInts[2 * at + 4] = slip[ExpressSlot.orderId]!
    orderInts[2 * at + 5] = 0
    order[at] = slip[ExpressSlot.decidedMs]!
    order[at + 3] = slip[ExpressSlot.asked]!
    order[at + 4] = slip[ExpressSlot.quoteAmount]!
    order[at + 5] = 0
    order[at + 6] = 0
    order[at + 7] = 0
    at += 8
  }
  const fill = outcomes.floats
  const fillInts = outcomes.ints
  at = outcomes.room(to - from)
  for (let k = from; k < to; k++) {
    const slip = slips[k]!
    fillInts[2 * at + 2] = slip[ExpressSlot.side]! > 0 ? BOUGHT : SOLD
    fillInts[2 * at + 3] = slip[ExpressSlot.instrument]!
    fillInts[2 * at + 4] = slip[ExpressSlot.orderId]!
    fillInts[2 * at + 5] = 1
    fill[at] = slip[ExpressSlot.atMs]!
    fill[at + 3] = slip[ExpressSlot.quantity]!
    fill[at + 4] = slip[ExpressSlot.price]!
    fill[at + 5] = slip[ExpressSlot.value]!
    fill[at + 6] = slip[ExpressSlot.fee]!
    fill[at + 7] = slip[ExpressSlot.atMs]!
    at += 8
  }
}

/** Exits were sent and accepted at once, as the slip has them. */
export function recordGuard({ decisions, outcomes }: Recorder, slip: Float64Array): void {
  const exits = exitsOf(slip)
  const instrument = slip[ExpressSlot.instrument]! | 0
  const stopId = slip[ExpressSlot.stopId]! | 0
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
export function recordUnguard({ decisions, outcomes }: Recorder, slip: Float64Array): void {
  const exits = exitsOf(slip)
  const instrument = slip[ExpressSlot.instrument]! | 0
  const stopId = slip[ExpressSlot.stopId]! | 0
  const id = firstOf(slip, stopId)
  write(decisions, CANCEL, instrument, id, exits, slip, ExpressSlot.decidedMs, 0)
  write(outcomes, CANCELLED, instrument, id, exits, slip, ExpressSlot.atMs, 1)
}

/** One was filled inside a bar, as the slip says, and the other cancelled by that. */
export function recordMet({ outcomes }: Recorder, slip: Float64Array): void {
  const { floats, ints } = outcomes
  const instrument = slip[ExpressSlot.instrument]! | 0
  const stopId = slip[ExpressSlot.stopId]! | 0
  const met = slip[ExpressSlot.purpose] === Purpose.stop ? 0 : 1
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
