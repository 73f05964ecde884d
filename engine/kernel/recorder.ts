/**
 * The recorder: decisions and outcomes as binary records, and the counts that reports show. Equal refusals in a row
 * are one record with a count; the record's numbers are the first one's.
 */

import type { Dec } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import { type Fact, FactKind, REJECT_NAMES, RejectCode, tradedQuantity } from '../core/fact.ts'
import type { ApprovedOrder, Side } from '../core/order.ts'
import type { RecordStream } from '../core/record.ts'
import { describeRefusal, REFUSAL_NAMES, type Refusal, RefusalCode } from '../core/refusal.ts'
import type { ReallocationStart } from '../rules/entry-request.ts'
import type { RouteChoice } from '../rules/entry-route.ts'

/** Kinds of decision records. */
export const DecisionKind = {
  order: 1,
  refusal: 2,
  cancel: 3,
  profile: 4,
  route: 5,
  reallocation: 6,
  funded: 7,
} as const

/** Kinds of outcome records beside those of facts. */
export const OutcomeKind = {
  /** After a fill whose fee was taken in base: the fee's quantity, what was traded, its price. */
  feeInBase: 15,
  /** What a closed position left is dust (side -1), or dust is part of a position again (1): quantity and cost. */
  dust: 16,
} as const

/** Room for every RefusalCode. */
const CODES = 64

/** Flags in the code of a fill's record: the order is done, it was the maker, its time inside the bar is unknown. */
export const COMPLETE = 256
export const MAKER = 512
export const INTRABAR = 1024

/** Flag in the code of an order's record. */
export const REDUCE_ONLY = 256

export interface SkipTally {
  readonly code: string
  readonly instrument: number
  count: number
  readonly firstMs: number
  lastMs: number
  readonly example: string
}

/** What is told of an order when it is routed. */
export type RoutedOrder = Pick<ApprovedOrder, 'id' | 'instrument' | 'side' | 'decidedMs'>

export class Recorder {
  readonly decisions: RecordStream
  readonly outcomes: RecordStream
  readonly skips = new Map<string, SkipTally>()
  /** Signals for entries, and what became of them: entries + refusals = signals. */
  entrySignals = 0
  entryOrders = 0
  entryRefusals = 0
  /** Entries by the instrument that they were routed to. */
  readonly routed: (number | undefined)[] = []
  /** Refused entry signals by RefusalCode: they add up to `entryRefusals`. */
  readonly entryRefusalsOf = new Float64Array(CODES)
  /** The refusal that is being counted, how often it came, and when first; none where the count is 0. */
  private code: RefusalCode = RefusalCode.noPosition
  private instrument = 0
  private side: Side = 1
  private first = Number.NaN
  private second = Number.NaN
  private firstMs = Number.NaN
  private count = 0
  private counted: SkipTally | null = null
  /** Tallies of our refusals by code, and by instrument in it: found without building a name. */
  private readonly ours: (SkipTally | undefined)[][] = []

  /** What has been carried out and isn't written yet: it comes before anything else. */
  ahead: { settle(): void } | null = null

  constructor(decisions: RecordStream, outcomes: RecordStream) {
    this.decisions = decisions
    this.outcomes = outcomes
  }

  order(order: ApprovedOrder): void {
    this.flush()
    const code = order.purpose | (order.type << 4) | (order.reduceOnly ? REDUCE_ONLY : 0)
    const { floats } = this.decisions
    const at = this.decisions.begin(DecisionKind.order, code, order.side, order.instrument, order.id, order.ocoGroup)
    floats[at] = order.decidedMs
    floats[at + 3] = order.quantity
    floats[at + 4] = order.quoteAmount
    floats[at + 5] = order.limitPrice
    floats[at + 6] = order.stopPrice
    floats[at + 7] = order.expiresMs === Number.POSITIVE_INFINITY ? 0 : order.expiresMs
  }

