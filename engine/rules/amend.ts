/** A resting order at other prices: the same order, on the tick of the day. */

import { type Dec, mulDiv, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Instrument, priceUnits, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Purpose } from '../core/order.ts'
import type { AmendOptions } from '../core/strategy.ts'
import { approve } from './approve.ts'
import { tickPrice, tickTrigger } from './executable.ts'

/** The order with the prices that `options` name for its purpose; null where they leave it as it is. */
export function amendedOrder(
  order: ApprovedOrder,
  instrument: Instrument,
  rulebook: Rulebook,
  options: AmendOptions,
  atMs: number,
): ApprovedOrder | null {
  const limit = wanted(order, options, true)
  const trigger = wanted(order, options, false)
  let { limitPrice, stopPrice } = order
  if (trigger !== undefined && stopPrice > 0) {
    const moved = tickTrigger(priceUnits(instrument, trigger), rulebook.tick, order.side)
    // A stop-limit keeps the distance between its two prices.
    if (limit === undefined && limitPrice > 0) limitPrice = toDec(limitPrice + moved - stopPrice)
    stopPrice = moved
  }
  if (limit !== undefined && limitPrice > 0) {
    limitPrice = tickPrice(priceUnits(instrument, limit), rulebook.tick, order.side)
  }
  if ((limitPrice === order.limitPrice && stopPrice === order.stopPrice) || limitPrice < 0 || stopPrice < 0) return null
  return approve({
    id: order.id,
    instrument: order.instrument,
    side: order.side,
    type: order.type,
    purpose: order.purpose,
    quantity: order.quantity,
    quoteAmount: order.quoteAmount,
    limitPrice,
    stopPrice,
    reduceOnly: order.reduceOnly,
    ocoGroup: order.ocoGroup,
    decidedMs: atMs,
    expiresMs: order.expiresMs,
    answersIntrabar: false,
    tag: order.tag,
    terms: order.terms,
  })
}

/** The price that the options name for an order's limit, or for its trigger. */
function wanted({ purpose, type }: ApprovedOrder, options: AmendOptions, limit: boolean): number | undefined {
  if (purpose === Purpose.entry) return limit ? options.limitPrice : options.triggerPrice
  if (purpose === Purpose.stop) return limit ? undefined : options.stopPrice
  if (purpose !== Purpose.target) return undefined
  if (type === OrderType.limit) return limit ? options.targetPrice : undefined
  return type === OrderType.takeProfitLimit || !limit ? options.targetPrice : undefined
}

/** What an entry ties up at its new price, rounded up. */
export function amendedReserve(reserved: Dec, from: ApprovedOrder, to: ApprovedOrder): Dec {
  const [before, after] = [from.limitPrice || from.stopPrice, to.limitPrice || to.stopPrice]
  return before === 0 || reserved === 0 ? ZERO : mulDiv(reserved, after, before, Rounding.ceil)
}
