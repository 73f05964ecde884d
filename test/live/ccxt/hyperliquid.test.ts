/** Hyperliquid, request by request against its documentation, and what its answers become. */

import ccxt from 'ccxt'
import { describe, expect, it } from 'vitest'
import { RejectCode } from '../../../engine/core/fact.ts'
import { OrderType, Side, TimeInForce } from '../../../engine/core/order.ts'
import { collared } from '../../../engine/live/ccxt/hyperliquid-orders.ts'
import type { OutgoingOrder } from '../../../engine/live/exchange.ts'
import { evidenceOf } from './evidence-writer.ts'
import { done, FAILURES, META, MINE, mine, ORDERS, SYMBOL } from './hyperliquid-cases.ts'
import { failure, NOW_MS } from './support.ts'
import { answer, type Reply, venueAt } from './venue.ts'
import type { Heard } from './wire.ts'

const { shows, agrees } = evidenceOf('hyperliquid', 'recorded')
const KEYS = {
  walletAddress: '0x00000000000000000000000000000000000000aa',
  privateKey: `0x${'0123456789abcdef'.repeat(4)}`,
}

/** Answers of the info endpoint by type, and of the exchange endpoint. */
const at = (infos: Readonly<Record<string, Reply>>, exchange: Reply = null) =>
  venueAt(
    'hyperliquid',
    KEYS,
    {
      info: (heard: Heard) => {
        const type = String(heard.fields['type'])
        const given = type === 'meta' ? META : infos[type]
        if (given === undefined) return answer({ status: 599, body: `no answer for ${type}` })
        return typeof given === 'function' ? (given as (heard: Heard) => unknown)(heard) : given
      },
      exchange,
    },
    [SYMBOL],
  )

const RESTING = done({ resting: { oid: 77738308, cloid: MINE } })

const alone = new ccxt.hyperliquid(KEYS)

/** The action of a request, after its signature was found to be of this action, nonce and deadline. */
function signed(heard: Heard): Record<string, unknown> {
  const { action, nonce, signature, expiresAfter, ...rest } = heard.fields as {
    action: Record<string, unknown>
    nonce: number
    signature: unknown
    expiresAfter?: number
  }
  expect(rest).toEqual({})
  expect(Math.abs(nonce - NOW_MS)).toBeLessThan(1000)
  expect(signature).toEqual(alone.signL1Action(action, nonce, undefined, expiresAfter))
  return action
}

describe('orders, field by field', () => {
  for (const [operations, asked, wire] of ORDERS) {
    shows(operations, `${operations}: ${JSON.stringify(wire)}`, async () => {
      const { exchange, wire: line } = await at({}, RESTING)
      expect(await exchange.submit(asked)).toEqual({ venueId: '77738308' })
      // One request: no fee for a builder is approved and no referrer set, as ccxt's own order calls would.
      expect(line.heard.map((one) => [one.method, one.path])).toEqual([['POST', '/exchange']])
      const action = signed(line.last())
      expect(action).toEqual({ type: 'order', orders: [wire], grouping: 'na' })
      expect(Object.keys((action['orders'] as object[])[0]!)).toEqual(['a', 'b', 'p', 's', 'r', 't', 'c'])
    })
  }

  shows('order with deadline', 'signed with the action', async () => {
    const { exchange, wire } = await at({}, RESTING)
    await exchange.submit(mine({ deadlineMs: NOW_MS + 5000 }))
    expect(wire.last().fields['expiresAfter']).toBe(NOW_MS + 5000)
    signed(wire.last())
  })

  it('the collar stays on the grid and within itself', () => {
    expect(collared('50001', true, 1)).toBe('52501')
    expect(collared('50001', false, 1)).toBe('47501')
    expect(collared('0.0012345', true, 6)).toBe('0.001296')
    expect(collared('0.0012345', false, 6)).toBe('0.001173')
    expect(collared('1234.5', true, 2)).toBe('1296.2')
    expect(collared('123456', false, 1)).toBe('117284')
  })

  it('refuses what it has not, with nothing sent', async () => {
    const { exchange, wire } = await at({})
    const refusals: readonly [Partial<OutgoingOrder>, string][] = [
      [{ timeInForce: TimeInForce.fok }, 'UNSUPPORTED'],
      [{ type: OrderType.market, limitPrice: null, quantity: null, quoteAmount: '50' }, 'UNSUPPORTED'],
      [{ type: OrderType.trailingStop, side: Side.sell, limitPrice: null, trailRate: '0.01' }, 'UNSUPPORTED'],
      [{ type: OrderType.market, limitPrice: null, referencePrice: null }, 'NO_PRICE'],
      [{ clientId: 'tnd7k2m4q9x1c3v5b8' }, 'BAD_CLIENT_ID'],
      [{ quantity: '0.000001' }, 'OFF_STEP'],
      [{ limitPrice: '50001.5' }, 'OFF_TICK'],
      [{ quantity: '0.0001' }, 'BELOW_MINIMUM'],
      [{ leverage: 41 }, 'LEVERAGE_REFUSED'],
    ]
    for (const [more, code] of refusals) {
      const error = await failure(exchange.submit(mine(more)))
      expect([error.kind, error.code]).toEqual(['local', code])
    }
    expect(wire.heard).toEqual([])
  })
})

