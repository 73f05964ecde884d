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

import { type Dec, decToNumber } from '../core/dec.ts'
import { type ApprovedOrder, OrderType, Side } from '../core/order.ts'

/** How much of a limit's price the market must show: pass it (default), or only touch it. */
export type LimitFill = 'through' | 'touch'

/** How a bar's unknown path is settled. `path` assumes open, the nearer extreme by colour, the other one, close. */
export type AmbiguityModel = 'pessimistic' | 'optimistic' | 'path'

export interface BarPrices {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

/** The price an order waits for, as a double that compares exactly with candle columns. */
export function levelOf(order: ApprovedOrder, pxDec: number): number {
  return decToNumber((order.type === OrderType.stop ? order.stopPrice : order.limitPrice) as Dec, pxDec)
}

/** Does a price seen at one moment fill the order? */
export function passes(order: ApprovedOrder, level: number, price: number, limitFill: LimitFill): boolean {
  if (order.type === OrderType.stop) return order.side === Side.buy ? price >= level : price <= level
  if (limitFill === 'touch') return order.side === Side.buy ? price <= level : price >= level
  return order.side === Side.buy ? price < level : price > level
}

/** The extreme of the bar that could fill the order. */
export function reach(order: ApprovedOrder, bar: BarPrices): number {
  const up = (order.type === OrderType.stop) === (order.side === Side.buy)
  return up ? bar.high : bar.low
}

/**
 * An order that arrives somewhere inside the bar: does it fill in the rest of it? The close is the one price that is
 * certainly after the arrival. Pessimistic: what hurts (stops) happens if the bar reached the level at all, what
 * helps (limits) only if the close proves it; optimistic: the reverse.
 */
export function insideFills(
  order: ApprovedOrder,
  level: number,
  bar: BarPrices,
  limitFill: LimitFill,
  model: AmbiguityModel,
): boolean {
  if (passes(order, level, bar.close, limitFill)) return true
  const hurts = order.type === OrderType.stop
  return (model === 'pessimistic') === hurts && passes(order, level, reach(order, bar), limitFill)
}

/**
 * The assumed path through a bar for the model `path`: open, then the low first in a rising bar and the high first in
 * a falling one, then the other extreme, then the close.
 */
export function assumedPath(bar: BarPrices): readonly number[] {
  return bar.close >= bar.open ? [bar.open, bar.low, bar.high, bar.close] : [bar.open, bar.high, bar.low, bar.close]
}
