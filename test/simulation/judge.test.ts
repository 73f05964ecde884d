/**
 * Goal: the judge is just: it sees what is wrong, and blames no session for what nobody could know. Method: its parts
 * alone, on an exchange's books made up by hand.
 */

import { describe, expect, it } from 'vitest'
import { OrderType, Side } from '../../engine/core/order.ts'
import { ExposureWatch } from './judge/exposure.ts'
import { FateWatch } from './judge/fates.ts'
import { text, units } from './venue/amount.ts'
import { plainOrder } from './venue/views.ts'

describe('the judge of fates', () => {
  const order = { clientId: 'A', symbol: 'BTC/USD', side: 1, quantity: 1n, filled: 0n, status: 'cancelled' } as const

  it('sees an order given up that the venue took, one that comes afterwards, and one that came twice', () => {
    const orders = [order]
    const watch = new FateWatch(
      () => orders,
      () => 0,
    )
    watch.sending('A')
    expect(watch.placed()).toEqual([])
    expect(watch.givenUp('A')).toMatch(/was taken/)
    orders.push(order)
    expect(watch.placed().map(({ invariant }) => invariant)).toEqual(['I1', 'I10'])
  })

  it('lets one go that the venue itself has forgotten, and takes the next one under its id for the only one', () => {
    const orders = [order]
    const watch = new FateWatch(
      () => orders,
      () => 1,
    )
    watch.sending('A')
    watch.placed()
    expect(watch.givenUp('A')).toBeNull()
    watch.sending('A')
    orders.push(order)
    expect(watch.placed()).toEqual([])
    orders.push(order)
    expect(watch.placed().map(({ invariant }) => invariant)).toEqual(['I1'])
  })
})

describe('the judge of limits', () => {
  it('values an order and what is held at a close, however far the market has run away since', () => {
    const price = new Map([['BTC/USD', units('160000')]])
    const watch = new ExposureWatch({ orders: [], price, holding: () => units('-0.01') }, () => [52_000, 51_000])
    const order = plainOrder({ symbol: 'BTC/USD', side: Side.sell, type: OrderType.market, quantity: '0.02' })
    expect([watch.notional(order), watch.exposure(() => true)].map(text)).toEqual(['1020', '510'])
    expect(text(watch.notional({ ...order, limitPrice: '70000' }))).toBe('1400')
  })
})
