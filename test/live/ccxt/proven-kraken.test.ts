/** Kraken spot, done: every operation through the adapter, ccxt and HTTP at the loopback exchange, judged by what came of it. */

import { expect, it } from 'vitest'
import type { MarginRecord } from '../../../engine/core/dated.ts'
import { OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import { openExchange, type VenueKeys } from '../../../engine/live/ccxt/open.ts'
import type { Environment } from '../../../engine/live/environment.ts'
import type { ExchangePort, OutgoingOrder } from '../../../engine/live/exchange.ts'
import type { FloorSetup } from '../../../engine/loopback/floor.ts'
import { MarginTimeline } from '../../../engine/market/margins.ts'
import { type Bar, floorSetup, HOUR_MS, open, START_MS, series, type TestExchange } from '../../loopback/support.ts'
import { evidenceOf } from './evidence-writer.ts'
import { failure, folder, order, WALL } from './support.ts'

const { shows, agrees } = evidenceOf('kraken', 'proven')
const SYMBOL = 'BTC/USD'
/** Calm around 40 000, then down to 37 000, then up to 44 000. */
const BARS: readonly Bar[] = [
  ...Array.from({ length: 12 }, (): Bar => [40_000, 40_100, 39_900, 40_000]),
  [40_000, 40_000, 37_000, 37_500],
  [37_500, 44_000, 37_500, 43_500],
  [43_500, 43_600, 43_400, 43_500],
]

const MARGIN: MarginRecord = {
  venue: 'kraken',
  symbols: [SYMBOL],
  fromMs: 0,
  toMs: null,
  approximate: false,
  source: 'test',
  product: 'spot',
  leverages: [2, 5],
  callLevel: 0.8,
  stopLevel: 0.4,
  longFee: 0.00025,
  shortFee: 0.0001,
  rolloverHours: 4,
}

const LEVERAGED: Partial<FloorSetup> = {
  leverages: () => [2, 5],
  margin: (instruments) => {
    const timelines = instruments.map((one) =>
      one.kind === 'spot' ? null : new MarginTimeline([MARGIN], 'kraken', one),
    )
    return {
      mode: 'cross',
      leverage: 2,
      rules: (id, atMs) => timelines[id]?.at(atMs) ?? null,
      nextChangeMs: () => Number.POSITIVE_INFINITY,
      funding: instruments.map(() => null),
      marks: instruments.map(() => null),
    }
  },
}

interface Desk {
  readonly exchange: ExchangePort
  readonly venue: TestExchange
  readonly keys: VenueKeys
  readonly nonceFolder: string
  submit(more: Partial<OutgoingOrder>): Promise<string>
  /** Base and quote that nothing holds. */
  free(): Promise<Readonly<Record<string, string>>>
  state(clientId: string): Promise<string>
}

let count = 0

async function desk(margin = false, work: (desk: Desk) => Promise<void> = async () => {}): Promise<void> {
  const setup = floorSetup([series(SYMBOL, BARS)], margin ? LEVERAGED : {})
  const venue = await open(setup, null, { startMs: START_MS + 2 * HOUR_MS })
  const environment: Environment = {
    nowMs: () => venue.clock.nowMs(),
    monotonicMs: () => performance.now(),
    after(delayMs, then) {
      const timer = setTimeout(then, delayMs)
      return { cancel: () => clearTimeout(timer) }
    },
  }
  const keys = { apiKey: venue.key.key, secret: venue.key.secret }
  const nonceFolder = folder()
  const exchange = await openExchange({ venue: 'kraken', keys, url: venue.url, environment, nonceFolder, paced: false })
  try {
    await exchange.markets([SYMBOL])
    await work({
      exchange,
      venue,
      keys,
      nonceFolder,
      async submit(more) {
        count += 1
        const clientId = `tndproof${count}`
        await exchange.submit(
          order({ clientId, symbol: SYMBOL, limitPrice: '39500', referencePrice: '40000', quantity: '0.1', ...more }),
        )
        return clientId
      },
      async free() {
        return Object.fromEntries((await exchange.balances()).map((one) => [one.asset, one.free]))
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
const sell = { side: Side.sell, limitPrice: null }

shows(
  ['markets', 'clock', 'status', 'candles', 'fees', 'key rights', 'margin'],
  'what the venue tells of itself and the account',
  () =>
    desk(false, async ({ exchange, venue }) => {
      expect(await exchange.markets([SYMBOL])).toMatchObject([
        { symbol: SYMBOL, tick: '0.1', step: '0.00000001', minQuantity: '0.0001', status: 'online' },
      ])
      expect([await exchange.serverTimeMs(), await exchange.status()]).toEqual([venue.clock.nowMs(), 'online'])
      const candles = await exchange.candles(SYMBOL, HOUR_MS, START_MS)
      expect(candles.map((one) => one.openMs)).toEqual([0, 1, 2].map((i) => START_MS + i * HOUR_MS))
      expect(await exchange.fees(SYMBOL)).toEqual({ maker: '0.0025', taker: '0.004' })
      expect(await exchange.keyRights()).toMatchObject({ query: true, trade: true, withdraw: false })
      expect((await exchange.margin()).equity).toBe('10000')
    }),
)

shows(
  ['order market', 'trades', 'balances', 'order reduce-only'],
  'a buy and a sell at market, in trades and balances to the last digit',
  () =>
    desk(false, async ({ exchange, submit, free, state }) => {
      const bought = await submit(market)
      expect(await state(bought)).toBe('filled')
      expect(await free()).toMatchObject({ BTC: '0.1', USD: '5984' })
      await submit({ ...market, ...sell, reduceOnly: true })
      const trades = await exchange.trades(START_MS)
      expect(
        trades.map((one) => [one.side, one.quantity, one.price, one.value, one.fee, one.feeAsset, one.maker]),
      ).toEqual([
        [Side.buy, '0.1', '40000', '4000', '16', 'USD', false],
        [Side.sell, '0.1', '40000', '4000', '16', 'USD', false],
      ])
      expect((await free())['USD']).toBe('9968')
    }),
)

shows(
  ['order limit', 'open orders', 'lookup', 'cancel', 'amend'],
  'a limit that rests, is found, changed, cancelled by either id',
  () =>
    desk(false, async ({ exchange, submit, free, state }) => {
      const clientId = await submit({ limitPrice: '39000' })
      const [found] = await exchange.openOrders()
      expect(found).toMatchObject({
        clientId,
        symbol: SYMBOL,
        side: Side.buy,
        status: 'open',
        quantity: '0.1',
        filled: '0',
        limitPrice: '39000',
      })
      const key = { clientId, venueId: found!.venueId, symbol: SYMBOL }
      const changed = order({ clientId, symbol: SYMBOL, limitPrice: '38000', quantity: '0.2' })
      await exchange.amend(key, changed)
      expect(await exchange.lookup(key, START_MS)).toMatchObject([
        { quantity: '0.2', limitPrice: '38000', status: 'open' },
      ])
      await exchange.cancel({ ...key, venueId: null })
      expect(await state(clientId)).toBe('cancelled')
      expect((await free())['USD']).toBe('10000')
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
    desk(false, async ({ exchange, venue, submit, state }) => {
      await submit({ ...market, quantity: '0.2' })
      const stop = await submit({ ...sell, type: OrderType.stop, stopPrice: '38500', quantity: '0.03' })
      const stopLimit = await submit({
        ...sell,
        type: OrderType.stopLimit,
        stopPrice: '38400',
        limitPrice: '38000',
        quantity: '0.03',
      })
      const target = await submit({ ...sell, type: OrderType.takeProfit, stopPrice: '42000', quantity: '0.03' })
      const targetLimit = await submit({
        ...sell,
        type: OrderType.takeProfitLimit,
        stopPrice: '42500',
        limitPrice: '42400',
        quantity: '0.03',
      })
      const trail = await submit({ ...sell, type: OrderType.trailingStop, trailAmount: '900', quantity: '0.03' })
      const trailRate = await submit({ ...sell, type: OrderType.trailingStop, trailRate: '0.2', quantity: '0.03' })
      const all = [stop, stopLimit, target, targetLimit, trail, trailRate]
      const states = () => Promise.all(all.map(state))
      expect(await states()).toEqual(Array(6).fill('open'))
      expect(await exchange.lookup({ clientId: stop, venueId: null, symbol: SYMBOL }, START_MS)).toMatchObject([
        { stopPrice: '38500', limitPrice: null },
      ])
      venue.hours(11)
      expect(await states()).toEqual(['filled', 'filled', 'open', 'open', 'filled', 'open'])
      venue.hours(1)
      expect(await states()).toEqual(['filled', 'filled', 'filled', 'filled', 'filled', 'open'])
    }),
)

shows(
  ['order post-only', 'order ioc', 'order fok', 'order gtd'],
  'what may not take, may not wait, and waits until a time',
  () =>
    desk(false, async ({ exchange, venue, submit, state }) => {
      expect(await state(await submit({ limitPrice: '39000', postOnly: true, quantity: '0.01' }))).toBe('open')
      const taking = submit({ limitPrice: '41000', postOnly: true, quantity: '0.01' })
      const outcome = await taking.then(state, (error: { code: string }) => error.code)
      expect(['POST_ONLY', 'cancelled', 'rejected']).toContain(outcome)
      for (const timeInForce of [TimeInForce.ioc, TimeInForce.fok]) {
        expect(await state(await submit({ limitPrice: '40500', timeInForce, quantity: '0.01' }))).toBe('filled')
        expect(['cancelled', 'expired']).toContain(
          await state(await submit({ limitPrice: '39000', timeInForce, quantity: '0.01' })),
        )
      }
      const until = await submit({
        limitPrice: '39000',
        timeInForce: TimeInForce.gtd,
        expiresMs: venue.clock.nowMs() + HOUR_MS,
      })
      expect(await state(until)).toBe('open')
      venue.hours(2)
      expect(['expired', 'cancelled']).toContain(await state(until))
      expect((await exchange.openOrders()).length).toBe(1)
    }),
)

shows('order sized in quote', 'costs what was asked for, fee included', () =>
  desk(false, async ({ submit, free }) => {
    await submit({ ...market, quantity: null, quoteAmount: '1004' })
    const left = Number((await free())['USD'])
    expect(left).toBeGreaterThanOrEqual(8996)
    expect(left).toBeLessThan(8996.01)
  }),
)

shows('order with deadline', 'in time it fills; one that comes too late is refused by the venue', () =>
  desk(false, async ({ venue, submit, state, free }) => {
    expect(await state(await submit({ ...market, deadlineMs: venue.clock.nowMs() + 10_000 }))).toBe('filled')
    const late = await failure(submit({ ...market, deadlineMs: venue.clock.nowMs() - 1 }))
    expect([late.kind, late.code]).toEqual(['local', 'DEADLINE_PASSED'])
    expect((await free())['BTC']).toBe('0.1')
  }),
)

shows('cancel all after', 'everything is cancelled unless the switch is held, or disarmed', () =>
  desk(false, async ({ exchange, venue, submit }) => {
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

shows('charges', 'what a loan costs as it is opened, and every four hours; its end costs nothing', () =>
  desk(true, async ({ exchange, venue, submit }) => {
    await submit({ ...market, side: Side.sell, leverage: 5, quantity: '0.5' })
    venue.hours(5)
    const [trade] = await exchange.trades(START_MS)
    await submit({ ...market, leverage: 5, quantity: '0.5', reduceOnly: true })
    const charge = { chargeId: expect.any(String), kind: 'borrowing', symbol: SYMBOL, amount: '2', asset: 'USD' }
    expect(await exchange.charges!(START_MS)).toEqual([
      { ...charge, atMs: trade!.atMs },
      { ...charge, atMs: trade!.atMs + 4 * HOUR_MS },
    ])
  }),
)

shows(['order with leverage', 'set leverage', 'positions', 'order reduce-only'], 'a short on margin, and its end', () =>
  desk(true, async ({ exchange, submit }) => {
    await exchange.setLeverage(SYMBOL, 5)
    await submit({ ...market, side: Side.sell, leverage: 5, quantity: '0.5' })
    expect(await exchange.positions()).toMatchObject([
      { symbol: SYMBOL, quantity: '-0.5', leverage: 5, entryPrice: '40000' },
    ])
    const { usedMargin } = await exchange.margin()
    expect(Number(usedMargin)).toBeCloseTo(4000, 4)
    const closing = { ...market, leverage: 5, quantity: '0.5', reduceOnly: true }
    await submit(closing)
    expect(await exchange.positions()).toEqual([])
    const again = await failure(submit(closing))
    expect([again.kind, again.code]).toEqual(['rejected', 'WOULD_OPEN_POSITION'])
  }),
)

it('a hundred calls at once that are never repeated, from two clients of one key: no nonce is refused', () =>
  desk(false, async ({ exchange, venue, keys, nonceFolder }) => {
    const environment = { nowMs: () => Date.now(), monotonicMs: () => performance.now(), after: WALL.after }
    const common = { venue: 'kraken', keys, url: venue.url, nonceFolder, paced: false }
    const other = await openExchange({ ...common, environment })
    const calls = Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? exchange : other).cancelAllAfter(0))
    expect((await Promise.allSettled(calls)).filter((one) => one.status === 'rejected')).toEqual([])
    await other.close()
  }))

agrees()