  cancel(orderId: number, instrument: number, atMs: number): void {
    this.flush()
    const { floats } = this.decisions
    const at = this.decisions.begin(DecisionKind.cancel, 0, 0, instrument, orderId, 1)
    floats[at] = atMs
    for (let slot = at + 3; slot < at + 8; slot++) floats[slot] = 0
  }

  /** A change of profile: equity, and the places of both profiles in the table (-1 below it, -2 for none before). */
  profile(atMs: number, equity: Dec, from: number, to: number): void {
    this.flush()
    const { floats } = this.decisions
    const at = this.decisions.begin(DecisionKind.profile, 0, 0, 0, 0, 1)
    floats[at] = atMs
    floats[at + 3] = equity
    floats[at + 4] = from
    floats[at + 5] = to
    floats[at + 6] = 0
    floats[at + 7] = 0
  }

  /** Where an entry goes and why, just before its order: `code` has the flags, `repeat` the venues to choose from. */
  route({ side, instrument, id, decidedMs }: RoutedOrder, choice: RouteChoice): void {
    this.flush()
    this.routed[instrument] = (this.routed[instrument] ?? 0) + 1
    const { floats } = this.decisions
    const at = this.decisions.begin(DecisionKind.route, choice.flags, side, instrument, id, choice.considered)
    floats[at] = decidedMs
    floats[at + 3] = choice.roundTrip
    floats[at + 4] = choice.other
    floats[at + 5] = choice.balance
    floats[at + 6] = choice.available
    floats[at + 7] = choice.raisedTo
  }

  /** An entry that positions are sold for first: `repeat` says how many, `orderId` is the first of their orders. */
  reallocation({ instrument, need, sells, available }: ReallocationStart, firstId: number, atMs: number): void {
    this.flush()
    const { floats } = this.decisions
    const at = this.decisions.begin(DecisionKind.reallocation, 0, 1, instrument.id, firstId, sells.length)
    floats[at] = atMs
    floats[at + 3] = need.wanted
    floats[at + 4] = need.needed
    floats[at + 5] = available
    floats[at + 6] = need.shortfall
    floats[at + 7] = need.minimumSells
  }

  /** The sells of a reallocation are in: what they brought and what the buy may spend, just before its order. */
  funded(instrument: number, orderId: number, received: Dec, money: Dec, atMs: number): void {
    this.flush()
    const { floats } = this.decisions
    const at = this.decisions.begin(DecisionKind.funded, 0, 1, instrument, orderId, 1)
    floats[at] = atMs
    floats[at + 3] = received
    floats[at + 4] = money
    for (let slot = at + 5; slot < at + 8; slot++) floats[slot] = 0
  }

  refusal(refusal: Refusal, atMs: number): void {
    const { code, instrument, side } = refusal
    if (this.count > 0 && this.code === code && this.instrument === instrument && this.side === side) {
      this.repeat(1, atMs)
      return
    }
    this.flush()
    this.code = code
    this.instrument = instrument
    this.side = side
    this.first = refusal.first
    this.second = refusal.second
    this.firstMs = atMs
    this.count = 1
    this.counted = this.tallyOf(refusal, atMs)
  }

  /** An entry signal was refused. */
  entryRefused(refusal: Refusal, atMs: number): void {
    this.entryRefusals += 1
    this.entryRefusalsOf[refusal.code]! += 1
    this.refusal(refusal, atMs)
  }

  /** `count` more entry signals were given and refused like the last one, the newest at `lastMs`. */
  entriesRefusedAlike(count: number, lastMs: number): void {
    this.repeat(count, lastMs)
    this.entrySignals += count
    this.entryRefusals += count
    this.entryRefusalsOf[this.code]! += count
  }

