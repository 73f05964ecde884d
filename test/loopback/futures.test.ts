import { afterEach, describe, expect, it } from 'vitest'
import { type Bar, futuresClient, futuresSetup, HOUR_MS, open, START_MS, series, type TestExchange } from './support.ts'

const SYMBOL = 'BTC/USD:USD'
const CALM: readonly Bar[] = Array.from({ length: 30 }, () => [40_000, 40_400, 39_600, 40_000])

let exchange: TestExchange | null = null
afterEach(async () => {
  await exchange?.close()
  exchange = null
})

async function openWith(bars = CALM, fundings: readonly number[] = []): Promise<TestExchange> {
  exchange = await open(null, futuresSetup([series(SYMBOL, bars)], fundings))
  return exchange
}

describe("Kraken Futures' protocol, through ccxt", () => {
  it('lists contracts, tickers and candles', async () => {
    const running = await openWith()
    running.hours(5)
    const client = futuresClient(running)
    const markets = await client.loadMarkets()
    expect(Object.keys(markets)).toEqual([SYMBOL])
    expect(markets[SYMBOL]).toMatchObject({ id: 'PF_XBTUSD', linear: true, swap: true, contractSize: 1 })
    expect(markets[SYMBOL]!.precision).toEqual({ amount: 0.0001, price: 1, base: undefined, quote: undefined })
    expect((await client.fetchTicker(SYMBOL)).last).toBe(40_000)
    const candles = await client.fetchOHLCV(SYMBOL, '1h')
    expect(candles).toHaveLength(6)
    expect(candles[0]).toEqual([START_MS, 40_000, 40_400, 39_600, 40_000, 100])
    expect(candles.at(-1)).toEqual([START_MS + 5 * HOUR_MS, 40_000, 40_000, 40_000, 40_000, 0])
    const tiers = await client.fetchLeverageTiers([SYMBOL])
    expect(tiers[SYMBOL]![0]).toMatchObject({ maintenanceMarginRate: 0.01, maxLeverage: 50 })
  })

  it('opens a short, shows it, closes it by a stop that only reduces', async () => {
    const running = await openWith()
    const client = futuresClient(running)
    const { id } = await client.createOrder(SYMBOL, 'market', 'sell', 0.5, undefined, { clientOrderId: 'go-short' })
    const trades = await client.fetchMyTrades(SYMBOL)
    expect(trades).toHaveLength(1)
    expect(trades[0]).toMatchObject({ order: id, side: 'sell', price: 40_000, amount: 0.5, takerOrMaker: 'taker' })
    expect(trades[0]!.info.fee_paid).toBe(10)
    expect(await client.fetchOrder(id!)).toMatchObject({ status: 'closed', clientOrderId: 'go-short', filled: 0.5 })
    const [position] = await client.fetchPositions([SYMBOL])
    expect(position).toMatchObject({ side: 'short', contracts: 0.5, entryPrice: 40_000 })
    const balance = await client.fetchBalance()
    expect(balance['USD']!.total).toBe(9990)
    await client.createOrder(SYMBOL, 'market', 'buy', 0.5, undefined, { stopLossPrice: 40_300 })
    expect(await client.fetchOpenOrders(SYMBOL)).toHaveLength(1)
    running.hours(1)
    expect(await client.fetchPositions([SYMBOL])).toEqual([])
    const [, closing] = await client.fetchMyTrades(SYMBOL)
    expect(closing).toMatchObject({ side: 'buy', price: 40_300, amount: 0.5 })
    expect((await client.fetchBalance())['USD']!.total).toBeCloseTo(9990 - 150 - 0.5 * 40_300 * 0.0005, 6)
  })

  it('refuses in its own words: funds, reduce-only, a client id for ever', async () => {
    const client = futuresClient(await openWith())
    await expect(client.createOrder(SYMBOL, 'market', 'buy', 20)).rejects.toThrow(/insufficientAvailableFunds/)
    await expect(client.createOrder(SYMBOL, 'market', 'sell', 1, undefined, { reduceOnly: true })).rejects.toThrow(
      /wouldNotReducePosition/,
    )
    await client.createOrder(SYMBOL, 'market', 'buy', 0.1, undefined, { clientOrderId: 'one' })
    await expect(client.createOrder(SYMBOL, 'market', 'buy', 0.1, undefined, { clientOrderId: 'one' })).rejects.toThrow(
      /clientOrderIdAlreadyExist/,
    )
    await expect(client.createOrder(SYMBOL, 'limit', 'buy', 0.1, 40_100, { postOnly: true })).rejects.toThrow(
      /postWouldExecute/,
    )
    await expect(client.cancelOrder('no-such-order')).rejects.toThrow(/notFound/)
  })

  it('edits and cancels what rests, one or all', async () => {
    const client = futuresClient(await openWith())
    const { id } = await client.createOrder(SYMBOL, 'limit', 'buy', 0.1, 38_000)
    await client.editOrder(id!, SYMBOL, 'limit', 'buy', 0.2, 38_500)
    const [edited] = await client.fetchOpenOrders(SYMBOL)
    expect(edited!.info).toMatchObject({ order_id: id, limitPrice: 38_500, unfilledSize: 0.2 })
    await client.cancelOrder(id!, SYMBOL)
    await client.createOrder(SYMBOL, 'limit', 'buy', 0.1, 38_000)
    await client.createOrder(SYMBOL, 'limit', 'buy', 0.1, 37_000)
    await client.cancelAllOrders(SYMBOL)
    expect(await client.fetchOpenOrders(SYMBOL)).toEqual([])
  })

  it('pays funding by the hour, and liquidates at the price of its tier', async () => {
    const bars: Bar[] = [
      [40_000, 40_100, 39_900, 40_000],
      [40_000, 40_100, 39_900, 40_000],
      [40_000, 40_100, 30_000, 30_100],
    ]
    const running = await openWith(bars, [0, 0.001, 0])
    const client = futuresClient(running)
    await client.setLeverage(10, SYMBOL)
    expect((await client.fetchLeverage(SYMBOL)).longLeverage).toBe(10)
    await client.createOrder(SYMBOL, 'market', 'buy', 1)
    await expect(client.setLeverage(20, SYMBOL)).rejects.toThrow(/leverage cannot change/)
    running.hours(1)
    running.exchange.advanceTo(START_MS + HOUR_MS + 1)
    // 1 BTC at 40 000 pays 0.1 %.
    expect((await client.fetchBalance())['USD']!.total).toBeCloseTo(10_000 - 20 - 40, 6)
    expect(await client.fetchFundingRateHistory(SYMBOL)).toHaveLength(2)
    running.exchange.advanceTo(START_MS + 3 * HOUR_MS)
    expect(await client.fetchPositions([SYMBOL])).toEqual([])
    const last = (await client.fetchMyTrades(SYMBOL)).at(-1)
    expect(last!.info).toMatchObject({ fillType: 'liquidation', side: 'sell' })
    // Wallet 9940: liquidated where 9940 + (P − 40 000) = 0.01 P.
    expect(last!.price).toBeCloseTo((40_000 - 9940) / 0.99, 0)
  })

  it('signs like Kraken: a wrong secret and an unknown key are refused', async () => {
    const running = await openWith()
    const wrong = futuresClient(running, { secret: Buffer.from('wrong').toString('base64') })
    await expect(wrong.fetchBalance()).rejects.toThrow(/authenticationError/)
    await expect(futuresClient(running, { key: 'nobody' }).fetchBalance()).rejects.toThrow(/authenticationError/)
  })
})
