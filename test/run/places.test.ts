/**
 * Goal: several venues and several accounts of one run file, from the store to the run's directory: whose prices were
 * used, what each place came to, that a run of several accounts is the runs that each would be alone, and that a cleanup
 * tells its plan or carries it out. Method: synthetic series of two venues in a folder.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importSynthetic } from '../../datasets/synthetic/synthetic.ts'
import { runBacktest } from '../../engine/run/backtest.ts'
import { cleanUpRun } from '../../engine/run/cleanup-run.ts'
import { loadConfig, type ResolvedConfig, resolveConfig } from '../../engine/run/config/index.ts'
import { explainRun } from '../../engine/run/explain.ts'
import { runLadder } from '../../engine/run/ladder.ts'

let folder: string
let store: string

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-places-'))
  store = join(folder, 'store')
  const series = { store, timeframeMs: 3_600_000, model: 'regime', bars: 1500, startPrice: 100 } as const
  await importSynthetic({ ...series, venue: 'kraken', symbol: 'BTC/USD', seed: 1 })
  await importSynthetic({ ...series, venue: 'kraken', symbol: 'ETH/USD', seed: 2 })
  await importSynthetic({ ...series, venue: 'coinbase', symbol: 'BTC/USD', seed: 3 })
})
afterAll(() => rmSync(folder, { recursive: true }))

const BASE = {
  name: 'places',
  strategy: { name: 'sma-cross', params: { fast: 5, slow: 20 } },
  data: { venue: 'kraken', symbols: ['BTC/USD'], timeframe: '1h' },
  account: { equity: 400, profile: 'none' },
  sizing: { mode: 'fixed', quote: 150 },
  costs: { fees: 'classic-2026-01' },
  rules: { emergencyLoss: 'off' },
}

const config = (changes: Record<string, unknown> = {}): ResolvedConfig => resolveConfig({ ...BASE, ...changes }, 'test')
const options = (over: { out?: string; report?: boolean; sensitivity?: 'on' } = {}) => {
  return { store, runs: join(folder, 'runs'), report: false, baseFolder: '.', log: () => {}, ...over }
}
const backtest = (changes: Record<string, unknown> = {}) => runBacktest(config(changes), options())

describe('a run without a report', () => {
  it.each([
    ['of one account', {}],
    ['of several', { accounts: [{ name: 'small' }, { name: 'large', equity: 4000 }] }],
  ])('%s has the files of one with a report, to the byte, but the page and its figures', async (_, changes) => {
    const [bare, shown] = [join(folder, 'bare'), join(folder, 'shown')]
    await runBacktest(config(changes), options({ out: bare }))
    await runBacktest(config(changes), options({ out: shown, report: true }))
    const filesIn = (path: string): string[] =>
      readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => relative(path, join(parentPath, name)))
        .sort()
    const ofReport = (file: string): boolean => ['report.html', 'figures.json'].includes(basename(file))
    const all = filesIn(shown)
    expect(filesIn(bare)).toEqual(all.filter((file) => !ofReport(file)))
    expect(all.filter(ofReport)).toHaveLength('accounts' in changes ? 6 : 2)
    for (const file of filesIn(bare)) {
      expect(readFileSync(join(bare, file)).equals(readFileSync(join(shown, file))), file).toBe(true)
    }
  })

  it('is refused where runs at other costs are asked for', async () => {
    await expect(runBacktest(config(), options({ sensitivity: 'on' }))).rejects.toMatchObject({ code: 'USAGE' })
  })
})

describe('several venues from the store', () => {
  it('trade at their own prices, or at those of data.venue, which is counted', async () => {
    const own = await backtest({
      venues: ['coinbase', 'kraken'],
      account: { ...BASE.account, shares: { coinbase: 1, kraken: 0 } },
    })
    expect(own.summary.venues.map(({ venue, routed }) => [venue, (routed ?? 0) > 0])).toEqual([
      ['coinbase', true],
      ['kraken', false],
    ])
    expect(own.summary.assumptions.map(({ code }) => code)).not.toContain('PRICES_OF_OTHER_VENUE')
    const borrowed = await backtest({ venues: ['alpaca', 'kraken'], rules: { ...BASE.rules, venueMinimums: false } })
    const assumption = borrowed.summary.assumptions.find(({ code }) => code === 'PRICES_OF_OTHER_VENUE')!
    const alpaca = borrowed.summary.venues[0]!
    expect(assumption.text).toContain('alpaca BTC/USD: fills at the prices of kraken')
    expect(assumption.count).toBe(alpaca.fills)
    expect(alpaca.fills).toBeGreaterThan(10)
    // The same signals, other prices: one venue alone with data of another is possible as well.
    const alone = await backtest({ venues: ['alpaca'], rules: { ...BASE.rules, venueMinimums: false } })
    expect(alone.summary.venues).toHaveLength(1)
    expect(alone.summary.fees).toBe(0)
  })

  it('their results add up to the account’s, and every trade names its venue', async () => {
    const { summary, result } = await backtest({
      venues: ['coinbase', 'kraken'],
      data: { ...BASE.data, symbols: ['BTC/USD', 'ETH/USD'] },
      // Enough at kraken for one order, until a loss: coinbase then.
      account: { ...BASE.account, shares: { coinbase: 0.61, kraken: 0.39 } },
    })
    const sum = (pick: (one: (typeof summary.venues)[number]) => number) =>
      summary.venues.reduce((all, one) => all + pick(one), 0)
    expect(sum((one) => one.initialEquity)).toBe(400)
    expect(sum((one) => one.finalEquity)).toBeCloseTo(summary.finalEquity, 6)
    expect(sum((one) => one.fees)).toBeCloseTo(summary.fees, 8)
    expect(sum((one) => one.trades)).toBe(summary.trades)
    expect(sum((one) => one.fills)).toBe(result.fills)
    expect(new Set(result.trades.map(({ venue }) => venue))).toEqual(new Set(['coinbase', 'kraken']))
    expect(result.candles).toHaveLength(2)
  })

  it('the run passes the look-ahead check, and is explained with its routes', async () => {
    const changes = { venues: ['coinbase', 'kraken'], execution: { checked: true } }
    const out = join(folder, 'explained')
    const { result } = await runBacktest(config(changes), options({ out }))
    const first = result.trades[0]!.entryTimeMs
    const at = new Date(first).toISOString().slice(0, 16)
    const lines = (await explainRun({ run: out, at, store, baseFolder: '.' })).text.join('\n')
    expect(lines).toMatch(/its digests are the same/)
    expect(lines).toMatch(
      /goes to kraken: round trip 0\.62 %, elsewhere 1\.4 %; 200\.00 USD available of 200\.00 there/,
    )
    const records = (await explainRun({ run: out, at, store: join(folder, 'none'), baseFolder: '.' })).text.join('\n')
    expect(records).toMatch(/goes to kraken: round trip 0\.62 %, elsewhere 1\.4 %; 200\.00 USD available/)
  })

  it('a symbol that none of them lists is refused', async () => {
    await importSynthetic({
      store,
      timeframeMs: 3_600_000,
      model: 'gbm',
      bars: 50,
      startPrice: 1,
      venue: 'kraken',
      symbol: 'NONE/USD',
      seed: 4,
    })
    const run = backtest({ venues: ['coinbase', 'kraken'], data: { ...BASE.data, symbols: ['NONE/USD'] } })
    await expect(run).rejects.toMatchObject({ code: 'NO_RULEBOOK', where: 'data.symbols' })
  })

  it.each([
    [
      { venues: ['kraken', 'coinbase'], account: { leverage: 2 } },
      /venues: expected one venue: several are simulated on spot/,
    ],
    [
      { venues: ['kraken', 'coinbase'], account: { shares: { kraken: 0.4, coinbase: 0.4 } } },
      /account.shares: expected shares that add up to 1/,
    ],
    [{ account: { shares: { coinbase: 1 } } }, /account.shares.coinbase: expected a venue of the run \(kraken\)/],
    [
      { execution: { venueLatencyMs: { coinbase: 1 } } },
      /execution.venueLatencyMs.coinbase: expected a venue of the run/,
    ],
    [{ accounts: [{ name: 'a' }, { name: 'A' }] }, /accounts.1: expected each only once/],
    [{ accounts: [{ name: 'a b' }] }, /accounts.0.name: expected a short name/],
    [{ rules: { reallocation: 'on' } }, /rules.reallocation: expected off, or sizing.mode: portfolio/],
    [
      { rules: { reallocation: 'on' }, sizing: { mode: 'portfolio' }, account: { shorting: true } },
      /rules.reallocation: expected off: it is for spot/,
    ],
  ])('contradictions are one line: %o', (changes, line) => {
    expect(() => config(changes)).toThrow(line)
  })
})

const ACCOUNTS = [
  { name: 'small', equity: 60, profile: 'auto' },
  { name: 'large', equity: 5000 },
  { name: 'placed', shares: { kraken: 0.9, coinbase: 0.1 } },
]

describe('several accounts', () => {
  const shared = { venues: ['coinbase', 'kraken'], sizing: { mode: 'dynamic' } }

  it('are the runs that each would be alone, to the digest, and the whole is their sum', async () => {
    const out = join(folder, 'accounts')
    const { summary, result } = await runBacktest(config({ ...shared, accounts: ACCOUNTS }), options({ out }))
    expect(summary.accounts.map(({ account }) => account)).toEqual(['small', 'large', 'placed'])
    let final = 0
    for (const { name, ...own } of ACCOUNTS) {
      const alone = await backtest({ ...shared, account: { ...BASE.account, ...own } })
      const one = summary.accounts.find(({ account }) => account === name)!
      expect(one.digest).toEqual(alone.summary.digest)
      expect(one.runId).toBe(alone.summary.runId)
      final += alone.summary.finalEquity
      const onDisk = JSON.parse(readFileSync(join(out, 'accounts', name, 'summary.json'), 'utf8'))
      expect(onDisk.digest).toEqual(one.digest)
      expect(loadConfig(join(out, 'accounts', name, 'config.yaml')).account.equity).toBe(alone.summary.initialEquity)
    }
    expect(summary.finalEquity).toBeCloseTo(final, 8)
    expect(summary.initialEquity).toBe(60 + 5000 + 400)
    expect(result.equity.at(-1)).toBe(summary.finalEquity)
    expect(new Set(result.trades.map(({ account }) => account))).toEqual(new Set(['small', 'large', 'placed']))
    expect(summary.trades).toBe(summary.accounts.reduce((sum, { trades }) => sum + trades, 0))
    expect(readdirSync(out)).not.toContain('decisions.bin')
  })

  it('come out the same again, differ with their order, and another profile shows', async () => {
    const run = async (accounts: readonly object[]) => (await backtest({ ...shared, accounts })).summary
    const [one, again] = [await run(ACCOUNTS), await run(ACCOUNTS)]
    expect(again.digest).toEqual(one.digest)
    expect(again.runId).toBe(one.runId)
    const turned = await run([...ACCOUNTS].reverse())
    expect(turned.digest.inputs).toBe(one.digest.inputs)
    expect(turned.digest.decisions).not.toBe(one.digest.decisions)
    expect(one.profiles.every(({ account }) => account === 'small')).toBe(true)
    expect(Object.keys(one.accounts[0]!.skips)).toContain('NO_QUALITY')
  })

  it('are explained one by one, and commands for one account say so', async () => {
    const out = join(folder, 'explained-accounts')
    const given = config({ ...shared, accounts: ACCOUNTS })
    await runBacktest(given, options({ out }))
    const ask = (run: string) => explainRun({ run, at: '2020-02-01', store, baseFolder: '.' })
    await expect(ask(out)).rejects.toMatchObject({ code: 'SEVERAL_ACCOUNTS' })
    expect((await ask(join(out, 'accounts', 'large'))).source).toBe('rerun')
    const ladder = runLadder(given, { equities: [50], store, baseFolder: '.', log: () => {} })
    await expect(ladder).rejects.toMatchObject({ code: 'ONE_ACCOUNT' })
    const cleanup = cleanUpRun(given, { store, baseFolder: '.', venue: null, dryRun: true })
    await expect(cleanup).rejects.toMatchObject({ code: 'ONE_ACCOUNT' })
  })
})

describe('a cleanup', () => {
  /** Small positions that no stop has closed yet, at two venues. */
  const given = () =>
    config({
      venues: ['coinbase', 'kraken'],
      account: { equity: 20, profile: 'none' },
      sizing: { mode: 'fixed', quote: 0.3 },
      strategy: { name: 'buy-and-hold' },
      rules: { ...BASE.rules, minimums: 'off', venueMinimums: false },
    })
  const clean = (over: { venue?: string; dryRun?: boolean } = {}) =>
    cleanUpRun(given(), { store, baseFolder: '.', venue: null, dryRun: false, ...over })

  it('tells the same plan in a dry run, sells what is dust, and touches one venue alone where it is named', async () => {
    const [dry, done] = [await clean({ dryRun: true }), await clean()]
    expect(done.plan).toEqual(dry.plan)
    expect(dry.results).toBeNull()
    const sells = dry.plan.flatMap(({ lines }) => lines).filter((line) => line.startsWith('sell'))
    expect(sells).toHaveLength(1)
    expect(dry.dust).toHaveLength(1)
    expect(done.dust).toEqual([])
    expect(done.results!.map(({ sold }) => sold).reduce((a, b) => a + b)).toBe(1)
    const other = dry.plan.find(({ lines }) => lines[0] === 'nothing to clean up')!.venue
    const elsewhere = await clean({ venue: other })
    expect(elsewhere.plan).toEqual([{ venue: other, lines: ['nothing to clean up'] }])
    expect(elsewhere.dust).toHaveLength(1)
    await expect(clean({ venue: 'nowhere' })).rejects.toMatchObject({ code: 'UNKNOWN_VENUE' })
  })
})