  private tallyOf(refusal: Refusal, atMs: number): SkipTally {
    const { code, instrument } = refusal
    this.ours[code] ??= []
    const byInstrument = this.ours[code]
    const tally = byInstrument[instrument]
    if (tally === undefined) {
      return (byInstrument[instrument] = this.tally(REFUSAL_NAMES[code], instrument, atMs, describeRefusal(refusal)))
    }
    tally.count += 1
    tally.lastMs = atMs
    return tally
  }

  /** `count` more refusals like the last one, the newest at `lastMs`. */
  repeat(count: number, lastMs: number): void {
    assert(this.count > 0, 'a repeat needs a refusal that is still being counted')
    this.count += count
    this.counted!.count += count
    this.counted!.lastMs = lastMs
  }

  /** Writes what was carried out ahead, and the refusals that are being counted. */
  flush(): void {
    if (this.ahead !== null) this.ahead.settle()
    if (this.count > 0) this.writeRefusal()
  }

  private writeRefusal(): void {
    const { floats } = this.decisions
    const at = this.decisions.begin(DecisionKind.refusal, this.code, this.side, this.instrument, 0, this.count)
    this.count = 0
    floats[at] = this.firstMs
    floats[at + 3] = this.first
    floats[at + 4] = this.second
    floats[at + 5] = this.counted!.lastMs
    floats[at + 6] = 0
    floats[at + 7] = 0
  }

  outcome(fact: Fact, side: number): void {
    const flags = (fact.complete ? COMPLETE : 0) | (fact.maker ? MAKER : 0) | (fact.intrabar ? INTRABAR : 0)
    const { floats } = this.outcomes
    const code = fact.code | flags
    if (this.ahead !== null) this.ahead.settle()
    const at = this.outcomes.begin(fact.kind, code, side, fact.instrument, fact.orderId, 1)
    floats[at] = fact.atMs
    floats[at + 3] = fact.quantity
    floats[at + 4] = fact.price
    floats[at + 5] = fact.value
    floats[at + 6] = fact.fee
    floats[at + 7] = fact.knownMs
    if (fact.kind === FactKind.filled && (fact.feeQuantity ?? 0) !== 0) this.feeInBase(fact, side)
  }

  private feeInBase(fact: Fact, side: number): void {
    const { floats } = this.outcomes
    const at = this.outcomes.begin(OutcomeKind.feeInBase, 0, side, fact.instrument, fact.orderId, 1)
    floats[at] = fact.atMs
    floats[at + 3] = fact.feeQuantity!
    floats[at + 4] = tradedQuantity(fact, side as Side)
    floats[at + 5] = fact.price
    floats[at + 6] = 0
    floats[at + 7] = fact.knownMs
  }

  /** A position's rest became dust (`side` -1), or dust part of a position (1), with the fill of `fact`. */
  dust(fact: Fact, side: Side, quantity: Dec, cost: Dec): void {
    const { floats } = this.outcomes
    const at = this.outcomes.begin(OutcomeKind.dust, 0, side, fact.instrument, fact.orderId, 1)
    floats[at] = fact.atMs
    floats[at + 3] = quantity
    floats[at + 4] = cost
    floats[at + 5] = 0
    floats[at + 6] = 0
    floats[at + 7] = fact.knownMs
  }

  /** Counts a venue's refusal beside our own; not of a message that came twice, since the first one's order is there. */
  reject(fact: Fact, quantity: Dec): void {
    if (fact.code === RejectCode.duplicateId) return
    const name = `VENUE_${REJECT_NAMES[fact.code] ?? fact.code}`
    this.tally(name, fact.instrument, fact.atMs, `${name} order=${fact.orderId} quantity=${quantity}`)
  }

  private tally(code: string, instrument: number, atMs: number, example: string): SkipTally {
    const key = `${code}/${instrument}`
    let tally = this.skips.get(key)
    if (tally === undefined) {
      tally = { code, instrument, count: 0, firstMs: atMs, lastMs: atMs, example }
      this.skips.set(key, tally)
    }
    tally.count += 1
    tally.lastMs = atMs
    return tally
  }
}
