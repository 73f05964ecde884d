/** A fill as a strategy is told of it. */

import { type Dec, decToNumber } from '../core/dec.ts'
import type { Fact } from '../core/fact.ts'
import type { Instrument } from '../core/instrument.ts'
import type { ApprovedOrder } from '../core/order.ts'
import type { FillView } from '../core/strategy.ts'

/** `symbol` is the strategy's, `opened` the part of the fill that opened or enlarged a position. */
export function fillView(
  fact: Fact,
  order: ApprovedOrder,
  instrument: Instrument,
  symbol: number,
  row: number,
  opened: Dec,
): FillView {
  return {
    symbol,
    side: order.side,
    price: decToNumber(fact.price, instrument.pxDec),
    quantity: decToNumber(fact.quantity, instrument.qtyDec),
    row,
    closesPosition: opened < fact.quantity,
    tag: order.tag,
  }
}
