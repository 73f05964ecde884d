/** Binance spot, request by request against its documentation, and what its answers become. */

import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { RejectCode } from '../../../engine/core/fact.ts'
import { OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import type { OutgoingOrder } from '../../../engine/live/exchange.ts'
import { INFO, MINE, ORDERS, SYMBOL } from './binance-cases.ts'
import { evidenceOf } from './evidence-writer.ts'
import { failure, NOW_MS, order } from './support.ts'
import { answer, type Reply, venueAt } from './venue.ts'
import type { Heard } from './wire.ts'

const { shows, agrees } = evidenceOf('binance', 'recorded')
const KEYS = { apiKey: 'CANARYbinanceKey', secret: 'CANARYbinanceSecret' }

const at = (answers: Readonly<Record<string, Reply>>) =>
  venueAt('binance', KEYS, { exchangeInfo: INFO, ...answers }, [SYMBOL])

/** The fields of a signed request but time and window, after its signature was found right. */
function signed(heard: Heard): Record<string, unknown> {
  const text = heard.body === '' ? heard.queryText : heard.body
  const [unsigned = '', signature] = text.split('&signature=')
  expect(signature).toBe(createHmac('sha256', KEYS.secret).update(unsigned).digest('hex'))
  expect(heard.headers['x-mbx-apikey']).toBe(KEYS.apiKey)
  const { timestamp, ...fields } = Object.fromEntries(new URLSearchParams(unsigned))
  expect(timestamp).toBe(String(NOW_MS))
  return fields
}

describe('orders, field by field', () => {
  for (const [operations, asked, fields] of ORDERS) {
    shows(operations, `${operations}: ${JSON.stringify(fields)}`, async () => {
      const { exchange, wire } = await at({
        order: { symbol: 'BTCUSDT', orderId: 28, clientOrderId: MINE, transactTime: NOW_MS },
      })
      expect(await exchange.submit(asked)).toEqual({ venueId: '28', atMs: NOW_MS })
      expect([wire.last().method, wire.last().path, wire.heard.length]).toEqual(['POST', '/api/v3/order', 1])
      expect(signed(wire.last())).toEqual({ ...fields, recvWindow: '5000' })
    })
  }

  shows('order with deadline', 'the window is what is left, at most a minute', async () => {
    const { exchange, wire } = await at({ order: { symbol: 'BTCUSDT', orderId: 28 } })
    await exchange.submit(order({ symbol: SYMBOL, deadlineMs: NOW_MS + 1500 }))
    expect(signed(wire.last())['recvWindow']).toBe('1500')
    await exchange.submit(order({ symbol: SYMBOL, deadlineMs: NOW_MS + 600_000 }))
    expect(signed(wire.last())['recvWindow']).toBe('60000')
  })

  it('refuses what it has not, with nothing sent', async () => {
    const { exchange, wire } = await at({})
    const refusals: readonly [Partial<OutgoingOrder>, string][] = [
      [{ type: OrderType.trailingStop, side: Side.sell, limitPrice: null, trailAmount: '10' }, 'UNSUPPORTED'],
      [{ timeInForce: TimeInForce.gtd, expiresMs: NOW_MS + 1e6 }, 'UNSUPPORTED'],
      [{ leverage: 2 }, 'UNSUPPORTED'],
      [{ reduceOnly: true }, 'UNSUPPORTED'],
      [{ quantity: '0.000011' }, 'OFF_STEP'],
      [{ limitPrice: '50000.101' }, 'OFF_TICK'],
      [{ quantity: '0.00009' }, 'BELOW_MINIMUM'],
      [{ symbol: 'ETH/USDT' }, 'UNKNOWN_SYMBOL'],
    ]
    for (const [more, code] of refusals) {
      const error = await failure(exchange.submit(order({ symbol: SYMBOL, ...more })))
      expect([error.kind, error.code]).toEqual(['local', code])
    }
    const key = { clientId: MINE, venueId: '28', symbol: SYMBOL }
    for (const call of [() => exchange.amend(key, order()), () => exchange.cancelAllAfter(1000)]) {
      expect((await failure(call())).code).toBe('UNSUPPORTED')
    }
    expect(wire.heard).toEqual([])
  })
})

describe('failures', () => {
  const cases: readonly [number, number, string, string, string, RejectCode | null][] = [
    [
      400,
      -2010,
      'Account has insufficient balance for requested action.',
      'rejected',
      'INSUFFICIENT_FUNDS',
      RejectCode.insufficientFunds,
    ],
    [400, -2010, 'Duplicate order sent.', 'exists', 'DUPLICATE_ID', RejectCode.duplicateId],
    [400, -2010, 'Order would immediately match and take.', 'rejected', 'POST_ONLY', RejectCode.postOnly],
    [400, -1013, 'Filter failure: LOT_SIZE', 'rejected', 'OFF_STEP', RejectCode.offStep],
    [400, -1013, 'Filter failure: PRICE_FILTER', 'rejected', 'OFF_TICK', RejectCode.offTick],
    [400, -1013, 'Filter failure: NOTIONAL', 'rejected', 'BELOW_MINIMUM', RejectCode.belowMinimum],
    [
      400,
      -1021,
      'Timestamp for this request is outside of the recvWindow.',
      'rejected',
      'CLOCK_OFF',
      RejectCode.unavailable,
    ],
    [400, -1022, 'Signature for this request is not valid.', 'rejected', 'BAD_KEY', RejectCode.unavailable],
    [
      401,
      -2015,
      'Invalid API-key, IP, or permissions for action.',
      'rejected',
      'NO_PERMISSION',
      RejectCode.unavailable,
    ],
    [429, -1003, 'Too much request weight used.', 'rejected', 'RATE_LIMITED', RejectCode.unavailable],
    // Binance: not a failure, the status is unknown.
    [
      500,
      -1006,
      'An unexpected response was received from the message bus. Execution status unknown.',
      'unknown',
      'TIMEOUT',
      null,
    ],
    [504, -1007, 'Timeout waiting for response from backend server. Send status unknown.', 'unknown', 'TIMEOUT', null],
    [500, -1000, 'An unknown error occurred while processing the request.', 'unknown', 'UNAVAILABLE', null],
  ]
  for (const [status, code, msg, kind, ours, reject] of cases) {
    it(`${code} ${msg}: ${kind}`, async () => {
      const { exchange, wire } = await at({ order: answer({ status, body: { code, msg } }) })
      const error = await failure(exchange.submit(order({ symbol: SYMBOL })))
      expect([error.kind, error.code, error.reject]).toEqual([kind, ours, reject])
      expect(wire.heard.length).toBe(1)
    })
  }

  it('the signature in the address gets into no message', async () => {
    const { exchange, wire } = await at({ openOrders: answer({ status: 502, body: 'bad gateway' }) })
    const error = await failure(exchange.openOrders())
    const { signature } = wire.last().query as { signature: string }
    expect(signature.length).toBe(64)
    expect(`${error.message}${error.stack}${JSON.stringify(error)}`).not.toContain(signature)
  })
})

const row = (more: object) => ({
  symbol: 'BTCUSDT',
  orderId: 28,
  clientOrderId: MINE,
  price: '50000.10000000',
  origQty: '0.01000000',
  executedQty: '0.00400000',
  status: 'PARTIALLY_FILLED',
  type: 'LIMIT',
  side: 'BUY',
  stopPrice: '0.00000000',
  time: NOW_MS,
  updateTime: NOW_MS + 5,
  ...more,
})

describe('orders found, cancelled', () => {
  const key = { clientId: MINE, venueId: null, symbol: SYMBOL }

  shows(['lookup', 'open orders'], 'by our id; none is an answer, too', async () => {
    const { exchange, wire } = await at({
      order: row({}),
      openOrders: [row({}), row({ orderId: 29, clientOrderId: 'web_1' })],
    })
    expect(await exchange.lookup(key, 0)).toEqual([
      {
        venueId: '28',
        clientId: MINE,
        symbol: SYMBOL,
        side: Side.buy,
        status: 'open',
        quantity: '0.01',
        filled: '0.004',
        limitPrice: '50000.1',
        stopPrice: null,
        placedMs: NOW_MS,
        changedMs: NOW_MS + 5,
      },
    ])
    expect([wire.last().method, signed(wire.last())]).toEqual([
      'GET',
      { symbol: 'BTCUSDT', origClientOrderId: MINE, recvWindow: '5000' },
    ])
    expect((await exchange.openOrders()).length).toBe(2)
    const none = await at({ order: answer({ status: 400, body: { code: -2013, msg: 'Order does not exist.' } }) })
    expect(await none.exchange.lookup(key, 0)).toEqual([])
    const down = await at({ order: answer({ status: 503, body: '' }) })
    expect((await failure(down.exchange.lookup(key, 0))).kind).toBe('unknown')
  })

  shows('cancel', 'by either id', async () => {
    const { exchange, wire } = await at({ order: row({ status: 'CANCELED' }) })
    await exchange.cancel(key)
    expect([wire.last().method, signed(wire.last())]).toEqual([
      'DELETE',
      { symbol: 'BTCUSDT', origClientOrderId: MINE, recvWindow: '5000' },
    ])
    await exchange.cancel({ ...key, venueId: '28' })
    expect(signed(wire.last())).toMatchObject({ orderId: '28' })
    const gone = await at({ order: answer({ status: 400, body: { code: -2011, msg: 'Unknown order sent.' } }) })
    const error = await failure(gone.exchange.cancel(key))
    expect([error.kind, error.reject]).toEqual(['rejected', RejectCode.unknownOrder])
  })
})

describe('trades and the account', () => {
  const trade = (id: number, time: number) => ({
    symbol: 'BTCUSDT',
    id,
    orderId: 28,
    price: '50000.10',
    qty: '0.001',
    quoteQty: '50.0001',
    commission: '0.000001',
    commissionAsset: 'BTC',
    time,
    isBuyer: true,
    isMaker: false,
  })

  shows('trades', 'by days until the first, then by number', async () => {
    const day = 86_400_000
    const all = Array.from({ length: 2100 }, (_, i) => trade(i + 1, NOW_MS - 2 * day + i))
    const { exchange, wire } = await at({
      myTrades: ({ query }: Heard) => {
        const fits = (one: { id: number; time: number }) =>
          query['fromId'] === undefined
            ? one.time >= Number(query['startTime']) && one.time <= Number(query['endTime'])
            : one.id >= Number(query['fromId'])
        return all.filter(fits).slice(0, 1000)
      },
    })
    const trades = await exchange.trades(NOW_MS - 4 * day)
    expect(trades.length).toBe(2100)
    expect(trades[0]).toEqual({
      tradeId: 'BTCUSDT:1',
      venueId: '28',
      clientId: null,
      symbol: SYMBOL,
      side: Side.buy,
      quantity: '0.001',
      price: '50000.1',
      value: '50.0001',
      fee: '0.000001',
      feeAsset: 'BTC',
      maker: false,
      liquidation: false,
      atMs: NOW_MS - 2 * day,
    })
    expect(wire.heard.map((one) => one.query['fromId'])).toEqual([undefined, undefined, undefined, '1001', '2001'])
    expect((await exchange.trades(0)).length).toBe(2100)
  })

  shows('balances', 'free and held', async () => {
    const { exchange } = await at({
      account: {
        balances: [
          { asset: 'BTC', free: '0.10000000', locked: '0.00100000' },
          { asset: 'XYZ', free: '0.0', locked: '0.0' },
        ],
      },
    })
    expect(await exchange.balances()).toEqual([{ asset: 'BTC', free: '0.1', total: '0.101' }])
  })

  shows('fees', "the account's commission, all parts of it", async () => {
    const { exchange, wire } = await at({
      commission: {
        standardCommission: { maker: '0.00100000', taker: '0.00100000' },
        specialCommission: { maker: '0.00010000', taker: '0.0002' },
        taxCommission: { maker: '0', taker: '0' },
      },
    })
    expect(await exchange.fees(SYMBOL)).toEqual({ maker: '0.0011', taker: '0.0012' })
    expect(wire.last().path).toBe('/api/v3/account/commission')
  })

  shows('key rights', 'moving money inside counts, too', async () => {
    const rights = async (more: object) => {
      const { exchange } = await at({
        apiRestrictions: {
          ipRestrict: false,
          enableReading: true,
          enableSpotAndMarginTrading: true,
          enableWithdrawals: false,
          ...more,
        },
      })
      return exchange.keyRights()
    }
    expect(await rights({})).toEqual({ query: true, trade: true, withdraw: false })
    expect(await rights({ enableWithdrawals: true })).toMatchObject({ withdraw: true })
    expect(await rights({ permitsUniversalTransfer: true })).toMatchObject({ withdraw: true })
  })
})

describe('public data', () => {
  shows('markets', 'the filters of the symbols asked for', async () => {
    const { exchange, wire } = await at({})
    expect(await exchange.markets([SYMBOL])).toEqual([
      {
        symbol: SYMBOL,
        tick: '0.01',
        step: '0.00001',
        minQuantity: '0.00001',
        minCost: '5',
        leverages: [1],
        status: 'online',
      },
    ])
    expect(wire.last().query).toEqual({ symbols: '["BTCUSDT"]' })
    const none = await at({
      exchangeInfo: ({ query }: Heard) =>
        query['symbols'] === '["BTCUSDT"]'
          ? INFO
          : answer({ status: 400, body: { code: -1121, msg: 'Invalid symbol.' } }),
    })
    expect((await failure(none.exchange.markets(['NOPE/USDT']))).code).toBe('UNKNOWN_SYMBOL')
    // Which of them are listed: the venue refuses the list for the one that isn't, and then each is asked for.
    const symbolsOf = (some: readonly { readonly symbol: string }[]) => some.map(({ symbol }) => symbol)
    expect(symbolsOf(await none.exchange.listed(['BTC/USDT', 'NOPE/USDT']))).toEqual(['BTC/USDT'])
    expect(symbolsOf(await none.exchange.listed(['NOPE/USDT']))).toEqual([])
    expect(none.wire.heard.slice(-4).map(({ query }) => query['symbols'])).toEqual([
      '["BTCUSDT","NOPEUSDT"]',
      '["BTCUSDT"]',
      '["NOPEUSDT"]',
      '["NOPEUSDT"]',
    ])
    // What was listed stays known, and can be ordered.
    expect((await failure(none.exchange.submit(order({ symbol: 'BTC/USDT' })))).code).not.toBe('UNKNOWN_SYMBOL')
  })

  shows(['clock', 'status'], 'clock and state', async () => {
    const { exchange } = await at({ time: { serverTime: NOW_MS + 3 }, status: { status: 0, msg: 'normal' } })
    expect([await exchange.serverTimeMs(), await exchange.status()]).toEqual([NOW_MS + 3, 'online'])
    expect(await (await at({ status: { status: 1, msg: 'system maintenance' } })).exchange.status()).toBe('maintenance')
  })

  shows('candles', 'page by page', async () => {
    const minute = 60_000
    const kline = (i: number) => [
      NOW_MS + i * minute,
      '1.0',
      '2.0',
      '0.5',
      '1.5',
      '10.25',
      NOW_MS + i * minute + 59_999,
      '15',
      3,
      '5',
      '7',
      '0',
    ]
    const { exchange, wire } = await at({
      klines: ({ query }: Heard) =>
        Array.from({ length: 1003 }, (_, i) => kline(i))
          .filter((one) => Number(one[0]) >= Number(query['startTime']))
          .slice(0, 1000),
    })
    const rows = await exchange.candles(SYMBOL, minute, NOW_MS)
    expect([rows.length, wire.heard.length]).toEqual([1003, 2])
    expect(rows[1002]).toEqual({
      openMs: NOW_MS + 1002 * minute,
      open: 1,
      high: 2,
      low: 0.5,
      close: 1.5,
      volume: 10.25,
    })
  })
})

agrees()
