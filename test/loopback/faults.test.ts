/** Every fault, by itself, as a client meets it. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { Faults, parseFaults } from '../../engine/loopback/faults/faults.ts'
import { FAULT_KINDS, FAULT_NAMES, type FaultName } from '../../engine/loopback/faults/kinds.ts'
import { PUBLIC_CALLS } from '../../engine/loopback/spot/public.ts'
import { PRIVATE_CALLS } from '../../engine/loopback/spot/spot.ts'
import { repositoryRoot } from '../support/shared.ts'
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

const BARS: readonly Bar[] = Array.from({ length: 60 }, () => [40_000, 40_400, 39_600, 40_000])
const SYMBOL = 'BTC/USD'
const PERPETUAL = 'BTC/USD:USD'

let exchange: TestExchange | null = null
const shown = new Set<FaultName>()
afterEach(async () => {
  await exchange?.close()
  exchange = null
})

async function start(name: FaultName, rate = 1): Promise<TestExchange> {
  exchange = await open(floorSetup([series(SYMBOL, BARS)]), futuresSetup([series(PERPETUAL, BARS)]), {
    startMs: START_MS + 20 * HOUR_MS,
    faults: new Faults({ [name]: rate }, 7),
    lateMs: name === 'nonce-reorder' ? 1000 : 20,
  })
  shown.add(name)
  return exchange
}

function fired(name: FaultName): number {
  return exchange!.exchange.faults.counts()[name] ?? 0
}

/** A client that has loaded its markets before anything goes wrong. */
async function client(running: TestExchange, rates: Partial<Record<FaultName, number>>) {
  running.exchange.faults.setRates({})
  const made = krakenClient(running)
  await made.loadMarkets()
  // Only a socket that hangs makes anybody wait: long enough that the request has got there on any machine.
  made.timeout = 'hung-socket' in rates ? 2000 : 60_000
  running.exchange.faults.setRates(rates)
  return made
}

async function begin(name: FaultName, rate = 1) {
  const running = await start(name, rate)
  return { running, kraken: await client(running, { [name]: rate }) }
}

function trades(): number {
  return exchange!.exchange.spot!.desks.get('main')!.trades.length
}

const buy = (kraken: Awaited<ReturnType<typeof client>>, id = 'one') =>
  kraken.createOrder(SYMBOL, 'market', 'buy', 0.01, undefined, { clientOrderId: id })

describe('on the way', () => {
  it.each([
    'lost-request',
    'error-before',
    'html-error',
    'rate-limit-http',
    'rate-limit-word',
    'throttled',
    'lockout',
    'maintenance',
    'hung-socket',
  ] as const)('%s: an error, and nothing has happened', async (name) => {
    const { kraken } = await begin(name)
    await expect(buy(kraken)).rejects.toThrow()
    expect(trades()).toBe(0)
    expect(fired(name)).toBeGreaterThan(0)
  })

  it.each(['lost-response', 'truncated-response', 'error-after', 'timeout-word'] as const)(
    '%s: an error, and it has happened',
    async (name) => {
      const { kraken } = await begin(name)
      await expect(buy(kraken)).rejects.toThrow()
      expect(trades()).toBe(1)
    },
  )

  it('garbled-response: ccxt takes it for an order without anything, and it has happened', async () => {
    const { kraken } = await begin('garbled-response')
    expect((await buy(kraken)).id).toBeUndefined()
    expect(trades()).toBe(1)
  })

  it('late-request: an error, nothing has happened, then it has', async () => {
    const { kraken } = await begin('late-request')
    await expect(buy(kraken)).rejects.toThrow()
    await expect.poll(trades).toBe(1)
  })

  it.each(['late-response', 'reordered-response'] as const)('%s: later, but right', async (name) => {
    const { kraken } = await begin(name)
    expect((await buy(kraken)).id).toMatch(/^O/)
    expect(fired(name)).toBe(1)
  })

  it('duplicate-request: the nonce stops the second one', async () => {
    const { kraken } = await begin('duplicate-request')
    await buy(kraken).catch((error: Error) => expect(error.message).toMatch(/Invalid nonce/))
    expect(trades()).toBe(1)
  })

  it('nonce-reorder: the request that was overtaken has too low a nonce', async () => {
    const { kraken } = await begin('nonce-reorder', 0.5)
    const answers = await Promise.allSettled(Array.from({ length: 12 }, () => kraken.fetchBalance()))
    const failures = answers.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : []))
    expect(failures.length).toBeGreaterThan(0)
    expect(failures.every((one) => /Invalid nonce/.test(one))).toBe(true)
  })

  it.each(['clock-skew', 'clock-jump'] as const)('%s: its time is off for an answer', async (name) => {
    const { kraken, running } = await begin(name)
    expect(Math.abs((await kraken.fetchTime())! - running.clock.nowMs())).toBeGreaterThan(1500)
  })
})

