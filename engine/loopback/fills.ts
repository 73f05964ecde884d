/** Fills and liquidations, from the simulated venue's facts into the exchange's book. */

import { mulDiv, pow10, Rounding, toDec, ZERO } from '../core/dec.ts'
import { type Fact, RejectCode } from '../core/fact.ts'
import type { Side } from '../core/order.ts'
import type { BookOrder, BookTrade } from './book.ts'
import { type Desk, newOrder, plainSpec } from './desk.ts'

/** Books a fill, ends the order where it was the last, and sends what was to follow it. */
export function bookFill(desk: Desk, order: BookOrder, fact: Fact): void {
  const feeBase = order.spec.feeInBase ? takeFeeInBase(desk, fact) : ZERO
  addTrade(desk, order, fact, feeBase)
  if (fact.complete) desk.end(order, 'filled', fact.atMs, RejectCode.none, null)
  const { follow } = order.spec
  if (follow === null) return
  const { instrument, side } = order.spec
  const close = {
    ...plainSpec(instrument, -side as Side, fact.quantity),
    type: follow.type,
    limitPrice: follow.limitPrice,
    stopPrice: follow.stopPrice,
    meta: follow.meta,
  }
  desk.place(close, fact.atMs, { parent: order.id })
}

function addTrade(desk: Desk, order: BookOrder, fact: Fact, feeBase: BookTrade['feeBase']): void {
  const trade: BookTrade = {
    id: desk.options.tradeId(),
    number: desk.nextTrade++,
    order,
    side: order.spec.side,
    instrument: fact.instrument,
    quantity: fact.quantity,
    price: fact.price,
    value: fact.value,
    fee: fact.fee,
    feeBase,
    maker: fact.maker,
    atMs: Math.max(fact.atMs, order.placedMs),
  }
  order.trades.push(trade)
  desk.trades.push(trade)
  order.filled = toDec(order.filled + fact.quantity)
  order.cost = toDec(order.cost + fact.value)
  order.fee = toDec(order.fee + fact.fee)
  order.changedMs = trade.atMs
  desk.emit({ kind: 'trade', order, trade, atMs: trade.atMs })
}

/** The simulated venue took the fee in quote: gives it back, and takes what it is worth from the base, rounded up. */
function takeFeeInBase(desk: Desk, fact: Fact): BookTrade['feeBase'] {
  const { account } = desk.venue
  const { pxDec, qtyDec, quoteDec } = desk.instruments[fact.instrument]!
  const base = mulDiv(fact.fee, pow10(pxDec + qtyDec - quoteDec), fact.price, Rounding.ceil)
  if (base <= 0 || account.freeBase(fact.instrument) < base) return ZERO
  account.cash = toDec(account.cash + fact.fee)
  account.base[fact.instrument] = toDec(account.base[fact.instrument]! - base)
  return base
}

/** The venue closed a position: an order and a trade of its own. */
export function bookLiquidation(desk: Desk, fact: Fact): void {
  // What was held has gone by now: the cost of the position tells no side any more, the fact's price does not either.
  const side = liquidationSide(desk, fact.instrument)
  const spec = plainSpec(fact.instrument, side, fact.quantity)
  const order = newOrder(desk, -desk.nextTrade, spec, fact.atMs, { manual: false, parent: null, liquidation: true })
  desk.orders.set(order.number, order)
  desk.byId.set(order.id, order)
  addTrade(desk, order, fact, ZERO)
  desk.end(order, 'filled', fact.atMs, RejectCode.none, 'Liquidation')
}

function liquidationSide({ venue }: Desk, instrument: number): Side {
  const last = venue.margin!.liquidation.events.findLast((one) => one.instrument === instrument)
  return last === undefined || last.side > 0 ? -1 : 1
}
