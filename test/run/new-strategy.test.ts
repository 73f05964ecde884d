/**
 * Goal: what `tandem init strategy` writes works: its types hold, `tandem check` passes, its own test passes, and a
 * run file can name it; and no file is ever overwritten. Method: the real thing in a temporary folder.
 */

import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { importSynthetic } from '../../datasets/synthetic/synthetic.ts'
import { runBacktest } from '../../engine/run/backtest.ts'
import { checkStrategy } from '../../engine/run/check.ts'
import { resolveConfig } from '../../engine/run/config/index.ts'
import { writeStrategy } from '../../engine/run/new-strategy.ts'
import { repositoryRoot } from '../support/shared.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-init-'))
  symlinkSync(join(repositoryRoot, 'node_modules'), join(folder, 'node_modules'))
  writeStrategy(folder, 'my-breakout')
})
afterAll(() => rmSync(folder, { recursive: true }))

it('passes every check, types included', async () => {
  const options = { store: join(folder, 'store'), cacheFolder: join(folder, 'cache') }
  const { checks, fills, strategy } = await checkStrategy(join(folder, 'my-breakout.ts'), options)
  expect(strategy).toBe('my-breakout')
  expect(checks.filter(({ status }) => status !== 'passed')).toEqual([])
  expect(fills).toBeGreaterThan(20)
})

it('passes its own test', () => {
  const alias = { tandem: join(repositoryRoot, 'engine', 'index.ts') }
  writeFileSync(
    join(folder, 'vitest.config.mjs'),
    `export default ${JSON.stringify({ resolve: { alias }, test: { testTimeout: 250_000 } })}`,
  )
  const vitest = join(repositoryRoot, 'node_modules', 'vitest', 'vitest.mjs')
  const ran = spawnSync(process.execPath, [vitest, 'run', '--root', folder], { encoding: 'utf8', cwd: folder })
  expect(`${ran.stdout}${ran.stderr}`).toMatch(/Tests .*2 passed/)
  expect(ran.status).toBe(0)
})

it('runs from a run file', async () => {
  const store = join(folder, 'store')
  const place = { venue: 'synthetic', symbol: 'BTC/USD', timeframeMs: 3_600_000 }
  await importSynthetic({ ...place, store, model: 'gbm', seed: 1, bars: 2000 })
  const config = resolveConfig({
    strategy: { file: './my-breakout.ts', params: { length: 20 } },
    data: { venue: 'synthetic', symbols: ['BTC/USD'], timeframe: '1h' },
    account: { profile: 'none' },
    sizing: { mode: 'percent', fraction: 0.5 },
    costs: { fees: { maker: 0.001, taker: 0.001 } },
    rules: { emergencyLoss: 'off', venueMinimums: false },
  })
  const runs = join(folder, 'runs')
  const options = { store, runs, report: false, baseFolder: folder, log() {} }
  const { summary } = await runBacktest(config, options)
  expect(summary.trades).toBeGreaterThan(10)
})

it('overwrites nothing and writes neither file where one exists', () => {
  expect(() => writeStrategy(folder, 'my-breakout')).toThrow('exists already')
  writeFileSync(join(folder, 'half.test.ts'), 'mine')
  expect(() => writeStrategy(folder, 'half')).toThrow('exists already')
  expect(readFileSync(join(folder, 'half.test.ts'), 'utf8')).toBe('mine')
  expect(() => readFileSync(join(folder, 'half.ts'))).toThrow('ENOENT')
})

it.each(['Bad', '../x', 'a b', '', '-a', 'a-', 'a.ts'])("refuses the name '%s'", (name) => {
  expect(() => writeStrategy(folder, name)).toThrow("can't name a strategy")
})
