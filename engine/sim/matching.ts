/**
 * When an order fills on a bar, and at what price. The conditions, for an order that rests from the bar's open on:
 *
 *   at the open   stop    buy: open ≥ trigger · sell: open ≤ trigger        → at the open (a gap isn't ignored)
 *                 limit   buy: open < limit · sell: open > limit            → at the open, better than asked
 *                         (`touch`: ≤ and ≥)
 *   in the range  stop    buy: high ≥ trigger · sell: low ≤ trigger         → at the trigger
 *                 limit   buy: low < limit · sell: high > limit             → at the limit
 *                         (`touch`: ≤ and ≥)
 *
 * A triggered stop is a market order: half-spread, slippage and the taker fee come on top. An order whose arrival
 * lies inside the bar (latency, or the answer to a fill inside the bar) is decided by `insideFills`.
 */

import { decToNumber } from '../core/dec.ts'
import { type ApprovedOrder, OrderType, Side } from '../core/order.ts'
import type { Bars } from './bars.ts'

/** How much of a limit's price the market must show: pass it (default), or only touch it. */
export type LimitFill = 'through' | 'touch'

/** How a bar's unknown path is settled. `path` assumes open, the nearer extreme by colour, the other one, close. */
export type AmbiguityModel = 'pessimistic' | 'optimistic' | 'path'

/** The price an order waits for, as a double that compares exactly with candle columns; NaN for a market order. */
export function levelOf(order: ApprovedOrder, pxDec: number): number {
  if (order.type === OrderType.market) return Number.NaN
  return decToNumber(order.type === OrderType.stop ? order.stopPrice : order.limitPrice, pxDec)
}

/** Whether a price going up meets the order: buy stops and sell limits wait above, the others below. */
export function waitsAbove(order: ApprovedOrder): boolean {
  return (order.type === OrderType.stop) === (order.side === Side.buy)
}

/** Does a price seen at one moment fill the order? */
export function passes(order: ApprovedOrder, level: number, price: number, limitFill: LimitFill): boolean {
  const above = waitsAbove(order)
  if (order.type === OrderType.stop || limitFill === 'touch') return above ? price >= level : price <= level
  return above ? price > level : price < level
}

/** The extreme of the bar that could fill the order. */
export function reach(order: ApprovedOrder, bars: Bars): number {
  return waitsAbove(order) ? bars.high(order.instrument) : bars.low(order.instrument)
}

/**
 * An order that arrives somewhere inside the bar: does it fill in the rest of it? The close is the one price that is
 * certainly after the arrival. Pessimistic: what hurts (stops) happens if the bar reached the level at all, what
 * helps (limits) only if the close proves it; optimistic: the reverse. `path` assumes nothing here: its walk decides.
 */
export function insideFills(
  order: ApprovedOrder,
  level: number,
  bars: Bars,
  limitFill: LimitFill,
  model: AmbiguityModel,
): boolean {
  if (passes(order, level, bars.close(order.instrument), limitFill)) return true
  const assuming = order.type === OrderType.stop ? 'pessimistic' : 'optimistic'
  return model === assuming && passes(order, level, reach(order, bars), limitFill)
}

/**
 * The assumed path through a bar for the model `path`: open, then the low first in a rising bar and the high first in
 * a falling one, then the other extreme, then the close.
 */
export function assumedPath(open: number, high: number, low: number, close: number): readonly number[] {
  return close >= open ? [open, low, high, close] : [open, high, low, close]
}
