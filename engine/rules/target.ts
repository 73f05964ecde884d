/**
 * Target weights become orders: the difference between wanted and held, reductions first, then increases within what
 * is available and what the reductions bring in. A difference below the venue's minimum is a refusal, never silence.
 */

import { type Dec, decFromNumber, decToNumber, mulDiv, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Instrument, notional, priceUnits, type Rulebook } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Purpose, type Side } from '../core/order.ts'
import { type Refusal, RefusalCode } from '../core/refusal.ts'
import { approve } from './approve.ts'
import type { RulesConfig } from './config.ts'
import type { RateInBase } from './entry-request.ts'
import { executableQuantity, mostSellable, RATE_ONE, spendable, venueMinimum } from './executable.ts'
import { notListed } from './listing.ts'

export interface TargetRequest {
  readonly weights: Float64Array
  readonly firstOrderId: number
  readonly instruments: readonly Instrument[]
  readonly rulebook: (instrument: number) => Rulebook
  readonly rules: RulesConfig
  /** Close of the signal's bar; NaN where the symbol has none. */
  readonly price: (instrument: number) => number
  readonly held: ArrayLike<Dec>
  /** Id of an order under way for the instrument; 0 for none. */
  readonly pending: (instrument: number) => number
  readonly totalEquity: Dec
  readonly available: Dec
  /** Fee, half-spread and slippage of a market order, as a rate: the dearest of the instruments. */
  readonly costRate: Dec
  /** Where a venue may take its fee in base. */
  readonly rateInBase?: RateInBase | undefined
  /** What refusals have taught about an instrument's least order. */
  readonly learned: (instrument: Instrument) => Dec
  readonly atMs: number
}

export interface TargetPlan {
  readonly orders: readonly { readonly order: ApprovedOrder; readonly reserved: Dec }[]
  readonly refusals: readonly Refusal[]
}

interface Difference {
  readonly id: number
  readonly price: Dec
  readonly held: Dec
  readonly wanted: Dec
}

export function targetOrders(request: TargetRequest): TargetPlan {
  const refusals: Refusal[] = []
  const differences: Difference[] = []
  for (const instrument of request.instruments) {
    const difference = wantedDifference(request, instrument, refusals)
    if (difference !== null) differences.push(difference)
  }
  const { costRate } = request
  const orders: { order: ApprovedOrder; reserved: Dec }[] = []
  let id = request.firstOrderId
  let budget: number = request.available
  const reductions = differences.filter((one) => Math.abs(one.wanted) < Math.abs(one.held))
  const increases = differences.filter((one) => Math.abs(one.wanted) >= Math.abs(one.held))
  for (const one of reductions) {
    const instrument = request.instruments[one.id]!
    const quantity = trimmed(request, one, Math.abs(one.wanted - one.held) as Dec)
    if (quantity === ZERO) {
      refusals.push(tooSmall(request, one))
      continue
    }
    const value = notional(instrument, one.price, quantity, Rounding.floor)
    budget += value - mulDiv(value, costRate, RATE_ONE, Rounding.ceil)
    const side: Side = one.held > 0 ? -1 : 1
    orders.push({ order: order(request, id++, one.id, side, quantity, one.held * one.wanted >= 0), reserved: ZERO })
  }
  for (const one of increases) {
    const instrument = request.instruments[one.id]!
    const side: Side = one.wanted - one.held > 0 ? 1 : -1
    const asked = notional(instrument, one.price, Math.abs(one.wanted - one.held) as Dec, Rounding.floor)
    const value = Math.min(asked, spendable(toDec(budget), costRate)) as Dec
    const quantity = executableQuantity(instrument, request.rulebook(one.id), value, one.price)
    const worth = notional(instrument, one.price, quantity, Rounding.floor)
    if (!meetsMinimum(request, one, quantity, worth)) {
      refusals.push(tooSmall(request, one))
      continue
    }
    const reserved = toDec(worth + mulDiv(worth, costRate, RATE_ONE, Rounding.ceil))
    budget -= reserved
    orders.push({ order: order(request, id++, one.id, side, quantity, false), reserved })
  }
  return { orders, refusals }
}

