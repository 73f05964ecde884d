/** What is known after a call failed: Kraken's words, broken connections, odd answers; and that no secret gets out. */

import { inspect } from 'node:util'
import ccxt from 'ccxt'
import { describe, expect, it } from 'vitest'
import { RejectCode } from '../../../engine/core/fact.ts'
import { Side } from '../../../engine/core/order.ts'
import type { ExchangeError, FailureKind } from '../../../engine/live/exchange.ts'
import * as bodies from './kraken-bodies.ts'
import { answer, KEYS, krakenAt } from './kraken-venue.ts'
import { exit, failure, order } from './support.ts'

const { unavailable, belowMinimum, insufficientFunds, insufficientMargin, offTick, postOnly } = RejectCode

describe('words of a refused order', () => {
  const cases: readonly [string, FailureKind, string, RejectCode | null][] = [
    ['EOrder:Insufficient funds', 'rejected', 'INSUFFICIENT_FUNDS', insufficientFunds],
    ['EOrder:Order minimum not met', 'rejected', 'BELOW_MINIMUM', belowMinimum],
    // To ccxt all of these are bare errors, of which nothing could be known.
    ['EOrder:Cost minimum not met', 'rejected', 'BELOW_MINIMUM', belowMinimum],
    ['EOrder:Tick size check failed', 'rejected', 'OFF_TICK', offTick],
    ['EOrder:Insufficient margin', 'rejected', 'INSUFFICIENT_MARGIN', insufficientMargin],
    ['EGeneral:Insufficient initial margin', 'rejected', 'INSUFFICIENT_MARGIN', insufficientMargin],
    ['EOrder:Margin allowance exceeded', 'rejected', 'INSUFFICIENT_MARGIN', insufficientMargin],
    ['EOrder:Orders limit exceeded', 'rejected', 'ORDERS_LIMIT', unavailable],
    ['EOrder:Post only order', 'rejected', 'POST_ONLY', postOnly],
    ['EAPI:Invalid signature', 'rejected', 'BAD_KEY', unavailable],
    ['EOrder:Duplicate cl_ord_id', 'exists', 'DUPLICATE_ID', RejectCode.duplicateId],
    ['EGeneral:Invalid arguments:cl_ord_id already in use', 'exists', 'DUPLICATE_ID', RejectCode.duplicateId],
    ['EAPI:Invalid key', 'rejected', 'BAD_KEY', unavailable],
    ['EGeneral:Permission denied', 'rejected', 'NO_PERMISSION', unavailable],
    ['EAPI:Invalid nonce', 'rejected', 'BAD_NONCE', unavailable],
    ['EAPI:Rate limit exceeded', 'rejected', 'RATE_LIMITED', unavailable],
    ['EOrder:Rate limit exceeded', 'rejected', 'RATE_LIMITED', unavailable],
    ['EGeneral:Temporary lockout', 'rejected', 'LOCKED_OUT', unavailable],
    ['EQuery:Unknown asset pair', 'rejected', 'UNKNOWN_SYMBOL', RejectCode.notListed],
    ['EGeneral:Invalid arguments:volume', 'rejected', 'OFF_STEP', RejectCode.offStep],
    ['EGeneral:Invalid arguments', 'rejected', 'BAD_REQUEST', RejectCode.unsupported],
    // The order may have got through.
    ['EService:Timeout', 'unknown', 'TIMEOUT', null],
    ['EService:Deadline elapsed', 'unknown', 'TIMEOUT', null],
    ['EService: Throttled: 1795262402', 'unknown', 'RATE_LIMITED', null],
    ['EService:Unavailable', 'unknown', 'UNAVAILABLE', null],
    ['EService:Busy', 'unknown', 'UNAVAILABLE', null],
    ['EService:Market in cancel_only mode', 'unknown', 'MAINTENANCE', null],
    ['EGeneral:Internal error', 'unknown', 'UNAVAILABLE', null],
    ['EOrder:Something nobody has seen', 'unknown', 'VENUE_ERROR', null],
  ]
  for (const [words, kind, code, reject] of cases) {
    it(`${words}: ${kind}`, async () => {
      const { exchange, wire } = await krakenAt({ AddOrder: bodies.refusal(words) })
      const error = await failure(exchange.submit(order()))
      expect([error.kind, error.code, error.reject, error.venueText]).toEqual([kind, code, reject, words])
      // Sent once, whatever it was.
      expect(wire.heard.filter((one) => one.path.endsWith('AddOrder')).length).toBe(1)
    })
  }

  it('of several words the least certain counts', async () => {
    const { exchange } = await krakenAt({ AddOrder: bodies.refusal('EOrder:Insufficient funds', 'EService:Timeout') })
    expect((await failure(exchange.submit(order()))).kind).toBe('unknown')
  })

  it('a sell lacks base', async () => {
    const { exchange } = await krakenAt({ AddOrder: bodies.refusal('EOrder:Insufficient funds') })
    expect((await failure(exchange.submit(exit()))).reject).toBe(RejectCode.insufficientBase)
  })

  it('a cancel of an order that is gone is refused, and says so', async () => {
    const { exchange } = await krakenAt({ CancelOrder: bodies.refusal('EOrder:Unknown order') })
    const error = await failure(exchange.cancel({ clientId: 'tnd7', venueId: null, symbol: 'BTC/USD' }))
    expect([error.kind, error.reject]).toEqual(['rejected', RejectCode.unknownOrder])
  })
})

