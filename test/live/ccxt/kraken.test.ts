/** Kraken spot, request by request against Kraken's documentation, and what its answers become. */

import { describe, expect, it } from 'vitest'
import { RejectCode } from '../../../engine/core/fact.ts'
import { OrderType, Side } from '../../../engine/core/order.ts'
import { evidenceOf } from './evidence-writer.ts'
import * as bodies from './kraken-bodies.ts'
import { COMMON, ORDERS, REFUSED } from './kraken-cases.ts'
import { KEYS, krakenAt } from './kraken-venue.ts'
import { exit, failure, NOW_MS, order } from './support.ts'

const { shows, agrees } = evidenceOf('kraken', 'recorded')

describe('orders, field by field', () => {
  for (const [operations, name, asked, fields] of ORDERS) {
    shows(operations, name, async () => {
      const { exchange, wire, sent } = await krakenAt({ AddOrder: bodies.ADDED })
      expect(await exchange.submit(asked)).toEqual({ venueId: 'OABCDE-FGHIJ-KLMNOP' })
      expect(sent()).toEqual(fields)
      const { method, path, headers, query } = wire.last()
      expect([method, path, query]).toEqual(['POST', '/0/private/AddOrder', {}])
      expect(headers['api-key']).toBe(KEYS.apiKey)
      const isPercent = fields['price']?.endsWith('%') === true
      expect(headers['content-type']).toBe(isPercent ? 'application/json' : 'application/x-www-form-urlencoded')
    })
  }

  shows('order sized in quote', 'an amount of quote, fee included: the fee is taken off first', async () => {
    const { exchange, wire, sent } = await krakenAt({ AddOrder: bodies.ADDED, TradeVolume: bodies.TRADE_VOLUME })
    const asked = order({ type: OrderType.market, quantity: null, limitPrice: null, quoteAmount: '100.35' })
    await exchange.submit(asked)
    // 100.35 / 1.0035 = 100: with the fee of 0.35 it is what was asked for.
    expect(sent()).toEqual({ ...COMMON, ordertype: 'market', volume: '100', oflags: 'fciq,viqc' })
    await exchange.submit(asked)
    expect(wire.heard.filter((one) => one.path.endsWith('TradeVolume')).length).toBe(1)
  })

  it('trap 7: nothing is rounded: every digit arrives as it was given', async () => {
    const { exchange, sent } = await krakenAt({ AddOrder: bodies.ADDED })
    await exchange.submit(order({ quantity: '1234.56789012', limitPrice: '123456.7' }))
    expect(sent()).toMatchObject({ volume: '1234.56789012', price: '123456.7' })
  })
})

describe('what is refused here, with nothing sent', () => {
  for (const [name, more, code, reject] of REFUSED) {
    it(name, async () => {
      const { exchange, wire } = await krakenAt({})
      const error = await failure(exchange.submit(order(more)))
      expect([error.kind, error.code, error.reject]).toEqual(['local', code, reject])
      expect(wire.heard.map((one) => one.path)).toEqual(['/0/public/AssetPairs'])
    })
  }
})

