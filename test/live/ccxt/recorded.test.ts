/** Bodies that venues really sent, through the adapters: everything in them is understood. */

import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { Side } from '../../../engine/core/order.ts'
import { describeShared, sharedPath } from '../../support/shared.ts'
import { krakenAt } from './kraken-venue.ts'
import { exit, failure, order } from './support.ts'
import { type Reply, venueAt } from './venue.ts'
import type { Heard } from './wire.ts'

const recorded = (path: string): unknown => JSON.parse(readFileSync(sharedPath(`wire/${path}.json`), 'utf8'))
const secret = Buffer.from('secret').toString('base64')

describeShared('Kraken spot', () => {
  const at = (answers: Readonly<Record<string, string>>) => {
    const all = { AssetPairs: 'http_asset_pairs', ...answers }
    return krakenAt(
      Object.fromEntries(Object.entries(all).map(([method, file]) => [method, recorded(`kraken/${file}`)])),
    )
  }

  it('pairs; tokenised ones are none of ours', async () => {
    const { exchange } = await at({})
    const [market] = await exchange.markets(['BTC/USDT'])
    expect(market).toMatchObject({
      tick: '0.1',
      step: '0.00000001',
      minQuantity: '0.00005',
      minCost: '0.5',
      status: 'online',
    })
    expect(market!.leverages).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    const tokens = await at({ AssetPairs: 'http_asset_pairs_tokenized' })
    expect((await failure(tokens.exchange.markets(['AAPLx/USD']))).code).toBe('UNKNOWN_SYMBOL')
  })

  it('orders, trades, positions', async () => {
    const { exchange } = await at({
      OpenOrders: 'http_open_orders',
      ClosedOrders: 'http_closed_orders',
      TradesHistory: 'http_trades_history',
      OpenPositions: 'http_spot_open_positions',
      TradeBalance: 'http_spot_trade_balance',
      AddOrder: 'http_add_order_spot',
      CancelOrder: 'http_cancel_order_spot',
    })
    const [limit, stop] = await exchange.openOrders()
    expect(limit).toMatchObject({
      symbol: 'BTC/USDT',
      clientId: null,
      quantity: '0.5',
      limitPrice: '29500',
      stopPrice: null,
    })
    expect(stop).toMatchObject({
      symbol: 'ETHUSDT',
      side: Side.sell,
      limitPrice: null,
      stopPrice: '1800',
      clientId: null,
    })
    // Its userref of 123456 makes it nobody's.
    expect(await exchange.lookup({ clientId: '123456', venueId: null, symbol: 'BTC/USDT' }, 0)).toEqual([])
    const trades = await exchange.trades(0)
    expect(trades.map((one) => [one.tradeId, one.fee, one.maker, one.atMs])).toEqual([
      ['TCCCTY-WJ6EO-4FP4VZ', '23.6', true, 1688585840892],
      ['TDCVFQ-TPEG4-6X7LSZ', '3.6', false, 1688586440345],
    ])
    expect(await exchange.positions()).toMatchObject([{ quantity: '0.5', entryPrice: '100000', leverage: 5 }])
    expect(await exchange.margin()).toEqual({
      equity: '198499.67',
      usedMargin: '12500',
      freeMargin: '185999.67',
      marginLevel: '1587.99',
    })
    expect(await exchange.submit(order({ symbol: 'BTC/USDT' }))).toEqual({ venueId: 'OUF4EM-FRGI2-MQMWZD' })
    await exchange.cancel({ clientId: 'tnd7', venueId: 'O26VBY-ISGAE-JP5TLU', symbol: 'BTC/USDT' })
  })

  it('candles, clock, state', async () => {
    const { exchange } = await at({ OHLC: 'http_ohlc', Time: 'http_server_time', SystemStatus: 'http_system_status' })
    const candles = await exchange.candles('BTC/USDT', 60_000, 0)
    expect([candles.length, candles[0]]).toEqual([
      721,
      { openMs: 1762777020_000, open: 106038.2, high: 106038.2, low: 106038.2, close: 106038.2, volume: 0 },
    ])
    expect([await exchange.serverTimeMs(), await exchange.status()]).toEqual([1762820224_000, 'online'])
  })
})

