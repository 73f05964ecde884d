/**
 * Goal: the list tells what the folders hold, sees every change, and doesn't read again what hasn't changed. Method:
 * folders written, changed and removed beneath an index; a query against a plain filter over random entries.
 */

import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunEntry } from '../../engine/server/runs/entry.ts'
import { RunIndex } from '../../engine/server/runs/index.ts'
import { queryRuns, type RunQuery } from '../../engine/server/runs/query.ts'
import { writeRunFolder } from '../support/run-folder.ts'

function runsFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-runs-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const indexOf = (runs: string, keep = true) => new RunIndex({ runs, now: () => 0, keep })
const ids = (index: RunIndex) => index.entries.map(({ entry }) => entry.id).sort()

/** A folder's time is what tells: two writes within its resolution would look like one. */
function touch(path: string, seconds: number): void {
  utimesSync(path, seconds, seconds)
}

describe('run index', () => {
  it('tells runs and sweeps from other folders', async () => {
    const runs = runsFolder()
    writeRunFolder(runs, 'run-1', { name: 'one', finalEquity: 123.5 })
    for (const other of ['live', '.tandem', 'empty', 'run-2.partial-0123abcd', 'run-3.old-0123abcd']) {
      mkdirSync(join(runs, other))
      if (other !== 'empty') writeFileSync(join(runs, other, 'summary.json'), '{}')
    }
    writeFileSync(join(runs, 'trials.jsonl'), '')
    mkdirSync(join(runs, 'sweep-1'))
    writeFileSync(join(runs, 'sweep-1', 'sweep.json'), '{"name":"s"}')
    mkdirSync(join(runs, 'torn'))
    writeFileSync(join(runs, 'torn', 'summary.json'), '{"runId":')
    const index = indexOf(runs)
    await index.refresh(true)
    expect(ids(index)).toEqual(['run-1', 'sweep-1', 'torn'])
    expect(index.get('run-1')).toMatchObject({
      kind: 'run',
      name: 'one',
      status: 'done',
      strategy: 'sma-cross',
      venue: 'kraken',
      symbols: ['BTC/USD'],
      timeframe: '1h',
      trades: 3,
      finalEquity: 123.5,
      totalReturn: 0.01,
      sharpe: 1.2,
      validation: null,
    })
    expect(index.get('sweep-1')).toMatchObject({ kind: 'sweep', status: 'stopped' })
    expect(index.get('torn')).toMatchObject({ status: 'damaged', totalReturn: null })
  })

  it('a sweep is running while its process lives, and stopped when it died without a word', async () => {
    const runs = runsFolder()
    const folder = join(runs, 'sweep-1')
    mkdirSync(folder)
    writeFileSync(join(folder, 'sweep.json'), '{}')
    const { hostname } = await import('node:os')
    const lock = (pid: number) => writeFileSync(join(folder, 'lock.json'), JSON.stringify({ pid, host: hostname() }))
    lock(process.pid)
    touch(folder, 1000)
    const index = indexOf(runs)
    await index.refresh(true)
    expect(index.get('sweep-1')!.status).toBe('running')
    lock(2 ** 30)
    touch(folder, 1000)
    await index.refresh(true)
    expect(index.get('sweep-1')!.status).toBe('stopped')
  })

  it('sees what is new, changed, validated and gone, and tells each once', async () => {
    const runs = runsFolder()
    let told = 0
    const index = new RunIndex({ runs, now: () => 0, keep: true, onChange: () => told++ })
    writeRunFolder(runs, 'a')
    await index.refresh(true)
    expect([ids(index), told]).toEqual([['a'], 1])
    await index.refresh(true)
    expect(told).toBe(1)
    writeRunFolder(runs, 'a', { name: 'other' })
    touch(join(runs, 'a'), 2000)
    await index.refresh(true)
    expect([index.get('a')!.name, told]).toEqual(['other', 2])
    writeFileSync(join(runs, 'a', 'part'), '{"passed":true}')
    renameSync(join(runs, 'a', 'part'), join(runs, 'a', 'validation.json'))
    await index.refresh(true)
    expect([index.get('a')!.validation, told]).toEqual(['passed', 3])
    rmSync(join(runs, 'a'), { recursive: true })
    await index.refresh(true)
    expect([ids(index), told, index.folderOf('a')]).toEqual([[], 4, null])
  })

  it('remembers over a restart and reads only what has changed since', async () => {
    const runs = runsFolder()
    for (const id of ['a', 'b']) {
      writeRunFolder(runs, id)
      touch(join(runs, id), 1000)
    }
    await indexOf(runs).refresh(true)
    // Changed behind its back, with the old time: what is remembered is what is told.
    writeRunFolder(runs, 'a', { name: 'unseen' })
    touch(join(runs, 'a'), 1000)
    writeRunFolder(runs, 'b', { name: 'seen' })
    touch(join(runs, 'b'), 2000)
    const again = indexOf(runs)
    expect(ids(again)).toEqual(['a', 'b'])
    await again.refresh(true)
    expect([again.get('a')!.name, again.get('b')!.name]).toEqual(['a', 'seen'])
  })

  it('a damaged cache costs nothing but time, and read-only writes none', async () => {
    const runs = runsFolder()
    writeRunFolder(runs, 'a')
    mkdirSync(join(runs, '.tandem'))
    const damaged = '{"format":"tandem-run-index/1","folders":'
    writeFileSync(join(runs, '.tandem', 'index.json'), damaged)
    const index = indexOf(runs, false)
    await index.refresh(true)
    expect(ids(index)).toEqual(['a'])
    expect(readFileSync(join(runs, '.tandem', 'index.json'), 'utf8')).toBe(damaged)
  })
})