describe('answers that are none', () => {
  const page = '<html><body>502 Bad Gateway</body></html>'
  const cases: readonly [string, unknown, FailureKind, string][] = [
    ['the connection breaks', answer({ drop: true }), 'unknown', 'UNREACHABLE'],
    ['502', answer({ status: 502, body: page }), 'unknown', 'UNAVAILABLE'],
    ['503', answer({ status: 503, body: page }), 'unknown', 'UNAVAILABLE'],
    ['520', answer({ status: 520, body: page }), 'unknown', 'UNAVAILABLE'],
    ['504', answer({ status: 504, body: page }), 'unknown', 'TIMEOUT'],
    ['429', answer({ status: 429, body: '{}', headers: { 'retry-after': '7' } }), 'rejected', 'RATE_LIMITED'],
    ['an answer cut short', answer({ body: '{"error":[],"result":{"txid":["OAB' }), 'unknown', 'BAD_RESPONSE'],
    ['an empty answer', answer({ body: '' }), 'unknown', 'BAD_RESPONSE'],
    ['a page instead of JSON', answer({ body: page }), 'unknown', 'BAD_RESPONSE'],
    ['no id of the order', { error: [], result: { descr: {} } }, 'unknown', 'BAD_RESPONSE'],
    ['null', answer({ body: 'null' }), 'unknown', 'BAD_RESPONSE'],
  ]
  for (const [name, given, kind, code] of cases) {
    it(`${name}: ${kind}`, async () => {
      const { exchange, wire } = await krakenAt({ AddOrder: given })
      const error = await failure(exchange.submit(order()))
      expect([error.kind, error.code]).toEqual([kind, code])
      expect(wire.heard.filter((one) => one.path.endsWith('AddOrder')).length).toBe(1)
      if (name === '429') expect(error.retryAfterMs).toBe(7000)
    })
  }

  it('a server that is not there', async () => {
    const { exchange, wire } = await krakenAt({})
    wire.close()
    expect((await failure(exchange.submit(order()))).kind).toBe('unknown')
  })
})

describe('nonces that are refused', () => {
  const nonceOf = (one: { fields: Readonly<Record<string, unknown>> }) => BigInt(String(one.fields['nonce']))

  it('a read is asked once more with a far higher one; an order never', async () => {
    let calls = 0
    const { exchange, wire } = await krakenAt({
      BalanceEx: () => (calls++ === 0 ? bodies.refusal('EAPI:Invalid nonce') : bodies.BALANCES),
      AddOrder: bodies.refusal('EAPI:Invalid nonce'),
    })
    expect((await exchange.balances()).length).toBe(3)
    const [first, second] = wire.heard.filter((one) => one.path.endsWith('BalanceEx')).map(nonceOf)
    expect(second! - first!).toBeGreaterThanOrEqual(3_600_000_000_000n)
    await failure(exchange.submit(order()))
    expect(wire.heard.filter((one) => one.path.endsWith('AddOrder')).length).toBe(1)
  })
})

describe('trap 3: ccxt alone', () => {
  it('gives the same nonce twice within a millisecond, ours never', async () => {
    const plain = new ccxt.kraken(KEYS)
    const theirs = Array.from({ length: 100 }, () => plain.nonce())
    expect(new Set(theirs).size).toBeLessThan(100)
    const { exchange, wire } = await krakenAt({ BalanceEx: bodies.BALANCES })
    await Promise.all(Array.from({ length: 30 }, () => exchange.balances()))
    const ours = wire.heard.slice(1).map((one) => BigInt(String(one.fields['nonce'])))
    expect(ours.every((one, i) => i === 0 || one > ours[i - 1]!)).toBe(true)
  })
})

describe('secrets', () => {
  const everything = (error: ExchangeError) =>
    [
      error.message,
      error.stack,
      error.venueText,
      JSON.stringify(error),
      inspect(error, { depth: 9 }),
      String(error.cause),
    ].join('\n')
  const canaries = [
    KEYS.apiKey,
    KEYS.secret,
    Buffer.from(KEYS.secret, 'base64').toString('utf8'),
    encodeURIComponent(KEYS.secret),
  ]

  it('a venue that says everything back tells nobody anything', async () => {
    const echo = [KEYS.apiKey, KEYS.secret, encodeURIComponent(KEYS.secret), `API-Sign: ${'x'.repeat(88)}`]
    for (const said of [...echo, echo.join(' ')]) {
      for (const given of [
        bodies.refusal(`EOrder:${said}`),
        answer({ status: 500, body: said }),
        answer({ body: said }),
      ]) {
        const { exchange } = await krakenAt({ AddOrder: given, OpenOrders: given, CancelOrder: given })
        const calls = [
          () => exchange.submit(order()),
          () => exchange.openOrders(),
          () => exchange.cancel({ clientId: 'tnd7', venueId: 'O', symbol: 'BTC/USD' }),
        ]
        for (const call of calls) {
          const shown = everything(await failure(call()))
          for (const canary of [...canaries, 'x'.repeat(20)]) expect(shown).not.toContain(canary)
        }
      }
    }
  })

  it('nor does the exchange itself when it is printed, nor an error before sending', async () => {
    const { exchange, wire } = await krakenAt({ AddOrder: answer({ drop: true }) })
    const shown = [inspect(exchange, { depth: 12, showHidden: true }), JSON.stringify(exchange)]
    shown.push(everything(await failure(exchange.submit(order({ side: Side.sell })))))
    wire.close()
    shown.push(everything(await failure(exchange.balances())))
    for (const canary of canaries) expect(shown.join('\n')).not.toContain(canary)
  })
})