describe('orders and the account', () => {
  it('partial-fill: two trades, a bar apart, that are the order', async () => {
    const { kraken, running } = await begin('partial-fill')
    const { id } = await buy(kraken)
    const part = await kraken.fetchOrder(id!)
    expect(part).toMatchObject({ status: 'open' })
    expect(part.filled).toBeGreaterThan(0)
    expect(part.filled).toBeLessThan(0.01)
    running.hours(1)
    expect(await kraken.fetchOrder(id!)).toMatchObject({ status: 'closed', filled: 0.01 })
    expect(trades()).toBe(2)
  })

  it('fill-during-cancel: the cancel finds nothing, the trade is there', async () => {
    const { kraken } = await begin('fill-during-cancel')
    const { id } = await kraken.createOrder(SYMBOL, 'limit', 'buy', 0.01, 39_000)
    await expect(kraken.cancelOrder(id!)).rejects.toThrow(/Unknown order/)
    expect(await kraken.fetchOrder(id!)).toMatchObject({ status: 'closed', filled: 0.01, average: 39_000 })
    expect((await kraken.fetchBalance())['USD']!.used).toBe(0)
  })

  it('cancel-lost: confirmed, and still open', async () => {
    const { kraken } = await begin('cancel-lost')
    const { id } = await kraken.createOrder(SYMBOL, 'limit', 'buy', 0.01, 39_000)
    await kraken.cancelOrder(id!)
    expect((await kraken.fetchOrder(id!)).status).toBe('open')
  })

  it('self-cancel: gone with the next request', async () => {
    const { kraken } = await begin('self-cancel')
    const { id } = await kraken.createOrder(SYMBOL, 'limit', 'buy', 0.01, 39_000)
    const order = await kraken.fetchOrder(id!)
    expect(order.status).toBe('canceled')
    expect(order.info.reason).toBe('Canceled by exchange')
  })

  it('spurious-funds: refused', async () => {
    const { kraken } = await begin('spurious-funds')
    await expect(buy(kraken)).rejects.toThrow(/Insufficient funds/)
  })

  it('fee-in-base: less base than bought', async () => {
    const { kraken } = await begin('fee-in-base')
    await buy(kraken)
    expect((await kraken.fetchBalance())['BTC']!.total).toBeCloseTo(0.01 * 0.996, 8)
  })

  it('id-reuse: a second open order of the same id', async () => {
    const { kraken } = await begin('id-reuse')
    for (const price of [39_000, 38_000]) {
      await kraken.createOrder(SYMBOL, 'limit', 'buy', 0.01, price, { clientOrderId: 'twice' })
    }
    expect(await kraken.fetchOpenOrders(SYMBOL, undefined, undefined, { clientOrderId: 'twice' })).toHaveLength(2)
  })

  it('manual-trade: a trade that nobody ordered', async () => {
    const { kraken } = await begin('manual-trade')
    for (let i = 0; i < 4; i++) await kraken.fetchBalance()
    const desks = [exchange!.exchange.spot!, exchange!.exchange.futures!].map((floor) => floor.desks.get('main')!)
    const byHand = desks.map((desk) => desk.trades.filter(({ order }) => order.manual).length)
    expect(byHand[0]! + byHand[1]!).toBe(fired('manual-trade'))
    expect(byHand[0]).toBeGreaterThan(0)
  })

  it.each(['leverage-refusal', 'funding', 'liquidation'] as const)('%s, of a perpetual', async (name) => {
    const running = await start(name, 0)
    const futures = futuresClient(running)
    await futures.loadMarkets()
    if (name !== 'leverage-refusal') await futures.createOrder(PERPETUAL, 'market', 'buy', 0.1)
    running.exchange.faults.setRates({ [name]: 1 })
    if (name === 'leverage-refusal') await expect(futures.setLeverage(5, PERPETUAL)).rejects.toThrow(/leverage/)
    else if (name === 'liquidation') expect(await futures.fetchPositions()).toEqual([])
    // 0.05 % of 4000, beside the fee of 2.
    else expect((await futures.fetchBalance())['USD']!.total).toBeCloseTo(10_000 - 2 - 2, 6)
    expect(fired(name)).toBe(1)
  })

  it('filter-change: what was enough is too little', async () => {
    const { kraken } = await begin('filter-change')
    await expect(kraken.createOrder(SYMBOL, 'limit', 'buy', 0.0005, 39_000.1)).rejects.toThrow(
      /Order minimum|Tick size/,
    )
    expect((await kraken.publicGetAssetPairs())['result'].XXBTZUSD).toMatchObject({ ordermin: '0.001', tick_size: '1' })
  })

  it('delisting: only cancels', async () => {
    const { kraken } = await begin('delisting')
    await expect(buy(kraken)).rejects.toThrow(/cancel_only/)
  })
})

