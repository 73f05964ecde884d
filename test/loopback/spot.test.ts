import { afterEach, describe, expect, it } from 'vitest'
import { type Bar, floorSetup, HOUR_MS, krakenClient, open, START_MS, series, type TestExchange } from './support.ts'

const CALM: readonly Bar[] = Array.from({ length: 48 }, (_, i) => [
  40_000 + i * 10,
  40_100 + i * 10,
  39_900 + i * 10,
  40_010 + i * 10,
])

let exchange: TestExchange | null = null
afterEach(async () => {
  await exchange?.close()
  exchange = null
})

async function openCalm(bars = CALM): Promise<TestExchange> {
  exchange = await open(floorSetup([series('BTC/USD', bars)]), null, { startMs: START_MS + 10 * HOUR_MS })
  return exchange
}

describe("Kraken's spot protocol, through ccxt", () => {
  it('lists markets and candles, the last one forming', async () => {
    const client = krakenClient(await openCalm())
    const markets = await client.loadMarkets()
    expect(Object.keys(markets)).toEqual(['BTC/USD'])
    expect(markets['BTC/USD']!.info.fees).toEqual([])
    const candles = await client.fetchOHLCV('BTC/USD', '1h')
    expect(candles).toHaveLength(11)
    expect(candles.at(-2)).toEqual([START_MS + 9 * HOUR_MS, 40_090, 40_190, 39_990, 40_100, 100])
    expect(candles.at(-1)).toEqual([START_MS + 10 * HOUR_MS, 40_100, 40_100, 40_100, 40_100, 0])
    expect(await client.fetchTime()).toBe(START_MS + 10 * HOUR_MS)
    expect((await client.fetchTicker('BTC/USD')).last).toBe(40_100)
    expect((await client.fetchStatus()).status).toBe('ok')
  })

  it('fills a market order at the open that begins now, and tells of it', async () => {
    const client = krakenClient(await openCalm())
    const { id } = await client.createOrder('BTC/USD', 'market', 'buy', 0.1, undefined, { clientOrderId: 'first' })
    const order = await client.fetchOrder(id!, 'BTC/USD')
    expect(order).toMatchObject({ id, clientOrderId: 'first', status: 'closed', side: 'buy', type: 'market' })
    expect(order).toMatchObject({ amount: 0.1, filled: 0.1, average: 40_100, cost: 4010 })
    const trades = await client.fetchMyTrades('BTC/USD')
    expect(trades).toHaveLength(1)
    expect(trades[0]).toMatchObject({ order: id, price: 40_100, amount: 0.1, takerOrMaker: 'taker' })
    expect(trades[0]!.fee).toMatchObject({ cost: 16.04, currency: 'USD' })
    const balance = await client.fetchBalance()
    expect(balance['BTC']).toEqual({ free: 0.1, used: 0, total: 0.1 })
    expect(balance['USD']!.total).toBeCloseTo(10_000 - 4010 - 16.04, 8)
  })

  it('rests limits and stops, and cancels by the client id', async () => {
    const running = await openCalm()
    const client = krakenClient(running)
    await client.createOrder('BTC/USD', 'limit', 'buy', 0.1, 39_000, { clientOrderId: 'low' })
    await client.createOrder('BTC/USD', 'limit', 'buy', 0.1, 40_050, { clientOrderId: 'near' })
    const opened = await client.fetchOpenOrders('BTC/USD')
    expect(opened.map((one) => one.clientOrderId).sort()).toEqual(['low', 'near'])
    expect((await client.fetchBalance())['USD']!.used).toBeCloseTo((3900 + 4005) * 1.004, 6)
    running.hours(1)
    expect((await client.fetchOpenOrders('BTC/USD')).map((one) => one.clientOrderId)).toEqual(['low'])
    const [filled] = await client.fetchClosedOrders('BTC/USD', undefined, undefined, { clientOrderId: 'near' })
    expect(filled).toMatchObject({ status: 'closed', average: 40_050, filled: 0.1 })
    await client.cancelOrder('', 'BTC/USD', { clientOrderId: 'low' })
    await expect(client.cancelOrder('', 'BTC/USD', { clientOrderId: 'low' })).rejects.toThrow(/Unknown order/)
    const stop = await client.createOrder('BTC/USD', 'market', 'sell', 0.1, undefined, { stopLossPrice: 39_000 })
    expect(await client.fetchOrder(stop.id!)).toMatchObject({ status: 'open', stopLossPrice: 39_000, amount: 0.1 })
  })
})
