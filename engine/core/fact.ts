/**
 * Facts: what a venue says happened, on one ordered stream. Every fact has two times: when it happened at the venue
 * and when we learned of it. Ties break in the order of arrival on the stream.
 */

import { type Dec, toDec, ZERO } from './dec.ts'
import { emptyArray } from './table.ts'

export const FactKind = {
  accepted: 1,
  rejected: 2,
  filled: 3,
  cancelled: 4,
  cancelRejected: 5,
  expired: 6,
  funding: 7,
  /** The venue closed a position, whole or in part, for want of margin: numbers as of a fill. */
  liquidated: 12,
  /** A fee for borrowing: on opening, and at each rollover. */
  borrowed: 13,
  /** An order was changed as asked: `quantity` is its new whole quantity, `price` its new limit or trigger. */
  amended: 10,
  amendRejected: 11,
  /** Something that no order of ours did is taken into the books: signed quantity, price, and signed change of cash. */
  adjusted: 14,
} as const
export type FactKind = (typeof FactKind)[keyof typeof FactKind]

/** Why a venue said no. Every venue's own words map to one of these. */
export const RejectCode = {
  none: 0,
  insufficientFunds: 1,
  insufficientBase: 2,
  belowMinimum: 3,
  offTick: 4,
  offStep: 5,
  duplicateId: 6,
  unknownOrder: 7,
  wouldOpenPosition: 8,
  notListed: 9,
  noPrice: 10,
  injected: 11,
  unsupported: 12,
  insufficientMargin: 13,
  leverageTooHigh: 14,
  liquidation: 15,
  /** A post-only order would have taken liquidity. */
  postOnly: 16,
  /** What an IOC order couldn't fill at once; all of a FOK order that couldn't be filled whole. */
  notFilledAtOnce: 17,
  /** The venue can't be reached. */
  unavailable: 18,
  /** A safety limit of ours let it not go out. */
  blocked: 19,
} as const
export type RejectCode = (typeof RejectCode)[keyof typeof RejectCode]

export const REJECT_NAMES: readonly string[] = [
  'NONE',
  'INSUFFICIENT_FUNDS',
  'INSUFFICIENT_BASE',
  'BELOW_MINIMUM',
  'OFF_TICK',
  'OFF_STEP',
  'DUPLICATE_ID',
  'UNKNOWN_ORDER',
  'WOULD_OPEN_POSITION',
  'NOT_LISTED',
  'NO_PRICE',
  'INJECTED',
  'UNSUPPORTED',
  'INSUFFICIENT_MARGIN',
  'LEVERAGE_TOO_HIGH',
  'LIQUIDATION',
  'POST_ONLY',
  'NOT_FILLED_AT_ONCE',
  'UNAVAILABLE',
  'BLOCKED',
]

export interface Fact {
  readonly kind: FactKind
  readonly orderId: number
  readonly instrument: number
  /** When it happened at the venue, ms UTC; for a fill inside a bar the bar's close, the latest it can have been. */
  readonly atMs: number
  /** When we learned of it, ms UTC. */
  readonly knownMs: number
  /**
   * Fill and liquidation: base that the position changes by, price, price × quantity in quote, fee in quote. Funding and borrowing: size of
   * the position, price that valued it, its value, what was paid (negative: received). Rejected for its size: `value` is the minimum in
   * quote that the venue names, 0 where it names none. Else 0.
   */
  readonly quantity: Dec
  readonly price: Dec
  readonly value: Dec
  readonly fee: Dec
  /**
   * Fill whose fee was taken in base: how much of it. `quantity` is without it (what a buy brought, what a sell took),
   * and `fee` its value at the fill's price, so that cash and position both change by what the venue changed.
   */
  readonly feeQuantity?: Dec
  /** Fill: the part of price × quantity that half-spread and slippage cost, in quote units. */
  readonly spreadCost: Dec
  readonly slippageCost: Dec
  /** Fill: nothing of the order is left. */
  readonly complete: boolean
  readonly maker: boolean
  /** Fill: its time inside the bar is unknown. */
  readonly intrabar: boolean
  readonly code: RejectCode
}

/** Base that a fill of an order on `side` traded: what counts against the order, a fee taken in base included. */
export function tradedQuantity({ quantity, feeQuantity = ZERO }: Fact, side: 1 | -1): Dec {
  return feeQuantity === 0 ? quantity : toDec(quantity + side * feeQuantity)
}

