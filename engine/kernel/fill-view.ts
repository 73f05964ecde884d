/** A fill as the strategy sees it. */

import { type Dec, decToNumber } from '../core/dec.ts'
import type { Fact } from '../core/fact.ts'
import type { Instrument } from '../core/instrument.ts'
import type { ApprovedOrder } from '../core/order.ts'
import type { FillView } from '../core/strategy.ts'

/** `opened` is the part of it that opened or enlarged a position. */
export function fillView(fact: Fact, order: ApprovedOrder, instrument: Instrument, row: number, opened: Dec): FillView {
  return {
    symbol: fact.instrument,
    side: order.side,
    price: decToNumber(fact.price, instrument.pxDec),
    quantity: decToNumber(fact.quantity, instrument.qtyDec),
    row,
    closesPosition: opened < fact.quantity,
    tag: order.tag,
  }
}