describe('cancels, amendments, the switch', () => {
  shows('cancel', "by Kraken's id where it is known, by ours where it isn't", async () => {
    const { exchange, wire, sent } = await krakenAt({ CancelOrder: bodies.CANCELLED })
    const key = { clientId: 'tnd7k2m4q9x1c3v5b8', symbol: 'BTC/USD' }
    await exchange.cancel({ ...key, venueId: 'OABCDE-FGHIJ-KLMNOP' })
    expect(sent()).toEqual({ txid: 'OABCDE-FGHIJ-KLMNOP' })
    await exchange.cancel({ ...key, venueId: null })
    expect(sent()).toEqual({ cl_ord_id: 'tnd7k2m4q9x1c3v5b8' })
    expect(wire.last().path).toBe('/0/private/CancelOrder')
  })

  shows('amend', 'the whole new quantity, limit and trigger', async () => {
    const { exchange, sent, wire } = await krakenAt({ AmendOrder: bodies.AMENDED })
    const key = { clientId: 'tnd7k2m4q9x1c3v5b8', symbol: 'BTC/USD', venueId: null }
    const asked = exit({ type: OrderType.stopLimit, stopPrice: '48100', limitPrice: '48000.5', quantity: '0.02' })
    await exchange.amend(key, asked)
    expect(sent()).toEqual({
      cl_ord_id: 'tnd7k2m4q9x1c3v5b8',
      order_qty: '0.02',
      limit_price: '48000.5',
      trigger_price: '48100',
    })
    expect(wire.last().path).toBe('/0/private/AmendOrder')
    await exchange.amend(
      { ...key, venueId: 'OABCDE-FGHIJ-KLMNOP' },
      order({ postOnly: true, deadlineMs: NOW_MS + 2000 }),
    )
    expect(sent()).toEqual({
      txid: 'OABCDE-FGHIJ-KLMNOP',
      order_qty: '0.01',
      limit_price: '50000.1',
      post_only: 'true',
      deadline: '2026-11-21T12:00:02.000Z',
    })
  })

  shows('cancel all after', 'whole seconds, rounded up: half a second must not disarm the switch', async () => {
    const { exchange, sent } = await krakenAt({ CancelAllOrdersAfter: { error: [], result: {} } })
    await exchange.cancelAllAfter(60_000)
    expect(sent()).toEqual({ timeout: '60' })
    await exchange.cancelAllAfter(500)
    expect(sent()).toEqual({ timeout: '1' })
    await exchange.cancelAllAfter(0)
    expect(sent()).toEqual({ timeout: '0' })
  })

  shows('set leverage', 'is by order at Kraken: nothing is sent, what is not offered is refused', async () => {
    const { exchange, wire } = await krakenAt({})
    await exchange.setLeverage('BTC/USD', 3)
    const error = await failure(exchange.setLeverage('BTC/USD', 7))
    expect([error.kind, error.code]).toEqual(['local', 'LEVERAGE_REFUSED'])
    expect(wire.heard.length).toBe(1)
  })
})

