/**
 * The reference job of the bench through the real engine. Entries and results equal numbers kept here in every clone,
 * and the C program's where gcc is; a bar without orders leaves nothing on the heap.
 */

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { strategies } from '../../strategies/registry.ts'
import { runNative } from '../bench/native.ts'
import { randomWalk } from '../bench/random-walk.ts'
import { FAST, marketFor, numbersOf, prepareJob, SLOW } from '../bench/reference-run.ts'
import { NO_ALLOCATION_BYTES } from '../bench/verdict.ts'
import { repositoryRoot } from '../support/shared.ts'

/** Computed by reference-job.c at 100,000 bars, rounded to ten digits. */
const KNOWN = {
  entries: 698,
  finalRatio: 0.2502868646,
  maxDrawdown: 0.7583293561,
  sumR: -1.37555552,
  sumR2: 0.01918265332,
}
const MEMBERS = ['finalRatio', 'maxDrawdown', 'sumR', 'sumR2'] as const

const candles = randomWalk(100_000)
const native = runNative(candles, { fast: FAST, slow: SLOW, repeats: 1 })
const skipped = native.result === null ? native.reason : ''

async function numbers(name: 'given' | 'computed' | 'with-column') {
  const job = prepareJob(name, marketFor(candles), await strategies['sma-cross']!())
  return numbersOf(job.run(), job.initialEquity)
}

describe('the reference job at 100,000 bars', () => {
  it('has the results kept here, in eight digits', async () => {
    const own = await numbers('given')
    expect(own.entries).toBe(KNOWN.entries)
    for (const key of MEMBERS) expect(Math.abs(own[key] / KNOWN[key] - 1), key).toBeLessThan(5e-9)
  })

  it('has the same results with columns computed for the run alone', async () => {
    expect(await numbers('computed')).toEqual(await numbers('given'))
  })

  it('has the same results where equity is kept as a column', async () => {
    expect(await numbers('with-column')).toEqual(await numbers('given'))
  })

  it.skipIf(skipped !== '')(
    skipped === '' ? "equals the C program's" : `equals the C program's [${skipped}]`,
    async () => {
      const own = await numbers('given')
      expect(own.entries).toBe(native.result!.entries)
      for (const key of MEMBERS) expect(Math.abs(own[key] / native.result![key] - 1), key).toBeLessThan(5e-9)
    },
  )
})

const built = join(repositoryRoot, 'dist/test/bench/rounds.js')

it.skipIf(!existsSync(built))(
  existsSync(built) ? 'a bar allocates nothing' : 'a bar allocates nothing [skipped: npm run build first]',
  async () => {
    const { measureAllocation } = await import(/* @vite-ignore */ pathToFileURL(built).href)
    expect(measureAllocation(200_000)).toBeLessThan(NO_ALLOCATION_BYTES)
  },
)
