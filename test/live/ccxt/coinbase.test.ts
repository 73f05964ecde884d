/** Coinbase Advanced, request by request against its documentation, and what its answers become. */

import { generateKeyPairSync, verify } from 'node:crypto'
import ccxt from 'ccxt'
import { describe, expect, it } from 'vitest'
import { RejectCode } from '../../../engine/core/fact.ts'
import { OrderType, Side } from '../../../engine/core/order.ts'
import type { OutgoingOrder } from '../../../engine/live/exchange.ts'
import { fillRow, MINE, ORDERS, orderRow, PRODUCT, SYMBOL } from './coinbase-cases.ts'
import { evidenceOf } from './evidence-writer.ts'
import { exit, failure, NOW_MS, order } from './support.ts'
import { answer, type Reply, venueAt } from './venue.ts'
import type { Heard } from './wire.ts'

const { shows, agrees } = evidenceOf('coinbase', 'recorded')
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const KEYS = {
  apiKey: 'organizations/CANARYorg/apiKeys/CANARYkey',
  secret: pair.privateKey.export({ type: 'sec1', format: 'pem' }) as string,
}

const at = (answers: Readonly<Record<string, Reply>>) =>
  venueAt('coinbase', KEYS, { 'GET /api/v3/brokerage/market/products': { products: [PRODUCT] }, ...answers }, [SYMBOL])

const MADE = {
  success: true,
  success_response: { order_id: 'c-1', product_id: 'BTC-USD', side: 'BUY', client_order_id: MINE },
}
const refused = (error: string, more: object = {}) => ({
  success: false,
  error_response: {
    error,
    message: '',
    error_details: '',
    preview_failure_reason: 'UNKNOWN_PREVIEW_FAILURE_REASON',
    new_order_failure_reason: 'UNKNOWN_FAILURE_REASON',
    ...more,
  },
})

/** The request's own fields, after its token was found right: signed, for this method and address, of this time. */
function signed(heard: Heard): Readonly<Record<string, unknown>> {
  const [header = '', payload = '', signature = ''] = heard.headers['authorization']!.replace('Bearer ', '').split('.')
  const data = Buffer.from(`${header}.${payload}`)
  const bytes = Buffer.from(signature, 'base64url')
  expect(verify('sha256', data, { key: pair.publicKey, dsaEncoding: 'ieee-p1363' }, bytes)).toBe(true)
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
  expect(claims).toMatchObject({ sub: KEYS.apiKey, nbf: NOW_MS / 1000, exp: NOW_MS / 1000 + 120 })
  expect(String(claims['uri'])).toBe(`${heard.method} http://${heard.headers['host']}${heard.path}`)
  return heard.fields
}