/** Held and wanted quantity of an instrument; null where nothing is to be done or can be. */
function wantedDifference(request: TargetRequest, instrument: Instrument, refusals: Refusal[]): Difference | null {
  const id = instrument.id
  const weight = request.weights[id]!
  const held = request.held[id]!
  if (weight === 0 && held === 0) return null
  const side: Side = weight < 0 ? -1 : 1
  const refuse = (code: RefusalCode, first: number): null => {
    refusals.push({ code, instrument: id, side, first, second: 0 })
    return null
  }
  const unlisted = notListed(request.rulebook(id), request.atMs)
  if (unlisted !== null) {
    refusals.push({ ...unlisted, instrument: id, side })
    return null
  }
  const close = request.price(id)
  if (!(close > 0)) return refuse(RefusalCode.noPrice, 0)
  if (request.pending(id) !== 0) return refuse(RefusalCode.entryPending, request.pending(id))
  if (weight < 0 && !request.rules.shorting) return refuse(RefusalCode.shortNotAllowed, 0)
  const price = priceUnits(instrument, close)
  const value = mulDiv(request.totalEquity, decFromNumber(Math.abs(weight), 12), RATE_ONE, Rounding.floor)
  const levered = mulDiv(value, decFromNumber(request.rules.leverage, 6), 1e6, Rounding.floor)
  const quantity = executableQuantity(instrument, request.rulebook(id), levered, price)
  const wanted = (side * quantity) as Dec
  // A position that a fee in base keeps off the step can't be brought nearer than this.
  return Math.abs(wanted - held) < Math.max(1, request.rulebook(id).step) ? null : { id, price, held, wanted }
}

/** A reduction's quantity on the step; the whole position where the weight is zero; 0 where it is below the minimum. */
function trimmed(request: TargetRequest, one: Difference, quantity: Dec): Dec {
  const { step } = request.rulebook(one.id)
  if (one.wanted === 0) return wholeOf(request, one, quantity)
  const onStep = toDec(quantity - (step > 1 ? quantity % step : 0))
  const worth = notional(request.instruments[one.id]!, one.price, onStep, Rounding.floor)
  return meetsMinimum(request, one, onStep, worth) ? onStep : ZERO
}

/** What an order that closes the position can ask for: of a spot position that is off the step, the most on it. */
function wholeOf(request: TargetRequest, { id }: Difference, quantity: Dec): Dec {
  if (request.instruments[id]!.kind !== 'spot') return quantity
  const rate = request.rateInBase?.(id, request.atMs, -1) ?? ZERO
  return (mostSellable(quantity, request.rulebook(id).step, rate) || quantity) as Dec
}

function meetsMinimum(request: TargetRequest, one: Difference, quantity: Dec, worth: Dec): boolean {
  return quantity > 0 && quantity >= request.rulebook(one.id).minQty && worth >= minimumOf(request, one)
}

/** The venue's minimum, or where a position is opened or enlarged what refusals have taught, if that is more. */
function minimumOf(request: TargetRequest, one: Difference): Dec {
  const instrument = request.instruments[one.id]!
  const venue = venueMinimum(instrument, request.rulebook(one.id), one.price, sideOf(one))
  const enlarges = Math.abs(one.wanted) >= Math.abs(one.held)
  return enlarges ? (Math.max(venue, request.learned(instrument)) as Dec) : venue
}

function sideOf({ wanted, held }: Difference): Side {
  return wanted > held ? 1 : -1
}

function tooSmall(request: TargetRequest, one: Difference): Refusal {
  const instrument = request.instruments[one.id]!
  const difference = notional(instrument, one.price, Math.abs(one.wanted - one.held) as Dec, Rounding.floor)
  return {
    code: RefusalCode.belowMinimum,
    instrument: one.id,
    side: sideOf(one),
    first: decToNumber(difference, instrument.quoteDec),
    second: decToNumber(minimumOf(request, one), instrument.quoteDec),
  }
}

function order(
  request: TargetRequest,
  id: number,
  instrument: number,
  side: Side,
  quantity: Dec,
  reduceOnly: boolean,
): ApprovedOrder {
  return approve({
    id,
    instrument,
    side,
    type: OrderType.market,
    purpose: Purpose.rebalance,
    quantity,
    quoteAmount: ZERO,
    limitPrice: ZERO,
    stopPrice: ZERO,
    reduceOnly,
    ocoGroup: 0,
    decidedMs: request.atMs,
    expiresMs: Number.POSITIVE_INFINITY,
    answersIntrabar: false,
    tag: null,
    terms: null,
  })
}
