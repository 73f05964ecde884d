/**
 * Goal: operations act on an account at an exchange as they should, alone, and with a key that may. Method: the practice
 * exchange in this process, the real client over HTTP, the account's lock as a live session takes it.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { lockAccount } from '../../../engine/live/account-lock.ts'
import { exportExchange } from '../../../engine/loopback/export.ts'
import { realEnvironment } from '../../../engine/run/live/clocks.ts'
import { remember } from '../../../engine/run/venue-accounts/account-state.ts'
import { parseAccounts } from '../../../engine/run/venue-accounts/accounts-file.ts'
import { cleanUpAccount } from '../../../engine/run/venue-accounts/cleanup-account.ts'
import { accountOpener, type OpenOptions } from '../../../engine/run/venue-accounts/open.ts'
import { withVenue } from '../../../engine/run/venue-accounts/operate.ts'
import { type Bar, floorSetup, krakenClient, open, series, type TestExchange } from '../../loopback/support.ts'

const environment = realEnvironment

let runs: string
beforeEach(() => {
  owned = null
  runs = mkdtempSync(join(tmpdir(), 'tandem-at-exchange-'))
  vi.stubEnv('XDG_STATE_HOME', join(runs, 'state'))
  vi.stubEnv('TANDEM_KEYS', join(runs, 'keys.json'))
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(runs, { recursive: true, force: true })
})

/** BTC at 5,000 and ETH at 1,000, standing still; orders of 0.0001 and 0.5 at least. */
async function exchangeWith(balances: Readonly<Record<string, string>>): Promise<TestExchange> {
  const flat = (price: number): Bar[] => Array.from({ length: 48 }, () => [price, price, price, price])
  const all = [series('BTC/USD', flat(5000)), series('ETH/USD', flat(1000))]
  const exchange = await open(floorSetup(all, { accounts: [{ name: 'main', balances }] }))
  onTestFinished(() => exchange.close())
  exchange.hours(3)
  return exchange
}

let owned: { readonly key: string; readonly secret: string } | null = null

/** How the commands open accounts; the key's name is `op`, and who reads it from the surroundings takes it out. */
function opener(how: Partial<OpenOptions> = {}) {
  vi.stubEnv('TANDEM_OP_API_KEY', owned?.key)
  vi.stubEnv('TANDEM_OP_SECRET', owned?.secret)
  return accountOpener({ environment, ask: async () => null, purpose: 'trade', confirmed: false, ...how })
}

function accountAt(exchange: TestExchange) {
  owned = exchange.key
  const text = `accounts: [{ user: me, venue: kraken, key: op, symbols: [AUT/USD], url: '${exchange.url}' }]`
  return parseAccounts(text, 'a.yaml')[0]!
}

const always = { environment, sends: true, leveraged: false, allowUnproven: false }

describe('a cleanup at the exchange', () => {
  it('cancels, sells dust where it may, names it where not, purges what is not listed, and then has nothing to do', async () => {
    const exchange = await exchangeWith({ USD: '1000', BTC: '0.00012', ETH: '0.0003' })
    const account = accountAt(exchange)
    const client = krakenClient(exchange)
    for (const price of [4000, 3000]) await client.createOrder('BTC/USD', 'limit', 'buy', 0.01, price)
    // It was held when the account was last looked at; the venue has dropped it since.
    const position = { symbol: 'OLD/USD', quantity: 5 } as never
    const figures = { positions: [position], openOrders: 0, totalEquity: 0, available: 0, locked: 0 } as never
    remember(runs, account.id, () => ({ updatedMs: 1, figures }))
    const plans: string[] = []
    const cleanUp = (dryRun: boolean) =>
      withVenue({ ...always, sends: !dryRun, account, runs, open: opener() }, (opened) =>
        cleanUpAccount({ ...opened, account, runs, dryRun, onPlan: (lines) => plans.push(...lines) }),
      )
    const book = () => exportExchange(exchange.exchange).orders.map(({ side, status }) => `${side} ${status}`)

    expect((await cleanUp(true)).result).toBeNull()
    expect(book()).toEqual(['buy open', 'buy open'])
    expect(plans).toEqual([
      expect.stringMatching(/^cancel order /),
      expect.stringMatching(/^cancel order /),
      'sell 0.00012 BTC/USD worth 0.6',
      "ETH/USD: dust of 0.3 can't be sold: the venue's minimum is 0.5",
      'purge AUT/USD: the venue no longer lists it',
      'purge OLD/USD: the venue no longer lists it',
    ])

    const first = await cleanUp(false)
    expect(first.result).toEqual({
      cancelled: 2,
      sold: 1,
      purged: ['AUT/USD', 'OLD/USD'],
      problems: ["ETH/USD: dust of 0.3 can't be sold: the venue's minimum is 0.5"],
    })
    expect(first.failures).toBe(0)
    expect(book()).toEqual(['buy cancelled', 'buy cancelled', 'sell filled'])

    const second = await cleanUp(false)
    expect([second.steps, second.journal, second.result?.problems]).toEqual([0, null, first.result!.problems])
    expect(book()).toHaveLength(3)
  })
})

