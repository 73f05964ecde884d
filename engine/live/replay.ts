/**
 * Replays a journal: its rows and facts through a fresh engine, in order. Every decision and every intent of the engine
 * must come out as it is written; the first that doesn't is told. A restart begins with this, and `tandem verify` is
 * this and nothing else.
 */

import { canonicalJson } from '../core/canonical.ts'
import { type Fact, FactKind } from '../core/fact.ts'
import type { LearnedMinimum } from '../core/minimum.ts'
import { applyFact } from './apply-fact.ts'
import { bookCharge, bookTrade, correctTrade, type Rates } from './booking.ts'
import type { Decider, DecisionMark } from './decider.ts'
import type { VenueCharge, VenueMarket, VenueTrade } from './exchange.ts'
import type { JournalRecord } from './journal-record.ts'
import type { Want } from './live-venue.ts'
import type { IntentBody, OrderTable, TrackedOrder } from './order-table.ts'
import type { ClosedRow } from './ports.ts'
import { intentOf, type Naming } from './sender.ts'

/** What of an OPEN record a replay needs. */
export interface TermsBody {
  readonly markets: readonly VenueMarket[]
  readonly rates: readonly Rates[]
}

/** The body of an INPUT: a row of candles, or an operator's word. */
export type InputBody =
  | {
      readonly openMs: number
      readonly candles: readonly (readonly [number, number, number, number, number] | null)[]
      readonly late: readonly string[]
    }
  | { readonly command: 'close'; readonly instrument: number; readonly atMs: number }
  | { readonly command: 'minimums'; readonly minimums: readonly LearnedMinimum[]; readonly atMs: number }

export interface FactBody {
  readonly row: number
  readonly fact: Fact | null
  readonly orderId: number
  readonly trade?: VenueTrade
  readonly charge?: VenueCharge
}

export interface Replay {
  /** Decisions compared, and those that were the same. */
  readonly decisions: number
  readonly identical: number
  readonly rows: number
  readonly facts: number
  /** The first thing that came out differently, with its record's number; null where nothing did. */
  readonly difference: string | null
  readonly mark: DecisionMark
  /** What the engine wants and the journal doesn't have: a crash came between. */
  readonly leftover: readonly Want[]
  /** Whether it has decided something that the journal doesn't have. */
  readonly undecided: boolean
}

/** Runs `records` through `decider` and `table`, both fresh. Stops at the first difference. */
export function replay(
  records: readonly JournalRecord[],
  decider: Decider,
  table: OrderTable,
  naming: (opening: JournalRecord) => Naming,
): Replay {
  const run = new Replaying(decider, table, naming)
  for (const record of records) {
    run.take(record)
    if (run.difference !== null) break
  }
  return run.result()
}

class Replaying {
  difference: string | null = null
  private readonly decider: Decider
  private readonly table: OrderTable
  private readonly namingOf: (opening: JournalRecord) => Naming
  private naming: Naming | null = null
  private rates: readonly Rates[] = []
  private wants: Want[] = []
  private decisions = 0
  private identical = 0
  private rows = 0
  private facts = 0
  /** Count of decision records at the last DECISION, and whether something has been put in since. */
  private counted = 0
  private stepped = false

  constructor(decider: Decider, table: OrderTable, naming: (opening: JournalRecord) => Naming) {
    this.decider = decider
    this.table = table
    this.namingOf = naming
  }

  take(record: JournalRecord): void {
    const { kind, body, seq } = record
    if (kind === 'OPEN') {
      const { markets, rates } = body as TermsBody
      this.naming = this.namingOf(record)
      this.rates = rates
      this.decider.terms(markets, rates)
    } else if (kind === 'INPUT') this.input(body as InputBody)
    else if (kind === 'FACT') this.fact(body as FactBody, seq)
    else if (kind === 'DECISION') this.decision(body as DecisionMark, seq)
    else {
      if (kind === 'INTENT') this.intent(body as IntentBody, seq)
      this.table.apply(record)
    }
  }

  result(): Replay {
    const { decisions, identical, rows, facts, difference } = this
    const mark = this.decider.mark()
    const undecided = this.stepped || mark.count !== this.counted
    return { decisions, identical, rows, facts, difference, mark, leftover: this.wants, undecided }
  }