describe('looking an order up', () => {
  const MINE = 'tnd7k2m4q9x1c3v5b8'
  const key = { clientId: MINE, venueId: null, symbol: 'BTC/USD' }
  const { openBody, closedBody, orderBody } = bodies

  shows(
    ['lookup', 'open orders'],
    'trap 9: by cl_ord_id, in the open and then the closed orders; userref is nobody',
    async () => {
      const { exchange, wire } = await krakenAt({
        // A venue that ignores the filter must not make others' orders ours.
        OpenOrders: openBody({ OFOREI: orderBody(null), OMINE1: orderBody(MINE) }),
        ClosedOrders: closedBody({
          OMINE2: orderBody(MINE, { status: 'canceled', closetm: 1795262410.5, vol_exec: '0.00000000' }),
          OOTHER: orderBody('123456'),
        }),
      })
      const found = await exchange.lookup(key, NOW_MS - 60_000)
      expect(found.map((one) => [one.venueId, one.clientId, one.status, one.filled])).toEqual([
        ['OMINE1', MINE, 'open', '0.004'],
        ['OMINE2', MINE, 'cancelled', '0'],
      ])
      const [, open, closed] = wire.heard
      expect([open!.path, open!.fields]).toMatchObject(['/0/private/OpenOrders', { cl_ord_id: MINE }])
      expect([closed!.path, closed!.fields]).toMatchObject([
        '/0/private/ClosedOrders',
        { cl_ord_id: MINE, start: '1795262339' },
      ])
      expect(wire.heard.some((one) => 'userref' in one.fields)).toBe(false)
      expect((await exchange.openOrders()).map((one) => one.clientId)).toEqual([null, MINE])
    },
  )

  it('an order that fills between the two calls is one order, filled', async () => {
    const { exchange } = await krakenAt({
      OpenOrders: openBody({ OMINE: orderBody(MINE) }),
      ClosedOrders: closedBody({ OMINE: orderBody(MINE, { status: 'closed', vol_exec: '0.01000000' }) }),
    })
    const found = await exchange.lookup(key, NOW_MS)
    expect(found.map((one) => [one.venueId, one.status, one.filled])).toEqual([['OMINE', 'filled', '0.01']])
  })

  it('an order that was taken and then ended as a refusal is one', async () => {
    const ended = (reason: string, filled = '0.00000000') => {
      return orderBody(MINE, { status: 'canceled', reason, vol_exec: filled, closetm: 1795262410 })
    }
    const { exchange } = await krakenAt({
      OpenOrders: openBody({}),
      ClosedOrders: closedBody({
        O1: ended('Post only order'),
        O2: ended('User requested'),
        O3: ended('Out of funds', '0.00100000'),
      }),
    })
    const found = await exchange.lookup(key, NOW_MS)
    expect(found.map((one) => [one.status, one.reject ?? null])).toEqual([
      ['rejected', RejectCode.postOnly],
      ['cancelled', null],
      ['cancelled', null],
    ])
  })

  it('every field of an order', async () => {
    const { exchange } = await krakenAt({
      OpenOrders: openBody({
        OLIMIT: orderBody(MINE),
        OSTOP: orderBody(
          MINE,
          { stopprice: '48000.00000' },
          { ordertype: 'stop-loss-limit', type: 'sell', price: '48000.0', price2: '47900.5' },
        ),
        OTRAIL: orderBody(
          MINE,
          { stopprice: '47500.0' },
          { ordertype: 'trailing-stop', type: 'sell', price: '+2.5000%' },
        ),
        OQUOTE: orderBody(MINE, { oflags: 'fciq,viqc', vol: '100.00000' }, { ordertype: 'market', price: '0' }),
        OELSE: orderBody(MINE, {}, { pair: 'ABCXYZ' }),
      }),
    })
    const [limit, stop, trail, quote, other] = await exchange.openOrders()
    expect(limit).toEqual({
      venueId: 'OLIMIT',
      clientId: MINE,
      symbol: 'BTC/USD',
      side: Side.buy,
      status: 'open',
      quantity: '0.01',
      filled: '0.004',
      limitPrice: '50000.1',
      stopPrice: null,
      placedMs: 1795262401250,
      changedMs: 1795262401250,
    })
    expect(stop).toMatchObject({ side: Side.sell, limitPrice: '47900.5', stopPrice: '48000' })
    expect(trail).toMatchObject({ limitPrice: null, stopPrice: '47500' })
    expect(quote).toMatchObject({ quantity: null, limitPrice: null })
    expect(other).toMatchObject({ symbol: 'ABCXYZ' })
  })
})

describe('trades', () => {
  shows('trades', 'trap 10: all pages by our own pager, oldest first, unconsolidated', async () => {
    const all = Array.from(
      { length: 120 },
      (_, i) => [`T${String(i).padStart(3, '0')}`, bodies.tradeBody({ time: 1795262400 + i })] as const,
    )
    const { exchange, wire } = await krakenAt({
      // Newest first, 50 a page; one more trade happens while we read, so that the pages shift.
      TradesHistory: (heard: { fields: Record<string, unknown> }) => {
        const offset = Number(heard.fields['ofs'] ?? 0)
        const newest = [...all].reverse()
        const list = offset === 0 ? newest : [['T999', bodies.tradeBody({ time: 1795262600 })] as const, ...newest]
        return bodies.tradesBody(Object.fromEntries(list.slice(offset, offset + 50)), list.length)
      },
    })
    const trades = await exchange.trades(1795262400_000)
    expect(trades.map((one) => one.tradeId)).toEqual(all.map(([id]) => id))
    expect(wire.heard.slice(1).map((one) => one.fields['ofs'])).toEqual([undefined, '50', '100'])
    expect(wire.heard[1]!.fields).toMatchObject({ start: '1795262399', consolidate_taker: 'false' })
  })

  it('every field of a trade', async () => {
    const { exchange } = await krakenAt({
      TradesHistory: bodies.tradesBody(
        {
          TMINE1: bodies.tradeBody(),
          TLIQUI: bodies.tradeBody({ ordertype: 'liquidation market', maker: false, time: 1795262403 }),
        },
        2,
      ),
    })
    const [mine, liquidation] = await exchange.trades(0)
    expect(mine).toEqual({
      tradeId: 'TMINE1',
      venueId: 'OABCDE-FGHIJ-KLMNOP',
      clientId: null,
      symbol: 'BTC/USD',
      side: Side.buy,
      quantity: '0.004',
      price: '50000.1',
      value: '200.0004',
      fee: '0.8',
      feeAsset: 'USD',
      maker: true,
      liquidation: false,
      atMs: 1795262402123,
    })
    expect(liquidation).toMatchObject({ liquidation: true, maker: false })
  })
})

