/** What Kraken refuses, and what its orders can be: each through ccxt, or by a signed request of our own. */

import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { spotSignature } from '../../engine/loopback/keys.ts'
import { MarginTimeline } from '../../engine/market/margins.ts'
import {
  type Bar,
  FEES,
  floorSetup,
  HOUR_MS,
  krakenClient,
  nextNonce,
  open,
  START_MS,
  series,
  type TestExchange,
} from './support.ts'

const SYMBOL = 'BTC/USD'
const BARS: readonly Bar[] = Array.from({ length: 48 }, () => [40_000, 40_400, 39_600, 40_000])

let exchange: TestExchange | null = null
afterEach(async () => {
  await exchange?.close()
  exchange = null
})

type Changes = Parameters<typeof open>[2]

async function start(
  changes: Changes = {},
  bars = BARS,
  setup: Parameters<typeof floorSetup>[1] = {},
): Promise<TestExchange> {
  exchange = await open(floorSetup([series(SYMBOL, bars)], setup), null, {
    startMs: START_MS + 10 * HOUR_MS,
    ...changes,
  })
  return exchange
}

/** A private call as any client could make it. */
async function call(running: TestExchange, method: string, fields: Record<string, string> = {}, own = nextNonce()) {
  const path = `/0/private/${method}`
  const body = new URLSearchParams({ nonce: String(own), ...fields }).toString()
  const headers = {
    'api-key': running.key.key,
    'api-sign': spotSignature(running.key.secret, path, String(own), body),
    'content-type': 'application/x-www-form-urlencoded',
  }
  const response = await fetch(`${running.url}${path}`, { method: 'POST', headers, body })
  // biome-ignore lint/suspicious/noExplicitAny: bodies of the wire, looked at field by field
  return (await response.json()) as { error: string[]; result: any }
}

const order = (fields: Record<string, string>): Record<string, string> => ({
  pair: 'XBTUSD',
  type: 'buy',
  ordertype: 'limit',
  price: '39000',
  volume: '0.01',
  ...fields,
})

describe('who may call', () => {
  it('refuses a wrong key, a wrong signature, a nonce that does not rise', async () => {
    const running = await start()
    expect((await call({ ...running, key: { ...running.key, key: 'nobody' } }, 'Balance')).error).toEqual([
      'EAPI:Invalid key',
    ])
    const secret = Buffer.from('another').toString('base64')
    expect((await call({ ...running, key: { ...running.key, secret } }, 'Balance')).error).toEqual([
      'EAPI:Invalid signature',
    ])
    const now = nextNonce()
    expect((await call(running, 'Balance', {}, now)).error).toEqual([])
    expect((await call(running, 'Balance', {}, now)).error).toEqual(['EAPI:Invalid nonce'])
    expect((await call(running, 'Balance', {}, now - 1)).error).toEqual(['EAPI:Invalid nonce'])
  })

  it('refuses trading by a key that only reads, and says what a key may do', async () => {
    const running = await start()
    const { setup } = running.exchange.keys.all[0]!
    expect((await call(running, 'GetApiKeyInfo')).result.permissions).toContain('modify-trades')
    await running.close()
    exchange = await open(floorSetup([series(SYMBOL, BARS)]), null, { keys: [{ ...setup, rights: ['query'] }] })
    const reader = { ...exchange, key: setup }
    expect((await call(reader, 'AddOrder', order({}))).error).toEqual(['EGeneral:Permission denied'])
    expect((await call(reader, 'Balance')).error).toEqual([])
    expect((await call(reader, 'GetApiKeyInfo')).result.permissions).not.toContain('modify-trades')
  })

  it('counts calls: one each, two for histories, none for orders, and the engine by the age of an order', async () => {
    const running = await start({ rateLimits: 'exchange', tier: 'starter' })
    for (let i = 0; i < 7; i++) expect((await call(running, 'TradesHistory')).error).toEqual([])
    expect((await call(running, 'Balance')).error).toEqual([])
    expect((await call(running, 'Balance')).error).toEqual(['EAPI:Rate limit exceeded'])
    // Each young order costs 1 to add and 8 to cancel: after six of them 54, and six more make 60.
    for (let i = 0; i < 6; i++) {
      const added = await call(running, 'AddOrder', order({}))
      expect((await call(running, 'CancelOrder', { txid: added.result.txid[0] })).error).toEqual([])
    }
    for (let i = 0; i < 6; i++) expect((await call(running, 'AddOrder', order({}))).error).toEqual([])
    expect((await call(running, 'AddOrder', order({}))).error).toEqual(['EOrder:Rate limit exceeded'])
    // A third of a call and one order a second come back.
    running.exchange.advanceTo(running.clock.nowMs() + 4000)
    expect((await call(running, 'Balance')).error).toEqual([])
    expect((await call(running, 'AddOrder', order({}))).error).toEqual([])
  })
})

