/** Opening venues: what each can do is what its order profile allows, what is missing is said in a line. */

import ccxt from 'ccxt'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadOrderProfile } from '../../../datasets/dated/order-profiles.ts'
import { TandemError } from '../../../engine/core/errors.ts'
import { RejectCode } from '../../../engine/core/fact.ts'
import { Side } from '../../../engine/core/order.ts'
import { ORDER_KINDS, TIMES_IN_FORCE } from '../../../engine/core/order-profile.ts'
import { evidenceRows, refuseUnproven, standingOf } from '../../../engine/live/ccxt/evidence.ts'
import { EVIDENCE } from '../../../engine/live/ccxt/evidence-table.ts'
import { type CallFacts, failureOf } from '../../../engine/live/ccxt/failure.ts'
import { abilitiesOf, featuresOf, LIVE_VENUES, openExchange, openPublic } from '../../../engine/live/ccxt/open.ts'
import { OPERATIONS, offeredBy, operationsOf } from '../../../engine/live/ccxt/operations.ts'
import { Pacer } from '../../../engine/live/ccxt/pacer.ts'
import * as plain from '../../../engine/live/ccxt/plain.ts'
import { Redactor } from '../../../engine/live/ccxt/redact.ts'
import * as bodies from './kraken-bodies.ts'
import { failure, folder, NOW_MS, order, standingClock, WALL } from './support.ts'
import { startWire } from './wire.ts'

async function refusal(work: () => Promise<unknown>): Promise<TandemError> {
  try {
    await work()
  } catch (error) {
    expect(error).toBeInstanceOf(TandemError)
    return error as TandemError
  }
  throw new Error('it was not refused')
}

const keys = { apiKey: 'k', secret: Buffer.from('s').toString('base64') }

describe('opening', () => {
  it('says in a line what is wrong', async () => {
    const common = { keys, environment: WALL, nonceFolder: folder() }
    expect((await refusal(() => openExchange({ ...common, venue: 'mtgox' }))).line).toContain(
      "can't trade at mtgox (it can at alpaca",
    )
    expect((await refusal(() => openExchange({ ...common, venue: 'kraken', keys: { apiKey: 'k' } }))).line).toBe(
      'there is no secret for kraken (kraken needs apiKey and secret)',
    )
    expect((await refusal(() => openExchange({ ...common, venue: 'hyperliquid' }))).code).toBe('NO_KEYS')
    expect((await refusal(() => openExchange({ ...common, venue: 'kraken', url: 'localhost' }))).code).toBe(
      'BAD_OPTION',
    )
  })

  it('test networks where ccxt knows one, a refusal elsewhere', async () => {
    const open = (venue: string) => openPublic({ venue, environment: WALL, testnet: true })
    for (const venue of ['kraken', 'coinbase']) expect((await refusal(() => open(venue))).code).toBe('NO_TESTNET')
    for (const venue of ['alpaca', 'binance', 'hyperliquid', 'krakenfutures'])
      expect((await open(venue)).venue).toBe(venue)
  })

  it('public data needs no key, and gives no way to an order', async () => {
    const wire = await startWire(({ path }) => ({ body: path.endsWith('AssetPairs') ? bodies.PAIRS : bodies.OHLC }))
    const feed = await openPublic({ venue: 'kraken', url: wire.url, environment: standingClock(NOW_MS), paced: false })
    await feed.markets(['BTC/USD'])
    expect((await feed.candles('BTC/USD', 3_600_000, 0)).length).toBe(3)
    const sneaky = feed as Awaited<ReturnType<typeof openExchange>>
    const error = await failure(sneaky.submit(order()))
    expect([error.kind, error.code, wire.heard.length]).toEqual(['local', 'NO_KEYS', 2])
  })
})

describe('what adapters send is what the dated order profiles allow', () => {
  for (const venue of LIVE_VENUES) {
    it(venue, async () => {
      const profile = (await loadOrderProfile(venue))!
      const features = featuresOf(venue)
      for (const [type, times] of features.kinds) {
        expect(Object.keys(profile.types)).toContain(ORDER_KINDS[type - 1])
        for (const time of times) expect(Object.keys(profile.timeInForce)).toContain(TIMES_IN_FORCE[time - 1])
      }
      if (features.postOnly) expect(profile.postOnly).not.toBeNull()
      if (features.reduceOnly === 'flag') expect(profile.reduceOnly).not.toBeNull()
      if (abilitiesOf(venue).amend) expect(profile.amend).not.toBeNull()
    })
  }
})

