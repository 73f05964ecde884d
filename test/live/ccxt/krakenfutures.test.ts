/** Kraken Futures, request by request against its documentation, and what its answers become. */

import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { RejectCode } from '../../../engine/core/fact.ts'
import { OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import type { OutgoingOrder } from '../../../engine/live/exchange.ts'
import { evidenceOf } from './evidence-writer.ts'
import { BASE, FLEX, INSTRUMENTS, LOG, MINE, ORDERS, SYMBOL } from './krakenfutures-cases.ts'
import { exit, failure, NOW_MS, order } from './support.ts'
import { answer, type Reply, venueAt } from './venue.ts'
import type { Heard } from './wire.ts'

const { shows, agrees } = evidenceOf('krakenfutures', 'recorded')
const KEYS = { apiKey: 'CANARYfuturesKey', secret: Buffer.from('CANARY futures secret').toString('base64') }

const at = (answers: Readonly<Record<string, Reply>>) =>
  venueAt('krakenfutures', KEYS, { instruments: INSTRUMENTS, ...answers }, [SYMBOL])
const ok = (more: object) => ({ result: 'success', serverTime: '2026-11-21T12:00:00.000Z', ...more })
const PLACED = ok({
  sendStatus: { order_id: 'aaaa-1', status: 'placed', receivedTime: '2026-11-21T12:00:00.000Z', orderEvents: [] },
})

/** The fields of a signed request, after its signature was found right (futures REST authentication). */
function signedQuery(heard: Heard): Readonly<Record<string, string>> {
  const endpoint = heard.path.replace(/^\/derivatives/, '')
  const hash = createHash('sha256')
    .update(heard.queryText + endpoint)
    .digest()
  expect(heard.headers['authent']).toBe(
    createHmac('sha512', Buffer.from(KEYS.secret, 'base64')).update(hash).digest('base64'),
  )
  expect(heard.headers['apikey']).toBe(KEYS.apiKey)
  return heard.query
}

describe('orders, field by field', () => {
  for (const [operations, asked, fields] of ORDERS) {
    shows(operations, `${operations}: ${JSON.stringify(fields)}`, async () => {
      const { exchange, wire } = await at({ sendorder: PLACED })
      expect(await exchange.submit(asked)).toEqual({ venueId: 'aaaa-1', atMs: NOW_MS })
      expect([wire.last().method, wire.last().path, wire.heard.length]).toEqual([
        'POST',
        '/derivatives/api/v3/sendorder',
        1,
      ])
      expect(signedQuery(wire.last())).toEqual(fields)
    })
  }

  it('refuses what it has not, and what is off step, tick and leverage, with nothing sent', async () => {
    const { exchange, wire } = await at({})
    const refusals: readonly [Partial<OutgoingOrder>, string][] = [
      [{ timeInForce: TimeInForce.gtd, expiresMs: NOW_MS + 1e6 }, 'UNSUPPORTED'],
      [{ type: OrderType.market, limitPrice: null, quantity: null, quoteAmount: '50' }, 'UNSUPPORTED'],
      [{ quantity: '0.00001' }, 'OFF_STEP'],
      [{ limitPrice: '50001.5' }, 'OFF_TICK'],
      [{ leverage: 51 }, 'LEVERAGE_REFUSED'],
      [{ symbol: 'BTC/USD' }, 'UNKNOWN_SYMBOL'],
    ]
    for (const [more, code] of refusals) {
      const error = await failure(exchange.submit(order({ ...BASE, ...more })))
      expect([error.kind, error.code]).toEqual(['local', code])
    }
    expect(wire.heard).toEqual([])
  })
})

describe('statuses that are failures, though the answer is fine', () => {
  const cases: readonly [string, string, string, RejectCode | null][] = [
    ['insufficientAvailableFunds', 'rejected', 'INSUFFICIENT_MARGIN', RejectCode.insufficientMargin],
    ['clientOrderIdAlreadyExist', 'exists', 'DUPLICATE_ID', RejectCode.duplicateId],
    ['postWouldExecute', 'rejected', 'POST_ONLY', RejectCode.postOnly],
    ['iocWouldNotExecute', 'rejected', 'NOT_FILLABLE', RejectCode.notFilledAtOnce],
    ['wouldNotReducePosition', 'rejected', 'WOULD_OPEN_POSITION', RejectCode.wouldOpenPosition],
    ['wouldProcessAfterSpecifiedTime', 'rejected', 'DEADLINE_PASSED', RejectCode.unavailable],
    ['invalidPrice', 'rejected', 'OFF_TICK', RejectCode.offTick],
    ['marketSuspended', 'rejected', 'MARKET_CLOSED', RejectCode.unavailable],
    ['somethingNew', 'unknown', 'VENUE_ERROR', null],
  ]
  for (const [status, kind, code, reject] of cases) {
    it(`${status}: ${kind}`, async () => {
      const { exchange } = await at({ sendorder: ok({ sendStatus: { status, orderEvents: [] } }) })
      const error = await failure(exchange.submit(order({ symbol: SYMBOL, limitPrice: '50001' })))
      expect([error.kind, error.code, error.reject]).toEqual([kind, code, reject])
    })
  }

  it('errors of the call', async () => {
    const said = async (one: unknown) => {
      const { exchange } = await at({ sendorder: one })
      const error = await failure(exchange.submit(order({ symbol: SYMBOL, limitPrice: '50001' })))
      return [error.kind, error.code]
    }
    expect(await said({ result: 'error', error: 'apiLimitExceeded' })).toEqual(['rejected', 'RATE_LIMITED'])
    expect(await said({ result: 'error', error: 'authenticationError' })).toEqual(['rejected', 'BAD_KEY'])
    expect(await said({ result: 'error', error: 'nonceBelowThreshold' })).toEqual(['rejected', 'BAD_NONCE'])
    expect(await said({ result: 'error', error: 'unavailable' })).toEqual(['unknown', 'UNAVAILABLE'])
    expect(
      await said(answer({ status: 500, body: { errors: [{ code: 92, message: 'INSUFFICIENT_MARGIN' }] } })),
    ).toEqual(['rejected', 'INSUFFICIENT_MARGIN'])
    expect(await said(answer({ status: 429, body: '{}' }))).toEqual(['rejected', 'RATE_LIMITED'])
    expect(await said(answer({ status: 503, body: '<html>' }))).toEqual(['unknown', 'UNAVAILABLE'])
    expect(await said(answer({ drop: true }))).toEqual(['unknown', 'UNREACHABLE'])
  })
})

describe('cancel, amend, leverage, the switch', () => {
  const key = { clientId: MINE, symbol: SYMBOL }

  shows('cancel', 'by either id; what is gone is refused', async () => {
    const { exchange, wire } = await at({
      cancelorder: ok({ cancelStatus: { status: 'cancelled', order_id: 'aaaa-1' } }),
    })
    await exchange.cancel({ ...key, venueId: 'aaaa-1' })
    expect(signedQuery(wire.last())).toEqual({ order_id: 'aaaa-1' })
    await exchange.cancel({ ...key, venueId: null })
    expect(signedQuery(wire.last())).toEqual({ cliOrdId: MINE })
    const gone = await at({ cancelorder: ok({ cancelStatus: { status: 'filled' } }) })
    const error = await failure(gone.exchange.cancel({ ...key, venueId: null }))
    expect([error.kind, error.reject]).toEqual(['rejected', RejectCode.unknownOrder])
  })

  shows('amend', 'size, limit and trigger', async () => {
    const { exchange, wire } = await at({ editorder: ok({ editStatus: { status: 'edited', orderId: 'aaaa-1' } }) })
    await exchange.amend(
      { ...key, venueId: 'aaaa-1' },
      exit({ symbol: SYMBOL, type: OrderType.stop, stopPrice: '48100', quantity: '0.02' }),
    )
    expect(signedQuery(wire.last())).toEqual({ orderId: 'aaaa-1', size: '0.02', stopPrice: '48100' })
  })

  shows('set leverage', 'before the entry, as a preference', async () => {
    const { exchange, wire } = await at({ leveragepreferences: ok({}) })
    await exchange.setLeverage(SYMBOL, 5)
    expect([wire.last().method, signedQuery(wire.last())]).toEqual(['PUT', { symbol: 'PF_XBTUSD', maxLeverage: '5' }])
  })

  shows('cancel all after', 'whole seconds, rounded up', async () => {
    const { exchange, wire } = await at({ cancelallordersafter: ok({ status: {} }) })
    await exchange.cancelAllAfter(500)
    expect(signedQuery(wire.last())).toEqual({ timeout: '1' })
  })
})

const openOrder = (more: object) => ({
  order_id: 'open-1',
  symbol: 'PF_XBTUSD',
  side: 'sell',
  orderType: 'stp',
  limitPrice: 0,
  stopPrice: 48000,
  unfilledSize: 0.006,
  receivedTime: '2026-11-21T12:00:01.000Z',
  status: 'untouched',
  filledSize: 0.004,
  reduceOnly: true,
  lastUpdateTime: '2026-11-21T12:00:02.000Z',
  cliOrdId: MINE,
  ...more,
})
const past = (uid: string, clientId: string | null, filled: string) => ({
  uid,
  accountUid: 'x',
  tradeable: 'PF_XBTUSD',
  direction: 'Buy',
  quantity: '0.01',
  filled,
  timestamp: NOW_MS,
  limitPrice: '50001',
  orderType: 'Limit',
  clientId: clientId ?? '',
  reduceOnly: false,
  lastUpdateTimestamp: NOW_MS + 5,
})
const element = (at: number, event: object) => ({ uid: `e${at}`, timestamp: NOW_MS + at, event })

describe('looking up', () => {
  const key = { clientId: MINE, venueId: null, symbol: SYMBOL }
  const none = ok({ openOrders: [] })
  const history = (...elements: object[]) => ({ accountUid: 'x', len: elements.length, elements })

  shows(['lookup', 'open orders'], 'open orders by their client id', async () => {
    const { exchange } = await at({
      openorders: ok({ openOrders: [openOrder({}), openOrder({ order_id: 'other', cliOrdId: null })] }),
      orders: history(),
      triggers: history(),
    })
    expect(await exchange.lookup(key, NOW_MS)).toEqual([
      {
        venueId: 'open-1',
        clientId: MINE,
        symbol: SYMBOL,
        side: Side.sell,
        status: 'open',
        quantity: '0.01',
        filled: '0.004',
        limitPrice: null,
        stopPrice: '48000',
        placedMs: NOW_MS + 1000,
        changedMs: NOW_MS + 2000,
      },
    ])
    expect((await exchange.openOrders()).length).toBe(2)
  })

  it('an order that filled at once is in no list of open ones, but it is found', async () => {
    const { exchange, wire } = await at({
      openorders: none,
      triggers: history(),
      orders: history(
        element(30, {
          OrderUpdated: { newOrder: past('p1', MINE, '0.01'), oldOrder: past('p1', MINE, '0'), reason: 'full_fill' },
        }),
        element(20, { OrderPlaced: { order: past('p1', MINE, '0'), reason: 'new_user_order' } }),
        element(10, { OrderPlaced: { order: past('p2', null, '0'), reason: 'new_user_order' } }),
      ),
    })
    const found = await exchange.lookup(key, NOW_MS - 60_000)
    expect(found.map((one) => [one.venueId, one.status, one.filled])).toEqual([['p1', 'filled', '0.01']])
    const asked = wire.heard.find((one) => one.path.endsWith('/orders'))!
    expect([asked.path, asked.query]).toEqual(['/api/history/v2/orders', { since: String(NOW_MS - 60_000) }])
  })

  it('cancelled ones, and triggers', async () => {
    const { exchange } = await at({
      openorders: none,
      orders: history(
        element(20, { OrderCancelled: { order: past('p1', MINE, '0.004'), reason: 'cancelled_by_user' } }),
      ),
      triggers: history(
        element(10, { OrderTriggerPlaced: { orderTrigger: { ...past('t1', MINE, '0'), triggerPrice: '48000' } } }),
      ),
    })
    const found = await exchange.lookup(key, NOW_MS)
    expect(found.map((one) => [one.venueId, one.status, one.filled, one.stopPrice])).toEqual([
      ['t1', 'open', '0', '48000'],
      ['p1', 'cancelled', '0.004', null],
    ])
  })
})

describe('trades and the account', () => {
  const fill = (i: number, more: object = {}) => ({
    fill_id: `f${String(i).padStart(3, '0')}`,
    symbol: 'PF_XBTUSD',
    side: 'buy',
    order_id: 'aaaa-1',
    fillTime: new Date(NOW_MS + Math.floor(i / 2) * 1000).toISOString(),
    size: 0.0001,
    price: 50001,
    fillType: 'taker',
    cliOrdId: MINE,
    ...more,
  })

  shows('trades', 'all of them, though each answer has at most a hundred, two an instant', async () => {
    const all = Array.from({ length: 251 }, (_, i) => fill(i))
    const { exchange } = await at({
      fills: (heard: Heard) => {
        const before = heard.query['lastFillTime']
        const upTo = all.filter((one) => before === undefined || one.fillTime < before)
        return ok({ fills: [...upTo].reverse().slice(0, 100) })
      },
    })
    const trades = await exchange.trades(NOW_MS)
    expect(trades.map((one) => one.tradeId)).toEqual(all.map((one) => one.fill_id))
    expect(trades[0]).toEqual({
      tradeId: 'f000',
      venueId: 'aaaa-1',
      clientId: MINE,
      symbol: SYMBOL,
      side: Side.buy,
      quantity: '0.0001',
      price: '50001',
      value: null,
      fee: null,
      feeAsset: null,
      maker: false,
      liquidation: false,
      atMs: NOW_MS,
    })
    const liquidated = await at({
      fills: ok({ fills: [fill(1, { fillType: 'liquidation', fee_paid: 0.0000125, fee_currency: 'usd' })] }),
    })
    expect((await liquidated.exchange.trades(0))[0]).toMatchObject({
      liquidation: true,
      maker: null,
      fee: '0.0000125',
      feeAsset: 'USD',
    })
  })

  shows(['balances', 'margin'], 'the multi-collateral account', async () => {
    const { exchange } = await at({ accounts: ok({ accounts: { cash: { balances: {} }, flex: FLEX } }) })
    expect(await exchange.balances()).toEqual([
      { asset: 'USD', free: '900.25', total: '1000.5' },
      { asset: 'BTC', free: '0.00000012', total: '0.00000012' },
    ])
    expect(await exchange.margin()).toEqual({
      equity: '1010',
      usedMargin: '100.25',
      freeMargin: '909.75',
      marginLevel: null,
    })
  })

  shows('positions', 'signed, with the leverage that was set', async () => {
    const { exchange } = await at({
      openpositions: ok({ openPositions: [{ side: 'short', symbol: 'PF_XBTUSD', price: 50000.5, size: 0.3 }] }),
      leveragepreferences: ok({ leveragePreferences: [{ symbol: 'PF_XBTUSD', maxLeverage: 5 }] }),
    })
    expect(await exchange.positions()).toEqual([
      {
        symbol: SYMBOL,
        quantity: '-0.3',
        entryPrice: '50000.5',
        leverage: 5,
        marginMode: 'isolated',
        liquidationPrice: null,
        markPrice: null,
        unrealised: null,
      },
    ])
  })

  shows('charges', 'fundings of the log, money only, whether of an hour or of a trade, page by page', async () => {
    const { exchange, wire } = await at({
      'account-log': ({ query }: Heard) => ({ logs: LOG[query['since'] === String(NOW_MS) ? 0 : 1] }),
    })
    const charge = { kind: 'funding', symbol: SYMBOL, asset: 'USD' }
    expect(await exchange.charges!(NOW_MS)).toEqual([
      { ...charge, chargeId: 'log 1', amount: '0.0002', atMs: NOW_MS + 1000 },
      { ...charge, chargeId: 'log 2', amount: '-0.5', atMs: NOW_MS + 2000 },
      { ...charge, chargeId: 'log 501', amount: '-0.0000001', atMs: NOW_MS + 501_000 },
    ])
    const page = (since: number) => ['/api/history/v3/account-log', { since: String(since), sort: 'asc', count: '500' }]
    expect(wire.heard.map(({ path, query }) => [path, query])).toEqual([page(NOW_MS), page(NOW_MS + 500_000)])
  })

  shows('fees', 'trap 2: the dated schedule, since the lists of fees are no longer true', async () => {
    const { exchange, wire } = await at({})
    expect(await exchange.fees(SYMBOL)).toEqual({ maker: '0.0002', taker: '0.0005' })
    expect((await failure(exchange.fees('BTC/USD'))).code).toBe('UNKNOWN_SYMBOL')
    expect(wire.heard).toEqual([])
  })
})

describe('public data', () => {
  shows('markets', 'linear perpetuals, by their names in tandem', async () => {
    const { exchange } = await at({})
    const [btc, shib] = await exchange.markets([SYMBOL, 'SHIB/USD:USD'])
    expect(btc).toMatchObject({
      symbol: SYMBOL,
      tick: '1',
      step: '0.0001',
      minQuantity: '0.0001',
      minCost: null,
      status: 'online',
    })
    expect([btc!.leverages.length, btc!.leverages.at(-1)]).toEqual([50, 50])
    expect(shib).toMatchObject({ tick: '0.000000001', step: '1000', status: 'closed' })
    expect((await failure(exchange.markets(['BTC/USD:BTC']))).code).toBe('UNKNOWN_SYMBOL')
  })

  shows(['clock', 'status'], 'from the tickers', async () => {
    const { exchange } = await at({
      tickers: ok({ tickers: [{ symbol: 'PF_XBTUSD', markPrice: 50000, suspended: false, postOnly: false }] }),
    })
    expect([await exchange.serverTimeMs(), await exchange.status()]).toEqual([NOW_MS, 'online'])
    const closed = await at({ tickers: ok({ tickers: [{ symbol: 'PF_XBTUSD', suspended: true }] }) })
    expect(await closed.exchange.status()).toBe('maintenance')
  })

  shows('candles', 'page by page', async () => {
    const hour = 3_600_000
    const candle = (i: number) => ({
      time: NOW_MS + i * hour,
      open: '50000',
      high: '50100',
      low: '49900',
      close: '50050.5',
      volume: '1.5',
    })
    const { exchange, wire } = await at({
      '1h': (heard: Heard) => {
        const from = (Number(heard.query['from']) * 1000 - NOW_MS) / hour
        return from === 0
          ? { candles: [candle(0), candle(1)], more_candles: true }
          : { candles: [candle(2)], more_candles: false }
      },
    })
    const rows = await exchange.candles(SYMBOL, hour, NOW_MS)
    expect(rows.map((one) => one.openMs)).toEqual([0, 1, 2].map((i) => NOW_MS + i * hour))
    expect(rows[0]).toEqual({ openMs: NOW_MS, open: 50000, high: 50100, low: 49900, close: 50050.5, volume: 1.5 })
    expect(wire.heard[0]!.path).toBe('/api/charts/v1/trade/PF_XBTUSD/1h')
  })
})

agrees()
