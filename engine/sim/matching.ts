/**
 * When an order fills on a bar, and at what price. The conditions, for an order that rests from the bar's open on:
 *
 *   at the open   trigger   a stop's: buy open ≥ trigger · sell open ≤ trigger   → met at the open (a gap isn't ignored)
 *                           a take-profit's: buy open ≤ trigger · sell open ≥ trigger
 *                 limit     buy open < limit · sell open > limit                 → at the open, better than asked
 *                           (`touch`, `volume`: ≤ and ≥)
 *   in the range  trigger   as above with the bar's high and low                 → met at the trigger
 *                 limit     buy low < limit · sell high > limit                  → at the limit
 *                           (`touch`, `volume`: ≤ and ≥)
 *
 * A stop or take-profit whose trigger is met is a market order: half-spread, slippage and the taker fee come on top. A
 * stop-limit or take-profit-limit is then a limit order, which takes at once where the limit allows the price that met
 * the trigger, and else waits for its limit from there on. `volume` fills a touched limit with no more than the
 * participation share of the bar's volume; what is left waits. A trailing stop's trigger moves: see trailing.ts.
 *
 * A wick that did happen meets a stop however far it reaches: on Coinbase's BTC/USD of 2017-04-15, with a low of 0.06,
 * every sell stop above it fills at its trigger, since the candle says that there were trades on the way.
 *
 * An order whose arrival lies inside the bar (latency, or the answer to a fill inside the bar) is decided by
 * `insideFills`.
 */

import { type Dec, decToNumber } from '../core/dec.ts'
import { type ApprovedOrder, OrderType, Side } from '../core/order.ts'
import type { Bars } from './bars.ts'
import type { RestingOrder } from './resting.ts'

/** How much of a limit's price the market must show: pass it (default), only touch it, or touch it with volume. */
export type LimitFill = 'through' | 'touch' | 'volume'

/** How a bar's unknown path is settled. `path` assumes open, the nearer extreme by colour, the other one, close. */
export type AmbiguityModel = 'pessimistic' | 'optimistic' | 'path'

/** Whether the order first waits for a trigger. */
export function hasTrigger(type: OrderType): boolean {
  return type >= OrderType.stop
}

/** Whether what it waits for hurts the position it closes: stops of every kind. */
export function isStop(type: OrderType): boolean {
  return type === OrderType.stop || type === OrderType.stopLimit || type === OrderType.trailingStop
}

/** Whether it is a limit order once its trigger is met. */
export function endsAsLimit(type: OrderType): boolean {
  return type === OrderType.stopLimit || type === OrderType.takeProfitLimit
}

/** The price that the order waits for first, in units; 0 for a market order. */
export function firstPrice(order: ApprovedOrder): Dec {
  return order.type === OrderType.limit ? order.limitPrice : order.stopPrice
}

/** The same as a double that compares exactly with candle columns; NaN for a market order. */
export function levelOf(order: ApprovedOrder, pxDec: number): number {
  if (order.type === OrderType.market) return Number.NaN
  return decToNumber(firstPrice(order), pxDec)
}

/** Whether a price going up meets the order: buy stops, and sells at a limit or a take-profit. The others wait below. */
export function waitsAbove(order: ApprovedOrder): boolean {
  return isStop(order.type) === (order.side === Side.buy)
}

/** Does a price seen at one moment meet the order's level? */
export function passes(resting: RestingOrder, price: number, limitFill: LimitFill): boolean {
  const { above, level } = resting
  if (resting.trigger || limitFill !== 'through') return above ? price >= level : price <= level
  return above ? price > level : price < level
}

/** The extreme of the bar that could meet the order. */
export function reach(resting: RestingOrder, bars: Bars): number {
  return resting.above ? bars.high(resting.order.instrument) : bars.low(resting.order.instrument)
}

/**
 * An order that arrives somewhere inside the bar: is it met in the rest of it? The close is the one price that is
 * certainly after the arrival. Pessimistic: what hurts (stops) happens if the bar reached the level at all, what
 * helps (limits, take-profits) only if the close proves it; optimistic: the reverse. `path` assumes nothing here: its
 * walk decides.
 */
export function insideFills(resting: RestingOrder, bars: Bars, limitFill: LimitFill, model: AmbiguityModel): boolean {
  if (passes(resting, bars.close(resting.order.instrument), limitFill)) return true
  const assuming = resting.hurts ? 'pessimistic' : 'optimistic'
  return model === assuming && passes(resting, reach(resting, bars), limitFill)
}

/**
 * The assumed path through a bar for the model `path`: open, then the low first in a rising bar and the high first in
 * a falling one, then the other extreme, then the close.
 */
export function assumedPath(open: number, high: number, low: number, close: number): readonly number[] {
  return close >= open ? [open, low, high, close] : [open, high, low, close]
}
