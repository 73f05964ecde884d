/**
 * What a position costs while it is held: funding at its times, by the mark price of that moment; borrowing fees on
 * opening and at each rollover. Who holds at the moment of a funding pays it, so it comes before the orders of that open.
 */

import { type Dec, Rounding, ZERO } from '../core/dec.ts'
import { FactKind, type FactQueue, RejectCode } from '../core/fact.ts'
import { type Instrument, notional } from '../core/instrument.ts'
import { fundingPayment } from '../market/funding.ts'
import { atRate } from '../market/rates.ts'
import type { Bars } from './bars.ts'
import type { MarginState } from './margin-state.ts'
import type { Marks } from './marks.ts'

export class Carry {
  /** Fundings that fell inside a bar, where the price at their time isn't known. */
  fundingsInside = 0
  fundings = 0
  private readonly instruments: readonly Instrument[]
  private readonly state: MarginState
  private readonly bars: Bars
  private readonly marks: Marks
  private readonly facts: FactQueue
  private readonly learnedMs: (atMs: number) => number
  /** By instrument: the next funding, and the next rollover of its loan. */
  private readonly next: Int32Array
  private readonly dueMs: Float64Array
  private readonly rolloverMs: Float64Array

  constructor(
    instruments: readonly Instrument[],
    state: MarginState,
    bars: Bars,
    marks: Marks,
    facts: FactQueue,
    learnedMs: (atMs: number) => number,
  ) {
    this.instruments = instruments
    this.state = state
    this.bars = bars
    this.marks = marks
    this.facts = facts
    this.learnedMs = learnedMs
    this.next = new Int32Array(instruments.length)
    this.dueMs = Float64Array.from(
      instruments,
      ({ id }) => state.terms.funding[id]?.timeMs[0] ?? Number.POSITIVE_INFINITY,
    )
    state.account.borrows = instruments.some(({ id }) => state.rules(id)?.product === 'spot')
    this.rolloverMs = new Float64Array(instruments.length).fill(Number.POSITIVE_INFINITY)
  }

  /** Everything that was due by this row's open. */
  pay(): void {
    const { openMs } = this.bars
    for (let id = 0; id < this.instruments.length; id++) {
      if (this.dueMs[id]! <= openMs) this.payFunding(id)
      if (this.rolloverMs[id]! <= openMs) this.payRollover(id)
    }
  }

  private payFunding(id: number): void {
    const events = this.state.terms.funding[id]
    if (!events) return
    const { openMs } = this.bars
    const held = this.state.account.base[id]!
    for (; this.next[id]! < events.timeMs.length; this.next[id]! += 1) {
      const atMs = events.timeMs[this.next[id]!]!
      this.dueMs[id] = atMs
      if (atMs > openMs) return
      if (held === 0) continue
      const price = atMs === openMs ? this.marks.open(id) : this.marks.before(id)
      if (atMs !== openMs) this.fundingsInside += 1
      this.fundings += 1
      const payment = fundingPayment(this.instruments[id]!, held, price, events.rate[this.next[id]!]!)
      this.charge(FactKind.funding, id, atMs, held, price, payment)
    }
    this.dueMs[id] = Number.POSITIVE_INFINITY
  }

  private payRollover(id: number): void {
    const rules = this.state.rules(id)
    if (rules?.product !== 'spot') return
    const { account } = this.state
    for (; this.rolloverMs[id]! <= this.bars.openMs; this.rolloverMs[id]! += rules.rolloverMs) {
      const held = account.base[id]!
      const borrowed = Math.abs(account.cost[id]!) as Dec
      const fee = atRate(borrowed, held > 0 ? rules.longFee : rules.shortFee)
      this.charge(FactKind.borrowed, id, this.rolloverMs[id]!, held, ZERO, fee)
    }
  }

  /** Positions that were opened since the last look pay for their loans, at `atMs`; true if any did. */
  opened(atMs: number): boolean {
    const { openings, borrows } = this.state.account
    if (!borrows) return false
    let paid = false
    while (openings.length > 0) {
      const { instrument: id, side, value } = openings.shift()!
      const rules = this.state.rules(id)
      if (rules?.product !== 'spot') continue
      const held = this.state.account.base[id]!
      paid = true
      this.charge(FactKind.borrowed, id, atMs, held, ZERO, atRate(value, side > 0 ? rules.longFee : rules.shortFee))
      if (this.rolloverMs[id] === Number.POSITIVE_INFINITY) this.rolloverMs[id] = atMs + rules.rolloverMs
    }
    for (const { id } of this.instruments) {
      if (this.state.account.base[id] === 0) this.rolloverMs[id] = Number.POSITIVE_INFINITY
    }
    return paid
  }

  private charge(kind: FactKind, id: number, atMs: number, held: Dec, price: Dec, amount: Dec): void {
    const instrument = this.instruments[id]!
    this.state.account.pay(id, amount)
    const fact = this.facts.blank()
    fact.kind = kind
    fact.orderId = 0
    fact.instrument = id
    fact.atMs = atMs
    fact.knownMs = this.learnedMs(Math.max(atMs, this.bars.openMs))
    fact.quantity = Math.abs(held) as Dec
    fact.price = price
    fact.value = notional(instrument, price, fact.quantity, Rounding.halfEven)
    fact.fee = amount
    fact.spreadCost = ZERO
    fact.slippageCost = ZERO
    fact.complete = false
    fact.maker = false
    fact.intrabar = false
    fact.code = RejectCode.none
    this.facts.push(fact)
  }

  /** When something is due next for a position that is open, ms UTC. */
  get nextMs(): number {
    let next = Number.POSITIVE_INFINITY
    for (const { id } of this.instruments) {
      if (this.state.account.base[id] === 0) continue
      next = Math.min(next, this.rolloverMs[id]!, this.dueMs[id]!)
    }
    return next
  }
}
