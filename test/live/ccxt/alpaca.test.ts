/** Alpaca's crypto, request by request against its documentation, and what its answers become. */

import { describe, expect, it } from 'vitest'
import { RejectCode } from '../../../engine/core/fact.ts'
import { OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import type { OutgoingOrder } from '../../../engine/live/exchange.ts'
import { evidenceOf } from './evidence-writer.ts'
import { exit, failure, NOW_MS, order } from './support.ts'
import { answer, type Reply, venueAt } from './venue.ts'
import type { Heard } from './wire.ts'

const { shows, agrees } = evidenceOf('alpaca', 'recorded')
const KEYS = { apiKey: 'CANARYalpacaKey', secret: 'CANARYalpacaSecret' }
const SYMBOL = 'BTC/USD'
const MINE = 'tnd7k2m4q9x1c3v5b8'

const asset = (symbol: string, more: object = {}) => ({
  id: 'a',
  class: 'crypto',
  exchange: 'CRYPTO',
  symbol,
  name: symbol,
  status: 'active',
  tradable: true,
  marginable: false,
  min_order_size: '0.000026873',
  min_trade_increment: '0.000000001',
  price_increment: '0.5',
  ...more,
})
const at = (answers: Readonly<Record<string, Reply>>) =>
  venueAt(
    'alpaca',
    KEYS,
    { assets: [asset(SYMBOL), asset('BTC/USDT'), asset('ETH/USD', { status: 'inactive' })], ...answers },
    [SYMBOL],
  )

const row = (more: object = {}) => ({
  id: 'a-1',
  client_order_id: MINE,
  created_at: '2026-11-21T12:00:01Z',
  updated_at: '2026-11-21T12:00:02.5Z',
  submitted_at: '2026-11-21T12:00:01Z',
  symbol: SYMBOL,
  asset_class: 'crypto',
  notional: null,
  qty: '0.01',
  filled_qty: '0.004',
  order_type: 'limit',
  type: 'limit',
  side: 'buy',
  time_in_force: 'gtc',
  limit_price: '50000.5',
  stop_price: null,
  status: 'partially_filled',
  ...more,
})

function signed(heard: Heard): Readonly<Record<string, unknown>> {
  expect([heard.headers['apca-api-key-id'], heard.headers['apca-api-secret-key']]).toEqual([KEYS.apiKey, KEYS.secret])
  return heard.fields
}

describe('orders, field by field', () => {
  const common = { symbol: SYMBOL, side: 'buy', qty: '0.01', time_in_force: 'gtc', client_order_id: MINE }
  const limit = { ...common, type: 'limit', limit_price: '50000.5' }
  const base = { limitPrice: '50000.5' }
  const { qty: _, ...unsized } = common
  const cases: readonly [string | string[], OutgoingOrder, Record<string, string>][] = [
    ['order limit', order(base), limit],
    ['order ioc', order({ ...base, timeInForce: TimeInForce.ioc }), { ...limit, time_in_force: 'ioc' }],
    [['order market', 'order reduce-only'], exit({ reduceOnly: true }), { ...common, side: 'sell', type: 'market' }],
    [
      'order sized in quote',
      order({ type: OrderType.market, limitPrice: null, quantity: null, quoteAmount: '50.5' }),
      { ...unsized, type: 'market', notional: '50.5' },
    ],
    [
      'order stopLimit',
      exit({ type: OrderType.stopLimit, stopPrice: '48000', limitPrice: '47900.5' }),
      { ...common, side: 'sell', type: 'stop_limit', stop_price: '48000', limit_price: '47900.5' },
    ],
  ]
  for (const [operations, asked, fields] of cases) {
    shows(operations, `${operations}: ${JSON.stringify(fields)}`, async () => {
      const { exchange, wire } = await at({ orders: row() })
      expect(await exchange.submit(asked)).toEqual({ venueId: 'a-1' })
      expect([wire.last().method, wire.last().path, wire.heard.length]).toEqual(['POST', '/v2/orders', 1])
      expect(signed(wire.last())).toEqual(fields)
    })
  }

  it('trap 5: what Alpaca has not is refused, where ccxt alone would send a plain order', async () => {
    const { exchange, wire } = await at({})
    const refusals: readonly [Partial<OutgoingOrder>, string, RejectCode][] = [
      [{ postOnly: true }, 'UNSUPPORTED', RejectCode.unsupported],
      [
        { type: OrderType.stop, side: Side.sell, limitPrice: null, stopPrice: '48000' },
        'UNSUPPORTED',
        RejectCode.unsupported,
      ],
      [
        { type: OrderType.takeProfit, side: Side.sell, limitPrice: null, stopPrice: '52000' },
        'UNSUPPORTED',
        RejectCode.unsupported,
      ],
      [{ timeInForce: TimeInForce.fok }, 'UNSUPPORTED', RejectCode.unsupported],
      [{ deadlineMs: NOW_MS + 1000 }, 'UNSUPPORTED', RejectCode.unsupported],
      [{ leverage: 3 }, 'UNSUPPORTED', RejectCode.unsupported],
      [{ quantity: '0.00000002' }, 'BELOW_MINIMUM', RejectCode.belowMinimum],
      [{ quantity: '0.0001' }, 'BELOW_MINIMUM', RejectCode.belowMinimum],
      [{ limitPrice: '50000.1' }, 'OFF_TICK', RejectCode.offTick],
    ]
    for (const [more, code, reject] of refusals) {
      const error = await failure(exchange.submit(order({ ...base, ...more })))
      expect([error.kind, error.code, error.reject]).toEqual(['local', code, reject])
    }
    expect(wire.heard).toEqual([])
  })

  it('ten dollars are asked of buys alone', async () => {
    const { exchange } = await at({ orders: row() })
    expect(await exchange.submit(order({ ...base, quantity: '0.0001', side: Side.sell }))).toEqual({ venueId: 'a-1' })
  })
})

describe('failures', () => {
  const cases: readonly [string, unknown, string, string, RejectCode | null][] = [
    [
      'funds',
      answer({
        status: 403,
        body: { code: 40310000, message: 'insufficient balance for USD (requested: 221.63, available: 0)' },
      }),
      'rejected',
      'INSUFFICIENT_FUNDS',
      RejectCode.insufficientFunds,
    ],
    [
      'least buy',
      answer({ status: 403, body: { code: 40310000, message: 'cost basis must be >= minimal amount of order 10' } }),
      'rejected',
      'BELOW_MINIMUM',
      RejectCode.belowMinimum,
    ],
    [
      'id used before',
      answer({ status: 422, body: { code: 40010001, message: 'client_order_id must be unique' } }),
      'exists',
      'DUPLICATE_ID',
      RejectCode.duplicateId,
    ],
    [
      'time in force',
      answer({ status: 422, body: { code: 42210000, message: 'invalid crypto time_in_force' } }),
      'rejected',
      'BAD_REQUEST',
      RejectCode.unsupported,
    ],
    [
      'key',
      answer({ status: 401, body: { code: 40110000, message: 'request is not authorized' } }),
      'rejected',
      'NO_PERMISSION',
      RejectCode.unavailable,
    ],
    [
      'rate',
      answer({ status: 429, body: { code: 42910000, message: 'rate limit exceeded' } }),
      'rejected',
      'RATE_LIMITED',
      RejectCode.unavailable,
    ],
    [
      '500',
      answer({ status: 500, body: { code: 50010000, message: 'internal server error occurred' } }),
      'unknown',
      'UNAVAILABLE',
      null,
    ],
    ['504', answer({ status: 504, body: '<html>' }), 'unknown', 'TIMEOUT', null],
    ['broken', answer({ drop: true }), 'unknown', 'UNREACHABLE', null],
  ]
  for (const [name, given, kind, code, reject] of cases) {
    it(`${name}: ${kind}`, async () => {
      const { exchange, wire } = await at({ orders: given })
      const error = await failure(exchange.submit(order({ limitPrice: '50000.5' })))
      expect([error.kind, error.code, error.reject]).toEqual([kind, code, reject])
      expect(wire.heard.length).toBe(1)
    })
  }
})

describe('orders, trades, the account', () => {
  const key = { clientId: MINE, venueId: null, symbol: SYMBOL }

  shows(['lookup', 'open orders'], 'by going through the orders of the time, page by page', async () => {
    const all = Array.from({ length: 501 }, (_, i) =>
      row({
        id: `a-${i}`,
        client_order_id: i === 500 ? MINE : `o${i}`,
        submitted_at: new Date(NOW_MS + i).toISOString(),
        symbol: 'BTCUSD',
      }),
    )
    const { exchange, wire } = await at({
      orders: ({ query }: Heard) =>
        all.filter((one) => query['after'] === undefined || one.submitted_at > query['after']!).slice(0, 500),
    })
    const found = await exchange.lookup(key, NOW_MS)
    expect(found).toEqual([
      {
        venueId: 'a-500',
        clientId: MINE,
        symbol: SYMBOL,
        side: Side.buy,
        status: 'open',
        quantity: '0.01',
        filled: '0.004',
        limitPrice: '50000.5',
        stopPrice: null,
        placedMs: NOW_MS + 500,
        changedMs: NOW_MS + 2500,
      },
    ])
    expect(wire.heard.map((one) => one.query)).toEqual([
      { status: 'all', limit: '500', direction: 'asc', after: '2026-11-21T11:59:59.999Z' },
      { status: 'all', limit: '500', direction: 'asc', after: '2026-11-21T12:00:00.499Z' },
    ])
    const open = await at({ orders: [row({ status: 'new' }), row({ id: 'a-2', status: 'pending_cancel' })] })
    expect((await open.exchange.openOrders()).map((one) => one.status)).toEqual(['open', 'open'])
    for (const [state, status] of [
      ['filled', 'filled'],
      ['canceled', 'cancelled'],
      ['expired', 'expired'],
      ['rejected', 'rejected'],
    ]) {
      const { exchange: one } = await at({ orders: [row({ status: state })] })
      expect((await one.lookup(key, 0))[0]!.status).toBe(status)
    }
  })

  shows('cancel', "by Alpaca's id; an answer without content is a yes", async () => {
    const { exchange, wire } = await at({ 'a-1': answer({ status: 204 }) })
    await exchange.cancel({ ...key, venueId: 'a-1' })
    expect([wire.last().method, wire.last().path]).toEqual(['DELETE', '/v2/orders/a-1'])
    for (const [status, body] of [
      [404, { code: 40410000, message: 'order is not found.' }],
      [422, { code: 42210000, message: 'order is already in "filled" state' }],
    ] as const) {
      const gone = await at({ 'a-1': answer({ status, body }) })
      const error = await failure(gone.exchange.cancel({ ...key, venueId: 'a-1' }))
      expect([error.kind, error.reject]).toEqual(['rejected', RejectCode.unknownOrder])
    }
    expect((await failure(exchange.cancel(key))).code).toBe('NO_VENUE_ID')
  })

  shows('trades', 'page by page by the last id', async () => {
    const all = Array.from({ length: 150 }, (_, i) => ({
      id: `2026::${String(i).padStart(3, '0')}`,
      activity_type: 'FILL',
      transaction_time: new Date(NOW_MS + i).toISOString(),
      type: 'fill',
      price: '50000.5',
      qty: '0.0001',
      side: 'buy',
      symbol: SYMBOL,
      order_id: 'a-1',
      leaves_qty: '0',
    }))
    const { exchange, wire } = await at({
      FILL: ({ query }: Heard) =>
        all.filter((one) => query['page_token'] === undefined || one.id > query['page_token']!).slice(0, 100),
    })
    const trades = await exchange.trades(NOW_MS)
    expect(trades.map((one) => one.tradeId)).toEqual(all.map((one) => one.id))
    expect(trades[0]).toEqual({
      tradeId: '2026::000',
      venueId: 'a-1',
      clientId: null,
      symbol: SYMBOL,
      side: Side.buy,
      quantity: '0.0001',
      price: '50000.5',
      value: null,
      fee: null,
      feeAsset: null,
      maker: null,
      liquidation: false,
      atMs: NOW_MS,
    })
    expect([wire.heard[0]!.path, wire.heard[1]!.query['page_token']]).toEqual([
      '/v2/account/activities/FILL',
      '2026::099',
    ])
  })

  shows('balances', 'money that can buy coins, and coins', async () => {
    const { exchange } = await at({
      account: {
        id: 'x',
        status: 'ACTIVE',
        currency: 'USD',
        cash: '1000.5',
        buying_power: '2001',
        non_marginable_buying_power: '900.25',
      },
      positions: [
        { symbol: 'BTCUSD', asset_class: 'crypto', qty: '0.5', qty_available: '0.4' },
        { symbol: 'AAPL', asset_class: 'us_equity', qty: '1', qty_available: '1' },
      ],
    })
    expect(await exchange.balances()).toEqual([
      { asset: 'USD', free: '900.25', total: '1000.5' },
      { asset: 'BTC', free: '0.4', total: '0.5' },
    ])
    expect((await failure(exchange.fees(SYMBOL))).code).toBe('NO_FEES')
  })
})

describe('markets, clock, candles', () => {
  shows('markets', 'least buys in dollars beside the least quantity', async () => {
    const { exchange, wire } = await at({})
    const [usd, usdt, eth] = await exchange.markets([SYMBOL, 'BTC/USDT', 'ETH/USD'])
    expect(usd).toEqual({
      symbol: SYMBOL,
      tick: '0.5',
      step: '0.000000001',
      minQuantity: '0.000026873',
      minCost: null,
      minBuyCost: '10',
      leverages: [1],
      status: 'online',
    })
    expect([usdt!.minBuyCost, eth!.status]).toEqual([null, 'closed'])
    expect([wire.last().path, wire.last().query]).toEqual(['/v2/assets', { asset_class: 'crypto' }])
  })

  shows(['clock', 'status'], 'to the millisecond, in any time zone', async () => {
    const { exchange } = await at({ clock: { timestamp: '2026-11-21T07:00:00.654738097-05:00', is_open: false } })
    expect([await exchange.serverTimeMs(), await exchange.status()]).toEqual([NOW_MS + 654, 'online'])
  })

  shows('candles', 'page by page by the token', async () => {
    const bar = (i: number) => ({
      t: new Date(NOW_MS + i * 3_600_000).toISOString(),
      o: 1,
      h: 3,
      l: 0.5,
      c: 2,
      v: 7.5,
      n: 3,
      vw: 1.5,
    })
    const { exchange, wire } = await at({
      bars: ({ query }: Heard) =>
        query['page_token'] === 'p2'
          ? { bars: { [SYMBOL]: [bar(1)] }, next_page_token: null }
          : { bars: { [SYMBOL]: [bar(0)] }, next_page_token: 'p2' },
    })
    const rows = await exchange.candles(SYMBOL, 3_600_000, NOW_MS)
    expect(rows).toEqual(
      [0, 1].map((i) => ({ openMs: NOW_MS + i * 3_600_000, open: 1, high: 3, low: 0.5, close: 2, volume: 7.5 })),
    )
    expect([wire.heard[0]!.path, wire.heard[0]!.query]).toEqual([
      '/v1beta3/crypto/us/bars',
      { symbols: SYMBOL, timeframe: '1Hour', start: '2026-11-21T12:00:00.000Z', limit: '1000', sort: 'asc' },
    ])
  })
})

agrees()
