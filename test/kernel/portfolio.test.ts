/** What facts make of working orders; the money and the trades are the ledger's and the trade book's tests. */

import { expect, it } from 'vitest'
import { type Dec, toDec, ZERO } from '../../engine/core/dec.ts'
import { type Fact, FactKind, orderFact, RejectCode } from '../../engine/core/fact.ts'
import { OrderState, OrderType, Purpose } from '../../engine/core/order.ts'
import { Portfolio } from '../../engine/kernel/portfolio.ts'
import type { WorkingOrder } from '../../engine/kernel/working-order.ts'
import { approve } from '../../engine/rules/approve.ts'
import { instrumentOf } from '../core/support.ts'

const INSTRUMENT = instrumentOf()

/** A portfolio with one entry on its way: of a quantity, or of an amount of quote; `reserved` ties it up. */
function entering(sized: { quantity?: number; quoteAmount?: number }, reserved: number) {
  const portfolio = new Portfolio([INSTRUMENT], toDec(1_000_000))
  const order = approve({
    id: 1,
    instrument: 0,
    side: 1,
    type: OrderType.market,
    purpose: Purpose.entry,
    quantity: toDec(sized.quantity ?? 0),
    quoteAmount: toDec(sized.quoteAmount ?? 0),
    limitPrice: ZERO,
    stopPrice: ZERO,
    reduceOnly: false,
    ocoGroup: 0,
    decidedMs: 0,
    expiresMs: Number.POSITIVE_INFINITY,
    answersIntrabar: false,
    tag: null,
    terms: null,
  })
  portfolio.sent(order, null, toDec(reserved), null)
  return { portfolio, working: portfolio.find(1)! }
}

const about = (kind: FactKind, code: RejectCode = RejectCode.none): Fact =>
  orderFact(kind, { id: 1, instrument: 0 }, 10, 10, code)

const fillOf = (quantity: number, value: number, fee: number, complete: boolean): Fact => ({
  ...about(FactKind.filled),
  quantity: toDec(quantity),
  value: toDec(value),
  fee: toDec(fee),
  complete,
})

it('an order that was sent again and refused as a duplicate lives on, and its fill is booked', () => {
  const { portfolio, working } = entering({ quantity: 100 }, 1010)
  portfolio.orderChanged(about(FactKind.rejected, RejectCode.duplicateId), working)
  expect(portfolio.find(1)).toBe(working)
  expect(working.state).toBe(OrderState.open)
  expect(portfolio.pendingEntry(0)).toBe(1)
  portfolio.fill(fillOf(100, 1000, 10, true), working, 3)
  expect(portfolio.ledger.quantity[0]).toBe(100)
  expect(portfolio.find(1)).toBeNull()
})

it('a duplicate refused while a cancel is under way leaves the cancel under way', () => {
  const { portfolio, working } = entering({ quantity: 100 }, 1010)
  working.state = OrderState.cancelInFlight
  portfolio.orderChanged(about(FactKind.rejected, RejectCode.duplicateId), working)
  expect(working.state).toBe(OrderState.cancelInFlight)
})

it('any other refusal ends the order', () => {
  const { portfolio, working } = entering({ quantity: 100 }, 1010)
  portfolio.orderChanged(about(FactKind.rejected, RejectCode.insufficientFunds), working)
  expect(portfolio.find(1)).toBeNull()
  expect(portfolio.freeCash()).toBe(1_000_000)
})

it('a part filled while a cancel is under way asks for no second cancel', () => {
  const { portfolio, working } = entering({ quantity: 100 }, 1010)
  working.state = OrderState.cancelInFlight
  portfolio.fill(fillOf(40, 400, 4, false), working, 3)
  expect(working.state).toBe(OrderState.cancelInFlight)
  expect(portfolio.restingEntry(0)).toBeNull()
  portfolio.orderChanged(about(FactKind.cancelRejected), working)
  expect(working.state).toBe(OrderState.open)
})

it('a part filled opens an order that was on its way', () => {
  const { portfolio, working } = entering({ quantity: 100 }, 1010)
  portfolio.fill(fillOf(40, 400, 4, false), working, 3)
  expect(working.state).toBe(OrderState.open)
})

it.each<[string, { quantity?: number; quoteAmount?: number }, number, readonly [number, number, number][]]>([
  [
    'a quantity ties up its unfilled share',
    { quantity: 100 },
    1010,
    [
      [40, 404, 606],
      [10, 101, 505],
    ],
  ],
  [
    'an amount of quote what is left of it',
    { quoteAmount: 1010 },
    1010,
    [
      [40, 404, 606],
      [10, 111, 495],
    ],
  ],
  ['never less than nothing', { quoteAmount: 1010 }, 1000, [[40, 1009, 0]]],
])('of an order that fills in parts %s', (_, sized, reserved, fills) => {
  const { portfolio, working } = entering(sized, reserved)
  for (const [quantity, cost, left] of fills) {
    portfolio.fill(fillOf(quantity, cost - 4, 4, false), working, 3)
    expect(working.reserved).toBe(left)
    expect(portfolio.freeCash()).toBe(portfolio.ledger.cash - left)
  }
})

it('the record of an order that has ended stays whole until the next one is sent', () => {
  const { portfolio, working } = entering({ quantity: 100 }, 1010)
  const { order } = working
  portfolio.fill(fillOf(100, 1000, 10, true), working, 3)
  const seen: [WorkingOrder['order'], OrderState, Dec] = [working.order, working.state, working.reserved]
  expect(seen).toEqual([order, OrderState.filled, 1010])
  portfolio.sent({ ...order, id: 2 }, null, toDec(5), null)
  expect(portfolio.working.map((one) => [one.order.id, one.state, one.reserved])).toEqual([
    [2, OrderState.submitInFlight, 5],
  ])
})
