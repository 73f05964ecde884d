/** Exits: an order that closes the whole position, and the protective pair that rests behind an entry. */

import { type Dec, decFromNumber, mulDiv, mulDivNear, Rounding, roundToStep, toDec, ZERO } from '../core/dec.ts'
import { FREE_RULEBOOK, type Instrument, priceUnits, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, type OrderTerms, OrderType, Purpose, type Side } from '../core/order.ts'
import type { SignalOptions } from '../core/strategy.ts'
import { ExpressSlot } from '../core/venue.ts'
import { priceTick } from '../market/rulebooks.ts'
import { approve } from './approve.ts'
import { RATE_ONE, tickPrice, tickTrigger } from './executable.ts'
import { trailTerms } from './order-terms.ts'

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
    terms: null,
  })
}

/** What a bracket is built from: the entry's signal and the fill it answers. One serves all entries of a run. */
export class BracketRequest {
  /** Order id of the stop, and of the group; target and trailing stop have the next two. */
  stopId = 0
  instrument: Instrument
  rulebook: Rulebook = FREE_RULEBOOK
  options: SignalOptions = {}
  entrySide: Side = 1
  entryPrice = Number.NaN as Dec
  quantity = Number.NaN as Dec
  atMs = Number.NaN
  intrabar = false
  tag: string | null = null
  /** The last fractions asked for, and what they are as rates: a strategy has few. */
  private stopFraction = Number.NaN
  private stopRate = Number.NaN as Dec
  private targetFraction = Number.NaN
  private targetRate = Number.NaN as Dec

  constructor(instrument: Instrument) {
    this.instrument = instrument
  }

  /** What an entry of `side` bought or sold, and when its exits are decided. */
  answer(side: Side, price: Dec, quantity: Dec, atMs: number, intrabar: boolean): void {
    this.entrySide = side
    this.entryPrice = price
    this.quantity = quantity
    this.atMs = atMs
    this.intrabar = intrabar
  }

  rateOfStop(fraction: number): Dec {
    if (fraction !== this.stopFraction) {
      this.stopFraction = fraction
      this.stopRate = decFromNumber(fraction, 12)
    }
    return this.stopRate
  }

  rateOfTarget(fraction: number): Dec {
    if (fraction !== this.targetFraction) {
      this.targetFraction = fraction
      this.targetRate = decFromNumber(fraction, 12)
    }
    return this.targetRate
  }
}

/** Stop, target and trailing stop of a filled entry, one cancels the others; as many as the signal asked for. */
export function bracketOrders(request: BracketRequest): ApprovedOrder[] {
  const { options, instrument } = request
  const stop = stopTrigger(request)
  const target = targetPrice(request)
  const trail = trailTerms(options, instrument)
  const members = (isNone(stop) ? 0 : 1) + (isNone(target) ? 0 : 1) + (trail === null ? 0 : 1)
  const group = members > 1 ? request.stopId : 0
  const orders: ApprovedOrder[] = []
  if (!isNone(stop)) {
    const limit = options.stopLimit === undefined ? ZERO : beyond(stop, options.stopLimit, request)
    const type = options.stopLimit === undefined ? OrderType.stop : OrderType.stopLimit
    orders.push(protective(request, request.stopId, type, Purpose.stop, limit, stop, group, null))
  }
  if (!isNone(target)) {
    const type = TARGETS[options.targetOrder ?? 'limit']
    const limit = type === OrderType.takeProfit ? ZERO : target
    const trigger = type === OrderType.limit ? ZERO : target
    orders.push(protective(request, request.stopId + 1, type, Purpose.target, limit, trigger, group, null))
  }
  if (trail !== null) {
    const type = OrderType.trailingStop
    orders.push(
      protective(request, request.stopId + 2, type, Purpose.stop, ZERO, firstTrail(trail, request), group, trail),
    )
  }
  return orders
}

/**
 * Writes the stop and the target of a long that was bought as the slip says, for a signal that asks for nothing else
 * (`isBracketed`) in a run without a rulebook: every price is on the tick. NaN where one isn't asked for.
 */
