/** Perpetuals in sweeps: their fundings, mark prices and liquidations are a backtest's, in every thread and over a queue. */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { simulate } from '../../engine/run/backtest.ts'
import { makeMarket } from '../../engine/run/market.ts'
import { loadTerms } from '../../engine/run/terms.ts'
import { allocateSlab, ColumnSlab } from '../../engine/run/trial/column-slab.ts'
import { TrialFrame } from '../../engine/run/trial/frame.ts'
import { SharedColumns } from '../../engine/run/trial/shared-columns.ts'
import { trialMetrics } from '../../engine/run/trial/trial-metrics.ts'
import { SharedFolder } from '../../engine/sweep/queue/shared-folder.ts'
import { strategies } from '../../strategies/registry.ts'
import { describeBuilt, newFolder } from '../cli/built.ts'
import { fundingOf, markOf } from '../support/margin-runs.ts'
import { randomCandles } from '../support/random-market.ts'
import { plainConfig, seriesOf } from '../support/runs.ts'
import { inline, rowsOf, runFile, sweep, testFolder } from './support.ts'

const SYMBOL = 'BTC/USDT:USDT'
const CHANGES = {
  data: { venue: 'binanceusdm', symbols: [SYMBOL], timeframe: '1h' },
  account: { quote: 'USDT', equity: 10_000, profile: 'none', leverage: 50 },
  sizing: { mode: 'percent', fraction: 40 },
  rules: { emergencyLoss: 'off', venueMinimums: false, minimums: 'off' },
}

function market(marks: boolean) {
  const series = seriesOf(randomCandles({ seed: 4, bars: 1500, gapPercent: 5, startPrice: 20_000 }))
  const own = { ...series, venue: 'binanceusdm', symbol: SYMBOL }
  return makeMarket([own], [], { funding: [fundingOf(own)], marks: [marks ? markOf(own) : null] })
}

describe.each([false, true])('perpetuals in a sweep (mark prices of their own: %s)', (marks) => {
  it('a trial is its backtest, over shared columns and again in the same frame', async () => {
    const config = plainConfig({ ...CHANGES, strategy: { name: 'sma-cross' } })
    const terms = await loadTerms(config)
    const whole = market(marks)
    const module = await strategies['sma-cross']!()
    const params = module.params.parse({ fast: 5, slow: 20 })
    const strategy = { create: () => module.create(params), hash: 'test', params }
    const { result, metrics } = simulate(config, whole, terms, strategy)
    expect(result.trades.some(({ funding }) => funding !== 0)).toBe(true)
    expect(result.exits['LIQUIDATION']).toBeGreaterThan(0)
    const slab = new ColumnSlab(allocateSlab(whole.grid.rows, 4))
    const shared = new SharedColumns(whole.grid, whole.columns.exogenous, slab)
    const frame = new TrialFrame(config, whole, terms, shared)
    for (let round = 0; round < 2; round++) {
      const trial = frame.run(strategy.create())
      expect([trial.decisions, trial.outcomes]).toEqual([result.digest.decisions, result.digest.outcomes])
      const differing = metrics.filter(({ value }, i) => !Object.is(trial.metrics[i], value))
      expect(differing).toEqual([])
      expect(trialMetrics().length).toBe(metrics.length)
      expect(trial.trades()).toEqual(result.trades)
    }
  })

  it('the market of a queue is the one that was written', async () => {
    const config = plainConfig({ ...CHANGES, margin: { mark: marks ? 'stored' : 'last' } })
    const { columns, ...rest } = market(marks)
    const shared = new SharedFolder(testFolder())
    const share = { id: 1, ...rest, read: columns.grid, exogenous: columns.exogenous, slab: allocateSlab(1, 1) }
    await shared.writeMarket(config, share)
    const read = await shared.readMarket(config)
    expect(read.funding).toEqual(rest.funding)
    expect(read.marks).toEqual(rest.marks)
    expect([read.dataHash, read.grid]).toEqual([rest.dataHash, rest.grid])
    // Threads share columns; what lies in memory of one process alone would be copied to each.
    for (const one of read.marks) if (one !== null) expect(one.low.buffer).toBeInstanceOf(SharedArrayBuffer)
  })
})

describe('leverage and funding as axes', () => {
  it('are swept as any other key; a leverage that the venue lacks is its trial’s own error', async () => {
    const runs = testFolder()
    const space = { 'account.leverage': [2, 5, 10, 500], 'margin.funding': ['stored', 'off'] }
    const options = inline(runs, { market: async () => market(false) })
    const file = runFile(
      { space, objective: 'totalReturn' },
      { ...CHANGES, sizing: { mode: 'percent', fraction: 1.9 } },
    )
    const summary = await sweep(file, options)
    const sql = 'select status, error, decisions, outcomes, "totalReturn" as r from $ order by trial'
    const rows = await rowsOf(join(summary.folder, 'results.parquet'), sql)
    expect(rows.map(({ status }) => status)).toEqual([
      'done',
      'done',
      'done',
      'done',
      'done',
      'done',
      'failed',
      'failed',
    ])
    expect(String(rows[6]!['error'])).toContain('500')
    // What is paid for holding changes the result and not what was decided, where nothing is liquidated.
    expect(rows[0]!['outcomes']).not.toBe(rows[1]!['outcomes'])
    expect(rows[0]!['r']).not.toBe(rows[1]!['r'])
  })
})