describe('failures', () => {
  for (const [name, given, kind, code, reject] of FAILURES) {
    it(`${name}: ${kind}`, async () => {
      const { exchange, wire } = await at({}, given)
      const error = await failure(exchange.submit(mine()))
      expect([error.kind, error.code, error.reject]).toEqual([kind, code, reject])
      expect(wire.heard.length).toBe(1)
      expect(JSON.stringify(error) + error.stack).not.toContain(KEYS.privateKey.slice(2))
    })
  }
})

const row = (more: object = {}) => ({
  coin: 'BTC',
  side: 'A',
  limitPx: '45600.0',
  sz: '0.006',
  oid: 77738308,
  timestamp: NOW_MS,
  origSz: '0.01',
  cloid: MINE,
  triggerPx: '48000.0',
  isTrigger: true,
  orderType: 'Stop Market',
  reduceOnly: true,
  ...more,
})

describe('orders found, cancelled', () => {
  const key = { clientId: MINE, venueId: null, symbol: SYMBOL }
  const none = { status: 'unknownOid' }

  shows(['lookup', 'open orders'], 'by our id; none is an answer, too', async () => {
    const found = { status: 'order', order: { order: row(), status: 'open', statusTimestamp: NOW_MS + 5 } }
    const { exchange, wire } = await at({
      orderStatus: found,
      frontendOpenOrders: [
        row(),
        row({ oid: 2, cloid: null, isTrigger: false, orderType: 'Limit', limitPx: '50001.0' }),
      ],
    })
    expect(await exchange.lookup(key, 0)).toEqual([
      {
        venueId: '77738308',
        clientId: MINE,
        symbol: SYMBOL,
        side: Side.sell,
        status: 'open',
        quantity: '0.01',
        filled: '0.004',
        limitPrice: null,
        stopPrice: '48000',
        placedMs: NOW_MS,
        changedMs: NOW_MS + 5,
      },
    ])
    expect(wire.last().fields).toEqual({ type: 'orderStatus', user: KEYS.walletAddress, oid: MINE })
    expect((await exchange.openOrders())[1]).toMatchObject({ clientId: null, limitPrice: '50001', stopPrice: null })
    expect(await (await at({ orderStatus: none })).exchange.lookup(key, 0)).toEqual([])
    for (const [state, status, filled] of [
      ['filled', 'filled', '0.01'],
      ['canceled', 'cancelled', '0.004'],
      ['marginCanceled', 'cancelled', '0.004'],
      ['rejected', 'rejected', '0.004'],
    ]) {
      const { exchange: one } = await at({
        orderStatus: { status: 'order', order: { order: row(), status: state, statusTimestamp: NOW_MS } },
      })
      expect(await one.lookup(key, 0)).toMatchObject([{ status, filled }])
    }
  })

  shows('cancel', 'by either id', async () => {
    const cancelled = { status: 'ok', response: { type: 'cancel', data: { statuses: ['success'] } } }
    const { exchange, wire } = await at({}, cancelled)
    await exchange.cancel(key)
    expect(signed(wire.last())).toEqual({ type: 'cancelByCloid', cancels: [{ asset: 0, cloid: MINE }] })
    await exchange.cancel({ ...key, venueId: '77738308' })
    expect(signed(wire.last())).toEqual({ type: 'cancel', cancels: [{ a: 0, o: 77738308 }] })
    const nonces = wire.heard.map((one) => Number(one.fields['nonce']))
    expect(nonces[1]!).toBeGreaterThan(nonces[0]!)
    const gone = await at({}, done({ error: 'Order was never placed, already canceled, or filled. asset=0' }))
    const error = await failure(gone.exchange.cancel(key))
    expect([error.kind, error.reject]).toEqual(['rejected', RejectCode.unknownOrder])
  })

  shows(['set leverage', 'cancel all after'], 'leverage crosswise, and the switch at least 5 s ahead', async () => {
    const { exchange, wire } = await at({}, { status: 'ok', response: { type: 'default' } })
    await exchange.setLeverage(SYMBOL, 5)
    expect(signed(wire.last())).toEqual({ type: 'updateLeverage', asset: 0, isCross: true, leverage: 5 })
    await exchange.cancelAllAfter(60_000)
    expect(signed(wire.last())).toEqual({ type: 'scheduleCancel', time: NOW_MS + 60_000 })
    await exchange.cancelAllAfter(1000)
    expect(signed(wire.last())).toEqual({ type: 'scheduleCancel', time: NOW_MS + 5000 })
    await exchange.cancelAllAfter(0)
    expect(signed(wire.last())).toEqual({ type: 'scheduleCancel' })
  })
})