describe('orders, field by field', () => {
  for (const [operations, name, asked, configuration] of ORDERS) {
    shows(operations, name, async () => {
      const { exchange, wire } = await at({ orders: MADE })
      expect(await exchange.submit(asked)).toEqual({ venueId: 'c-1' })
      expect([wire.last().method, wire.last().path, wire.heard.length]).toEqual(['POST', '/api/v3/brokerage/orders', 1])
      const side = asked.side === Side.buy ? 'BUY' : 'SELL'
      expect(signed(wire.last())).toEqual({
        client_order_id: MINE,
        product_id: 'BTC-USD',
        side,
        order_configuration: configuration,
      })
    })
  }

  it('trap 4: our client id arrives as it is, where ccxt alone sends one of its own', async () => {
    const { exchange, wire } = await at({ orders: MADE })
    await exchange.submit(order())
    expect(wire.last().fields['client_order_id']).toBe(MINE)
    const alone = new ccxt.coinbase(KEYS)
    alone.setMarkets([
      {
        id: 'BTC-USD',
        symbol: SYMBOL,
        base: 'BTC',
        quote: 'USD',
        spot: true,
        precision: { amount: 1e-8, price: 0.01 },
        limits: {},
      },
    ])
    let sent = ''
    alone.fetch = async (_url: unknown, _method: unknown, _headers: unknown, body: unknown) => {
      sent = String(body)
      return MADE
    }
    await alone.createOrder(SYMBOL, 'limit', 'buy', 0.01, 50000, { clientOrderId: MINE })
    expect(JSON.parse(sent).client_order_id).not.toBe(MINE)
  })

  it('an order under another id than ours is not taken for ours', async () => {
    const { exchange } = await at({
      orders: { ...MADE, success_response: { ...MADE.success_response, client_order_id: 'ccxt-1' } },
    })
    expect((await failure(exchange.submit(order()))).kind).toBe('unknown')
  })

  it('refuses what it has not, with nothing sent', async () => {
    const { exchange, wire } = await at({})
    const refusals: readonly [Partial<OutgoingOrder>, string][] = [
      [{ type: OrderType.stop, side: Side.sell, limitPrice: null, stopPrice: '48000' }, 'UNSUPPORTED'],
      [{ type: OrderType.market, limitPrice: null }, 'UNSUPPORTED'],
      [{ deadlineMs: NOW_MS + 5000 }, 'UNSUPPORTED'],
      [{ leverage: 2 }, 'UNSUPPORTED'],
      [{ reduceOnly: true }, 'UNSUPPORTED'],
      [{ quantity: '0.000000001' }, 'OFF_STEP'],
      [{ limitPrice: '50000.101' }, 'OFF_TICK'],
      [{ quantity: '0.00001' }, 'BELOW_MINIMUM'],
    ]
    for (const [more, code] of refusals) {
      const error = await failure(exchange.submit(order(more)))
      expect([error.kind, error.code]).toEqual(['local', code])
    }
    const nameless = await failure(exchange.cancel({ clientId: MINE, venueId: null, symbol: SYMBOL }))
    expect([nameless.kind, nameless.code]).toEqual(['local', 'NO_VENUE_ID'])
    expect(wire.heard).toEqual([])
  })
})

describe('failures', () => {
  const { insufficientFunds, belowMinimum, unavailable, unsupported } = RejectCode
  const cases: readonly [string, unknown, string, string, RejectCode | null][] = [
    ['funds', refused('INSUFFICIENT_FUND'), 'rejected', 'INSUFFICIENT_FUNDS', insufficientFunds],
    [
      'funds in the preview',
      refused('UNKNOWN_FAILURE_REASON', { preview_failure_reason: 'PREVIEW_INSUFFICIENT_FUND' }),
      'rejected',
      'INSUFFICIENT_FUNDS',
      insufficientFunds,
    ],
    [
      'size',
      refused('UNKNOWN_FAILURE_REASON', { preview_failure_reason: 'PREVIEW_INVALID_BASE_SIZE_TOO_SMALL' }),
      'rejected',
      'BELOW_MINIMUM',
      belowMinimum,
    ],
    ['post-only', refused('INVALID_LIMIT_PRICE_POST_ONLY'), 'rejected', 'POST_ONLY', RejectCode.postOnly],
    [
      'stop price',
      refused('UNKNOWN_FAILURE_REASON', { preview_failure_reason: 'PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE' }),
      'rejected',
      'WOULD_TRIGGER',
      RejectCode.noPrice,
    ],
    ['no reason given', refused('UNKNOWN_FAILURE_REASON'), 'unknown', 'VENUE_ERROR', null],
    [
      'argument',
      answer({ status: 400, body: { error: 'INVALID_ARGUMENT', message: 'bad' } }),
      'rejected',
      'BAD_REQUEST',
      unsupported,
    ],
    ['401', answer({ status: 401, body: 'Unauthorized' }), 'rejected', 'BAD_KEY', unavailable],
    [
      '429',
      answer({ status: 429, body: { errors: [{ id: 'rate_limit_exceeded', message: 'Too many' }] } }),
      'rejected',
      'RATE_LIMITED',
      unavailable,
    ],
    [
      '500',
      answer({ status: 500, body: { errors: [{ id: 'internal_server_error', message: '' }] } }),
      'unknown',
      'UNAVAILABLE',
      null,
    ],
    ['503', answer({ status: 503, body: '<html>' }), 'unknown', 'UNAVAILABLE', null],
    ['broken', answer({ drop: true }), 'unknown', 'UNREACHABLE', null],
  ]
  for (const [name, given, kind, code, reject] of cases) {
    it(`${name}: ${kind}`, async () => {
      const { exchange, wire } = await at({ orders: given })
      const error = await failure(exchange.submit(order()))
      expect([error.kind, error.code, error.reject]).toEqual([kind, code, reject])
      expect(wire.heard.length).toBe(1)
      expect(JSON.stringify(error) + error.stack).not.toMatch(/CANARY|BEGIN EC/)
    })
  }
})