describe('what is told', () => {
  it.each(['read-lag-orders', 'read-lag-balances', 'read-lag-trades'] as const)('%s: the past, twice', async (name) => {
    const { kraken } = await begin(name)
    const read = {
      'read-lag-orders': async () => (await kraken.fetchOpenOrders(SYMBOL)).length,
      'read-lag-balances': async () => Number((await kraken.fetchBalance())['BTC']?.total ?? 0),
      'read-lag-trades': async () => (await kraken.fetchMyTrades(SYMBOL)).length,
    }[name]
    if (name === 'read-lag-orders') await kraken.createOrder(SYMBOL, 'limit', 'buy', 0.01, 39_000)
    else await buy(kraken)
    expect([await read(), await read()]).toEqual([0, 0])
    expect(await read()).toBeGreaterThan(0)
    expect(fired(name)).toBe(2)
  })

  it('read-lag-positions: the past, twice', async () => {
    const running = await start('read-lag-positions')
    const futures = futuresClient(running)
    await futures.createOrder(PERPETUAL, 'market', 'buy', 0.1)
    const seen = [await futures.fetchPositions(), await futures.fetchPositions(), await futures.fetchPositions()]
    expect(seen.map((one) => one.length)).toEqual([0, 0, 1])
  })

  it('history-limit: five of eight', async () => {
    const { kraken } = await begin('history-limit')
    for (let i = 0; i < 8; i++) await buy(kraken, `id-${i}`)
    expect(await kraken.fetchMyTrades(SYMBOL)).toHaveLength(5)
  })

  it('null-fields: no average, no fee', async () => {
    const { kraken } = await begin('null-fields')
    const { id } = await buy(kraken)
    const { info } = await kraken.fetchOrder(id!)
    expect([info.price, info.fee, info.cost]).toEqual([null, null, null])
  })

  const times = async (name: FaultName): Promise<{ all: number[]; closes: number[] }> => {
    const { kraken } = await begin(name)
    const { result } = await kraken.publicGetOHLC({ pair: 'XXBTZUSD', interval: 60 })
    const rows = result.XXBTZUSD as [number, string, string, string, string][]
    return { all: rows.map(([time]) => (time * 1000 - START_MS) / HOUR_MS), closes: rows.map((row) => Number(row[4])) }
  }

  it('late-candle: neither the newest closed nor the forming one', async () => {
    expect((await times('late-candle')).all.at(-1)).toBe(18)
  })

  it('missing-candle, duplicate-candle, unordered-candles', async () => {
    expect(new Set((await times('missing-candle')).all).size).toBe(20)
    await exchange!.close()
    const { all } = await times('duplicate-candle')
    expect([all.length, new Set(all).size]).toEqual([22, 21])
    await exchange!.close()
    const unordered = (await times('unordered-candles')).all
    expect(unordered).not.toEqual([...unordered].sort((a, b) => a - b))
  })

  it('revised-candle: another close than before', async () => {
    expect((await times('revised-candle')).closes.at(-2)).toBeCloseTo(40_040, 6)
  })
})

