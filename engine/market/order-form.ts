/**
 * What a venue checks of an order's form before anything else, with the rulebook of the day: step, tick, minimums. The
 * simulated venue and live adapters call the same function.
 */

import { type Dec, Rounding } from '../core/dec.ts'
import { RejectCode } from '../core/fact.ts'
import { type Instrument, notional, type Rulebook } from '../core/instrument.ts'
import { type OrderFields, OrderType } from '../core/order.ts'
import { leastCost, priceTick } from './rulebooks.ts'

/** What of an order its form depends on. */
export type FormOrder = Pick<OrderFields, 'quoteAmount' | 'limitPrice' | 'stopPrice' | 'type' | 'side'>

/**
 * Form and size: step, tick, minimums. `referencePrice` values an order that names no price. An amount that the
 * position capped closes what is there, and needs no step of its own; the minimums hold for it as well.
 */
export function checkRules(
  order: FormOrder,
  quantity: Dec,
  capped: boolean,
  instrument: Instrument,
  rulebook: Rulebook,
  referencePrice: Dec,
): RejectCode {
  const onStep = capped || order.quoteAmount > 0 || rulebook.step <= 1 || quantity % rulebook.step === 0
  if (!onStep) return RejectCode.offStep
  const { pxDec } = instrument
  if (offTick(rulebook, order.limitPrice, pxDec) || offTick(rulebook, order.stopPrice, pxDec)) return RejectCode.offTick
  if (quantity <= 0) return RejectCode.belowMinimum
  if (quantity < rulebook.minQty) return RejectCode.belowMinimum
  const least = leastCost(rulebook, order.side)
  if (least > 0) {
    const price = order.type === OrderType.limit ? order.limitPrice : referencePrice
    if (notional(instrument, price, quantity, Rounding.ceil) < least) return RejectCode.belowMinimum
  }
  return RejectCode.none
}

function offTick(rulebook: Rulebook, price: Dec, pxDec: number): boolean {
  const tick = priceTick(rulebook, price, pxDec)
  return tick > 1 && price % tick !== 0
}
