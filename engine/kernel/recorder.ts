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
export const DecisionKind = { order: 1, refusal: 2, cancel: 3 } as const

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
    this.decisions.write(
      order.decidedMs,
      DecisionKind.order,
      order.purpose | (order.type << 4) | (order.reduceOnly ? 256 : 0),
      order.side,
      order.instrument,
      order.id,
      order.ocoGroup,
      order.quantity,
      order.quoteAmount,
      order.limitPrice,
      order.stopPrice,
      0,
    )
  }

  cancel(orderId: number, instrument: number, atMs: number): void {
    this.flush()
    this.decisions.write(atMs, DecisionKind.cancel, 0, 0, instrument, orderId, 1, 0, 0, 0, 0, 0)
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
    this.decisions.write(
      this.pendingMs,
      DecisionKind.refusal,
      refusal.code,
      refusal.side,
      refusal.instrument,
      0,
      this.pendingCount,
      refusal.first,
      refusal.second,
      this.pendingTally!.lastMs,
      0,
      0,
    )
  }

  outcome(fact: Fact, side: number): void {
    const flags = (fact.complete ? 1 : 0) | (fact.maker ? 2 : 0) | (fact.intrabar ? 4 : 0)
    this.outcomes.write(
      fact.atMs,
      fact.kind,
      fact.code | (flags << 8),
      side,
      fact.instrument,
      fact.orderId,
      1,
      fact.quantity,
      fact.price,
      fact.value,
      fact.fee,
      fact.knownMs,
    )
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
