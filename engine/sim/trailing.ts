/**
 * Trailing stops. The trigger follows the best price that the market has shown since the order came: the highest for a
 * sell, the lowest for a buy, at a fixed amount or a fraction of it, and never steps back.
 *
 *   trigger = best − distance (sell), best + distance (buy); distance = the amount, or best × rate rounded up to a unit
 *
 * A bar tells its extremes and not their order. With L the trigger that the open left, and T(x) the trigger after x,
 * for a sell (a buy is the mirror image):
 *
 *   low ≤ L              the stop is met in every order of events: at L, or at T(high) where the high came first
 *   close ≤ T(high)      it is met in every order of events: the close comes after the high
 *   low ≤ T(high)        it is met only where the low came after enough of a rise
 *   else                 it isn't met
 *
 *   pessimistic  met wherever it can be, at the worst price: L where the low reached it, else the low
 *   optimistic   met only where it must be, at T(high)
 *   path         along the assumed path: the trigger rises with the path, and is met where the path falls to it
 */

import { type Dec, decToNumber, mulDiv, Rounding, toDec } from '../core/dec.ts'
import { type Instrument, priceUnits } from '../core/instrument.ts'
import { type ApprovedOrder, OrderType, Side } from '../core/order.ts'
import type { Bars } from './bars.ts'
import { RATE_ONE } from './costs.ts'
import type { AmbiguityModel } from './matching.ts'
import type { RestingOrder } from './resting.ts'

export function trails(resting: RestingOrder): boolean {
  return resting.order.type === OrderType.trailingStop && !Number.isNaN(resting.level)
}

/** The trigger behind a best price, as a double; NaN behind none. */
export function trailedLevel(order: ApprovedOrder, instrument: Instrument, best: number): number {
  if (Number.isNaN(best)) return Number.NaN
  const units = priceUnits(instrument, best)
  const { trailAmount, trailRate } = order.terms!
  const distance = trailAmount > 0 ? trailAmount : mulDiv(units, trailRate, RATE_ONE, Rounding.ceil)
  return decToNumber(toDec(units + order.side * distance) as Dec, instrument.pxDec)
}

/** The better of two prices for the order's trail: the higher for a sell. NaN is worse than any. */
export function betterOf(order: ApprovedOrder, a: number, b: number): number {
  if (Number.isNaN(a)) return b
  if (Number.isNaN(b)) return a
  return order.side === Side.sell ? Math.max(a, b) : Math.min(a, b)
}

/** Moves the trigger behind a price that the market has shown. */
export function follow(resting: RestingOrder, instrument: Instrument, price: number): void {
  const { order } = resting
  const best = betterOf(order, resting.best, price)
  if (best === resting.best) return
  resting.best = best
  resting.level = betterOf(order, resting.level, trailedLevel(order, instrument, best))
}

/** The bar's extreme that the trigger follows, and the one that may meet it. */
function extremes({ order }: RestingOrder, bars: Bars): readonly [followed: number, meeting: number] {
  const { instrument } = order
  const [high, low] = [bars.high(instrument), bars.low(instrument)]
  return order.side === Side.sell ? [high, low] : [low, high]
}

/** Whether a price is at or beyond a trigger. */
function meets({ order }: RestingOrder, price: number, trigger: number): boolean {
  return order.side === Side.sell ? price <= trigger : price >= trigger
}

/** The trigger after the bar's whole favourable move. */
function highest(resting: RestingOrder, instrument: Instrument, bars: Bars): number {
  const { order, openLevel } = resting
  return betterOf(order, openLevel, trailedLevel(order, instrument, extremes(resting, bars)[0]))
}

/**
 * The price at which a trailing stop is met inside the bar under a model other than `path`; NaN where it isn't.
 * `inside`: it arrived somewhere in the bar, so that only the close is certainly after it.
 */
export function trailPrice(
  resting: RestingOrder,
  instrument: Instrument,
  bars: Bars,
  model: AmbiguityModel,
  inside: boolean,
): number {
  const { openLevel: level, order } = resting
  const [, meeting] = extremes(resting, bars)
  const close = bars.close(order.instrument)
  const top = highest(resting, instrument, bars)
  if (model === 'pessimistic') {
    if (meets(resting, meeting, level)) return level
    return meets(resting, meeting, top) ? meeting : Number.NaN
  }
  if (meets(resting, inside ? close : meeting, level)) return top
  return !inside && meets(resting, close, top) ? top : Number.NaN
}

/** Whether the order of events in the bar decides if, or at what price, the stop is met. */
export function trailInDoubt(resting: RestingOrder, instrument: Instrument, bars: Bars, inside: boolean): boolean {
  const worst = trailPrice(resting, instrument, bars, 'pessimistic', inside)
  const best = trailPrice(resting, instrument, bars, 'optimistic', inside)
  return worst !== best && !(Number.isNaN(worst) && Number.isNaN(best))
}
