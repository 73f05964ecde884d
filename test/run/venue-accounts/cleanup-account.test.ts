/** Goal: a live cleanup does what its plan says, once, whatever the wire does. Method: a venue in memory with faults. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { VenueOrder } from '../../../engine/live/exchange.ts'
import { readJournal } from '../../../engine/live/journal-record.ts'
import { parseAccounts } from '../../../engine/run/venue-accounts/accounts-file.ts'
import { cleanUpAccount } from '../../../engine/run/venue-accounts/cleanup-account.ts'
import { VirtualClock } from '../../support/virtual-clock.ts'
import { FakeExchange, type FakeSetup } from './fake-exchange.ts'

const START_MS = Date.UTC(2026, 0, 1)
const MARKETS = {
  'BTC/USD': { price: 60_000, step: '0.00000001' },
  'ETH/USD': { price: 3000 },
  'DOGE/USD': { price: 0.1, step: '1', minQuantity: '13' },
}

const order = (venueId: string): VenueOrder => ({
  venueId,
  clientId: null,
  symbol: 'ETH/USD',
  side: 1,
  status: 'open',
  quantity: '1',
  filled: '0',
  limitPrice: '100',
  stopPrice: null,
  placedMs: START_MS,
  changedMs: START_MS,
})

/** A folder of runs, an account and its venue, and a way to clean up. */
function table(setup: Partial<FakeSetup>, symbols = 'AUT/USD') {
  const runs = mkdtempSync(join(tmpdir(), 'tandem-cleanup-'))
  onTestFinished(() => rmSync(runs, { recursive: true }))
  const clock = new VirtualClock(START_MS)
  const exchange = new FakeExchange({ balances: { USD: 100 }, markets: MARKETS, ...setup }, () => clock.nowMs())
  const [account] = parseAccounts(`accounts: [{ user: alice, venue: fake, symbols: [${symbols}] }]`, 'a.yaml')
  const shown: string[] = []
  const cleanUp = (dryRun = false) =>
    clock.until(
      cleanUpAccount({
        account: account!,
        exchange,
        environment: clock,
        timeScale: 1,
        runs,
        dryRun,
        onPlan: (lines) => shown.push(...lines),
      }),
    )
  return { cleanUp, exchange, shown, clock, runs }
}

describe('a cleanup of a live account', () => {
  it('cancels, sells dust, names what it cannot sell, purges, and has nothing to do the second time', async () => {
    const { cleanUp, exchange, shown } = table({
      balances: { USD: 100, BTC: 0.00001, DOGE: 5, ETH: 1 },
      orders: [order('O1'), order('O2')],
    })
    const first = await cleanUp()
    expect(shown).toEqual([
      'cancel order O1',
      'cancel order O2',
      'sell 0.00001 BTC/USD worth 0.6',
      "DOGE/USD: dust of 0.5 can't be sold: the venue's minimum is 1.3",
      'purge AUT/USD: the venue no longer lists it',
    ])
    expect(first.result).toEqual({
      cancelled: 2,
      sold: 1,
      purged: ['AUT/USD'],
      problems: ["DOGE/USD: dust of 0.5 can't be sold: the venue's minimum is 1.3"],
    })
    expect(first.failures).toBe(0)
    expect(exchange.submitted).toMatchObject([{ symbol: 'BTC/USD', side: -1, quantity: '0.00001', reduceOnly: false }])
    const second = await cleanUp()
    expect([second.steps, second.result?.cancelled, second.result?.sold, second.journal]).toEqual([0, 0, 0, null])
    expect(exchange.submitted).toHaveLength(1)
  })

  it('sends nothing in a dry run', async () => {
    const { cleanUp, exchange, shown } = table({ balances: { USD: 1, BTC: 0.00001 }, orders: [order('O1')] })
    const report = await cleanUp(true)
    expect([report.result, report.journal, shown.length]).toEqual([null, null, 3])
    expect([exchange.submitted, exchange.cancelled]).toEqual([[], []])
  })

  it('goes on where one call fails, and says so', async () => {
    const { cleanUp } = table({
      balances: { USD: 1, BTC: 0.00001 },
      orders: [order('O1'), order('O2')],
      faults: { 'cancel O1': 'never', 'BTC/USD sell': 'rejected' },
    })
    const report = await cleanUp()
    expect(report.result).toMatchObject({ cancelled: 1, sold: 0, purged: ['AUT/USD'] })
    expect(report.result!.problems).toEqual(['cancel O1: no answer', 'sell BTC/USD: insufficient funds'])
    expect(report.failures).toBe(2)
  })

  it('takes a cancel whose answer was lost, or that crossed a fill, for done when the order is gone', async () => {
    const { cleanUp } = table({ orders: [order('O1')], faults: { 'cancel O1': 'lost' } })
    expect((await cleanUp()).result).toMatchObject({ cancelled: 1, problems: [] })
  })

  it('finds a sale whose answer was lost, and never sends it again', async () => {
    const { cleanUp, exchange } = table({ balances: { USD: 1, BTC: 0.00001 }, faults: { 'BTC/USD sell': 'lost' } })
    expect((await cleanUp()).result).toMatchObject({ sold: 1, problems: [] })
    expect(exchange.submitted).toHaveLength(1)
  })

  it('waits out the deadline before it says that a sale never arrived', async () => {
    const { cleanUp, exchange, clock } = table({
      balances: { USD: 1, BTC: 0.00001 },
      faults: { 'BTC/USD sell': 'never' },
    })
    const report = await cleanUp()
    expect(report.result!.problems).toEqual(['sell BTC/USD: it never arrived: no answer'])
    expect(clock.nowMs() - START_MS).toBeGreaterThan(8000)
    expect(exchange.submitted).toHaveLength(1)
  })

  it('spaces its calls, and journals each before it goes out', async () => {
    const { cleanUp, clock } = table({ orders: [order('O1'), order('O2'), order('O3')] })
    const { journal } = await cleanUp()
    expect(clock.nowMs() - START_MS).toBeGreaterThanOrEqual(200)
    const { records } = readJournal(readFileSync(journal!), journal!)
    const kinds = records.map(({ kind }) => kind)
    expect(kinds).toEqual(['OPEN', 'INTENT', 'SEND', 'ACK', 'SEND', 'ACK', 'SEND', 'ACK', 'RECONCILE', 'CLOSE'])
  })
})
