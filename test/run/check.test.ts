/**
 * Goal: `tandem check` tells a good strategy from one that peeks, wavers, fails or is wrongly typed, and names bar and
 * column. Method: strategies with one fault each, on made-up markets; files in temporary folders for the rest.
 */

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importSynthetic } from '../../datasets/synthetic/synthetic.ts'
import type { Context, Strategy } from '../../engine/core/strategy.ts'
import { type CheckOptions, checkStrategy } from '../../engine/run/check.ts'
import { type Check, checkOnMarket } from '../../engine/run/check-market.ts'
import { plainTerms } from '../../engine/run/terms.ts'
import { randomCandles } from '../support/random-market.ts'
import { marketOf, plainConfig } from '../support/runs.ts'
import { repositoryRoot } from '../support/shared.ts'

/** In and out by a rule on (closes, row). */
function by(wants: (close: Float64Array, row: number) => boolean): () => Strategy {
  return () => {
    let x: Context
    let close: Float64Array
    return {
      setup: (context) => {
        x = context
        close = x.column(0, 'close')
      },
      onBar: (row) => {
        if (row < 30) return
        if (!wants(close, row)) x.exit(0)
        else if (x.position(0) === 0) x.enter(0)
      },
    }
  }
}

const market = marketOf(randomCandles({ seed: 2, bars: 400 }))
const check = (create: () => Strategy) => checkOnMarket(plainConfig(), market, plainTerms(plainConfig()), create)
const results = (checks: readonly Check[]) => checks.map(({ name, status }) => `${name} ${status}`)

describe('on a market', () => {
  it('a good strategy passes and is timed', () => {
    const { checks, fills, nsPerBar } = check(by((close, row) => close[row]! > close[row - 1]!))
    expect(results(checks)).toEqual(['runs passed', 'determinism passed', 'paths passed', 'look-ahead passed'])
    expect(checks.every(({ detail }) => detail === '')).toBe(true)
    expect(fills).toBeGreaterThan(50)
    expect(nsPerBar).toBeGreaterThan(0)
  })

  it('a peek is named with bar and column', () => {
    const { checks } = check(by((close, row) => close[row + 1]! > close[row]!))
    expect(results(checks).at(-1)).toBe('look-ahead failed')
    expect(checks.at(-1)!.detail).toMatch(/reads close of BTC\/USD at row 31 \(.*UTC\) while deciding bar 30/)
  })

  it('chance is named with the first bar that differs', () => {
    let calls = 0
    const { checks } = check(by(() => calls++ % 7 === 0))
    expect(results(checks)).toEqual(['runs passed', 'determinism failed', 'paths skipped', 'look-ahead skipped'])
    expect(checks[1]!.detail).toMatch(/two equal runs differ, first at bar 3\d \(.*UTC\) in BTC\/USD/)
  })

  it('a failure is named with its bar, one in set-up too', () => {
    const thrown = check(
      by((_, row) => {
        if (row === 77) throw new Error('oh')
        return false
      }),
    )
    expect(results(thrown.checks)).toEqual([
      'runs failed',
      'determinism skipped',
      'paths skipped',
      'look-ahead skipped',
    ])
    expect(thrown.checks[0]!.detail).toMatch(/^at bar 77 \(.*UTC\): Error: oh$/)
    expect(thrown.nsPerBar).toBeNull()
    const unset = check(() => ({ setup: (x) => void x.series('funding'), onBar() {} }))
    expect(unset.checks[0]!.detail).toMatch(/^in setup: the run has no series 'funding'/)
  })

  it('one that never trades is told that this proves little', () => {
    expect(check(by(() => false)).checks[0]).toMatchObject({
      status: 'passed',
      detail: expect.stringMatching(/never traded/),
    })
  })
})

const GOOD = `import { type Context, defineStrategy, z } from 'tandem'
export default defineStrategy({
  name: 'mine',
  description: 'a test',
  params: z.strictObject({ length: z.int().default(20) }),
  create: ({ length }) => {
    let x: Context
    let close: Float64Array
    return {
      setup: (context) => {
        x = context
        close = x.column(0, 'close')
      },
      onBar: (row) => {
        if (row % length !== 0) return
        if (x.position(0) === 0 && close[row]! > 0) x.enter(0)
        else x.exit(0)
      },
    }
  },
})
`