describe('orders found, cancelled, changed', () => {
  const key = { clientId: MINE, venueId: null, symbol: SYMBOL }

  shows(['lookup', 'open orders'], 'by going through the orders of the time, page by page', async () => {
    const pages = [
      { orders: [orderRow({ order_id: 'x', client_order_id: 'other' })], has_next: true, cursor: 'p2' },
      { orders: [orderRow()], has_next: false, cursor: '' },
    ]
    const { exchange, wire } = await at({ batch: ({ query }: Heard) => pages[query['cursor'] === 'p2' ? 1 : 0] })
    expect(await exchange.lookup(key, NOW_MS - 60_000)).toEqual([
      {
        venueId: 'c-1',
        clientId: MINE,
        symbol: SYMBOL,
        side: Side.sell,
        status: 'open',
        quantity: '0.01',
        filled: '0.004',
        limitPrice: '47900',
        stopPrice: '48000',
        placedMs: NOW_MS + 1000,
        changedMs: NOW_MS + 2500,
      },
    ])
    expect(wire.heard[0]!.query).toEqual({
      product_ids: 'BTC-USD',
      start_date: '2026-11-21T11:59:00.000Z',
      limit: '250',
    })
    expect((await exchange.openOrders()).length).toBe(2)
    expect(wire.last().query).toMatchObject({ order_status: 'OPEN', cursor: 'p2' })
    for (const [state, status] of [
      ['FILLED', 'filled'],
      ['CANCELLED', 'cancelled'],
      ['EXPIRED', 'expired'],
      ['FAILED', 'rejected'],
    ]) {
      const { exchange: one } = await at({ batch: { orders: [orderRow({ status: state })], has_next: false } })
      expect((await one.lookup(key, 0))[0]!.status).toBe(status)
    }
  })

  shows('cancel', "by Coinbase's id", async () => {
    const { exchange, wire } = await at({
      batch_cancel: { results: [{ success: true, failure_reason: 'UNKNOWN_CANCEL_FAILURE_REASON', order_id: 'c-1' }] },
    })
    await exchange.cancel({ ...key, venueId: 'c-1' })
    expect(signed(wire.last())).toEqual({ order_ids: ['c-1'] })
    const gone = await at({
      batch_cancel: { results: [{ success: false, failure_reason: 'UNKNOWN_CANCEL_ORDER', order_id: 'c-1' }] },
    })
    const error = await failure(gone.exchange.cancel({ ...key, venueId: 'c-1' }))
    expect([error.kind, error.reject]).toEqual(['rejected', RejectCode.unknownOrder])
  })

  shows('amend', 'price and size of a limit order', async () => {
    const { exchange, wire } = await at({ edit: { success: true, errors: [] } })
    await exchange.amend({ ...key, venueId: 'c-1' }, order({ quantity: '0.02' }))
    expect(signed(wire.last())).toEqual({ order_id: 'c-1', price: '50000.1', size: '0.02' })
    const stop = exit({ type: OrderType.stopLimit, stopPrice: '48000', limitPrice: '47900' })
    expect((await failure(exchange.amend({ ...key, venueId: 'c-1' }, stop))).code).toBe('UNSUPPORTED')
    const no = await at({
      edit: { success: false, errors: [{ edit_failure_reason: 'ONLY_OPEN_ORDERS_CAN_BE_EDITED' }] },
    })
    expect((await failure(no.exchange.amend({ ...key, venueId: 'c-1' }, order()))).kind).toBe('rejected')
  })
})

