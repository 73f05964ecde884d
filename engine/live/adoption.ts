/** Differences as facts that take them into the books, by an operator's word. */

import { decFromNumber, ZERO } from '../core/dec.ts'
import { type Fact, FactKind, RejectCode } from '../core/fact.ts'
import type { Instrument } from '../core/instrument.ts'
import { exact, unitsOf } from './amounts.ts'
import type { Difference } from './reconcile.ts'

/** Positions at `price`, their last close; the rest as money that came or went. */
export function adoption(
  found: readonly Difference[],
  instruments: readonly Instrument[],
  price: (instrument: number) => number,
  atMs: number,
): Fact[] {
  return found.map(({ instrument, difference }) => {
    const id = Math.max(0, instrument)
    const { pxDec, qtyDec, quoteDec } = instruments[id]!
    const amount = exact(difference)
    const isMoney = instrument < 0
    return {
      kind: FactKind.adjusted,
      orderId: 0,
      instrument: id,
      atMs,
      knownMs: atMs,
      quantity: isMoney ? ZERO : unitsOf(amount, qtyDec),
      price: isMoney ? ZERO : decFromNumber(price(id), pxDec),
      value: isMoney ? unitsOf(amount, quoteDec) : ZERO,
      fee: ZERO,
      spreadCost: ZERO,
      slippageCost: ZERO,
      complete: true,
      maker: false,
      intrabar: false,
      code: RejectCode.none,
    }
  })
}