const FUNDING_HOURS = 8
const SERIES = ['--venue', 'binanceusdm', '--symbol', SYMBOL, '--timeframe', '1h']

describeBuilt('a sweep of perpetuals by the command line', () => {
  it('that lacks its fundings says so once for all trials, and fails', async () => {
    const folder = newFolder()
    await folder.command('data', 'synth', '--seed', '3', '--bars', '300', ...SERIES)
    const account = 'account: { quote: USDT, equity: 10000, profile: none, leverage: 5 }'
    const data = `data: { venue: binanceusdm, symbols: ['${SYMBOL}'], timeframe: 1h }`
    const costs = 'costs: { fees: { maker: 0, taker: 0 } }\nrules: { venueMinimums: false }'
    folder.write(
      'run.yaml',
      `strategy: { name: sma-cross }\n${data}\n${account}\n${costs}\nsweep: { space: { fast: [3, 5] } }\n`,
    )
    const { code, stdout } = await folder.command('sweep', 'run.yaml', '--no-report')
    expect(code).toBe(1)
    expect(stdout).toMatch(/2 trials, the first of them 0: margin.funding: \d+ fundings of binanceusdm .* are missing/)
    folder.remove()
  })

  it('has the same results with any number of workers, and the decisions of backtest', async () => {
    const folder = newFolder()
    const made = await folder.command(
      ...['data', 'synth', '--model', 'regime', '--seed', '3', '--bars', '3000', ...SERIES],
    )
    expect([made.code, made.stderr]).toEqual([0, expect.anything()])
    const { series } = JSON.parse((await folder.command('data', 'list', '--json')).stdout)
    const fromMs = series[0].firstMs
    const line = (k: number) =>
      `${new Date(fromMs + k * FUNDING_HOURS * 3_600_000).toISOString()},${k % 3 === 0 ? -0.0001 : 0.0002}`
    const lines = Array.from({ length: Math.ceil(3000 / FUNDING_HOURS) + 1 }, (_, k) => line(k))
    folder.write('funding.csv', `timestamp,funding_rate\n${lines.join('\n')}\n`)
    const imported = await folder.command('data', 'import', 'funding.csv', '--venue', 'binanceusdm', '--symbol', SYMBOL)
    expect([imported.code, imported.stderr]).toEqual([0, expect.anything()])
    folder.write(
      'run.yaml',
      `strategy: { name: sma-cross }
data: { venue: binanceusdm, symbols: ['${SYMBOL}'], timeframe: 1h }
account: { quote: USDT, equity: 10000, profile: none, leverage: 5 }
sizing: { mode: percent, fraction: 4 }
costs: { fees: { maker: 0.0002, taker: 0.0005 } }
rules: { emergencyLoss: off, venueMinimums: false }
margin: { funding: stored }
sweep:
  space: { fast: { from: 3, to: 12, step: 1 }, slow: [20, 40, 80], account.leverage: [5, 10] }
`,
    )
    const hashes = async (workers: string): Promise<string[]> => {
      const swept = await folder.command(
        'sweep',
        'run.yaml',
        '--no-report',
        '--workers',
        workers,
        '--out',
        `with-${workers}`,
      )
      expect([swept.code, swept.stderr]).toEqual([0, expect.stringContaining('60 trials')])
      return ['results.parquet', 'returns.parquet', 'trades.parquet'].map((file) =>
        createHash('sha256')
          .update(readFileSync(join(folder.path, `with-${workers}`, file)))
          .digest('hex'),
      )
    }
    expect(await hashes('2')).toEqual(await hashes('1'))
    const sql =
      'select fast, slow, "account.leverage" as leverage, decisions, outcomes from trials order by "totalReturn" desc limit 1'
    const best = JSON.parse((await folder.command('trials', 'with-2', '--json', '--sql', sql)).stdout)[0]
    const set = [
      `strategy.params.fast=${best.fast}`,
      `strategy.params.slow=${best.slow}`,
      `account.leverage=${best.leverage}`,
    ]
    const ran = await folder.command(
      'backtest',
      'run.yaml',
      '--no-report',
      '--json',
      ...set.flatMap((one) => ['--set', one]),
    )
    const { digest } = JSON.parse(ran.stdout)
    expect([best.decisions, best.outcomes]).toEqual([digest.decisions, digest.outcomes])
    folder.remove()
  })
})
