/**
 * The records of the express lanes: what the recorder would write, order by order and fact by fact, of market orders
 * filled whole, and of a stop and a limit that are levels on a slip. They are much of what an order costs: short loops,
 * so that all they call is compiled into them. Refusals that are being counted have been flushed before.
 */

import { FactKind } from '../core/fact.ts'
import { OrderType, Purpose } from '../core/order.ts'
import { type RecordStream, recordHead } from '../core/record.ts'
import { EXPRESS_SLOTS, ExpressSlot } from '../core/venue.ts'
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

/** Orders at market, each filled whole at once: the slips `from` to before `to` of `slips`. */
export function recordOrders({ decisions, outcomes }: Recorder, slips: Float64Array, from: number, to: number): void {
  const order = decisions.floats
  const orderInts = decisions.ints
  const fill = outcomes.floats
  const fillInts = outcomes.ints
  let at = decisions.room(to - from)
  let atFill = outcomes.room(to - from)
  for (let slip = from * EXPRESS_SLOTS; slip < to * EXPRESS_SLOTS; slip += EXPRESS_SLOTS) {
    const enters = slips[slip + ExpressSlot.purpose] === Purpose.entry
    const buys = slips[slip + ExpressSlot.side]! > 0
    const instrument = slips[slip + ExpressSlot.instrument]!
    const id = slips[slip + ExpressSlot.orderId]!
    orderInts[2 * at + 2] = enters ? (buys ? BUY_TO_ENTER : SELL_TO_ENTER) : buys ? BUY_TO_EXIT : SELL_TO_EXIT
    orderInts[2 * at + 3] = instrument
    orderInts[2 * at + 4] = id
    orderInts[2 * at + 5] = 0
    order[at] = slips[slip + ExpressSlot.decidedMs]!
    order[at + 3] = slips[slip + ExpressSlot.asked]!
    order[at + 4] = slips[slip + ExpressSlot.quoteAmount]!
    order[at + 5] = 0
    order[at + 6] = 0
    order[at + 7] = 0
    const atMs = slips[slip + ExpressSlot.atMs]!
    fillInts[2 * atFill + 2] = buys ? BOUGHT : SOLD
    fillInts[2 * atFill + 3] = instrument
    fillInts[2 * atFill + 4] = id
    fillInts[2 * atFill + 5] = 1
    fill[atFill] = atMs
    fill[atFill + 3] = slips[slip + ExpressSlot.quantity]!
    fill[atFill + 4] = slips[slip + ExpressSlot.price]!
    fill[atFill + 5] = slips[slip + ExpressSlot.value]!
    fill[atFill + 6] = slips[slip + ExpressSlot.fee]!
    fill[atFill + 7] = atMs
    at += 8
    atFill += 8
  }
}

/** Exits were sent and accepted at once, as the slip that begins at `slip` has them. */
export function recordGuard({ decisions, outcomes }: Recorder, slips: Float64Array, slip: number): void {
  const exits = exitsOf(slips, slip)
  const instrument = slips[slip + ExpressSlot.instrument]!
  const stopId = slips[slip + ExpressSlot.stopId]!
  const { floats, ints } = decisions
  const atMs = slips[slip + ExpressSlot.atMs]!
  const quantity = slips[slip + ExpressSlot.quantity]!
  let at = decisions.room(exits)
  for (let k = 0; k < 2; k++) {
    const level = slips[slip + FIRST + k]!
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
  write(outcomes, ACCEPTED, firstOf(slips, slip), exits, slips, slip, ExpressSlot.atMs, 1)
}

/** They were taken back: decided at the slip's `decidedMs`, done at its `atMs`. */
export function recordUnguard({ decisions, outcomes }: Recorder, slips: Float64Array, slip: number): void {
  const exits = exitsOf(slips, slip)
  const id = firstOf(slips, slip)
  write(decisions, CANCEL, id, exits, slips, slip, ExpressSlot.decidedMs, 0)
  write(outcomes, CANCELLED, id, exits, slips, slip, ExpressSlot.atMs, 1)
}

/** One was filled inside a bar, as the slip says, and the other cancelled by that. */
export function recordMet({ outcomes }: Recorder, slips: Float64Array, slip: number): void {
  const { floats, ints } = outcomes
  const stopId = slips[slip + ExpressSlot.stopId]!
  const met = slips[slip + ExpressSlot.purpose] === Purpose.stop ? 0 : 1
  const at = outcomes.room(1)
  ints[2 * at + 2] = met === 0 ? STOP_FILLED : TARGET_FILLED
  ints[2 * at + 3] = slips[slip + ExpressSlot.instrument]!
  ints[2 * at + 4] = stopId + met
  ints[2 * at + 5] = 1
  floats[at] = slips[slip + ExpressSlot.atMs]!
  floats[at + 3] = slips[slip + ExpressSlot.quantity]!
  floats[at + 4] = slips[slip + ExpressSlot.price]!
  floats[at + 5] = slips[slip + ExpressSlot.value]!
  floats[at + 6] = slips[slip + ExpressSlot.fee]!
  floats[at + 7] = slips[slip + ExpressSlot.atMs]!
  if (exitsOf(slips, slip) === 2) write(outcomes, CANCELLED, stopId + 1 - met, 1, slips, slip, ExpressSlot.atMs, 1)
}

/** How many exits a slip has: a stop, a target, or both. */
function exitsOf(slips: Float64Array, slip: number): number {
  return (slips[slip + FIRST]! > 0 ? 1 : 0) + (slips[slip + FIRST + 1]! > 0 ? 1 : 0)
}

/** The number of the first of them. */
function firstOf(slips: Float64Array, slip: number): number {
  const stopId = slips[slip + ExpressSlot.stopId]!
  return slips[slip + FIRST]! > 0 ? stopId : stopId + 1
}

/**
 * `count` records of exits with numbers from `id` on, whose amounts are nothing; their time is the slip's at `timeSlot`,
 * which is their last number, too, where `timeAgain` is 1.
 */
function write(
  stream: RecordStream,
  head: number,
  id: number,
  count: number,
  slips: Float64Array,
  slip: number,
  timeSlot: number,
  timeAgain: 0 | 1,
): void {
  const { floats, ints } = stream
  const timeMs = slips[slip + timeSlot]!
  const last = timeAgain * timeMs
  let at = stream.room(count)
  for (let k = 0; k < count; k++) {
    ints[2 * at + 2] = head
    ints[2 * at + 3] = slips[slip + ExpressSlot.instrument]!
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
