/**
 * Goal: no strategy, and nothing below it, changes its decisions unnoticed. Method: each runs with its defaults over a
 * made-up market of 4000 bars; digests and number of fills are compared with test/golden/strategies.json.
 *
 * A difference is a change of behaviour: of a strategy, an indicator, a rule, the kernel, the simulated venue or the
 * records' layout. If it is wanted, say in the commit what changed it, and write the file anew with
 *   UPDATE_GOLDEN=1 npx vitest run test/strategies/golden.test.ts
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { strategies } from '../../strategies/registry.ts'
import { maker, runStrategy, type StrategyRun } from '../support/run-strategy.ts'
import { repositoryRoot } from '../support/shared.ts'
import { accountFor, marketFor } from '../support/strategy-runs.ts'

const SEED = 7
const BARS = 4000
const FILE = join(repositoryRoot, 'test', 'golden', 'strategies.json')

interface Golden {
  readonly about: string
  readonly runs: Readonly<Record<string, StrategyRun>>
}

it('every strategy decides as it did', async () => {
  const runs: Record<string, StrategyRun> = {}
  for (const name of Object.keys(strategies)) {
    const create = await maker(name)
    runs[name] = runStrategy(marketFor(name, SEED, BARS), create(), accountFor(name))
  }
  if (process.env['UPDATE_GOLDEN'] === '1') {
    const about = 'Written by test/strategies/golden.test.ts, which says when and how to write it anew.'
    writeFileSync(FILE, `${JSON.stringify({ about, runs } satisfies Golden, null, 2)}\n`)
  }
  const golden = JSON.parse(readFileSync(FILE, 'utf8')) as Golden
  expect(runs).toEqual(golden.runs)
})