describe('of a file', () => {
  let root: string
  let store: string
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'tandem-check-'))
    store = join(root, 'store')
    symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'))
    mkdirSync(join(root, 'lib'))
    const series = { venue: 'kraken', symbol: 'BTC/USD', timeframeMs: 3_600_000 }
    await importSynthetic({ ...series, store, model: 'gbm', seed: 1, bars: 500 })
    writeFileSync(join(root, 'mine.ts'), GOOD)
    writeFileSync(
      join(root, 'run.yaml'),
      `strategy: { file: ./mine.ts, params: { length: 5 } }
data: { venue: kraken, symbols: [BTC/USD], timeframe: 1h }
account: { profile: none }
sizing: { mode: percent, fraction: 0.5 }
costs: { fees: { maker: 0.001, taker: 0.001 } }
rules: { emergencyLoss: off, venueMinimums: false }
`,
    )
  })
  afterAll(() => rmSync(root, { recursive: true }))

  const checkFile = (name: string, options: Partial<CheckOptions> = {}) =>
    checkStrategy(join(root, name), { store, cacheFolder: join(root, 'cache'), ...options })

  it('runs on a made-up market of three symbols, with typed parameters', async () => {
    const report = await checkFile('mine.ts', { set: ['strategy.params.length=10'] })
    expect(report.checks.filter(({ status }) => status !== 'passed')).toEqual([])
    expect(report).toMatchObject({ strategy: 'mine', passed: true, bars: 4000, symbols: { length: 3 } })
    await expect(checkFile('mine.ts', { set: ['strategy.params.lenght=10'] })).rejects.toThrow('unknown parameter')
    await expect(checkFile('mine.ts', { set: ['data.timeframe=1m'] })).rejects.toThrow('made-up market')
  })

  it("runs on a run file's data, with its parameters where it names the strategy", async () => {
    const own = await checkFile('mine.ts', { config: join(root, 'run.yaml') })
    expect(own).toMatchObject({ passed: true, bars: 500, symbols: ['BTC/USD'] })
    writeFileSync(join(root, 'other.ts'), GOOD)
    const other = await checkFile('other.ts', { config: join(root, 'run.yaml') })
    // With the default length it trades less often than with the run file's.
    expect(other.fills).toBeLessThan(own.fills / 2)
  })

  it('names the place of a wrong type', async () => {
    writeFileSync(join(root, 'wrong.ts'), GOOD.replace('let x: Context', "let x: Context\n    const n: number = 'a'"))
    const { checks, passed } = await checkFile('wrong.ts')
    expect(checks[0]).toMatchObject({ name: 'types', status: 'failed' })
    expect(checks[0]!.detail).toMatch(/wrong\.ts\(8,11\): error TS2322/)
    expect(passed).toBe(false)
  })

  it("says so where types can't be checked", async () => {
    const bare = mkdtempSync(join(tmpdir(), 'tandem-bare-'))
    writeFileSync(join(bare, 'mine.ts'), GOOD)
    writeFileSync(
      join(bare, 'plain.mjs'),
      GOOD.replaceAll(/: (Context|Float64Array)$/gm, '')
        .replace('type Context, ', '')
        .replace(']!', ']'),
    )
    const options = { store, cacheFolder: join(root, 'cache') }
    const bareReport = await checkStrategy(join(bare, 'mine.ts'), options)
    expect(bareReport.checks[0]).toMatchObject({
      status: 'skipped',
      detail: expect.stringMatching(/typescript is not installed/),
    })
    expect(bareReport.passed).toBe(true)
    const plain = await checkStrategy(join(bare, 'plain.mjs'), options)
    expect(plain.checks[0]).toMatchObject({ status: 'skipped', detail: 'the strategy is JavaScript' })
    rmSync(bare, { recursive: true })
  })
})