describe('trades and the account', () => {
  const fill = (i: number, more: object = {}) => ({
    coin: 'BTC',
    px: '50001.0',
    sz: '0.001',
    side: 'B',
    time: NOW_MS + Math.floor(i / 3),
    startPosition: '0.0',
    dir: 'Open Long',
    closedPnl: '0.0',
    hash: '0x',
    oid: 77738308,
    crossed: true,
    fee: '0.022',
    feeToken: 'USDC',
    tid: 1000 + i,
    cloid: MINE,
    ...more,
  })

  shows('trades', 'all of them, three an instant, though each answer ends somewhere', async () => {
    const all = Array.from({ length: 25 }, (_, i) => fill(i))
    const { exchange } = await at({
      userFillsByTime: ({ fields }: Heard) => all.filter((one) => one.time >= Number(fields['startTime'])).slice(0, 10),
    })
    const trades = await exchange.trades(NOW_MS)
    expect(trades.map((one) => one.tradeId)).toEqual(all.map((one) => String(one.tid)))
    expect(trades[0]).toEqual({
      tradeId: '1000',
      venueId: '77738308',
      clientId: MINE,
      symbol: SYMBOL,
      side: Side.buy,
      quantity: '0.001',
      price: '50001',
      value: null,
      fee: '0.022',
      feeAsset: 'USDC',
      maker: false,
      liquidation: false,
      atMs: NOW_MS,
    })
    const liquidated = fill(0, {
      liquidation: {
        liquidatedUser: KEYS.walletAddress.toUpperCase().replace('0X', '0x'),
        markPx: '1',
        method: 'market',
      },
    })
    const asBackstop = fill(1, { liquidation: { liquidatedUser: '0xbb', markPx: '1', method: 'market' } })
    const two = await at({ userFillsByTime: [liquidated, asBackstop] })
    expect((await two.exchange.trades(0)).map((one) => one.liquidation)).toEqual([true, false])
  })

  shows('charges', 'fundings of the user, an instant twice, each once', async () => {
    const row = (time: number, coin: string, usdc: string): object => ({
      ...{ time, hash: '0x0000000000000000000000000000000000000000000000000000000000000000' },
      delta: { type: 'funding', coin, usdc, szi: '-7.5', fundingRate: '0.00004381', nSamples: null },
    })
    const all = [row(NOW_MS, 'BTC', '75.635093'), row(NOW_MS + 1, 'BTC', '-0.5')]
    let asked = 0
    const { exchange } = await at({ userFunding: () => (asked++ === 0 ? all : all.slice(1)) })
    const charge = { kind: 'funding', symbol: SYMBOL, asset: 'USDC' }
    expect(await exchange.charges!(NOW_MS)).toEqual([
      { ...charge, chargeId: `BTC ${NOW_MS}`, amount: '-75.635093', atMs: NOW_MS },
      { ...charge, chargeId: `BTC ${NOW_MS + 1}`, amount: '0.5', atMs: NOW_MS + 1 },
    ])
    expect(asked).toBe(2)
  })

  shows(['balances', 'positions', 'margin'], 'the clearing house', async () => {
    const state = {
      marginSummary: { accountValue: '1010.5', totalMarginUsed: '100.25', totalNtlPos: '501', totalRawUsd: '1511.5' },
      crossMarginSummary: {},
      withdrawable: '900.25',
      assetPositions: [
        {
          type: 'oneWay',
          position: {
            coin: 'BTC',
            szi: '-0.01',
            entryPx: '50100.5',
            leverage: { type: 'cross', value: 5 },
            liquidationPx: null,
            positionValue: '500.01',
            unrealizedPnl: '0.995',
            marginUsed: '100.25',
          },
        },
      ],
      time: NOW_MS,
    }
    const { exchange } = await at({ clearinghouseState: state })
    expect(await exchange.balances()).toEqual([{ asset: 'USDC', free: '900.25', total: '1009.505' }])
    expect(await exchange.margin()).toEqual({
      equity: '1010.5',
      usedMargin: '100.25',
      freeMargin: '900.25',
      marginLevel: null,
    })
    expect(await exchange.positions()).toEqual([
      {
        symbol: SYMBOL,
        quantity: '-0.01',
        entryPrice: '50100.5',
        leverage: 5,
        marginMode: 'cross',
        liquidationPrice: null,
        markPrice: '50001',
        unrealised: '0.995',
      },
    ])
  })

  shows('fees', "the address's own rates", async () => {
    const { exchange } = await at({ userFees: { userCrossRate: '0.00045', userAddRate: '0.00015', dailyUserVlm: [] } })
    expect(await exchange.fees(SYMBOL)).toEqual({ maker: '0.00015', taker: '0.00045' })
  })
})

