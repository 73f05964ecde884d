/** The line that a report gives to reproduce it is carried out, and does: the same digests, or it says which differs. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importSynthetic } from '../../datasets/synthetic/synthetic.ts'
import { dispatch } from '../../engine/cli/dispatch.ts'
import { services } from '../../engine/cli/services.ts'
import { againBase, againCommand } from '../../engine/run/again-line.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'

const STRATEGY = `
export default {
  name: 'own', description: 'test', params: { parse: (p) => p, safeParse: (data) => ({ success: true, data }) },
  create: () => {
    let x, average
    return {
      setup(context) { x = context; average = x.indicator({ kind: 'sma', length: 30 }) },
      onBar(row) {
        const close = x.column(0, 'close')[row]
        if (x.position(0) === 0 && close > average[row]) x.enter(0, { stop: 0.01, target: 0.02 })
      },
    }
  },
}
`
let folder: string
let store: string

async function tandem(...words: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', '']
  const stdout = { write: (text: string) => (out += text) }
  const stderr = { write: (text: string) => (err += text) }
  return { code: await dispatch(words, { stdout, stderr, services }), out, err }
}

/** The words of the command in a report, which has no quotes here. */
function lineOf(report: string): string[] {
  const page = readFileSync(report, 'utf8')
  return /<code id="command">([^<]*)<\/code>/.exec(page)![1]!.split(' ')
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-again-'))
  store = join(folder, 'store')
  const series = { store, venue: 'synthetic', symbol: 'SOL/USD', timeframeMs: 300_000 }
  await importSynthetic({ ...series, model: 'gbm', seed: 3, bars: 2500, startPrice: 150 })
  writeFileSync(join(folder, 'own.js'), STRATEGY)
  const run = (strategy: string, more = '') => `
strategy: ${strategy}
data: { venue: synthetic, symbols: [SOL/USD], timeframe: 5m }
account: { equity: 5000, profile: none }
sizing: { mode: percent, fraction: 0.5 }
costs: { fees: { maker: 0.0016, taker: 0.0026 }, spreadBps: 10 }
rules: { venueMinimums: false }
${more}`
  writeFileSync(join(folder, 'own.yaml'), run('{ file: ./own.js }'))
  writeFileSync(join(folder, 'named.yaml'), run('{ name: sma-cross }'))
  writeFileSync(
    join(folder, 'two.yaml'),
    run('{ name: sma-cross }', 'accounts: [{ name: a }, { name: b, equity: 900 }]'),
  )
})
afterAll(() => rmSync(folder, { recursive: true }))

const backtest = (file: string) =>
  tandem('backtest', join(folder, file), '--store', store, '--out', join(folder, `${file}-run`), '--json')

describe('the line that reproduces a run', () => {
  it.each(['named.yaml', 'own.yaml', 'two.yaml'])('gives the same digests: %s', async (file) => {
    const made = await backtest(file)
    expect(made.err).not.toContain('tandem:')
    const { digest, trades } = JSON.parse(made.out)
    expect(trades).toBeGreaterThan(3)
    const [program, ...words] = lineOf(join(folder, `${file}-run`, 'report.html'))
    expect(program).toBe('tandem')
    const again = await tandem(...words, '--json')
    expect(JSON.parse(again.out)).toMatchObject({ same: true, digest, expected: digest, differs: [] })
    expect(again.code).toBe(0)
    // In words, too, and without a change to the folder.
    expect((await tandem(...words)).out).toContain('all three digests are the same')
  })

  it('says which digest differs once the data are others, and ends with 1', async () => {
    await backtest('named.yaml')
    const other = join(folder, 'other-store')
    cpSync(store, other, { recursive: true })
    const series = { store: other, venue: 'synthetic', symbol: 'SOL/USD', timeframeMs: 300_000 }
    await importSynthetic({ ...series, model: 'gbm', seed: 4, bars: 2500, startPrice: 150 })
    const again = await tandem('backtest', join(folder, 'named.yaml-run'), '--store', other, '--json')
    expect(again.code).toBe(1)
    expect(JSON.parse(again.out)).toMatchObject({ same: false, differs: ['inputs', 'decisions', 'outcomes'] })
  })

  it('refuses what would make another run, and folders without one', async () => {
    await backtest('named.yaml')
    const run = join(folder, 'named.yaml-run')
    expect((await tandem('backtest', run, '--set', 'seed=2')).err).toContain("a folder's run is repeated as it was")
    const none = await tandem('backtest', folder)
    expect([none.code, none.err]).toEqual([2, expect.stringContaining('this folder holds no run')])
  })
})

describe('againCommand', () => {
  it('quotes what a shell would take apart', () => {
    expect(againCommand('runs/btc-sma-1', 'datasets/store')).toBe('tandem backtest runs/btc-sma-1')
    expect(againCommand("my runs/it's", '/data/$store')).toBe(
      `tandem backtest 'my runs/it'\\''s' --store '/data/$store'`,
    )
  })

  it('keeps the way to the strategy’s own file, and nothing where there is none', () => {
    const config = (strategy: object) =>
      resolveConfig(
        {
          strategy,
          data: { venue: 'test', symbols: ['BTC/USD'], timeframe: '1h' },
          costs: { fees: { maker: 0, taker: 0 } },
        },
        'test',
      )
    expect(againBase(config({ file: './own.ts' }), 'runs/a', '.')).toEqual({ base: '../..' })
    expect(againBase(config({ name: 'sma-cross' }), 'runs/a', '.')).toEqual({})
  })
})
