/** Goal: rebalancing a live account keeps RULES G whatever the venue does. Method: a venue in memory with faults. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parseAccounts } from '../../../engine/run/venue-accounts/accounts-file.ts'
import { previewRebalance, rebalanceAccount } from '../../../engine/run/venue-accounts/rebalance-account.ts'
import { parseWishes } from '../../../engine/run/venue-accounts/rebalance-file.ts'
import { LEVERAGE_WARNING } from '../../../engine/run/venue-accounts/rebalance-report.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'
import { FakeExchange, type FakeSetup } from './fake-exchange.ts'

const SOL = 'SOL/USD:USD'
const BTC = 'BTC/USD:USD'
const MARKETS = { [SOL]: { price: 100, step: '0.0001' }, [BTC]: { price: 50_000, step: '0.00000001' } }
/** RULES G: account value 416, SOL 941 and BTC 2,238 at 10x, to 50/50 of 3,180 at 2x. */
const POSITIONS = [
  { symbol: SOL, quantity: 9.41, leverage: 10 },
  { symbol: BTC, quantity: 0.04476, leverage: 10 },
]

function table(wishes: string, setup: Partial<FakeSetup> = {}) {
  const runs = mkdtempSync(join(tmpdir(), 'tandem-rebalance-'))
  onTestFinished(() => rmSync(runs, { recursive: true }))
  const clock = new VirtualClock(Date.UTC(2026, 0, 1))
  const exchange = new FakeExchange({ balances: { USD: 416 }, markets: MARKETS, positions: POSITIONS, ...setup }, () =>
    clock.nowMs(),
  )
  const [account] = parseAccounts(`accounts: [{ user: alice, venue: fake, symbols: ['${SOL}'] }]`, 'a.yaml')
  const parts = {
    account: account!,
    exchange,
    environment: clock,
    timeScale: 1,
    runs,
    wishes: parseWishes(wishes, 'r.yaml'),
  }
  return {
    exchange,
    preview: () => clock.until(previewRebalance(parts)),
    rebalance: () => clock.until(rebalanceAccount(parts, () => {})),
  }
}

const HALVES = `leverage: 2\ntotal: 3180\nreserve: 0\ntargets: { '${SOL}': 0.5, '${BTC}': 0.5 }\n`

describe('a rebalancing of a live account', () => {
  it('previews the scale and the trades, and sends nothing', async () => {
    const { preview, exchange } = table(HALVES)
    const shown = await preview()
    expect(shown.scale).toBeCloseTo(832 / 3180, 4)
    expect(shown.steps.map(({ action, symbol, side }) => `${action} ${symbol} ${side}`)).toEqual([
      `close ${BTC} sell`,
      `close ${SOL} sell`,
      `open ${BTC} buy`,
      `open ${SOL} buy`,
    ])
    expect(shown.warnings[0]).toBe(LEVERAGE_WARNING)
    expect(exchange.submitted).toEqual([])
  })

  it('G3: closes, waits, scales to 416 each at 2x, and finds itself done', async () => {
    const { rebalance, exchange } = table(HALVES)
    const result = await rebalance()
    expect(result).toMatchObject({ status: 'done', why: null })
    expect(result.scale).toBeCloseTo(0.2616, 4)
    expect(exchange.submitted.map(({ side, reduceOnly }) => [side, reduceOnly])).toEqual([
      [-1, true],
      [-1, true],
      [1, false],
      [1, false],
    ])
    expect(result.steps.filter(({ action }) => action === 'open').map(({ value }) => Math.round(value))).toEqual([
      416, 416,
    ])
    expect([...exchange.leverages]).toEqual([
      [BTC, 2],
      [SOL, 2],
    ])
    expect(result.verdict).toMatchObject({ done: true, offWeight: [], offLeverage: [] })
  })

  it.each([
    ['is refused', 'rejected', 'insufficient funds'],
    ['never arrives', 'never', 'it never arrived'],
    ['is filled in part', 'partial', 'the venue filled only part of it'],
  ] as const)(
    'G2: a close that %s stops it: nothing is opened, and the report says what was skipped',
    async (_, fault, reason) => {
      const { rebalance, exchange } = table(HALVES, { faults: { [`${BTC} sell`]: fault } })
      const result = await rebalance()
      expect(result.status).toBe('failed')
      expect(result.why).toContain(reason)
      expect(exchange.submitted.filter(({ side }) => side === 1)).toEqual([])
      expect(result.steps.map(({ symbol, state }) => [symbol, state])).toEqual([
        [BTC, fault === 'partial' ? 'partial' : 'failed'],
        [SOL, 'done'],
        [BTC, 'skipped'],
        [SOL, 'skipped'],
      ])
    },
  )

  it('goes on where the answer to a close was lost and the order is found', async () => {
    const { rebalance, exchange } = table(HALVES, { faults: { [`${BTC} sell`]: 'lost' } })
    expect((await rebalance()).status).toBe('done')
    expect(exchange.submitted.filter(({ symbol, side }) => symbol === BTC && side === -1)).toHaveLength(1)
  })

  it('a failed open does not undo the others, and running it again completes it', async () => {
    const setup = { faults: { [`${SOL} buy`]: 'rejected' as const } }
    const { rebalance } = table(HALVES, setup)
    const result = await rebalance()
    expect(result.status).toBe('partial')
    expect(result.verdict).toMatchObject({ done: false })
    const again = table(HALVES, { positions: [{ symbol: BTC, quantity: 0.00832, leverage: 2 }] })
    expect((await again.rebalance()).steps.map(({ symbol, action }) => [symbol, action])).toEqual([[SOL, 'open']])
  })

  it('does not open where the leverage is refused', async () => {
    const { rebalance } = table(HALVES, { positions: [], faults: { [`leverage ${SOL}`]: 'rejected' } })
    const result = await rebalance()
    expect(result.steps).toMatchObject([
      { symbol: BTC, state: 'done' },
      { symbol: SOL, state: 'failed', reason: 'the venue says no' },
    ])
  })

  it('refuses open orders, spot with leverage, weights above 1 and a market that is not there; nothing is sent', async () => {
    const open = {
      venueId: 'O',
      clientId: null,
      symbol: SOL,
      side: 1,
      status: 'open',
      quantity: '1',
      filled: '0',
      limitPrice: '1',
      stopPrice: null,
      placedMs: 0,
      changedMs: 0,
    } as const
    const cases: [string, Partial<FakeSetup>, string][] = [
      [HALVES, { orders: [open] }, 'OPEN_ORDERS'],
      [
        "leverage: 2\ntargets: { 'ETH/USD': 1 }",
        { markets: { ...MARKETS, 'ETH/USD': { price: 1 } }, positions: [] },
        'BAD_LEVERAGE',
      ],
      [`targets: { '${SOL}': 0.7, '${BTC}': 0.7 }`, {}, 'BAD_WEIGHTS'],
      ["targets: { 'QQQ/USD:USD': 1 }", {}, 'NO_PRICE'],
    ]
    for (const [wishes, setup, code] of cases) {
      const { rebalance, exchange } = table(wishes, setup)
      await expect(rebalance()).rejects.toMatchObject({ code })
      expect(exchange.submitted).toEqual([])
    }
  })
})