describe('the account', () => {
  shows('balances', 'free is what no order holds, to the last digit', async () => {
    const { exchange } = await krakenAt({ BalanceEx: bodies.BALANCES })
    expect(await exchange.balances()).toEqual([
      { asset: 'USD', free: '500.499', total: '1000.5' },
      { asset: 'BTC', free: '0.1', total: '0.1' },
      { asset: 'DOT.S', free: '3.5', total: '3.5' },
    ])
  })

  shows('charges', 'fees for opening and keeping a loan, by the trade that opened it', async () => {
    const { exchange, wire } = await krakenAt(bodies.ROLLOVERS)
    const charge = { kind: 'borrowing', symbol: 'BTC/USD', asset: 'USD' }
    expect(await exchange.charges!(NOW_MS)).toEqual([
      { ...charge, chargeId: 'L1-A-A', amount: '0.0311', atMs: NOW_MS },
      { ...charge, chargeId: 'L4-D-D', amount: '0.0777', atMs: NOW_MS },
      { ...charge, chargeId: 'L5-E-E', amount: '0.000001554', asset: 'BTC', atMs: NOW_MS },
      { ...charge, chargeId: 'L2-B-B', amount: '0.0312', atMs: NOW_MS + 14_400_500 },
    ])
    const [rollovers, onMargin, trades] = wire.heard.slice(-3)
    expect([rollovers!.fields['type'], onMargin!.fields['type']]).toEqual(['rollover', 'margin'])
    expect(trades!.fields['txid']).toBe('TBTCAA-AAAAA-AAAAAA,TBTCCC-CCCCC-CCCCCC,TBTCBB-BBBBB-BBBBBB')
    // Whose pair is known isn't asked for again.
    await exchange.charges!(NOW_MS)
    expect(wire.last().path).toMatch(/Ledgers$/)
  })

  shows('positions', 'signed, and only what is still open', async () => {
    const { exchange, sent } = await krakenAt({ OpenPositions: bodies.POSITIONS })
    expect(await exchange.positions()).toEqual([
      {
        symbol: 'BTC/USD',
        quantity: '-0.2',
        entryPrice: '50000',
        leverage: 3,
        marginMode: 'cross',
        liquidationPrice: null,
        markPrice: '49500',
        unrealised: '100',
      },
    ])
    expect(sent()).toEqual({ docalcs: 'true', consolidation: 'market' })
  })

  shows('margin', "Kraken's words for it", async () => {
    const { exchange, sent } = await krakenAt({ TradeBalance: bodies.TRADE_BALANCE })
    expect(await exchange.margin()).toEqual({
      equity: '1989.5',
      usedMargin: '300',
      freeMargin: '1689.5',
      marginLevel: '663.16',
    })
    expect(sent()).toEqual({ asset: 'ZUSD' })
  })

  shows('fees', "traps 1 and 2: the account's own rates; the empty list of pairs is no fee of 2015", async () => {
    const { exchange, sent } = await krakenAt({ TradeVolume: bodies.TRADE_VOLUME })
    expect(await exchange.fees('BTC/USD')).toEqual({ maker: '0.002', taker: '0.0035' })
    // The literal text: Kraken refuses True.
    expect(sent()).toEqual({ pair: 'XXBTZUSD', 'fee-info': 'true', fee_schedule: 'true' })
    const error = await failure(exchange.fees('DOGE/USD'))
    expect(error.code).toBe('BAD_RESPONSE')
  })

  shows('key rights', 'what moves money out counts as withdrawing', async () => {
    const all = ['query-funds', 'query-open-trades', 'query-closed-trades', 'modify-trades', 'close-trades']
    const rights = async (names: readonly string[]) => {
      const { exchange } = await krakenAt({ GetApiKeyInfo: bodies.keyInfo(names) })
      return exchange.keyRights()
    }
    expect(await rights(all)).toEqual({ query: true, trade: true, withdraw: false })
    expect(await rights([...all, 'withdraw-funds'])).toMatchObject({ withdraw: true })
    expect(await rights([...all, 'add-withdraw-address'])).toMatchObject({ withdraw: true })
    expect(await rights(['query-funds'])).toEqual({ query: false, trade: false, withdraw: false })
    const { exchange } = await krakenAt({ GetApiKeyInfo: { error: [], result: {} } })
    expect(await exchange.keyRights()).toEqual({ query: null, trade: null, withdraw: null })
  })
})

