/** Goal: every account is shown, also one that doesn't answer. Method: venues in memory; files with faults. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ZERO } from '../../../engine/core/dec.ts'
import { ExchangeError } from '../../../engine/live/exchange.ts'
import { chooseAccounts, parseAccounts } from '../../../engine/run/venue-accounts/accounts-file.ts'
import { liquidationPrices } from '../../../engine/run/venue-accounts/liquidation.ts'
import type { AccountLook } from '../../../engine/run/venue-accounts/look.ts'
import { instrumentOf, money, priceOf, quantity } from '../../../engine/run/venue-accounts/money.ts'
import { accountStatuses, figuresOf } from '../../../engine/run/venue-accounts/status.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'
import { FakeExchange, type FakeSetup } from './fake-exchange.ts'

const FILE = 'accounts: [{ user: test_user, venue: one, symbols: [BTC/USD] }, { user: bob, venue: two }]'

describe('the file of accounts', () => {
  it('gives each an id and defaults', () => {
    expect(parseAccounts(FILE, 'a.yaml')[0]).toEqual({
      id: 'test_user@one',
      user: 'test_user',
      venue: 'one',
      quote: 'USD',
      symbols: ['BTC/USD'],
      profile: 'auto',
      leverage: 1,
      testnet: false,
      keyCannotWithdraw: false,
    })
  })

  it.each([
    ['accounts: []', /a\.yaml:1: accounts: /],
    ['accounts: [{ user: a }]', /accounts\.0\.venue/],
    ['accounts:\n  - { user: a, venue: kraken, secret: x }', /secret/],
    [
      'accounts:\n  - { user: a, venue: k }\n  - { user: a, venue: k }',
      /a\.yaml:3: accounts\.1: a@k stands there twice/,
    ],
    ['accounts: [', /a\.yaml/],
  ])('refuses %j in one line with the place', (text, line) => {
    expect(() => parseAccounts(text, 'a.yaml')).toThrow(expect.objectContaining({ line: expect.stringMatching(line) }))
  })

  it('chooses by id, user or venue', () => {
    const accounts = parseAccounts(FILE, 'a.yaml')
    const ids = (wanted: string | null) => chooseAccounts(accounts, wanted).map(({ id }) => id)
    expect([ids(null), ids('bob'), ids('one')]).toEqual([['test_user@one', 'bob@two'], ['bob@two'], ['test_user@one']])
    expect(() => chooseAccounts(accounts, 'bobby')).toThrow(/no account 'bobby'/)
  })
})

describe('accounts at a glance', () => {
  function table(setups: Record<string, Partial<FakeSetup> | null>) {
    const runs = mkdtempSync(join(tmpdir(), 'tandem-accounts-'))
    onTestFinished(() => rmSync(runs, { recursive: true }))
    const clock = new VirtualClock(Date.UTC(2026, 0, 1))
    const accounts = parseAccounts(FILE, 'a.yaml')
    const look = () =>
      accountStatuses(
        accounts,
        runs,
        async ({ venue }) => {
          const setup = setups[venue]
          if (setup == null) throw new ExchangeError('no route to host', { kind: 'unknown', code: 'NETWORK' })
          const exchange = new FakeExchange({ balances: { USD: 100 }, markets: {}, ...setup }, () => clock.nowMs())
          return { exchange, environment: clock, timeScale: 1, close: () => exchange.close() }
        },
        () => clock.nowMs(),
      )
    return { look, clock }
  }

  it('A2: test_user, equity 100, 1 position; A1: total = available + locked', async () => {
    const { look } = table({
      one: { balances: { USD: 40, BTC: 0.001 }, markets: { 'BTC/USD': { price: 60_000 } } },
      two: {},
    })
    const [first, second] = await look()
    expect(first).toMatchObject({ user: 'test_user', connected: true, ageMs: 0 })
    expect(first!.figures).toMatchObject({ totalEquity: 100, available: 40, locked: 60, profile: 'LOW_CAPITAL' })
    expect(first!.figures!.positions).toMatchObject([{ symbol: 'BTC/USD', quantity: 0.001, value: 60, listed: true }])
    expect(second!.figures).toMatchObject({ totalEquity: 100, available: 100, locked: 0, positions: [] })
  })

  it('shows one that has gone silent with the age of its last figures, and one that never answered', async () => {
    const setups: Record<string, Partial<FakeSetup> | null> = { one: {}, two: null }
    const { look, clock } = table(setups)
    await look()
    setups['one'] = null
    await clock.until(new Promise<void>((resolve) => clock.after(90_000, resolve)))
    const [first, second] = await look()
    expect(first).toMatchObject({
      connected: false,
      trouble: 'no route to host',
      ageMs: 90_000,
      figures: { totalEquity: 100 },
    })
    expect(second).toMatchObject({ connected: false, updatedMs: null, ageMs: null, figures: null })
  })

  it('tells margin in use and the distance to liquidation of a leveraged account', async () => {
    const position = { symbol: 'BTC/USD:USD', quantity: 0.01, leverage: 5 }
    const { look } = table({
      one: { balances: { USD: 400 }, markets: { 'BTC/USD:USD': { price: 50_000 } }, positions: [position] },
      two: {},
    })
    const [{ figures }] = (await look()) as [Awaited<ReturnType<typeof look>>[0]]
    expect(figures).toMatchObject({ totalEquity: 400, available: 300, locked: 100, marginUtilisation: 0.25 })
    expect(figures!.positions).toMatchObject([
      { leverage: 5, liquidationPrice: 40_000, liquidationFrom: 'venue', liquidationDistance: 0.2 },
    ])
  })

  it('computes the liquidation price of a venue that does not tell it, by its dated rules, and says so', async () => {
    // Kraken's own linear formula: one BTC at 60,000 with 2,000 of collateral, maintenance 1 %.
    const instrument = instrumentOf(3, 'me', 'krakenfutures', 'BTC/USD:USD')
    const position = {
      symbol: 'BTC/USD:USD',
      quantity: '1',
      entryPrice: '60000',
      leverage: 50,
      marginMode: 'cross' as const,
    }
    const [price, one] = [priceOf(60_000), quantity('1')]
    const look = {
      account: { venue: 'krakenfutures', profile: 'none' },
      atMs: Date.UTC(2025, 0, 1),
      balance: { totalEquity: money('2000'), available: ZERO, locked: ZERO },
      ...{ marginUtilisation: null, openOrders: [], unvalued: [] },
      holdings: [
        {
          ...{ instrument, quantity: one, free: one, price, value: money('60000'), isListed: true },
          position: { ...position, liquidationPrice: null, markPrice: '60000', unrealised: '0' },
        },
      ],
    } as unknown as AccountLook
    const computed = await liquidationPrices(look)
    expect(computed.get('BTC/USD:USD')).toBeCloseTo(58_585.86, 2)
    expect(figuresOf(look, computed).positions).toMatchObject([
      { liquidationFrom: 'rules', liquidationDistance: expect.closeTo(0.02357, 5) },
    ])
  })

  it('leaves what has no price out of every figure, and says so', async () => {
    const { look } = table({ one: { balances: { USD: 10, XYZ: 5 } }, two: {} })
    const [{ figures }] = (await look()) as [Awaited<ReturnType<typeof look>>[0]]
    expect(figures).toMatchObject({ totalEquity: 10, unvalued: [{ asset: 'XYZ', total: '5' }] })
  })
})
