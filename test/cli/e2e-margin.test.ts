/** Perpetuals from the command line: a leveraged run, a basis trade on real funding times, and each refusal as one line. */

import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { writeFunding } from '../../datasets/funding/store.ts'
import { describeBuilt, type Folder, newFolder, synthWords } from './built.ts'

const HOUR_MS = 3_600_000
const FROM_MS = Date.UTC(2020, 0, 1)

const LONG = `strategy: { name: sma-cross, params: { fast: 5, slow: 20 } }
data: { venue: binanceusdm, symbols: ['BTC/USDT:USDT'], timeframe: 1h }
account: { equity: 10000, profile: none, leverage: 20 }
sizing: { mode: percent, fraction: 15 }
costs: { fees: { maker: 0.0002, taker: 0.0005 } }
rules: { venueMinimums: false, emergencyLoss: off }
`

const CARRY = `strategy: { name: funding-carry, params: { bars: 24 } }
data:
  venue: binanceusdm
  symbols: [BTC/USDT, 'BTC/USDT:USDT']
  timeframe: 1h
  also: [{ venue: binanceusdm, symbol: 'BTC/USDT:USDT', series: funding, as: funding }]
account: { equity: 10000, profile: none, shorting: true }
sizing: { mode: percent, fraction: 0.9 }
costs: { fees: { maker: 0.0002, taker: 0.0005 } }
rules: { venueMinimums: false, emergencyLoss: off }
`

describeBuilt('margin from the command line', () => {
  let folder: Folder
  const fund = async (symbol: string, hours = 8): Promise<void> => {
    const count = Math.ceil((1600 * HOUR_MS) / (hours * HOUR_MS))
    const time = Float64Array.from({ length: count }, (_, i) => FROM_MS + i * hours * HOUR_MS)
    const rate = time.map((_, i) => (i % 5 === 0 ? -0.0001 : 0.0004))
    const source = { kind: 'synthetic', model: 'table', parameters: {} } as const
    await writeFunding(join(folder.path, 'store'), { venue: 'binanceusdm', symbol }, { time, rate }, source)
  }
  beforeAll(async () => {
    folder = newFolder()
    folder.write('long.yaml', LONG)
    folder.write('carry.yaml', CARRY)
    for (const symbol of ['BTC/USDT:USDT', 'BTC/USDT', 'ETH/USDT:USDT', 'LUNA/USDT:USDT']) {
      const words = synthWords('binanceusdm', symbol)
      expect(await folder.command(...words)).toMatchObject({ code: 0 })
    }
    await fund('BTC/USDT:USDT')
    await fund('LUNA/USDT:USDT')
    await fund('ETH/USDT:USDT', 3)
  })
  afterAll(() => folder.remove())

  it('a leveraged perpetual: funding, utilisation, liquidations', async () => {
    const { code, stdout } = await folder.command('backtest', 'long.yaml', '--json')
    expect(code).toBe(0)
    const summary = JSON.parse(stdout)
    expect(summary.margin).toMatchObject({ mode: 'cross', leverage: 20, rules: 'binanceusdm' })
    expect(summary.margin.fundings).toBeGreaterThan(5)
    expect(summary.liquidations).toBe(summary.margin.events.length)
    expect(summary.assumptions.map((one: { code: string }) => one.code)).toContain('MARK_IS_LAST')
    expect((await folder.command('backtest', 'long.yaml', '--no-report')).stdout).toMatch(/margin +20 x cross, at most/)
  })

  it('the basis trade earns the funding and little else', async () => {
    const { code, stdout, stderr } = await folder.command('backtest', 'carry.yaml', '--json', '--no-report')
    expect([code, stderr]).toEqual([0, expect.stringContaining('1500 bars')])
    const summary = JSON.parse(stdout)
    expect(summary.funding).toBeLessThan(-100)
    expect(summary.finalEquity).toBeCloseTo(10_000 - summary.funding - summary.fees, 3)
  })

  const long = async (...words: string[]): Promise<string> => {
    const { code, stderr } = await folder.command(
      'backtest',
      'long.yaml',
      '--no-report',
      ...words.flatMap((one) => ['--set', one]),
    )
    expect(code).toBe(2)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
    return stderr
  }
  const symbol = (name: string): string => `data.symbols=["${name}"]`

  it.each([
    [
      ['account.leverage=126'],
      'account.leverage: a leverage of 126 is above the maximum of 125 for binanceusdm BTC/USDT:USDT',
    ],
    [[symbol('LUNA/USDT:USDT')], 'data.symbols: binanceusdm has no margin tiers for LUNA/USDT:USDT'],
    [[symbol('ETH/USDT:USDT')], 'a funding 3 h after the one before (the interval is 8 h or a part of it)'],
    [['data.venue=synthetic'], 'no candles of synthetic BTC/USDT:USDT 1h'],
    [['margin.rules=coinbase'], "margin.rules: unknown venue 'coinbase': it has no margin rules"],
    [['margin.rules=kraken'], 'data.symbols: kraken has no margin tiers for BTC/USDT:USDT'],
    [['margin.mode=both'], "margin.mode: expected one of cross, isolated, got 'both'"],
    [['margin.funding.assume=5'], 'margin.funding.assume: expected a number at most 0.1, got 5'],
  ])('%s', async (words, message) => {
    expect(await long(...words)).toContain(message)
  })

  it('missing fundings are refused, or counted at a rate that is named', async () => {
    const words = ['--set', symbol('ETH/USDT:USDT'), '--set', 'data.from=2020-02-20']
    const refused = await folder.command(
      'backtest',
      'long.yaml',
      '--no-report',
      ...words,
      '--set',
      'data.symbols=["BTC/USDT"]',
    )
    // Spot pays none; leveraged spot isn't Binance USD-M's.
    expect(refused.stderr).toContain('binanceusdm has no margin tiers for BTC/USDT')
    const bare = newFolder()
    bare.write('long.yaml', LONG)
    expect(await bare.command(...synthWords('binanceusdm', 'BTC/USDT:USDT'))).toMatchObject({ code: 0 })
    const missing = await bare.command('backtest', 'long.yaml', '--no-report')
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringMatching(/margin\.funding: 18\d fundings of .* are missing/),
    ])
    const assumed = await bare.command(
      'backtest',
      'long.yaml',
      '--no-report',
      '--json',
      '--set',
      'margin.funding.assume=0.0001',
    )
    const { assumptions } = JSON.parse(assumed.stdout)
    expect(assumptions).toContainEqual(expect.objectContaining({ code: 'FUNDING_ASSUMED' }))
    const off = await bare.command('backtest', 'long.yaml', '--no-report', '--json', '--set', 'margin.funding=off')
    expect(JSON.parse(off.stdout).assumptions).toContainEqual(expect.objectContaining({ code: 'FUNDING_OFF' }))
    bare.remove()
  })
})