describe('public data', () => {
  shows('markets', 'trap 7: ticks from tick_size; names in ordinary words', async () => {
    const { exchange, wire } = await krakenAt({})
    expect(await exchange.markets(['BTC/USD', 'DOGE/USD'])).toEqual([
      {
        symbol: 'BTC/USD',
        tick: '0.1',
        step: '0.00000001',
        minQuantity: '0.00005',
        minCost: '0.5',
        leverages: [1, 2, 3],
        status: 'online',
      },
      {
        symbol: 'DOGE/USD',
        tick: '0.00005',
        step: '0.00000001',
        minQuantity: '13',
        minCost: '0.5',
        leverages: [1],
        status: 'post_only',
      },
    ])
    expect([wire.last().method, wire.last().path]).toEqual(['GET', '/0/public/AssetPairs'])
    const error = await failure(exchange.markets(['BTC/USD', 'NOPE/USD']))
    expect([error.kind, error.code]).toEqual(['local', 'UNKNOWN_SYMBOL'])
    const asked = wire.heard.length
    const listed = await exchange.listed(['NOPE/USD', 'BTC/USD'])
    expect([listed.map(({ symbol }) => symbol), wire.heard.length - asked]).toEqual([['BTC/USD'], 1])
  })

  shows('candles', 'from the one asked for on, the forming one too', async () => {
    const { exchange, wire } = await krakenAt({ OHLC: bodies.OHLC })
    const hour = 3_600_000
    expect(await exchange.candles('BTC/USD', hour, 1795258800_000)).toEqual([
      { openMs: 1795258800_000, open: 50000, high: 50200, low: 49900, close: 50100, volume: 2.25 },
      { openMs: 1795262400_000, open: 50100, high: 50100, low: 50100, close: 50100, volume: 1e-8 },
    ])
    expect([wire.last().path, wire.last().query]).toEqual([
      '/0/public/OHLC',
      { pair: 'XXBTZUSD', interval: '60', since: '1795255200' },
    ])
    expect((await failure(exchange.candles('BTC/USD', 7_000_000, 0))).code).toBe('UNSUPPORTED')
  })

  shows(['clock', 'status'], 'clock and state', async () => {
    const { exchange, wire } = await krakenAt({ Time: bodies.TIME, SystemStatus: bodies.ONLINE })
    expect(await exchange.serverTimeMs()).toBe(NOW_MS)
    expect(await exchange.status()).toBe('online')
    expect(wire.heard.slice(1).map((one) => one.path)).toEqual(['/0/public/Time', '/0/public/SystemStatus'])
    const closed = await krakenAt({ SystemStatus: { error: [], result: { status: 'maintenance' } } })
    expect(await closed.exchange.status()).toBe('maintenance')
  })
})

agrees()