export function writeGuard(request: BracketRequest, options: SignalOptions, slip: Float64Array): void {
  const { stop, target, stopPrice } = options
  const price = slip[ExpressSlot.price] as Dec
  slip[ExpressSlot.stop] =
    stopPrice !== undefined
      ? priceUnits(request.instrument, stopPrice)
      : stop === undefined
        ? NONE
        : moved(price, -1, request.rateOfStop(stop), FREE_RULEBOOK.tick)
  slip[ExpressSlot.target] =
    target === undefined ? NONE : moved(price, 1, request.rateOfTarget(target), FREE_RULEBOOK.tick)
}

/** The orders that such a stop and target stand for. */
export function guardOrders(request: BracketRequest, slip: Float64Array): ApprovedOrder[] {
  const stop = slip[ExpressSlot.stop] as Dec
  const target = slip[ExpressSlot.target] as Dec
  const group = isNone(stop) || isNone(target) ? 0 : request.stopId
  const orders: ApprovedOrder[] = []
  if (!isNone(stop)) {
    orders.push(protective(request, request.stopId, OrderType.stop, Purpose.stop, ZERO, stop, group, null))
  }
  if (!isNone(target)) {
    orders.push(protective(request, request.stopId + 1, OrderType.limit, Purpose.target, target, ZERO, group, null))
  }
  return orders
}

/** Trigger of the stop; NaN where none is asked for. */
function stopTrigger(request: BracketRequest): Dec {
  const { options, rulebook, entrySide, instrument } = request
  const stop = level(options.stopPrice, options.stop, -entrySide, request)
  if (isNone(stop)) return stop
  return tickTrigger(stop, priceTick(rulebook, stop, instrument.pxDec), -entrySide as Side)
}

/** Price of the target; NaN where none is asked for. */
function targetPrice(request: BracketRequest): Dec {
  const { options, rulebook, entrySide, instrument } = request
  const target = level(options.targetPrice, options.target, entrySide, request)
  if (isNone(target)) return target
  return tickPrice(target, priceTick(rulebook, target, instrument.pxDec), -entrySide as Side)
}

/** In a level's place where there is none: a null in it would make an object of every level. */
const NONE = Number.NaN as Dec

function isNone(level: Dec): boolean {
  return Number.isNaN(level)
}

const TARGETS = {
  limit: OrderType.limit,
  takeProfit: OrderType.takeProfit,
  takeProfitLimit: OrderType.takeProfitLimit,
} as const

/** A trailing stop's first trigger, behind the entry's price. */
function firstTrail({ trailAmount, trailRate }: OrderTerms, request: BracketRequest): Dec {
  const { entryPrice, entrySide, rulebook } = request
  const distance = trailAmount > 0 ? trailAmount : mulDiv(entryPrice, trailRate, RATE_ONE, Rounding.ceil)
  return tickTrigger(toDec(entryPrice - entrySide * distance), rulebook.tick, -entrySide as Side)
}

/** The limit of a stop-limit, further than its trigger by a fraction of it. */
function beyond(trigger: Dec, fraction: number, { entrySide, rulebook }: BracketRequest): Dec {
  const move = mulDiv(trigger, decFromNumber(fraction, 12), RATE_ONE, Rounding.halfEven)
  return tickPrice(toDec(trigger - entrySide * move), rulebook.tick, -entrySide as Side)
}

/** One order of the bracket. */
function protective(
  request: BracketRequest,
  id: number,
  type: OrderType,
  purpose: Purpose,
  limitPrice: Dec,
  stopPrice: Dec,
  ocoGroup: number,
  terms: OrderTerms | null,
): ApprovedOrder {
  return approve({
    id,
    instrument: request.instrument.id,
    side: -request.entrySide as Side,
    type,
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
    terms,
  })
}

/** A level from a price or from a fraction of the entry price in the direction `towards`; NaN where neither is asked. */
function level(price: number | undefined, fraction: number | undefined, towards: number, request: BracketRequest): Dec {
  if (price !== undefined) return priceUnits(request.instrument, price)
  if (fraction === undefined) return NONE
  const rate = towards === request.entrySide ? request.rateOfTarget(fraction) : request.rateOfStop(fraction)
  return moved(request.entryPrice, towards, rate, request.rulebook.tick)
}

/** A price moved by a rate of it; never below the least there is. */
function moved(price: Dec, towards: number, rate: Dec, tick: Dec): Dec {
  const level = toDec(price + towards * mulDivNear(price, rate, RATE_ONE, Rounding.halfEven))
  return level > 0 ? level : roundToStep(1 as Dec, tick, Rounding.ceil)
}
