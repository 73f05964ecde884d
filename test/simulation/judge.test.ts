/**
 * Goal: the judge is just: it sees what is wrong, and blames no session for what nobody could know. Method: its parts
 * alone, on an exchange's books made up by hand.
 */

import { describe, expect, it } from 'vitest'
import { OrderType, Side } from '../../engine/core/order.ts'
import { type BooksParts, booksFaults } from './judge/books.ts'
import { ExposureWatch } from './judge/exposure.ts'
import { FateWatch } from './judge/fates.ts'
import { type StrangersParts, StrangersWatch } from './judge/strangers.ts'
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

describe('the judge of books', () => {
  const instrument = { kind: 'perpetual', base: 'BTC', quote: 'USD', quoteDec: 6 } as const
  const order = { clientId: 'A', symbol: 'BTC/USD:USD', side: -1, quantity: 2n, filled: 2n, status: 'filled' } as const
  const trade = { tradeId: 'T1', clientId: 'A', quantity: 2n, price: 1n, liquidation: false }
  const forced = { tradeId: 'T2', clientId: null, quantity: 1n, price: 1n, liquidation: true }
  const books = { held: () => -1n, cash: 100n, baseline: {} }

  /** Faults where the exchange has this much more than our books, in 1e-8. */
  function faultsAt(more: bigint, trades: BooksParts['witness']['trades'], quoteDec = 6): number {
    const money = 100n * 10n ** BigInt(8 - quoteDec) + more
    const witness = { orders: [order], trades, holding: () => -1n, money, tolerance: 0n }
    const setting = { instruments: [{ ...instrument, quoteDec }], leverage: 3 }
    return booksFaults({ witness, symbols: ['BTC/USD:USD'], setting, mayHalt: false }, books, new Map()).length
  }

  it('lets every order round once, and every close by force as well', () => {
    expect([50n, 51n].map((more) => faultsAt(more, [trade]))).toEqual([0, 1])
    expect([-100n, 77n, 100n, 101n].map((more) => faultsAt(more, [trade, forced]))).toEqual([0, 0, 0, 1])
  })

  it('lets nothing round where both count alike', () => {
    expect([0n, 1n].map((more) => faultsAt(more, [trade, forced], 8))).toEqual([0, 1])
  })
})

describe('the judge of halts for strangers', () => {
  const MINUTE = 60_000
  const trade = { quantity: 1n, price: 1n, liquidation: false, symbol: 'DOGE/USD:USD' }
  const theirs = { ...trade, tradeId: 'T1', clientId: null, atMs: MINUTE }
  const ours = { ...trade, tradeId: 'T2', clientId: 'A', atMs: MINUTE }
  const forced = { ...trade, tradeId: 'T3', clientId: null, liquidation: true, atMs: 20 * MINUTE }

  /** Whether a halt is blamed after an operator has settled all at `settledMs`; `trades` come in time. */
  function isBlamed(trades: ReturnType<StrangersParts['trades']>, settledMs: number): boolean {
    let nowMs = settledMs
    const watch = new StrangersWatch({
      ...{ nowMs: () => nowMs, deeds: () => [MINUTE], isOurs: (id) => id === 'A' },
      trades: () => trades.filter(({ atMs }) => atMs! <= nowMs),
    })
    watch.resumed()
    nowMs = 30 * MINUTE
    return watch.halted('FOREIGN_TRADE', 'trade T3') !== null
  }

  it('takes a close by force for a stranger’s only where one has traded in its symbol', () => {
    expect(isBlamed([theirs], 10 * MINUTE)).toBe(true)
    expect(isBlamed([theirs, forced], 10 * MINUTE)).toBe(false)
    expect(isBlamed([theirs, { ...forced, symbol: 'BTC/USD:USD' }], 10 * MINUTE)).toBe(true)
    expect(isBlamed([ours, forced], 10 * MINUTE)).toBe(true)
  })

  it('takes one for settled as soon as a session has told whose it was', () => {
    expect(isBlamed([theirs, forced], 21 * MINUTE)).toBe(false)
    expect(isBlamed([theirs, forced], 23 * MINUTE)).toBe(true)
  })
})