describe('one at a time, whoever it is', () => {
  it('does nothing while a live session has the account, in whatever folder; and a session waits for it', async () => {
    const exchange = await exchangeWith({ USD: '1000' })
    const account = accountAt(exchange)
    const operate = (folder: string, work: () => Promise<string>, purpose: OpenOptions['purpose'] = 'trade') =>
      withVenue({ ...always, sends: purpose === 'trade', account, runs: folder, open: opener({ purpose }) }, work)
    const never = () => Promise.reject(new Error('it was opened'))
    const asSession = () => lockAccount('kraken', exchange.key.key)

    const session = await asSession()
    await expect(operate(runs, never)).rejects.toMatchObject({
      code: 'ACCOUNT_IN_USE',
      line: 'me@kraken: another tandem process trades this account of kraken (a live session or another operation: end it first (Ctrl-C), or wait for it)',
    })
    // Who sends nothing may look.
    expect(await operate(runs, async () => 'looked', 'plan')).toBe('looked')
    await session.release()

    const done = await operate(runs, async () => {
      await expect(asSession()).rejects.toMatchObject({ code: 'ACCOUNT_IN_USE' })
      await expect(operate(runs, never)).rejects.toMatchObject({ code: 'OPERATION_RUNNING' })
      await expect(operate(join(runs, 'other'), never)).rejects.toMatchObject({ code: 'ACCOUNT_IN_USE' })
      return 'done'
    })
    expect(done).toBe('done')
    // Whatever became of the work, the account is free again.
    await expect(operate(runs, async () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    await (await asSession()).release()
  })
})

describe('what may not act', () => {
  const of = (text: string) => parseAccounts(`accounts: [{ user: me, key: op, ${text} }]`, 'a.yaml')[0]!
  const looked = async () => 'opened'

  it('an operation that was never tested at the venue is refused before a key is looked for, unless that is allowed', async () => {
    const account = of("venue: binance, symbols: ['BTC/USDT:USDT']")
    const parts = { ...always, account, runs, open: opener() }
    await expect(withVenue(parts, looked)).rejects.toMatchObject({
      code: 'UNPROVEN',
      line: expect.stringMatching(/^binance: never tested: .*set leverage.* \(.*--allow-unproven/),
    })
    await expect(withVenue({ ...parts, account: of('venue: binance'), leveraged: true }, looked)).rejects.toMatchObject(
      {
        code: 'UNPROVEN',
      },
    )
    await expect(withVenue({ ...parts, allowUnproven: true }, looked)).rejects.toMatchObject({ code: 'NO_KEY' })
    await expect(withVenue({ ...parts, account: of('venue: binance') }, looked)).rejects.toMatchObject({
      code: 'NO_KEY',
    })
  })

  it('a key of which the venue does not tell what it may do needs its owner’s word, in the file or as an option', async () => {
    owned = { key: 'k', secret: 'c2VjcmV0' }
    const open = async (text: string, how: Partial<OpenOptions> = {}) => {
      const opened = await opener({ purpose: 'plan', ...how })(of(`venue: krakenfutures${text}`))
      await opened.close()
      return 'opened'
    }
    await expect(open('')).rejects.toMatchObject({ code: 'KEY_RIGHTS_UNKNOWN' })
    expect(await open(', keyCannotWithdraw: true')).toBe('opened')
    expect(await open('', { confirmed: true })).toBe('opened')
    expect(await open('', { purpose: 'look' })).toBe('opened')
  })
})