describe('trades and the account', () => {
  shows('trades', 'page by page, each once, oldest first', async () => {
    const pages = [
      { fills: [fillRow(3), fillRow(2)], cursor: 'p2' },
      { fills: [fillRow(2), fillRow(1)], cursor: '' },
    ]
    const { exchange, wire } = await at({ fills: ({ query }: Heard) => pages[query['cursor'] === 'p2' ? 1 : 0] })
    const trades = await exchange.trades(NOW_MS)
    expect(trades.map((one) => one.tradeId)).toEqual(['e1', 'e2', 'e3'])
    expect(trades[0]).toEqual({
      tradeId: 'e1',
      venueId: 'c-1',
      clientId: null,
      symbol: SYMBOL,
      side: Side.sell,
      quantity: '0.004',
      price: '50000.1',
      value: null,
      fee: '1.2',
      feeAsset: 'USD',
      maker: false,
      liquidation: false,
      atMs: NOW_MS + 1000,
    })
    expect(wire.heard[0]!.query).toEqual({ start_sequence_timestamp: '2026-11-21T12:00:00.000Z', limit: '250' })
    const inQuote = await at({ fills: { fills: [fillRow(1, { size: '100.0002', size_in_quote: true })] } })
    expect((await inQuote.exchange.trades(0))[0]).toMatchObject({ quantity: '0.002', value: '100.0002' })
    const odd = await at({ fills: { fills: [fillRow(1, { trade_type: 'REVERSAL' })] } })
    expect((await failure(odd.exchange.trades(0))).code).toBe('BAD_RESPONSE')
  })

  shows('balances', 'free and held, wallets of a currency together', async () => {
    const wallet = (value: string, hold: string) => ({
      uuid: 'w',
      currency: 'BTC',
      available_balance: { value, currency: 'BTC' },
      hold: { value: hold, currency: 'BTC' },
    })
    const { exchange } = await at({
      accounts: { accounts: [wallet('1.23456789', '0.005'), wallet('0.1', '0')], has_next: false },
    })
    expect(await exchange.balances()).toEqual([{ asset: 'BTC', free: '1.33456789', total: '1.33956789' }])
  })

  shows('fees', "trap 2: the account's tier, not the library's table", async () => {
    const { exchange } = await at({
      transaction_summary: { fee_tier: { pricing_tier: 'x', maker_fee_rate: '0.006', taker_fee_rate: '0.012' } },
    })
    expect(await exchange.fees(SYMBOL)).toEqual({ maker: '0.006', taker: '0.012' })
  })

  shows('key rights', 'transferring is withdrawing', async () => {
    const { exchange } = await at({
      key_permissions: { can_view: true, can_trade: true, can_transfer: true, portfolio_uuid: 'p' },
    })
    expect(await exchange.keyRights()).toEqual({ query: true, trade: true, withdraw: true })
  })
})

describe('public data', () => {
  shows('markets', 'increments and minimums of the products asked for', async () => {
    const { exchange, wire } = await at({})
    expect(await exchange.markets([SYMBOL])).toEqual([
      {
        symbol: SYMBOL,
        tick: '0.01',
        step: '0.00000001',
        minQuantity: '0.00000001',
        minCost: '1',
        leverages: [1],
        status: 'online',
      },
    ])
    expect(wire.last().query).toEqual({ product_ids: 'BTC-USD' })
    expect((await failure(exchange.markets(['NOPE/USD']))).code).toBe('UNKNOWN_SYMBOL')
  })

  shows(['clock', 'status'], 'clock, and the state of the first market', async () => {
    const { exchange } = await at({
      time: { iso: 'x', epochSeconds: '1', epochMillis: String(NOW_MS + 7) },
      'BTC-USD': { ...PRODUCT, limit_only: true },
    })
    expect([await exchange.serverTimeMs(), await exchange.status()]).toEqual([NOW_MS + 7, 'limit_only'])
  })

  shows('candles', 'in windows of 300, oldest first', async () => {
    const minute = 60_000
    const since = NOW_MS - 400 * minute
    const candle = (openMs: number) => ({
      start: String(openMs / 1000),
      low: '1',
      high: '3',
      open: '2',
      close: '2.5',
      volume: '7.25',
    })
    const { exchange, wire } = await at({
      candles: ({ query }: Heard) => {
        const [from, to] = [Number(query['start']) * 1000, Math.min(NOW_MS, Number(query['end']) * 1000)]
        // Newest first, as Coinbase has them.
        return { candles: Array.from({ length: (to - from) / minute + 1 }, (_, i) => candle(to - i * minute)) }
      },
    })
    const rows = await exchange.candles(SYMBOL, minute, since)
    expect([rows.length, rows[0]!.openMs, wire.heard.length]).toEqual([401, since, 2])
    expect(rows[400]).toEqual({ openMs: NOW_MS, open: 2, high: 3, low: 1, close: 2.5, volume: 7.25 })
  })
})

agrees()
