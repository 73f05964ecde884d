/** Kraken Futures, done: every operation through the adapter, ccxt and HTTP at the loopback exchange. */

import { expect } from 'vitest'
import { OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import { openExchange } from '../../../engine/live/ccxt/open.ts'
import type { Environment } from '../../../engine/live/environment.ts'
import type { ExchangePort, OutgoingOrder } from '../../../engine/live/exchange.ts'
import { type Bar, futuresSetup, HOUR_MS, open, START_MS, series, type TestExchange } from '../../loopback/support.ts'
import { evidenceOf } from './evidence-writer.ts'
import { failure, folder, order } from './support.ts'

const { shows, agrees } = evidenceOf('krakenfutures', 'proven')
const SYMBOL = 'BTC/USD:USD'
/** Calm around 40 000, then down to 37 000, then up to 44 000. */
const BARS: readonly Bar[] = [
  ...Array.from({ length: 4 }, (): Bar => [40_000, 40_100, 39_900, 40_000]),
  [40_000, 40_000, 37_000, 37_500],
  [37_500, 44_000, 37_500, 43_500],
  [43_500, 43_600, 43_400, 43_500],
]

interface Desk {
  readonly exchange: ExchangePort
  readonly venue: TestExchange
  submit(more: Partial<OutgoingOrder>): Promise<string>
  state(clientId: string): Promise<string>
}

let count = 0

async function desk(work: (desk: Desk) => Promise<void>, fundings: readonly number[] = []): Promise<void> {
  const venue = await open(null, futuresSetup([series(SYMBOL, BARS)], fundings), { startMs: START_MS + HOUR_MS })
  const environment: Environment = {
    nowMs: () => venue.clock.nowMs(),
    monotonicMs: () => performance.now(),
    after(delayMs, then) {
      const timer = setTimeout(then, delayMs)
      return { cancel: () => clearTimeout(timer) }
    },
  }
  const keys = { apiKey: venue.key.key, secret: venue.key.secret }
  const common = { url: venue.url, environment, nonceFolder: folder(), paced: false }
  const exchange = await openExchange({ venue: 'krakenfutures', keys, ...common })
  try {
    await exchange.markets([SYMBOL])
    await work({
      exchange,
      venue,
      async submit(more) {
        count += 1
        const clientId = `tndproof${count}`
        await exchange.submit(order({ clientId, symbol: SYMBOL, limitPrice: '39500', quantity: '0.1', ...more }))
        return clientId
      },
      async state(clientId) {
        const [found] = await exchange.lookup({ clientId, venueId: null, symbol: SYMBOL }, START_MS)
        return found?.status ?? 'none'
      },
    })
  } finally {
    await exchange.close()
    await venue.close()
  }
}

const market = { type: OrderType.market, limitPrice: null }
const closing = { side: Side.sell, limitPrice: null, reduceOnly: true }

shows(
  ['markets', 'clock', 'status', 'candles', 'balances', 'margin'],
  'what the venue tells of itself and the account',
  () =>
    desk(async ({ exchange, venue }) => {
      expect(await exchange.markets([SYMBOL])).toMatchObject([
        { symbol: SYMBOL, tick: '1', step: '0.0001', status: 'online' },
      ])
      expect([await exchange.serverTimeMs(), await exchange.status()]).toEqual([venue.clock.nowMs(), 'online'])
      const candles = await exchange.candles(SYMBOL, HOUR_MS, START_MS)
      expect(candles.map((one) => one.openMs)).toEqual([START_MS, START_MS + HOUR_MS])
      expect(await exchange.balances()).toMatchObject([{ asset: 'USD', total: '10000' }])
      expect((await exchange.margin()).equity).toBe('10000')
    }),
)

shows(
  ['order market', 'trades', 'positions', 'order reduce-only'],
  'a position opened and closed at market, in trades and positions',
  () =>
    desk(async ({ exchange, submit, state }) => {
      const bought = await submit(market)
      expect(await state(bought)).toBe('filled')
      expect(await exchange.positions()).toMatchObject([{ symbol: SYMBOL, quantity: '0.1', entryPrice: '40000' }])
      await submit({ ...market, ...closing })
      expect(await exchange.positions()).toEqual([])
      const trades = await exchange.trades(START_MS)
      expect(trades.map((one) => [one.side, one.quantity, one.price, one.maker, one.liquidation])).toEqual([
        [Side.buy, '0.1', '40000', false, false],
        [Side.sell, '0.1', '40000', false, false],
      ])
      expect(trades[0]!.clientId).toBe(bought)
      const more = await failure(submit({ ...market, ...closing }))
      expect([more.kind, more.code]).toEqual(['rejected', 'WOULD_OPEN_POSITION'])
    }),
)

shows('charges', 'what a position paid and received by the hour', () =>
  desk(
    async ({ exchange, submit, venue }) => {
      await submit(market)
      // What falls on an open is paid once that bar has begun.
      venue.hours(3)
      expect(await exchange.charges!(START_MS)).toEqual([
        // 0.1 at 40 000: a thousandth of 4000, then half of that back.
        {
          chargeId: expect.any(String),
          kind: 'funding',
          symbol: SYMBOL,
          amount: '4',
          asset: 'USD',
          atMs: START_MS + 2 * HOUR_MS,
        },
        {
          chargeId: expect.any(String),
          kind: 'funding',
          symbol: SYMBOL,
          amount: '-2',
          asset: 'USD',
          atMs: START_MS + 3 * HOUR_MS,
        },
      ])
      expect(await exchange.charges!(START_MS + 3 * HOUR_MS)).toHaveLength(1)
    },
    [0, 0, 0.001, -0.0005],
  ),
)

shows(
  ['order limit', 'open orders', 'lookup', 'cancel', 'amend'],
  'a limit that rests, is found, changed, cancelled by either id; its id is spent',
  () =>
    desk(async ({ exchange, submit, state }) => {
      const clientId = await submit({ limitPrice: '39000' })
      const [found] = await exchange.openOrders()
      expect(found).toMatchObject({
        clientId,
        symbol: SYMBOL,
        side: Side.buy,
        quantity: '0.1',
        filled: '0',
        limitPrice: '39000',
      })
      const key = { clientId, venueId: found!.venueId, symbol: SYMBOL }
      await exchange.amend(key, order({ clientId, symbol: SYMBOL, limitPrice: '38000', quantity: '0.2' }))
      expect(await exchange.lookup(key, START_MS)).toMatchObject([
        { quantity: '0.2', limitPrice: '38000', status: 'open' },
      ])
      const twice = await failure(exchange.submit(order({ clientId, symbol: SYMBOL, limitPrice: '39000' })))
      expect([twice.kind, twice.code]).toEqual(['exists', 'DUPLICATE_ID'])
      await exchange.cancel({ ...key, venueId: null })
      expect(await state(clientId)).toBe('cancelled')
      const again = await failure(exchange.cancel(key))
      expect([again.kind, again.code]).toEqual(['rejected', 'UNKNOWN_ORDER'])
      const second = await submit({ limitPrice: '39000' })
      const [other] = await exchange.openOrders()
      await exchange.cancel({ clientId: second, venueId: other!.venueId, symbol: SYMBOL })
      expect(await exchange.openOrders()).toEqual([])
      expect(await state('tndnobody')).toBe('none')
    }),
)

shows(
  ['order stop', 'order stopLimit', 'order takeProfit', 'order takeProfitLimit', 'order trailingStop'],
  'triggers go off where they should',
  () =>
    desk(async ({ venue, submit, state }) => {
      await submit({ ...market, quantity: '0.3' })
      const part = { ...closing, quantity: '0.03' }
      const stop = await submit({ ...part, type: OrderType.stop, stopPrice: '38500' })
      const stopLimit = await submit({ ...part, type: OrderType.stopLimit, stopPrice: '38400', limitPrice: '38000' })
      const target = await submit({ ...part, type: OrderType.takeProfit, stopPrice: '42000' })
      const targetLimit = await submit({
        ...part,
        type: OrderType.takeProfitLimit,
        stopPrice: '42500',
        limitPrice: '42400',
      })
      const trail = await submit({ ...part, type: OrderType.trailingStop, trailAmount: '900' })
      const trailRate = await submit({ ...part, type: OrderType.trailingStop, trailRate: '0.2' })
      const states = () => Promise.all([stop, stopLimit, target, targetLimit, trail, trailRate].map(state))
      expect(await states()).toEqual(Array(6).fill('open'))
      venue.hours(4)
      expect(await states()).toEqual(['filled', 'filled', 'open', 'open', 'filled', 'open'])
      venue.hours(1)
      expect(await states()).toEqual(['filled', 'filled', 'filled', 'filled', 'filled', 'open'])
    }),
)

shows(['order post-only', 'order ioc', 'order fok'], 'what may not take, and what may not wait', () =>
  desk(async ({ submit, state }) => {
    expect(await state(await submit({ limitPrice: '39000', postOnly: true }))).toBe('open')
    expect((await failure(submit({ limitPrice: '41000', postOnly: true }))).code).toBe('POST_ONLY')
    for (const timeInForce of [TimeInForce.ioc, TimeInForce.fok]) {
      expect(await state(await submit({ limitPrice: '40500', timeInForce }))).toBe('filled')
      const outcome = await submit({ limitPrice: '39000', timeInForce }).then(
        state,
        (error: { code: string }) => error.code,
      )
      expect(['NOT_FILLABLE', 'cancelled', 'rejected']).toContain(outcome)
    }
  }),
)

shows(['order with leverage', 'set leverage'], 'leverage set before, and read back with the position', () =>
  desk(async ({ exchange, submit }) => {
    await exchange.setLeverage(SYMBOL, 5)
    await submit({ ...market, leverage: 5 })
    expect(await exchange.positions()).toMatchObject([{ leverage: 5 }])
  }),
)

shows('order with deadline', 'in time it fills', () =>
  desk(async ({ venue, submit, state }) => {
    expect(await state(await submit({ ...market, deadlineMs: venue.clock.nowMs() + 10_000 }))).toBe('filled')
  }),
)

shows('cancel all after', 'everything is cancelled unless the switch is held, or disarmed', () =>
  desk(async ({ exchange, venue, submit }) => {
    await submit({ limitPrice: '39000' })
    await exchange.cancelAllAfter(60_000)
    await exchange.cancelAllAfter(0)
    venue.exchange.advanceTo(venue.clock.nowMs() + 120_000)
    expect((await exchange.openOrders()).length).toBe(1)
    await exchange.cancelAllAfter(60_000)
    venue.exchange.advanceTo(venue.clock.nowMs() + 120_000)
    expect(await exchange.openOrders()).toEqual([])
  }),
)

agrees()
