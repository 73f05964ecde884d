/** Bodies of the exchange beside real ones: every field that Kraken sends is there, of the same kind of value. */

import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeShared, sharedPath } from '../support/shared.ts'
import {
  type Bar,
  floorSetup,
  futuresClient,
  futuresSetup,
  HOUR_MS,
  krakenClient,
  open,
  START_MS,
  series,
  type TestExchange,
} from './support.ts'

const BARS: readonly Bar[] = Array.from({ length: 48 }, () => [40_000, 40_400, 39_600, 40_000])
const PERPETUAL = 'BTC/USD:USD'

// biome-ignore lint/suspicious/noExplicitAny: bodies of the wire, walked without knowing them
type Body = any

function real(name: string): Body {
  return JSON.parse(readFileSync(sharedPath(`wire/kraken/${name}.json`), 'utf8'))
}

/** Members whose names are ids. */
const first = (value: Body): Body => Object.values(value)[0]

function kind(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  return value === null ? 'null' : typeof value
}

/** Fields of `theirs` that `ours` lacks, or has of another kind; a null may be anything. */
function faults(theirs: Body, ours: Body, except: readonly string[] = []): string[] {
  return Object.entries(theirs as Record<string, unknown>).flatMap(([name, value]) => {
    if (except.includes(name)) return []
    if (!(name in ours)) return [`${name} is missing`]
    const [a, b] = [kind(value), kind(ours[name])]
    if (a !== b && a !== 'null' && b !== 'null') return [`${name} is a ${b}, not a ${a}`]
    return a === 'object' && b === 'object' ? faults(value, ours[name]).map((one) => `${name}.${one}`) : []
  })
}

describeShared('bodies beside real ones', () => {
  let exchange: TestExchange
  let kraken: Body
  let futures: Body

  beforeAll(async () => {
    exchange = await open(
      floorSetup([series('BTC/USD', BARS)]),
      futuresSetup([series(PERPETUAL, BARS)], Array(48).fill(0.0001)),
      { startMs: START_MS + 20 * HOUR_MS },
    )
    kraken = krakenClient(exchange)
    futures = futuresClient(exchange)
    await kraken.createOrder('BTC/USD', 'market', 'buy', 0.1)
    await kraken.createOrder('BTC/USD', 'limit', 'buy', 0.1, 39_000)
    await futures.createOrder(PERPETUAL, 'market', 'buy', 0.1, undefined, { clientOrderId: 'one' })
    await futures.createOrder(PERPETUAL, 'limit', 'buy', 0.1, 39_000, { clientOrderId: 'two' })
  })
  afterAll(() => exchange.close())

  it('of spot, public', async () => {
    expect(faults(real('http_server_time').result, (await kraken.publicGetTime()).result)).toEqual([])
    expect(faults(real('http_system_status').result, (await kraken.publicGetSystemStatus()).result)).toEqual([])
    const pair = first(real('http_asset_pairs').result)
    // Position limits are of pairs with leverage.
    const limits = ['long_position_limit', 'short_position_limit']
    expect(faults(pair, (await kraken.publicGetAssetPairs()).result.XXBTZUSD, limits)).toEqual([])
    const ticker = (await kraken.publicGetTicker({ pair: 'XBTUSD' })).result.XXBTZUSD
    expect(faults(first(real('http_ticker').result), ticker)).toEqual([])
    const [row] = first(real('http_ohlc').result)
    const [own] = (await kraken.publicGetOHLC({ pair: 'XBTUSD', interval: 60 })).result.XXBTZUSD
    expect(own.map(kind)).toEqual(row.map(kind))
    const book = first(real('http_order_book').result)
    expect(faults(book, (await kraken.publicGetDepth({ pair: 'XBTUSD' })).result.XXBTZUSD)).toEqual([])
    const [trade] = first(real('http_trades').result)
    const [ours] = (await kraken.publicGetTrades({ pair: 'XBTUSD' })).result.XXBTZUSD
    expect(ours.map(kind)).toEqual(trade.map(kind))
  })

  it('of spot, private', async () => {
    const opened = first((await kraken.privatePostOpenOrders({ trades: 'true' })).result.open)
    expect(faults(first(real('http_open_orders').result.open), opened)).toEqual([])
    const closed = first((await kraken.privatePostClosedOrders()).result.closed)
    expect(faults(first(real('http_closed_orders').result.closed), closed)).toEqual([])
    const trade = first((await kraken.privatePostTradesHistory()).result.trades)
    expect(faults(first(real('http_trades_history').result.trades), trade)).toEqual([])
    const balance = (await kraken.privatePostTradeBalance()).result
    // A level there is only with positions.
    expect(faults(real('http_spot_trade_balance').result, balance, ['ml'])).toEqual([])
    const placed = (await kraken.createOrder('BTC/USD', 'limit', 'buy', 0.01, 38_000)).info
    expect(kind(placed.txid)).toBe(kind(real('http_add_order_spot').result.txid))
    expect(faults({ order: '' }, placed.descr)).toEqual([])
    const cancelled = (await kraken.cancelOrder(placed.txid[0])).info.result
    expect(faults(real('http_cancel_order_spot').result, cancelled)).toEqual([])
  })

  it('of futures, public', async () => {
    const { instruments } = real('http_futures_instrument_no_fee_schedule')
    expect(faults(instruments[0], (await futures.publicGetInstruments()).instruments[0], ['isin'])).toEqual([])
    const linear = real('http_futures_tickers').tickers.at(-1)
    expect(faults(linear, (await futures.publicGetTickers()).tickers[0])).toEqual([])
    const ask = { symbol: 'PF_XBTUSD', price_type: 'trade', interval: '1h' }
    const charts = await futures.chartsGetPriceTypeSymbolInterval(ask)
    const candles = real('http_futures_candles_trade')
    expect(faults(candles, charts)).toEqual([])
    expect(faults(candles.candles[0], charts.candles[0])).toEqual([])
    const rates = (await futures.publicGetHistoricalfundingrates({ symbol: 'PF_XBTUSD' })).rates
    expect(faults(real('http_futures_historical_funding_rates').rates[0], rates[0])).toEqual([])
  })

  it('of futures, private', async () => {
    const [order] = (await futures.privateGetOpenorders()).openOrders
    expect(faults(real('http_futures_open_orders').openOrders[0], order)).toEqual([])
    const [fill] = (await futures.privateGetFills()).fills
    expect(faults(real('http_futures_fills').fills[1], fill)).toEqual([])
    const [position] = (await futures.privateGetOpenpositions()).openPositions
    expect(faults(real('http_futures_open_positions').openPositions[0], position)).toEqual([])
    const sent = (await futures.createOrder(PERPETUAL, 'limit', 'buy', 0.1, 38_000, { clientOrderId: 'x' })).info
    expect(faults(real('http_send_order_futures').sendStatus, sent)).toEqual([])
    const cancelled = (await futures.cancelOrder(sent.order_id)).info
    expect(faults(real('http_cancel_order_futures').cancelStatus, cancelled)).toEqual([])
  })
})
