/** Fills and liquidations, from the simulated venue's facts into the exchange's book. */

import { type Dec, mulDiv, pow10, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Fact, RejectCode } from '../core/fact.ts'
import { OrderType, type Side } from '../core/order.ts'
import { feeOn, fillValue } from '../sim/costs.ts'
import { type BookOrder, type BookTrade, remainingOf } from './book.ts'
import type { Desk } from './desk.ts'
import { newOrder, plainSpec } from './specs.ts'

/** Books a fill, ends the order where it was the last, and sends what was to follow it. */
export function bookFill(desk: Desk, order: BookOrder, fact: Fact): void {
  const { quantity, atMs } = fact
  const feeBase = order.spec.feeInBase ? takeFeeInBase(desk, fact) : ZERO
  addTrade(desk, order, fact, feeBase)
  if (fact.complete) order.parts.delete(fact.orderId)
  if (order.parts.size === 0) desk.end(order, 'filled', atMs, RejectCode.none, null)
  const { follow, instrument, side } = order.spec
  if (follow === null) return
  const close = {
    ...plainSpec(instrument, -side as Side, quantity),
    type: follow.type,
    limitPrice: follow.limitPrice,
    stopPrice: follow.stopPrice,
    meta: follow.meta,
  }
  desk.place(close, atMs, { parent: order.id })
}

type FillNumbers = Pick<Fact, 'quantity' | 'price' | 'value' | 'fee' | 'maker' | 'atMs'>

function addTrade(desk: Desk, order: BookOrder, fill: FillNumbers, feeBase: Dec): void {
  const { quantity, price, value, fee, maker } = fill
  const trade: BookTrade = {
    id: desk.options.tradeId(),
    number: desk.nextTrade++,
    order,
    side: order.spec.side,
    instrument: order.spec.instrument,
    ...{ quantity, price, value, fee, feeBase, maker },
    ...tally(desk, order.spec.instrument, order.spec.side, quantity, value),
    atMs: Math.max(fill.atMs, order.placedMs),
  }
  order.trades.push(trade)
  desk.trades.push(trade)
  order.filled = toDec(order.filled + quantity)
  order.cost = toDec(order.cost + value)
  order.fee = toDec(order.fee + fee)
  order.changedMs = trade.atMs
  desk.emit({ kind: 'trade', order, trade, atMs: trade.atMs })
}

/** Takes a trade into its instrument's sums: what it opens, and what it earns by closing, at the average cost. */
function tally(desk: Desk, instrument: number, side: Side, quantity: Dec, value: Dec) {
  const { held, cost } = desk.traded.get(instrument) ?? { held: ZERO, cost: ZERO }
  const after = toDec(held + side * quantity)
  const closed = (held * side < 0 ? Math.min(Math.abs(held), quantity) : 0) as Dec
  const worth = mulDiv(value, closed, quantity, Rounding.halfEven)
  const bought = closed === 0 ? ZERO : mulDiv(cost, closed, Math.abs(held), Rounding.halfEven)
  desk.traded.set(instrument, { held: after, cost: toDec(cost - bought + side * (value - worth)) })
  return { opens: after * side > 0 && closed < quantity, realised: toDec(closed === 0 ? 0 : -side * worth - bought) }
}

/** The first trade of a moment that opened something and hasn't paid for its loan; null where there is none. */
export function openedAt({ trades, entries }: Desk, instrument: number, atMs: number): BookTrade | null {
  const isOf = (one: BookTrade): boolean => one.atMs === atMs && one.instrument === instrument && one.opens
  const isPaid = (one: BookTrade): boolean => entries.some(({ opening }) => opening === one)
  return trades.find((one) => isOf(one) && !isPaid(one)) ?? null
}

/** The simulated venue took the fee in quote: gives it back, and takes what it is worth from the base, rounded up. */
function takeFeeInBase(desk: Desk, { fee, instrument, price }: Fact): Dec {
  const { account } = desk.venue
  const { pxDec, qtyDec, quoteDec } = desk.instruments[instrument]!
  const base = mulDiv(fee, pow10(pxDec + qtyDec - quoteDec), price, Rounding.ceil)
  if (base <= 0 || account.freeBase(instrument) < base) return ZERO
  account.cash = toDec(account.cash + fee)
  account.base[instrument] = toDec(account.base[instrument]! - base)
  return base
}

/** The venue closed a position: an order and a trade of its own. */
export function bookLiquidation(desk: Desk, fact: Fact): void {
  const last = desk.venue.margin!.liquidation.events.findLast((one) => one.instrument === fact.instrument)
  const side: Side = last === undefined || last.side > 0 ? -1 : 1
  const order = ownOrder(desk, side, fact.instrument, fact.quantity, fact.atMs)
  addTrade(desk, order, fact, ZERO)
  desk.end(order, 'filled', fact.atMs, RejectCode.none, 'Liquidation')
}

function ownOrder(desk: Desk, side: Side, instrument: number, quantity: Dec, atMs: number): BookOrder {
  const origin = { manual: false, parent: null, liquidation: true }
  const order = newOrder(desk.options, -desk.nextTrade, plainSpec(instrument, side, quantity), atMs, origin)
  desk.byId.set(order.id, order)
  return order
}

/**
 * Fills all that is left of a limit order at its limit, wherever the market is: false for any other. For faults: a fill
 * that comes between two looks.
 */
export function forceFill(desk: Desk, order: BookOrder, atMs: number): boolean {
  const { spec } = order
  if (spec.type !== OrderType.limit || order.status !== 'open' || order.parts.size !== 1) return false
  const quantity = remainingOf(order)
  desk.venue.withdraw([...order.parts][0]!, atMs)
  desk.forgetFacts()
  addTrade(desk, order, settle(desk, spec.instrument, spec.side, quantity, spec.limitPrice, atMs, true), ZERO)
  desk.end(order, 'filled', atMs, RejectCode.none, null)
  return true
}

/** Closes a position at `price` as a liquidation, whatever its margin. For faults. */
export function forceLiquidation(desk: Desk, instrument: number, price: Dec, atMs: number): void {
  desk.record({ do: 'liquidate', atMs, instrument, price })
  const held = desk.venue.account.base[instrument]!
  const side: Side = held > 0 ? -1 : 1
  const quantity = Math.abs(held) as Dec
  const order = ownOrder(desk, side, instrument, quantity, atMs)
  addTrade(desk, order, settle(desk, instrument, side, quantity, price, atMs, false), ZERO)
  desk.end(order, 'filled', atMs, RejectCode.none, 'Liquidation')
}

/** Books a fill that the simulated market knows nothing of. */
function settle(
  desk: Desk,
  instrument: number,
  side: Side,
  quantity: Dec,
  price: Dec,
  atMs: number,
  maker: boolean,
): FillNumbers {
  const value = fillValue(desk.instruments[instrument]!, price, quantity)
  const { fees } = desk.options.sim
  const fee = feeOn(value, fees.rate(instrument, atMs, maker))
  fees.filled(instrument, atMs, value)
  desk.venue.account.fill(instrument, side, quantity, value, fee)
  return { quantity, price, value, fee, maker, atMs }
}