describe('what was tested', () => {
  it('has rows for every venue and nothing that is no operation', () => {
    expect(Object.keys(EVIDENCE)).toEqual(LIVE_VENUES)
    for (const venue of LIVE_VENUES) {
      expect(evidenceRows(venue).length).toBe(OPERATIONS.length)
      for (const one of [...EVIDENCE[venue]!.recorded, ...EVIDENCE[venue]!.proven]) expect(OPERATIONS).toContain(one)
      // What every session needs.
      for (const one of [
        'markets',
        'trades',
        'open orders',
        'lookup',
        'cancel',
        'balances',
        'order limit',
        'order market',
      ]) {
        expect([venue, one, standingOf(venue, one)]).not.toContain('unproven')
      }
    }
  })

  for (const venue of LIVE_VENUES) {
    it(`${venue}: all that its adapter offers was tested, and nothing else is claimed`, () => {
      const offered = offeredBy(featuresOf(venue), abilitiesOf(venue))
      const tested = OPERATIONS.filter((one) => standingOf(venue, one) !== 'unproven')
      expect(tested.filter((one) => !['set leverage', 'margin'].includes(one) || offered.includes(one))).toEqual(
        offered,
      )
    })
  }

  it('what never was is refused without an explicit word', async () => {
    const asked = operationsOf(order({ postOnly: true }))
    expect(asked).toEqual(['order limit', 'order post-only'])
    const error = await refusal(async () => refuseUnproven('alpaca', asked, false))
    expect(error.line).toContain('alpaca: never tested: order post-only')
    expect(() => refuseUnproven('alpaca', asked, true)).not.toThrow()
    expect(() => refuseUnproven('kraken', asked, false)).not.toThrow()
    expect(standingOf('mtgox', 'order limit')).toBe('unproven')
  })
})

describe("failures by ccxt's classes, where the venue's words say nothing", () => {
  const NO_RULES = { venue: 'any', texts: [], rules: [], redactor: new Redactor([]), side: Side.buy } as const
  const classes = Object.entries(ccxt).filter(
    ([, one]) => typeof one === 'function' && one.prototype instanceof ccxt.BaseError,
  )
  const sent: CallFacts = { sent: true, status: 400, retryAfter: null, body: null }
  const kindOf = (name: string, facts = sent) => {
    const error = Object.assign(new Error('text that is dropped'), { name })
    return failureOf({ ...NO_RULES, error, facts, asked: 'submit' }).kind
  }
  const REJECTED = [
    ...['InsufficientFunds', 'InvalidOrder', 'OrderImmediatelyFillable', 'OrderNotFillable', 'ContractUnavailable'],
    ...['BadSymbol', 'BadRequest', 'ArgumentsRequired', 'NotSupported', 'MarketClosed'],
    ...['AuthenticationError', 'PermissionDenied', 'AccountNotEnabled', 'AccountSuspended'],
  ]

  it('a definite no, already there, and unknown for all the rest', () => {
    expect(classes.length).toBeGreaterThan(30)
    for (const [name] of classes) {
      const kind = REJECTED.includes(name) ? 'rejected' : name === 'DuplicateOrderId' ? 'exists' : 'unknown'
      expect([name, kindOf(name)]).toEqual([name, kind])
    }
    expect(kindOf('TypeError')).toBe('unknown')
  })

  it('nothing sent is nothing happened; 429 is a no', () => {
    expect(kindOf('RequestTimeout', { ...sent, sent: false })).toBe('local')
    expect(kindOf('RateLimitExceeded', { ...sent, status: 429 })).toBe('rejected')
    expect(kindOf('RateLimitExceeded', { ...sent, status: 200 })).toBe('unknown')
  })
})

