/** Goal: `minimums list|reset` show and forget what refusals have taught, and say so where there is nothing. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { LearnedMinimum } from '../../engine/core/minimum.ts'
import { MinimumsFile } from '../../engine/run/minimums.ts'
import { runTandem } from './run-tandem.ts'

const lesson = (venue: string, symbol: string): LearnedMinimum => ({
  ...{ venue, symbol, minimumQuote: '5', origin: 'inferred', sizeQuote: '4', atMs: Date.UTC(2026, 0, 2, 3, 4) },
})

function filledStore(): string {
  const store = mkdtempSync(join(tmpdir(), 'tandem-cli-minimums-'))
  onTestFinished(() => rmSync(store, { recursive: true, force: true }))
  const file = new MinimumsFile(store)
  for (const [venue, symbol] of [
    ['kraken', 'SOL/USD'],
    ['kraken', 'ADA/USD'],
    ['coinbase', 'SOL/USD'],
  ] as const) {
    file.record(lesson(venue, symbol))
  }
  return store
}

describe('minimums', () => {
  it('list: a table by venue and symbol, or one document; --venue and --symbol pick', async () => {
    const store = filledStore()
    const { code, stdout } = await runTandem(['minimums', 'list', '--store', store])
    expect([code, stdout]).toEqual([
      0,
      `venue     symbol   minimum  origin    size  learned
coinbase  SOL/USD  5        inferred  4     2026-01-02 03:04
kraken    ADA/USD  5        inferred  4     2026-01-02 03:04
kraken    SOL/USD  5        inferred  4     2026-01-02 03:04
`,
    ])
    const words = ['minimums', 'list', '--store', store, '--json', '--venue', 'kraken', '--symbol', 'SOL/USD']
    expect(JSON.parse((await runTandem(words)).stdout)).toEqual({
      file: join(store, 'learned-minimums.json'),
      minimums: [lesson('kraken', 'SOL/USD')],
    })
  })

  it('reset: forgets a pair, then a venue, then all', async () => {
    const store = filledStore()
    const reset = async (...words: string[]) => {
      const { code, stdout } = await runTandem(['minimums', 'reset', '--store', store, '--json', ...words])
      const { forgotten, minimums } = JSON.parse(stdout) as Record<string, LearnedMinimum[]>
      return [code, forgotten!.length, minimums!.length]
    }
    expect(await reset('--venue', 'kraken', '--symbol', 'SOL/USD')).toEqual([0, 1, 2])
    expect(await reset('--venue', 'kraken')).toEqual([0, 1, 1])
    expect(await reset('--venue', 'kraken')).toEqual([0, 0, 1])
    expect(await reset()).toEqual([0, 1, 0])
  })

  it('says so where there is nothing, and what is known where a name is wrong', async () => {
    const store = filledStore()
    const { stderr } = await runTandem(['minimums', 'reset', '--store', store, '--venue', 'krakn'])
    expect(stderr).toBe('nothing to forget; known are coinbase SOL/USD, kraken ADA/USD, kraken SOL/USD\n')
    const empty = await runTandem(['minimums', 'list', '--store', join(store, 'none'), '--json'])
    expect([empty.code, JSON.parse(empty.stdout).minimums]).toEqual([0, []])
    expect(empty.stderr).toMatch(/^nothing is known in .*learned-minimums\.json\n$/)
  })
})