describe('what is refused', () => {
  it.each([
    ['EQuery:Unknown asset pair', { pair: 'ETHUSD' }],
    ['EGeneral:Invalid arguments:type', { type: 'hold' }],
    ['EGeneral:Invalid arguments:ordertype', { ordertype: 'iceberg' }],
    ['EGeneral:Invalid arguments:volume', { volume: '0.000000001' }],
    ['EOrder:Order minimum not met', { volume: '0.00009' }],
    ['EOrder:Cost minimum not met', { volume: '0.0001', price: '4000' }],
    ['EOrder:Tick size check failed', { price: '39000.05' }],
    ['EOrder:Insufficient funds', { volume: '1' }],
    ['EOrder:Insufficient funds', { type: 'sell' }],
    ['EOrder:Post only order', { price: '40100', oflags: 'post' }],
    ['EGeneral:Invalid arguments:leverage', { leverage: '2' }],
    ['EGeneral:Invalid arguments:cl_ord_id', { cl_ord_id: 'nineteen-characters' }],
    ['EService:Deadline elapsed', { deadline: '2023-12-31T23:59:59Z' }],
    ['EGeneral:Invalid arguments:timeinforce', { timeinforce: 'DAY' }],
  ])('%s', async (error, fields) => {
    const running = await start()
    expect((await call(running, 'AddOrder', order(fields as Record<string, string>))).error).toEqual([error])
    expect((await call(running, 'OpenOrders')).result.open).toEqual({})
  })

  it('a client id twice while it is open, and free again afterwards', async () => {
    const running = await start()
    const named = order({ cl_ord_id: 'same' })
    const first = await call(running, 'AddOrder', named)
    expect((await call(running, 'AddOrder', named)).error[0]).toMatch(/cl_ord_id/)
    await call(running, 'CancelOrder', { txid: first.result.txid[0] })
    expect((await call(running, 'AddOrder', named)).error).toEqual([])
  })

  it('validate looks, and places nothing', async () => {
    const running = await start()
    const { result } = await call(running, 'AddOrder', order({ validate: 'true' }))
    expect(result).toEqual({ descr: { order: 'buy 0.01000000 XBTUSD @ limit 39000.0' } })
    expect((await call(running, 'OpenOrders')).result.open).toEqual({})
  })

  it('anything but cancels in cancel_only, everything in maintenance', async () => {
    const running = await start()
    const market = async (status: string) =>
      fetch(`${running.url}/tandem/market`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ symbol: SYMBOL, status }),
      })
    const { result } = await call(running, 'AddOrder', order({}))
    await market('cancel_only')
    expect((await call(running, 'AddOrder', order({}))).error).toEqual(['EService:Market in cancel_only mode'])
    expect((await call(running, 'CancelOrder', { txid: result.txid[0] })).error).toEqual([])
    await market('post_only')
    expect((await call(running, 'AddOrder', order({}))).error).toEqual(['EService:Market in post_only mode'])
    expect((await call(running, 'AddOrder', order({ oflags: 'post' }))).error).toEqual([])
  })
})

