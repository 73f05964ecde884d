/** Exits: an order that closes the whole position, and the protective pair that rests behind an entry. */

import { type Dec, decFromNumber, mulDiv, Rounding, roundToStep, toDec, ZERO } from '../core/dec.ts'
import { type Instrument, priceUnits, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Purpose, type Side } from '../core/order.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { priceTick } from '../market/rulebooks.ts'
import { approve } from './approve.ts'
import { RATE_ONE, tickPrice, tickTrigger } from './executable.ts'

/**
 * A market order that closes `held` (signed). Sells never look at cash (RULES A4), and no step or minimum of ours
 * stands in the way: what the venue can't sell it refuses itself.
 */
export function closingOrder(
  id: number,
  instrument: Instrument,
  held: Dec,
  purpose: Purpose,
  atMs: number,
  tag: string | null,
): ApprovedOrder {
  return approve({
    id,
    instrument: instrument.id,
    side: held > 0 ? -1 : 1,
    type: OrderType.market,
    purpose,
    quantity: Math.abs(held) as Dec,
    quoteAmount: ZERO,
    limitPrice: ZERO,
    stopPrice: ZERO,
    reduceOnly: true,
    ocoGroup: 0,
    decidedMs: atMs,
    expiresMs: Number.POSITIVE_INFINITY,
    answersIntrabar: false,
    tag,
  })
}

/** What a bracket is built from: the entry's signal and the fill it answers. */
export interface BracketRequest {
  /** Order ids for the stop and the target; the group's id is the stop's. */
  readonly stopId: number
  readonly targetId: number
  readonly instrument: Instrument
  readonly rulebook: Rulebook
  readonly options: SignalOptions
  readonly entrySide: Side
  readonly entryPrice: Dec
  readonly quantity: Dec
  readonly atMs: number
  readonly intrabar: boolean
  readonly tag: string | null
}

/** Stop and target of a filled entry, one cancels the other; none, one or both, as the signal asked. */
export function bracketOrders(request: BracketRequest): ApprovedOrder[] {
  const { options, rulebook, entrySide } = request
  const { pxDec } = request.instrument
  const stop = level(options.stopPrice, options.stop, -entrySide, request)
  const target = level(options.targetPrice, options.target, entrySide, request)
  const exitSide = -entrySide as Side
  const group = stop !== null && target !== null ? request.stopId : 0
  const orders: ApprovedOrder[] = []
  if (stop !== null) {
    const price = tickTrigger(stop, priceTick(rulebook, stop, pxDec), exitSide)
    orders.push(protective(request, request.stopId, Purpose.stop, ZERO, price, group))
  }
  if (target !== null) {
    const price = tickPrice(target, priceTick(rulebook, target, pxDec), exitSide)
    orders.push(protective(request, request.targetId, Purpose.target, price, ZERO, group))
  }
  return orders
}

/** One order of the pair: a limit at the target, or a stop. */
function protective(
  request: BracketRequest,
  id: number,
  purpose: Purpose,
  limitPrice: Dec,
  stopPrice: Dec,
  ocoGroup: number,
): ApprovedOrder {
  return approve({
    id,
    instrument: request.instrument.id,
    side: -request.entrySide as Side,
    type: purpose === Purpose.stop ? OrderType.stop : OrderType.limit,
    purpose,
    quantity: request.quantity,
    quoteAmount: ZERO,
    limitPrice,
    stopPrice,
    reduceOnly: true,
    ocoGroup,
    decidedMs: request.atMs,
    expiresMs: request.rulebook.delistedMs,
    answersIntrabar: request.intrabar,
    tag: request.tag,
  })
}

/** A level from a price or from a fraction of the entry price in the direction `towards`; null where neither is asked. */
function level(
  price: number | undefined,
  fraction: number | undefined,
  towards: number,
  request: BracketRequest,
): Dec | null {
  if (price !== undefined) return priceUnits(request.instrument, price)
  if (fraction === undefined) return null
  const move = mulDiv(request.entryPrice, decFromNumber(fraction, 12), RATE_ONE, Rounding.halfEven)
  const moved = toDec(request.entryPrice + towards * move)
  return moved > 0 ? moved : roundToStep(1 as Dec, request.rulebook.tick, Rounding.ceil)
}
