/**
 * The recorder: decisions and outcomes as binary records, and the counts that reports show. Equal refusals in a row
 * are one record with a count; the record's numbers are the first one's.
 */

import type { Dec } from '../core/dec.ts'
import { assert } from '../core/errors.ts'
import { type Fact, REJECT_NAMES } from '../core/fact.ts'
import type { ApprovedOrder } from '../core/order.ts'
import type { RecordStream } from '../core/record.ts'
import { describeRefusal, REFUSAL_NAMES, type Refusal } from '../core/refusal.ts'

/** Kinds of decision records. */
export const DecisionKind = { order: 1, refusal: 2, cancel: 3, profile: 4 } as const

export interface SkipTally {
  readonly code: string
  readonly instrument: number
  count: number
  readonly firstMs: number
  lastMs: number
  readonly example: string
}

export class Recorder {
  readonly decisions: RecordStream
  readonly outcomes: RecordStream
  readonly skips = new Map<string, SkipTally>()
  /** Signals for entries, and what became of them: entries + refusals = signals. */
  entrySignals = 0
  entryOrders = 0
  entryRefusals = 0
  private pending: Refusal | null = null
  private pendingMs = 0
  private pendingCount = 0
  private pendingTally: SkipTally | null = null

  constructor(decisions: RecordStream, outcomes: RecordStream) {
    this.decisions = decisions
    this.outcomes = outcomes
  }

  order(order: ApprovedOrder): void {
    this.flush()
    const code = order.purpose | (order.type << 4) | (order.reduceOnly ? 256 : 0)
    const { floats } = this.decisions
    const at = this.decisions.begin(
      order.decidedMs,
      DecisionKind.order,
      code,
      order.side,
      order.instrument,
      order.id,
      order.ocoGroup,
    )
    floats[at + 3] = order.quantity
    floats[at + 4] = order.quoteAmount
    floats[at + 5] = order.limitPrice
    floats[at + 6] = order.stopPrice
    floats[at + 7] = order.expiresMs === Number.POSITIVE_INFINITY ? 0 : order.expiresMs
  }

  cancel(orderId: number, instrument: number, atMs: number): void {
    this.flush()
    const at = this.decisions.begin(atMs, DecisionKind.cancel, 0, 0, instrument, orderId, 1)
    this.decisions.floats.fill(0, at + 3, at + 8)
  }

  /** A change of profile: equity, and the places of both profiles in the table (-1 below it, -2 for none before). */
  profile(atMs: number, equity: Dec, from: number, to: number): void {
    this.flush()
    const { floats } = this.decisions
    const at = this.decisions.begin(atMs, DecisionKind.profile, 0, 0, 0, 0, 1)
    floats[at + 3] = equity
    floats[at + 4] = from
    floats[at + 5] = to
    floats[at + 6] = 0
    floats[at + 7] = 0
  }

  refusal(refusal: Refusal, atMs: number): void {
    const last = this.pending
    if (
      last !== null &&
      last.code === refusal.code &&
      last.instrument === refusal.instrument &&
      last.side === refusal.side
    ) {
      this.repeat(1, atMs)
      return
    }
    this.flush()
    this.pending = refusal
    this.pendingMs = atMs
    this.pendingCount = 1
    this.pendingTally = this.tally(REFUSAL_NAMES[refusal.code], refusal.instrument, atMs, describeRefusal(refusal))
  }

  /** `count` more refusals like the last one, the newest at `lastMs`. */
  repeat(count: number, lastMs: number): void {
    assert(this.pending !== null, 'a repeat needs a refusal that is still being counted')
    this.pendingCount += count
    this.pendingTally!.count += count
    this.pendingTally!.lastMs = lastMs
  }

  /** Writes the refusals that are being counted. */
  flush(): void {
    const refusal = this.pending
    if (refusal === null) return
    this.pending = null
    const { floats } = this.decisions
    const at = this.decisions.begin(
      this.pendingMs,
      DecisionKind.refusal,
      refusal.code,
      refusal.side,
      refusal.instrument,
      0,
      this.pendingCount,
    )
    floats[at + 3] = refusal.first
    floats[at + 4] = refusal.second
    floats[at + 5] = this.pendingTally!.lastMs
    floats[at + 6] = 0
    floats[at + 7] = 0
  }

  outcome(fact: Fact, side: number): void {
    const flags = (fact.complete ? 1 : 0) | (fact.maker ? 2 : 0) | (fact.intrabar ? 4 : 0)
    const { floats } = this.outcomes
    const code = fact.code | (flags << 8)
    const at = this.outcomes.begin(fact.atMs, fact.kind, code, side, fact.instrument, fact.orderId, 1)
    floats[at + 3] = fact.quantity
    floats[at + 4] = fact.price
    floats[at + 5] = fact.value
    floats[at + 6] = fact.fee
    floats[at + 7] = fact.knownMs
  }

  /** Counts a venue's refusal beside our own. */
  reject(fact: Fact, quantity: Dec): void {
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
