/** What a venue does of itself for want of margin, or for a position's upkeep: booked and recorded as facts of their own. */

import { type Fact, FactKind } from '../core/fact.ts'
import { Purpose, type Side } from '../core/order.ts'
import type { Portfolio } from './portfolio.ts'
import type { Recorder } from './recorder.ts'

export function isOfMargin(kind: FactKind): boolean {
  return kind === FactKind.funding || kind === FactKind.liquidated || kind === FactKind.borrowed
}

/** Books a liquidation, funding, borrowing fee, or an operator's adjustment; true where it changed a position. */
export function bookMarginFact(fact: Fact, row: number, portfolio: Portfolio, recorder: Recorder): boolean {
  if (fact.kind === FactKind.adjusted) {
    recorder.outcome(fact, 0)
    portfolio.adjust(fact, row)
    // Where money alone came or went, no position did.
    return fact.quantity !== 0
  }
  const side: Side = portfolio.ledger.quantity[fact.instrument]! > 0 ? 1 : -1
  if (fact.kind !== FactKind.liquidated) {
    recorder.outcome(fact, side)
    portfolio.fund(fact)
    return false
  }
  const closing: Side = side > 0 ? -1 : 1
  recorder.outcome(fact, closing)
  portfolio.liquidations += 1
  portfolio.book(fact, closing, Purpose.liquidation, null, null, row)
  return true
}