const entry = fc.record<RunEntry>({
  id: fc.uuid(),
  kind: fc.constantFrom('run', 'sweep'),
  name: fc.constantFrom('alpha', 'beta', 'gamma'),
  status: fc.constantFrom('done', 'stopped'),
  strategy: fc.constantFrom('sma-cross', 'rsi', null),
  venue: fc.constant('kraken'),
  symbols: fc.constantFrom(['BTC/USD'], ['ETH/USD', 'BTC/USD']),
  timeframe: fc.constant('1h'),
  fromMs: fc.constant(null),
  toMs: fc.constant(null),
  changedMs: fc.integer({ min: 0, max: 5 }),
  trials: fc.constant(null),
  trades: fc.constant(null),
  finalEquity: fc.constant(null),
  totalReturn: fc.constantFrom(null, -0.1, 0, 0.2),
  sharpe: fc.constant(null),
  maxDrawdown: fc.constant(null),
  validation: fc.constantFrom('passed', 'failed', null),
  hasReport: fc.boolean(),
})

const QUERY: RunQuery = {
  search: '',
  kind: null,
  strategy: null,
  symbol: null,
  status: null,
  validation: null,
  sort: 'changedMs',
  descending: true,
  offset: 0,
  limit: 1000,
}

describe('query', () => {
  const withWords = (entries: readonly RunEntry[]) =>
    entries.map((one) => ({
      entry: one,
      words: `${one.id} ${one.name} ${one.strategy} ${one.symbols.join(' ')}`.toLowerCase(),
    }))

  it('pages put together are the whole, in order, unknown figures last', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), fc.boolean(), (entries, descending) => {
        const all = withWords(entries)
        const pages: RunEntry[] = []
        for (let offset = 0; offset < entries.length; offset += 7) {
          pages.push(...queryRuns(all, { ...QUERY, sort: 'totalReturn', descending, offset, limit: 7 }).rows)
        }
        expect(new Set(pages.map(({ id }) => id))).toEqual(new Set(entries.map(({ id }) => id)))
        const known = pages.map(({ totalReturn }) => totalReturn)
        const firstNull = known.indexOf(null)
        if (firstNull >= 0) expect(known.slice(firstNull).every((value) => value === null)).toBe(true)
        const values = known.filter((value) => value !== null)
        expect(values).toEqual([...values].sort((a, b) => (descending ? b - a : a - b)))
      }),
      { seed: 11, numRuns: 100 },
    )
  })

  it('every word must be found, and every filter hold', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
        const { rows, matched, total } = queryRuns(withWords(entries), {
          ...QUERY,
          search: 'ETH  Sma',
          validation: 'none',
        })
        const expected = entries.filter(
          ({ symbols, strategy, validation }) =>
            symbols.length === 2 && strategy === 'sma-cross' && validation === null,
        )
        expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(expected.map(({ id }) => id)))
        expect([matched, total]).toEqual([expected.length, entries.length])
      }),
      { seed: 12, numRuns: 100 },
    )
  })
})