describe('what orders can be', () => {
  it('a volume in quote buys for that much, the fee on top', async () => {
    const running = await start()
    await call(running, 'AddOrder', order({ ordertype: 'market', price: '', volume: '1000', oflags: 'viqc' }))
    const [trade] = Object.values((await call(running, 'TradesHistory')).result.trades) as {
      cost: string
      fee: string
    }[]
    expect(Number(trade!.cost)).toBeLessThanOrEqual(1000)
    expect(Number(trade!.cost)).toBeGreaterThan(1000 - 0.001)
    expect(Number(trade!.fee)).toBeCloseTo(Number(trade!.cost) * FEES.taker, 8)
  })

  it('fcib takes the fee from the base', async () => {
    const running = await start()
    await call(running, 'AddOrder', order({ ordertype: 'market', price: '', volume: '0.1', oflags: 'fcib' }))
    const { result } = await call(running, 'Balance')
    expect(Number(result.XXBT)).toBeCloseTo(0.1 * (1 - FEES.taker), 8)
    expect(Number(result.ZUSD)).toBe(10_000 - 4000)
  })

  it('close places its order for what has filled, on the other side', async () => {
    const running = await start()
    const close = { 'close[ordertype]': 'stop-loss-limit', 'close[price]': '39700', 'close[price2]': '39650' }
    const added = await call(running, 'AddOrder', order({ ordertype: 'market', price: '', ...close }))
    expect(added.result.descr.close).toBe('close position @ stop loss 39700.0 -> limit 39650.0')
    const opened = Object.values((await call(running, 'OpenOrders')).result.open) as Record<string, unknown>[]
    expect(opened).toMatchObject([
      { refid: added.result.txid[0], vol: '0.01000000', descr: { type: 'sell', ordertype: 'stop-loss-limit' } },
    ])
    running.hours(1)
    expect((await call(running, 'Balance')).result.XXBT).toBe('0.0000000000')
  })

  it('an amendment keeps the id, an edit makes a new one', async () => {
    const client = krakenClient(await start())
    const { id } = await client.createOrder(SYMBOL, 'limit', 'buy', 0.01, 39_000, { clientOrderId: 'mine' })
    await client.editOrder(id!, SYMBOL, 'limit', 'buy', 0.02, 39_100)
    expect(await client.fetchOrder(id!)).toMatchObject({
      amount: 0.02,
      price: 39_100,
      clientOrderId: 'mine',
      status: 'open',
    })
    const edited = await call(exchange!, 'EditOrder', { txid: id!, pair: 'XBTUSD', price: '39200' })
    expect(edited.result).toMatchObject({ status: 'ok', originaltxid: id, orders_cancelled: 1 })
    expect(edited.result.txid).not.toBe(id)
    expect((await client.fetchOrder(id!)).status).toBe('canceled')
  })

  it("the dead man's switch ends every order at its time, unless it is set again", async () => {
    const running = await start()
    const client = krakenClient(running)
    const { id } = await client.createOrder(SYMBOL, 'limit', 'buy', 0.01, 39_000)
    await client.cancelAllOrdersAfter(60_000)
    running.exchange.advanceTo(running.clock.nowMs() + 59_000)
    await client.cancelAllOrdersAfter(60_000)
    running.exchange.advanceTo(running.clock.nowMs() + 59_000)
    expect((await client.fetchOrder(id!)).status).toBe('open')
    running.exchange.advanceTo(running.clock.nowMs() + 2000)
    const { status, info } = await client.fetchOrder(id!)
    expect([status, info.reason]).toEqual(['canceled', 'Canceled by timer'])
  })

  it('what comes inside a bar waits for the next open, and says so', async () => {
    const running = await start()
    running.exchange.advanceTo(running.clock.nowMs() + HOUR_MS / 2)
    const { result } = await call(running, 'AddOrder', order({ ordertype: 'market', price: '' }))
    const id = result.txid[0] as string
    expect((await call(running, 'QueryOrders', { txid: id })).result[id].status).toBe('pending')
    running.exchange.advanceTo(running.clock.nowMs() + HOUR_MS / 2)
    expect((await call(running, 'QueryOrders', { txid: id })).result[id]).toMatchObject({
      status: 'closed',
      price: '40000.00000',
    })
  })

  it('pages of fifty, newest first, from after the start', async () => {
    const running = await start()
    for (let i = 0; i < 52; i++)
      await call(running, 'AddOrder', order({ ordertype: 'market', price: '', volume: '0.0001' }))
    const first = (await call(running, 'TradesHistory')).result
    const second = (await call(running, 'TradesHistory', { ofs: '50' })).result
    expect([first.count, Object.keys(first.trades).length, Object.keys(second.trades).length]).toEqual([52, 50, 2])
    const start0 = String(running.clock.nowMs() / 1000)
    expect((await call(running, 'TradesHistory', { start: start0 })).result.count).toBe(0)
  })
})