/** A fact about an order that isn't a fill. */
export function orderFact(
  kind: FactKind,
  order: { readonly id: number; readonly instrument: number },
  atMs: number,
  knownMs: number,
  code: RejectCode = RejectCode.none,
): Fact {
  return {
    kind,
    orderId: order.id,
    instrument: order.instrument,
    atMs,
    knownMs,
    quantity: ZERO,
    price: ZERO,
    value: ZERO,
    fee: ZERO,
    spreadCost: ZERO,
    slippageCost: ZERO,
    complete: false,
    maker: false,
    intrabar: false,
    code,
  }
}

/** A fact whose fields can be written: one of a queue's own, which are used again and again. */
export class FactRecord implements Fact {
  kind: FactKind = FactKind.accepted
  orderId = 0
  instrument = 0
  // NaN, so that each of these is a double from the start.
  atMs = Number.NaN
  knownMs = Number.NaN
  quantity = Number.NaN as Dec
  price = Number.NaN as Dec
  value = Number.NaN as Dec
  fee = Number.NaN as Dec
  feeQuantity = Number.NaN as Dec
  spreadCost = Number.NaN as Dec
  slippageCost = Number.NaN as Dec
  complete = false
  maker = false
  intrabar = false
  code: RejectCode = RejectCode.none
}

/** Taken facts that a queue may keep before it lets go of them. */
const TAKEN_KEPT = 1024

/**
 * The one ordered stream from a venue to the kernel: first in, first out by the time we learn of things. Equal times
 * keep the order in which they were pushed.
 *
 * A venue pushes facts of its own, or asks for a `blank` one, fills it and pushes that. A taken fact is the taker's
 * until the next `take`; a blank one is then used again, so copy what is to be kept.
 */
export class FactQueue {
  private readonly items = emptyArray<Fact>()
  private head = 0
  private tail = 0
  private readonly blanks = emptyArray<FactRecord>()
  private taken: Fact | null = null

  /** A fact to fill, every field of it, and to push. */
  blank(): FactRecord {
    return this.blanks.pop() ?? new FactRecord()
  }

  /** Pushes a fact about an order that isn't a fill: `orderFact` in a blank one. */
  tell(
    kind: FactKind,
    order: { readonly id: number; readonly instrument: number },
    atMs: number,
    knownMs: number,
    code: RejectCode = RejectCode.none,
  ): void {
    const fact = this.blank()
    fact.kind = kind
    fact.orderId = order.id
    fact.instrument = order.instrument
    fact.atMs = atMs
    fact.knownMs = knownMs
    fact.quantity = ZERO
    fact.price = ZERO
    fact.value = ZERO
    fact.fee = ZERO
    fact.feeQuantity = ZERO
    fact.spreadCost = ZERO
    fact.slippageCost = ZERO
    fact.complete = false
    fact.maker = false
    fact.intrabar = false
    fact.code = code
    this.push(fact)
  }

  push(fact: Fact): void {
    const { items } = this
    // Latency can make a later fact known earlier; an insertion step keeps the order and is free when sorted.
    let at = this.tail++
    while (at > this.head && items[at - 1]!.knownMs > fact.knownMs) {
      items[at] = items[at - 1]!
      at -= 1
    }
    items[at] = fact
  }

  /** The next fact known at `nowMs`, or null. */
  take(nowMs: number): Fact | null {
    if (this.taken !== null) this.reuse()
    if (this.head === this.tail) return null
    const fact = this.items[this.head]!
    if (fact.knownMs > nowMs) return null
    this.taken = fact
    this.head += 1
    if (this.head === this.tail) {
      this.head = 0
      this.tail = 0
    } else if (this.head >= TAKEN_KEPT && this.head * 2 >= this.tail) {
      // Under latency there may always be a fact on its way: what was taken must not pile up.
      this.items.copyWithin(0, this.head, this.tail)
      this.tail -= this.head
      this.head = 0
      this.items.length = this.tail
    }
    return fact
  }

  /** Whether no fact is under way. */
  get empty(): boolean {
    return this.head === this.tail
  }

  /** When the next fact will be known; Infinity where there's none. */
  get nextKnownMs(): number {
    return this.head === this.tail ? Number.POSITIVE_INFINITY : this.items[this.head]!.knownMs
  }

  private reuse(): void {
    if (this.taken instanceof FactRecord) this.blanks.push(this.taken)
    this.taken = null
  }
}