describeShared('Kraken Futures', () => {
  const at = (answers: Readonly<Record<string, string>>) => {
    const bodies = Object.entries({ instruments: 'http_futures_instruments', ...answers }).map(([path, file]) => [
      path,
      recorded(`kraken/${file}`),
    ])
    return venueAt(
      'krakenfutures',
      { apiKey: 'k', secret },
      { leveragepreferences: { leveragePreferences: [] }, ...Object.fromEntries(bodies) },
    )
  }

  it('instruments, tickers, candles', async () => {
    const { exchange } = await at({ tickers: 'http_futures_tickers', '1h': 'http_futures_candles_trade' })
    const [eth, pepe] = await exchange.markets(['ETH/USD:USD', 'PEPE/USD:USD'])
    expect(eth).toMatchObject({ tick: '0.1', step: '0.001', minQuantity: '0.001', status: 'online' })
    expect(pepe).toMatchObject({ tick: '0.0000000001', step: '1000' })
    expect(await exchange.serverTimeMs()).toBe(Date.parse('2025-11-17T00:34:37.524Z'))
    expect((await exchange.candles('ETH/USD:USD', 3_600_000, 1731718800000)).map((one) => one.close)).toEqual([
      91415, 91490.5,
    ])
  })

  it('orders, fills, positions; a trigger whose id stands with its event', async () => {
    const { exchange } = await at({
      openorders: 'http_futures_open_orders',
      fills: 'http_futures_fills',
      openpositions: 'http_futures_open_positions',
      sendorder: 'http_send_order_futures',
      cancelorder: 'http_cancel_order_futures',
    })
    const [limit, target, part] = await exchange.openOrders()
    expect(limit).toMatchObject({ quantity: '100', filled: '0', limitPrice: '1200', clientId: null })
    expect(target).toMatchObject({ limitPrice: '1860', stopPrice: '1880.4' })
    expect(part).toMatchObject({ quantity: '7000', filled: '2000', clientId: 'my-client-order-123' })
    const trades = await exchange.trades(0)
    expect(trades.map((one) => [one.clientId, one.fee, one.feeAsset, one.maker])).toEqual([
      [null, '0.00008957', 'BTC', true],
      ['my-order-ref-456', '0.00685589', 'ETH', false],
      [null, '0.00004456', 'BTC', true],
    ])
    expect((await exchange.positions()).map((one) => [one.quantity, one.marginMode])).toEqual([
      ['-8000', 'cross'],
      ['12000', 'cross'],
    ])
    const eth = { symbol: 'ETH/USD:USD', limitPrice: '1200.5', quantity: '0.01' }
    expect(await exchange.submit(order(eth))).toEqual({ venueId: 'c8a35168-8d52-4609-944f-3f32bb0d5c77' })
    await exchange.cancel({ clientId: 'tnd7', venueId: 'c8a35168-8d52-4609-944f-3f32bb0d5c77', symbol: 'ETH/USD:USD' })
    const trigger = await at({ sendorder: 'http_send_order_futures_unknown_trigger' })
    expect(await trigger.exchange.submit(exit({ ...eth, limitPrice: null }))).toEqual({ venueId: 'abc' })
  })
})

describeShared('Coinbase', () => {
  it('products, orders, fills, wallets, candles', async () => {
    const answers: Record<string, Reply> = {
      'GET /api/v3/brokerage/market/products': { products: [recorded('coinbase/http_product')] },
      batch: recorded('coinbase/http_orders_list'),
      fills: recorded('coinbase/http_fills'),
      accounts: recorded('coinbase/http_accounts'),
      candles: recorded('coinbase/http_candles'),
    }
    const { exchange } = await venueAt('coinbase', { apiKey: 'k', secret: 's' }, answers, ['BTC/USD'])
    expect((await exchange.markets(['BTC/USD']))[0]).toMatchObject({ tick: '0.01', step: '0.00000001', minCost: '1' })
    const [open, filled] = await exchange.openOrders()
    expect(open).toMatchObject({
      status: 'open',
      clientId: '11111-000000-000001',
      quantity: '0.01',
      limitPrice: '45000',
    })
    expect(filled).toMatchObject({ status: 'filled', quantity: null })
    expect((await exchange.trades(0)).map((one) => [one.tradeId, one.fee, one.feeAsset, one.maker])).toEqual([
      ['22222-2222222-22222223', '0.5', 'USD', false],
      ['22222-2222222-22222222', '1.14', 'USD', true],
    ])
    expect(await exchange.balances()).toEqual([
      { asset: 'BTC', free: '1.23456789', total: '1.23956789' },
      { asset: 'USD', free: '10000.5', total: '10450.5' },
    ])
    const candles = await exchange.candles('BTC/USD', 3_600_000, 1712188800_000)
    expect(candles.map((one) => one.openMs)).toEqual([1712188800_000, 1712192400_000])
  })
})

describeShared('Hyperliquid', () => {
  it('perpetuals, fills', async () => {
    const keys = { walletAddress: '0xaa', privateKey: `0x${'1'.repeat(64)}` }
    const info = ({ fields }: Heard) => {
      if (fields['type'] === 'meta') return recorded('hyperliquid/http_meta_perp_sample')
      return fields['type'] === 'userFillsByTime' ? recorded('hyperliquid/http_user_fills_dust_conversion') : null
    }
    const { exchange } = await venueAt('hyperliquid', keys, { info })
    const [btc, atom] = await exchange.markets(['BTC/USDC:USDC', 'ATOM/USDC:USDC'])
    expect([btc!.step, btc!.leverages.at(-1), atom!.step, atom!.tick]).toEqual(['0.00001', 40, '0.01', '0.0001'])
    const trades = await exchange.trades(0)
    expect(trades.map((one) => one.tradeId)).toContain('order 229209068357')
    expect(new Set(trades.map((one) => one.tradeId)).size).toBe(5)
  })
})