describe('public data', () => {
  shows('markets', 'sizes, digits and leverage; a delisted one is closed', async () => {
    const { exchange } = await at({})
    const [btc, eth, old] = await exchange.markets([SYMBOL, 'ETH/USDC:USDC', 'OLD/USDC:USDC'])
    expect(btc).toMatchObject({
      tick: '0.1',
      step: '0.00001',
      minQuantity: '0.00001',
      minCost: '10',
      significantDigits: 5,
      status: 'online',
    })
    expect([btc!.leverages.at(-1), eth!.tick, eth!.step, old!.status]).toEqual([40, '0.01', '0.0001', 'closed'])
  })

  shows(['clock', 'status'], 'clock and state', async () => {
    const { exchange } = await at({ exchangeStatus: { time: NOW_MS + 9, specialStatuses: null } })
    expect([await exchange.serverTimeMs(), await exchange.status()]).toEqual([NOW_MS + 9, 'online'])
    expect(
      await (await at({ exchangeStatus: { time: NOW_MS, specialStatuses: { halted: true } } })).exchange.status(),
    ).toBe('maintenance')
  })

  shows('candles', 'from the one asked for on', async () => {
    const candle = (i: number) => ({
      t: NOW_MS + i * 3_600_000,
      T: 0,
      s: 'BTC',
      i: '1h',
      o: '1.0',
      c: '2.0',
      h: '3.0',
      l: '0.5',
      v: '7.25',
      n: 4,
    })
    const { exchange, wire } = await at({ candleSnapshot: [candle(-1), candle(0)] })
    expect(await exchange.candles(SYMBOL, 3_600_000, NOW_MS)).toEqual([
      { openMs: NOW_MS, open: 1, high: 3, low: 0.5, close: 2, volume: 7.25 },
    ])
    expect(wire.last().fields).toEqual({
      type: 'candleSnapshot',
      req: { coin: 'BTC', interval: '1h', startTime: NOW_MS, endTime: NOW_MS },
    })
  })
})

agrees()