describe('margin', () => {
  const MARGIN = {
    venue: 'kraken',
    symbols: [SYMBOL],
    fromMs: 0,
    toMs: null,
    approximate: false,
    source: 'test',
    product: 'spot' as const,
    leverages: [2, 5],
    callLevel: 0.8,
    stopLevel: 0.4,
    longFee: 0.00025,
    shortFee: 0.0001,
    rolloverHours: 4,
  }

  async function leveraged(bars = BARS): Promise<TestExchange> {
    return start({}, bars, {
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
    })
  }

  it('opens a short at the leverage of the order, shows level and position, closes it', async () => {
    const running = await leveraged()
    const client = krakenClient(running)
    await client.createOrder(SYMBOL, 'market', 'sell', 0.5, undefined, { leverage: 5 })
    const [position] = await client.fetchPositions()
    expect(position).toMatchObject({ symbol: SYMBOL, side: 'short', contracts: 0.5, leverage: 5 })
    const { result } = await call(running, 'TradeBalance')
    expect(Number(result.m)).toBeCloseTo(4000, 4)
    // 10 000 less 80 of fee and 2 for the loan, over 4000.
    expect(Number(result.ml)).toBeCloseTo(247.95, 1)
    await client.createOrder(SYMBOL, 'market', 'buy', 0.5, undefined, { leverage: 5, reduceOnly: true })
    expect(await client.fetchPositions()).toEqual([])
    await expect(
      client.createOrder(SYMBOL, 'market', 'buy', 0.5, undefined, { leverage: 5, reduceOnly: true }),
    ).rejects.toThrow(/Reduce only/)
    const ledger = (await call(running, 'Ledgers')).result.ledger
    expect(
      Object.values(ledger as Record<string, { type: string; amount: string; fee: string }>).map((one) => [
        one.type,
        one.amount,
        one.fee,
      ]),
    ).toEqual([
      // With the fee for the loan in it.
      ['margin', '0.0000', '82.0000'],
      ['margin', '0.0000', '80.0000'],
    ])
  })

  it('liquidates at a level of 40 %, and says that it did', async () => {
    const fall: Bar[] = BARS.map((bar, i) => (i === 11 ? [40_000, 40_100, 20_000, 20_500] : bar))
    const running = await leveraged(fall)
    const client = krakenClient(running)
    await client.createOrder(SYMBOL, 'market', 'buy', 1, undefined, { leverage: 5 })
    running.hours(2)
    expect(await client.fetchPositions()).toEqual([])
    const last = (await client.fetchMyTrades()).at(-1)!
    expect(last.info.misc).toBe('liquidated')
    // 9838 − 10 of loan… the level is 40 % of 8000: 3200 left of 9830.
    expect(last.price).toBeCloseTo(40_000 - (10_000 - 160 - 10 - 3200), -2)
  })
})

describe('the websocket', () => {
  it('tells of candles as they begin and close, and of orders and trades with a token', async () => {
    const running = await start()
    const { result } = await call(running, 'GetWebSocketsToken')
    const socket = new WebSocket(`${running.url.replace('http', 'ws')}/v2`)
    // biome-ignore lint/suspicious/noExplicitAny: messages of the wire
    const messages: any[] = []
    socket.on('message', (data) => messages.push(JSON.parse(data.toString())))
    await new Promise<void>((resolve) => socket.on('open', resolve))
    socket.send(
      JSON.stringify({ method: 'subscribe', params: { channel: 'ohlc', symbol: [SYMBOL], interval: 60 }, req_id: 1 }),
    )
    socket.send(JSON.stringify({ method: 'subscribe', params: { channel: 'executions', token: 'wrong' }, req_id: 2 }))
    socket.send(
      JSON.stringify({ method: 'subscribe', params: { channel: 'executions', token: result.token }, req_id: 3 }),
    )
    await expect.poll(() => messages.filter(({ method }) => method === 'subscribe').length).toBe(3)
    expect(
      messages.filter(({ method }) => method === 'subscribe').map(({ req_id, success }) => [req_id, success]),
    ).toEqual([
      [1, true],
      [2, false],
      [3, true],
    ])
    await call(running, 'AddOrder', order({ cl_ord_id: 'told', price: '39700' }))
    running.hours(1)
    const types = () =>
      messages
        .filter(({ channel, type }) => channel === 'executions' && type === 'update')
        .map(({ data }) => data[0].exec_type)
    await expect.poll(types).toEqual(['new', 'trade', 'filled'])
    const trade = messages.find(({ channel, data }) => channel === 'executions' && data[0]?.exec_type === 'trade')
      .data[0]
    expect(trade).toMatchObject({
      cl_ord_id: 'told',
      last_qty: 0.01,
      last_price: 39_700,
      liquidity_ind: 'm',
      symbol: SYMBOL,
    })
    expect(trade.fees).toEqual([{ asset: 'USD', qty: 0.01 * 39_700 * FEES.maker }])
    const candles = messages.filter(({ channel }) => channel === 'ohlc')
    expect(candles[0]).toMatchObject({ type: 'snapshot' })
    expect(candles[0].data).toHaveLength(11)
    const updates = candles
      .filter(({ type }) => type === 'update')
      .map(({ data }) => [data[0].interval_begin.slice(11, 13), data[0].high])
    expect(updates).toEqual([
      ['10', 40_400],
      ['11', 40_000],
    ])
    socket.close()
  })

  it('takes no connection from a web page', async () => {
    const running = await start()
    const answer = await fetch(`${running.url}/tandem/export`, { headers: { origin: 'http://evil.example' } })
    expect(answer.status).toBe(400)
  })
})