  private input(body: InputBody): void {
    if ('command' in body) {
      if (body.command === 'close') this.decider.close(body.instrument, body.atMs)
      else this.decider.learn(body.minimums)
    } else {
      this.decider.step(rowOf(body))
      this.rows += 1
      this.stepped = true
    }
    this.wants.push(...this.decider.wants())
  }

  private fact({ fact, orderId, trade, charge, row }: FactBody, seq: number): void {
    this.facts += 1
    if (row !== this.decider.rows) {
      this.differs(seq, `it was heard in row ${row}, and the replay is in row ${this.decider.rows}`)
      return
    }
    const order = this.table.orders.get(orderId)
    if (trade !== undefined && !this.booksAlike(fact, trade, order, seq)) return
    if (charge !== undefined && !this.chargesAlike(fact!, charge, seq)) return
    applyFact(this.table, this.decider, fact, trade, order, charge)
    this.wants.push(...this.decider.wants())
  }

  /** A fill must be what its trade comes to. */
  private booksAlike(fact: Fact | null, trade: VenueTrade, order: TrackedOrder | undefined, seq: number): boolean {
    const { instruments } = this.decider
    // A trade of no order of ours is one by which the venue closed a position.
    const instrument = order
      ? instruments[order.order.instrument]
      : instruments.find((one) => one.symbol === trade.symbol)
    if (instrument === undefined) {
      this.differs(seq, `trade ${trade.tradeId} is of ${trade.symbol}, which the session doesn't have`)
      return false
    }
    const { id } = instrument
    const sums = order?.sums ?? this.table.forcedSums(trade.venueId)
    const [held, rates] = [this.decider.owned(id), this.rates[id]!]
    if (fact?.kind === FactKind.adjusted) {
      const { quantity, cash } = correctTrade(trade, instrument, sums, held, rates)
      if (fact.quantity === quantity && fact.value === cash) return true
      this.differs(
        seq,
        `the fee of trade ${trade.tradeId} changes ${fact.value} in the journal, ${cash} from the trade`,
      )
      return false
    }
    const booked = bookTrade(trade, instrument, sums, held, rates)
    if (fact === null) return true
    for (const key of ['quantity', 'price', 'value', 'fee'] as const) {
      if (fact[key] === booked[key]) continue
      this.differs(
        seq,
        `${key} of trade ${trade.tradeId} is ${fact[key]} in the journal, ${booked[key]} from the trade`,
      )
      return false
    }
    return true
  }

  private chargesAlike({ instrument, fee }: Fact, charge: VenueCharge, seq: number): boolean {
    const again = bookCharge(charge, this.decider.instruments[instrument]!, this.decider.price(instrument))
    if (fee === again.fee) return true
    this.differs(seq, `charge ${charge.chargeId} is ${fee} in the journal, ${again.fee} from what the venue told`)
    return false
  }

  private decision(written: DecisionMark, seq: number): void {
    const mark = this.decider.mark()
    this.decisions += 1
    this.stepped = false
    this.counted = mark.count
    if (mark.count !== written.count) {
      this.differs(seq, `${written.count} decisions are written, the replay made ${mark.count}`)
    } else if (mark.digest !== written.digest) {
      this.differs(seq, `the decisions' digest is ${written.digest}, the replay's ${mark.digest}`)
    } else this.identical += 1
  }

  /** Intents of the engine's own must be what it wants again; the executor's follow from what the venue said. */
  private intent(body: IntentBody, seq: number): void {
    if (body.op === 'leg' || body.reason !== undefined) return
    const want = this.wants.shift()
    const again = want === undefined ? null : intentOf(this.naming!, want)
    if (canonicalJson(body) === canonicalJson(again)) return
    this.differs(seq, `the intent is ${canonicalJson(body)}, the replay wants ${canonicalJson(again)}`)
  }

  private differs(seq: number, what: string): void {
    this.difference ??= `record ${seq}: ${what}`
  }
}

function rowOf(body: Extract<InputBody, { openMs: number }>): ClosedRow {
  const { openMs } = body
  return {
    openMs,
    late: body.late,
    candles: body.candles.map((one) =>
      one === null ? null : { openMs, open: one[0], high: one[1], low: one[2], close: one[3], volume: one[4] },
    ),
  }
}