describe('websockets', () => {
  /** Messages of `count` bars, and whether the connection is still there. */
  async function listen(name: FaultName, count = 6): Promise<{ begins: string[]; closed: boolean }> {
    const running = await start(name, 0)
    const socket = new WebSocket(`${running.url.replace('http', 'ws')}/v2`)
    const messages: {
      channel?: string
      type?: string
      data?: { interval_begin: string; trades: number }[]
      method?: string
    }[] = []
    let closed = false
    socket.on('message', (data) => messages.push(JSON.parse(data.toString())))
    socket.on('close', () => {
      closed = true
    })
    await new Promise<void>((resolve) => socket.on('open', resolve))
    const params = { channel: 'ohlc', symbol: [SYMBOL], interval: 60, snapshot: false }
    socket.send(JSON.stringify({ method: 'subscribe', params }))
    await expect.poll(() => messages.some(({ method }) => method === 'subscribe')).toBe(true)
    running.exchange.faults.setRates({ [name]: name === 'ws-reorder' || name === 'ws-gap' ? 0.5 : 1 })
    for (let bar = 0; bar < count; bar++) running.hours(1)
    socket.send(JSON.stringify({ method: 'ping' }))
    await expect.poll(() => closed || messages.some(({ method }) => method === 'pong')).toBe(true)
    socket.close()
    const told = messages.filter(({ type }) => type === 'update').flatMap(({ data }) => data ?? [])
    return {
      begins: told.flatMap((one) => (one.interval_begin ? [`${one.interval_begin} ${one.trades}`] : [])),
      closed,
    }
  }

  it('ws-drop: the connection is gone', async () => {
    expect((await listen('ws-drop')).closed).toBe(true)
  })

  it('ws-silent: alive, and says nothing', async () => {
    expect(await listen('ws-silent')).toEqual({ begins: [], closed: false })
  })

  it('ws-gap: fewer', async () => {
    const { begins } = await listen('ws-gap')
    expect(begins.length).toBeLessThan(12)
    expect(begins.length).toBeGreaterThan(0)
  })

  it('ws-duplicate: each twice', async () => {
    const { begins } = await listen('ws-duplicate')
    expect([begins.length, new Set(begins).size]).toEqual([24, 12])
  })

  it('ws-reorder: not in order', async () => {
    const { begins } = await listen('ws-reorder')
    expect(begins).not.toEqual([...begins].sort())
  })
})

describe('the faults themselves', () => {
  it('are all shown here', () => {
    expect(FAULT_NAMES.filter((name) => !shown.has(name))).toEqual([])
  })

  it('fire the same for the same seed, each by its own draws', () => {
    const run = (rates: string): number[] => {
      const faults = new Faults(parseFaults(rates), 3)
      return Array.from({ length: 200 }, () => Number(faults.fires('lost-response')))
    }
    expect(run('lost-response=0.3')).toEqual(run('lost-response=0.3,funding=0.5'))
    const mean = run('lost-response=0.3').reduce((sum, one) => sum + one, 0) / 200
    expect(mean).toBeGreaterThan(0.2)
    expect(mean).toBeLessThan(0.4)
  })

  it('are refused by an unknown name or a rate above one', () => {
    expect(() => parseFaults('lost-respons=0.1')).toThrow(/there is no fault 'lost-respons'/)
    expect(() => parseFaults('funding=2')).toThrow(/from 0 to 1/)
    expect(Object.keys(parseFaults('all=0.5'))).toHaveLength(FAULT_NAMES.length)
  })
})

describe('the page about the exchange', () => {
  it('names every fault with its rate, and every call', () => {
    const page = readFileSync(join(repositoryRoot, 'docs/exchange.md'), 'utf8')
    for (const name of FAULT_NAMES) {
      const { what, rate } = FAULT_KINDS[name]
      expect(page).toContain(`| \`${name}\` | ${what} | ${Number((rate * 100).toFixed(3))} % |`)
    }
    const calls = [...Object.keys(PUBLIC_CALLS), ...Object.keys(PRIVATE_CALLS)]
    expect(calls.filter((one) => !new RegExp(`\\b${one}\\b`).test(page))).toEqual([])
  })
})
