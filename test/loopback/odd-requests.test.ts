/** Whatever comes in is answered in the exchange's words, and the books still add up. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../../engine/loopback/clock.ts'
import { Exchange } from '../../engine/loopback/exchange.ts'
import { FuturesProtocol } from '../../engine/loopback/futures/futures.ts'
import { TokenBuckets } from '../../engine/loopback/futures/limits.ts'
import { FuturesMarkets } from '../../engine/loopback/futures/markets.ts'
import { futuresSignature, generateKey, spotSignature } from '../../engine/loopback/keys.ts'
import { RateLimits } from '../../engine/loopback/spot/limits.ts'
import { SpotMarkets } from '../../engine/loopback/spot/markets.ts'
import { PRIVATE_CALLS, SpotProtocol } from '../../engine/loopback/spot/spot.ts'
import { type Bar, floorSetup, futuresSetup, HOUR_MS, START_MS, series } from './support.ts'

const BARS: readonly Bar[] = Array.from({ length: 40 }, (_, i) => [100 + (i % 7), 110, 90, 100 + ((i + 1) % 7)])
const KEY = generateKey('test', 'main', ['query', 'trade'])

function make() {
  const clock = new VirtualClock(START_MS)
  const spot = floorSetup([series('BTC/USD', BARS)])
  const futures = futuresSetup([series('BTC/USD:USD', BARS)])
  const exchange = new Exchange({ spot, futures, keys: [KEY], clock, startMs: START_MS, seed: 1 })
  const world = {
    markets: new SpotMarkets(exchange.spot!),
    limits: new RateLimits('pro', false, () => 0),
    ids: exchange.ids,
    status: 'online' as const,
    setDeadMan: () => {},
    socketToken: () => '',
  }
  const futuresWorld = {
    markets: new FuturesMarkets(exchange.futures!),
    limits: new TokenBuckets(false, () => 0),
    setDeadMan: () => {},
  }
  return { exchange, spot: new SpotProtocol(exchange, world), futures: new FuturesProtocol(exchange, futuresWorld) }
}

const amount = fc.oneof(
  fc.constantFrom(
    '0',
    '1',
    '-1',
    '0.0001',
    '100',
    '99.9',
    '1e3',
    'NaN',
    'Infinity',
    '',
    '99999999999999999999',
    '+5%',
    '#1',
    '0x10',
  ),
  fc.string({ maxLength: 8 }),
  fc.double({ min: 0, max: 1e20 }).map(String),
)
const spotFields = fc.record(
  {
    pair: fc.constantFrom('XBTUSD', 'XXBTZUSD', 'XBT/USD', 'nothing'),
    type: fc.constantFrom('buy', 'sell', 'hold'),
    ordertype: fc.constantFrom('market', 'limit', 'stop-loss', 'take-profit-limit', 'trailing-stop', 'odd'),
    volume: amount,
    price: amount,
    price2: amount,
    oflags: fc.constantFrom('', 'post', 'viqc', 'fcib', 'fcib,fciq', 'odd'),
    timeinforce: fc.constantFrom('GTC', 'IOC', 'FOK', 'GTD', 'odd'),
    expiretm: amount,
    starttm: amount,
    deadline: fc.constantFrom('2030-01-01T00:00:00Z', 'never'),
    leverage: fc.constantFrom('none', '2', '5:1', 'odd'),
    cl_ord_id: fc.string({ maxLength: 20 }),
    userref: amount,
    'close[ordertype]': fc.constantFrom('limit', 'stop-loss', 'market'),
    'close[price]': amount,
    txid: fc.string({ maxLength: 12 }),
    start: amount,
    end: amount,
    ofs: amount,
    timeout: amount,
    orders: fc.string(),
  },
  { requiredKeys: [] },
)
const futuresFields = fc.record(
  {
    symbol: fc.constantFrom('PF_XBTUSD', 'pf_xbtusd', 'nothing'),
    side: fc.constantFrom('buy', 'sell', 'odd'),
    orderType: fc.constantFrom('mkt', 'lmt', 'post', 'ioc', 'fok', 'stp', 'take_profit', 'trailing_stop', 'odd'),
    size: amount,
    limitPrice: amount,
    stopPrice: amount,
    trailingStopMaxDeviation: amount,
    reduceOnly: fc.constantFrom('true', 'false', 'odd'),
    cliOrdId: fc.string({ maxLength: 120 }),
    order_id: fc.string(),
    maxLeverage: amount,
    since: amount,
    count: amount,
    continuation_token: amount,
    lastFillTime: fc.string(),
    timeout: amount,
  },
  { requiredKeys: [] },
)

describe('odd requests', () => {
  it('of spot: an answer with Kraken’s words or a result, never a fault of ours', () => {
    const { exchange, spot } = make()
    let nonce = 0
    const methods = Object.keys(PRIVATE_CALLS)
    fc.assert(
      fc.property(
        fc.constantFrom(...methods, 'AddOrder', 'AddOrder', 'AddOrder'),
        spotFields,
        fc.nat(3),
        (method, fields, later) => {
          nonce += 1
          const path = `/0/private/${method}`
          const body = new URLSearchParams({ nonce: String(nonce), ...fields }).toString()
          const headers = { 'api-key': KEY.key, 'api-sign': spotSignature(KEY.secret, path, String(nonce), body) }
          const answer = spot.handle({ method: 'POST', path, query: '', headers, body })!
          const { error, result } = JSON.parse(JSON.stringify(answer.body)) as { error: string[]; result?: unknown }
          expect(answer.status).toBe(200)
          if (error.length > 0) expect(error[0]).toMatch(/^E(General|Order|Service|Query|API): ?\w/)
          else expect(result).toBeDefined()
          if (later === 0) exchange.advanceTo(exchange.nowMs() + HOUR_MS / 3)
        },
      ),
      { numRuns: 600 },
    )
    const desk = exchange.spot!.desks.get('main')!
    const { trades } = desk
    const { account } = desk.venue
    const spent = trades.reduce((sum, one) => sum + one.side * one.value + (one.feeBase > 0 ? 0 : one.fee), 0)
    const bought = trades.reduce((sum, one) => sum + one.side * one.quantity - one.feeBase, 0)
    const { quoteDec } = desk.instruments[0]!
    expect(account.cash).toBe(10_000 * 10 ** quoteDec - spent)
    expect(account.base[0]).toBe(bought)
    expect(account.freeCash).toBeGreaterThanOrEqual(0)
    expect(account.freeBase(0)).toBeGreaterThanOrEqual(0)
  })

  it('of futures: an answer in its words, never a fault of ours', () => {
    const { exchange, futures } = make()
    const calls = [
      'POST sendorder',
      'POST sendorder',
      'POST editorder',
      'POST cancelorder',
      'POST cancelallorders',
      'GET fills',
    ]
    const others = [
      'GET openorders',
      'GET accounts',
      'PUT leveragepreferences',
      'POST orders/status',
      'POST cancelallordersafter',
    ]
    const history = ['GET history/orders', 'GET history/triggers']
    fc.assert(
      fc.property(fc.constantFrom(...calls, ...others, ...history), futuresFields, fc.nat(3), (call, fields, later) => {
        const [method, name] = call.split(' ') as [string, string]
        const path = name.startsWith('history/') ? `/api/history/v2/${name.slice(8)}` : `/derivatives/api/v3/${name}`
        const query = new URLSearchParams(fields).toString()
        const authent = futuresSignature(KEY.secret, path.replace('/derivatives', ''), '', query)
        const answer = futures.handle({ method, path, query, headers: { apikey: KEY.key, authent }, body: '' })!
        expect([200, 400]).toContain(answer.status)
        expect(['success', 'error']).toContain((answer.body as { result: string }).result)
        if (later === 0) exchange.advanceTo(exchange.nowMs() + HOUR_MS / 3)
      }),
      { numRuns: 600 },
    )
  })
})
