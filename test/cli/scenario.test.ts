/** Goal: `scenario`, `explain` and `ladder` print what they found, as text and as one document, with the right exit code. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importSynthetic } from '../../datasets/synthetic/synthetic.ts'
import { scenarioNames } from '../../engine/run/scenario.ts'
import { runTandem } from './run-tandem.ts'

let folder: string
let config: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-cli-rules-'))
  config = join(folder, 'run.yaml')
  writeFileSync(
    config,
    `strategy: { name: sma-cross, params: { fast: 5, slow: 20 } }
data: { venue: synthetic, symbols: [SOL/USD], timeframe: 1h }
account: { equity: 50 }
costs: { fees: { maker: 0.001, taker: 0.001 } }
rules: { venueMinimums: false, gates: { quality: false } }
`,
  )
  const place = { store: folder, venue: 'synthetic', symbol: 'SOL/USD', timeframeMs: 3_600_000 }
  await importSynthetic({ ...place, model: 'gbm', seed: 3, bars: 400, startPrice: 150 })
})
afterAll(() => rmSync(folder, { recursive: true }))

describe('scenario', () => {
  it('list has every scenario, by chapter', async () => {
    const { code, stdout } = await runTandem(['scenario', 'list'])
    expect(code).toBe(0)
    expect(stdout.split('\n')[1]).toMatch(/^A1 +balance-snapshot +Three values/)
    const listed = JSON.parse((await runTandem(['scenario', 'list', '--json'])).stdout) as {
      scenarios: { name: string }[]
    }
    expect(listed.scenarios.map(({ name }) => name).sort()).toEqual(scenarioNames())
  })

  it('run narrates and says that it is as expected', async () => {
    const { code, stdout, stderr } = await runTandem(['scenario', 'run', 'fixed-two-always-fails'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('A fixed 2.00 is refused every time (RULES B1, B6)')
    expect(stdout).toContain('2019-01-01 00:01  the strategy wants to buy SOL/USDT at 150')
    expect(stdout).toContain('refused SOL/USDT: BELOW_MINIMUM wanted 2.00, minimum 2.50')
    expect(stdout).toContain('✓ as expected')
  })

  it('exits with 1 and names what differs', async () => {
    const path = join(folder, 'mine.yaml')
    writeFileSync(
      path,
      'title: t\nchapter: D5\nshows: s\nkind: utilisation\nused: 80\nequity: 100\nexpect: { warn: false }\n',
    )
    const { code, stdout } = await runTandem(['scenario', 'run', path])
    expect(code).toBe(1)
    expect(stdout).toContain('✗ warn: expected false, found true')
    const document = JSON.parse((await runTandem(['scenario', 'run', path, '--json'])).stdout)
    expect(document).toMatchObject({ name: 'mine', met: false, cases: [{ mismatches: [{ path: 'warn' }] }] })
  })

  it.each([
    [['scenario', 'run'], 'tandem: scenario run: expected a scenario or --all (see tandem scenario list)\n'],
    [
      ['scenario', 'run', 'x', '--all'],
      'tandem: scenario run: expected a scenario or --all (see tandem scenario list)\n',
    ],
    [['scenario', 'run', 'routin'], "tandem: there is no scenario 'routin' (did you mean 'routing'?)\n"],
    [
      ['ladder', 'none.yaml', '--equities', '5,x'],
      "tandem: --equities: 'x' is not an equity (write amounts above 0, such as 25,50,100)\n",
    ],
    [
      ['explain', 'nowhere', '--at', '2020-01-01'],
      "tandem: nowhere: summary.json can't be read (give a directory that tandem backtest has written)\n",
    ],
  ])('%j is one line', async (words, stderr) => {
    expect(await runTandem(words)).toMatchObject({ code: 2, stdout: '', stderr })
  })
})

describe('ladder', () => {
  it('prints a table, the refusals and the smallest viable account', async () => {
    const { code, stdout } = await runTandem([
      'ladder',
      config,
      '--store',
      folder,
      '--equities',
      '100,2',
      '--set',
      'seed=1',
    ])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^equity +return +trades/)
    expect(stdout).toMatch(/\n +2 +0\.00 % +0 /)
    expect(stdout).toMatch(/2: BELOW_TIER_MINIMUM \d+/)
    expect(stdout).toMatch(/viable/)
  })

  it('--json is one document', async () => {
    const ran = await runTandem(['ladder', config, '--store', folder, '--equities', '50', '--json'])
    const document = JSON.parse(ran.stdout)
    expect(document).toMatchObject({ name: 'sma-cross', quote: 'USD', rungs: [{ equity: 50 }] })
    expect(document.definition).toContain('at least 90 %')
  })
})