describe('exact text', () => {
  const amount = fc
    .tuple(fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }), fc.integer({ min: 0, max: 12 }))
    .map(([digits, k]) => plain.shift(String(digits), -k))

  it('sums, differences and products are exact, and comparisons agree', () => {
    fc.assert(
      fc.property(amount, amount, (a, b) => {
        expect(plain.subtract(plain.add(a, b), b)).toBe(a)
        expect(plain.compare(a, b)).toBe(-plain.compare(b, a) + 0)
        expect(plain.multiply(a, b)).toBe(plain.multiply(b, a))
        expect(plain.shift(plain.shift(a, 7), -7)).toBe(a)
        if (b !== '0') {
          const quotient = plain.divideTruncated(a, b, 15)
          const rest = plain.subtract(a, plain.multiply(quotient, b))
          const limit = plain.multiply(b.replace('-', ''), '0.000000000000001')
          expect(plain.compare(rest.replace('-', ''), limit)).toBe(-1)
        }
      }),
    )
  })

  it('numbers of JSON keep what their text says', () => {
    expect([1e-9, '1E-9', 0.1, 1e21, '0010.500', -0, '+3'].map((one) => plain.plain(one))).toEqual([
      '0.000000001',
      '0.000000001',
      '0.1',
      '1000000000000000000000',
      '10.5',
      '0',
      '3',
    ])
    expect([null, undefined, '', 'NaN', '1.2.3', {}, Number.NaN].map((one) => plain.plain(one))).toEqual(
      Array(7).fill(null),
    )
    expect([
      plain.isMultiple('1.5', '0.5'),
      plain.isMultiple('1.5', '0.4'),
      plain.decimalsOf('1.500'),
      plain.stepOf(3),
      plain.stepOf(-3),
    ]).toEqual([true, false, 1, '0.001', '1000'])
  })
})

describe('pace', () => {
  it("keeps to the counter: Kraken's lowest tier takes 15 at once, then one each 3 seconds", async () => {
    const clock = standingClock(NOW_MS)
    const pacer = new Pacer({ capacity: 15, perSecond: 1 / 3 }, clock)
    for (let i = 0; i < 15; i += 1) await pacer.take(1)
    expect(clock.monotonicMs()).toBe(0)
    for (let i = 0; i < 5; i += 1) await pacer.take(1)
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(15_000)
    expect(clock.monotonicMs()).toBeLessThan(15_100)
  })

  it('refuses what would wait too long, so that whoever asks again and again doesn’t fill the line', async () => {
    const clock = standingClock(NOW_MS)
    const pacer = new Pacer({ capacity: 15, perSecond: 1 / 3 }, clock, 8000)
    for (let i = 0; i < 5; i += 1) await pacer.take(3)
    const refused = await failure(pacer.take(3))
    expect([refused.kind, refused.code, refused.retryAfterMs]).toEqual(['rejected', 'RATE_LIMITED', 9000])
    // What was refused costs nothing: a smaller call still goes, after its wait.
    await pacer.take(2)
    expect(clock.monotonicMs()).toBe(6000)
  })
})

describe('redaction', () => {
  it('takes a secret out in every form, and what looks like a signature', () => {
    const secret = 'CANARY/se+cret=='
    const redactor = new Redactor([secret, undefined, 'ab'])
    const forms = [
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('hex'),
    ]
    for (const form of forms) expect(redactor.clean(`x ${form} y`)).toBe('x [secret] y')
    expect(redactor.clean('signature=0123456789abcdef&x')).toBe('signature=[secret]&x')
    expect(redactor.clean(`line\nbreak\u0000 ${'z'.repeat(300)}`).length).toBe(200)
  })
})

it('trap 6: ccxt alone sends what is below every minimum; its codes are known here', async () => {
  expect(Object.values(RejectCode)).toContain(RejectCode.belowMinimum)
  const alone = new ccxt.kraken(keys)
  alone.setMarkets([
    {
      id: 'XXBTZUSD',
      symbol: 'BTC/USD',
      base: 'BTC',
      quote: 'USD',
      spot: true,
      type: 'spot',
      precision: { amount: 1e-8, price: 0.1 },
      limits: { amount: { min: 0.00005 }, cost: { min: 0.5 } },
    },
  ])
  const sent: string[] = []
  alone.fetch = async (_url: unknown, _method: unknown, _headers: unknown, body: unknown) => {
    sent.push(String(body))
    return bodies.ADDED
  }
  await alone.createOrder('BTC/USD', 'limit', 'buy', 0.00000001, 50000)
  // Trap 5: what it doesn't know goes along, and the order with it: a plain market order.
  await alone.createOrder('BTC/USD', 'market', 'sell', 0.01, undefined, { triggerPrice: 48000 })
  expect(sent[0]).toContain('volume=0.00000001')
  expect(sent[1]).toContain('ordertype=market')
})
