/** Sweeps over a queue: real stores of the test's own, real worker processes, of which one is killed. */

import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packBatch, unpackBatch } from '../../engine/sweep/queue/batch-job.ts'
import { SharedFolder } from '../../engine/sweep/queue/shared-folder.ts'
import { builtMain, type Folder, isBuilt, newFolder, RUN_FILE, synthWords } from '../cli/built.ts'
import { type RunningStore, STORES, type StoreServer } from './queue-stores.ts'
import { testFolder } from './support.ts'

const SPACE = `sweep:
  space: { fast: { from: 2, to: 31, step: 1 }, slow: [40, 60, 80, 100], 'sizing.fraction': [0.5, 0.95] }
`

const STRATEGY = `import { defineStrategy, z } from 'tandem'
export default defineStrategy({
  name: 'own', description: 'Buys every so many bars.',
  params: z.strictObject({ every: z.int().min(2) }),
  create: ({ every }) => {
    let x
    return {
      setup(context) { x = context },
      onBar(row) { if (row % every === 0) { if (x.position(0) === 0) x.enter(0); else x.exit(0) } },
    }
  },
})
`

const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', resolve))

const FILES = ['results.parquet', 'returns.parquet', 'trades.parquet']

function why({ absent }: StoreServer): string {
  return absent !== null ? ` [skipped: ${absent}]` : isBuilt ? '' : ' [skipped: npm run build first]'
}

describe.each(STORES.map((one) => ({ store: one, title: `${one.name}${why(one)}` })))(
  'a sweep over a queue in $title',
  ({ store }) => {
    const itRuns = it.skipIf(why(store) !== '')
    let folder: Folder
    let running: RunningStore
    const children: ChildProcess[] = []

    const start = (...words: string[]): ChildProcess => {
      const child = spawn(process.execPath, [builtMain, ...words], {
        cwd: folder.path,
        env: { ...process.env, TANDEM_STORE: 'store' },
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      children.push(child)
      return child
    }
    const worker = (shared: string): ChildProcess =>
      start('worker', ...running.words, '--shared', shared, '--workers', '1', '--lock-seconds', '2')
    const hashes = (name: string): string[] =>
      FILES.map((file) =>
        createHash('sha256')
          .update(readFileSync(join(folder.path, name, file)))
          .digest('hex'),
      )
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
    }

    beforeAll(async () => {
      if (why(store) !== '') return
      folder = newFolder()
      running = await store.start()
      await folder.command(...synthWords('kraken', 'BTC/USD'))
      folder.write('run.yaml', RUN_FILE + SPACE)
    })

    afterAll(async () => {
      for (const child of children) child.kill('SIGKILL')
      await Promise.all(children.map(ended))
      await running?.stop()
      folder?.remove()
    })

    itRuns('has the same results as one process, though a worker is killed at work', async () => {
      expect((await folder.command('sweep', 'run.yaml', '--no-report', '--out', 'local')).code).toBe(0)
      const sweep = start('sweep', '--no-report', 'run.yaml', ...running.words, '--shared', 'shared', '--out', 'queued')
      const [first] = [worker('shared'), worker('shared')]
      const results = join(folder.path, 'shared', 'results')
      await until(() => existsSync(results) && readdirSync(results).length > 3)
      first!.kill('SIGKILL')
      await ended(sweep)
      expect(sweep.exitCode).toBe(0)
      expect(hashes('queued')).toEqual(hashes('local'))
      // Another sweep of the same plan finds every result: no worker is needed.
      for (const child of children) child.kill('SIGKILL')
      const again = await folder.command(
        'sweep',
        'run.yaml',
        '--no-report',
        ...running.words,
        '--shared',
        'shared',
        '--out',
        'again',
      )
      expect([again.code, hashes('again')]).toEqual([0, hashes('local')])
    })

    it.skipIf(why(store) !== '' || store.name === 'postgres')('takes a strategy of the user’s own along', async () => {
      folder.write('own.ts', STRATEGY)
      folder.write(
        'own.yaml',
        `${RUN_FILE.replace('{ name: sma-cross }', '{ file: ./own.ts }')}sweep: { space: { every: [3, 5, 1] } }\n`,
      )
      expect((await folder.command('sweep', 'own.yaml', '--no-report', '--out', 'own-local')).code).toBe(0)
      const one = worker('shared-own')
      const sweep = start(
        'sweep',
        '--no-report',
        'own.yaml',
        ...running.words,
        '--shared',
        'shared-own',
        '--out',
        'own-queued',
      )
      await ended(sweep)
      expect(sweep.exitCode).toBe(0)
      expect(hashes('own-queued')).toEqual(hashes('own-local'))
      one.kill('SIGTERM')
      await ended(one)
      expect(one.exitCode).toBe(0)
    })
  },
)

describe('a queue', () => {
  const nobody = [
    ['--redis', 'redis://:hunter2@127.0.0.1:1', 'Redis'],
    ['--postgres', 'postgres://user:hunter2@127.0.0.1:1/sweeps', 'PostgreSQL'],
  ] as const
  it.skipIf(!isBuilt).each(nobody)(
    '%s that nobody answers is one line, without the password, and leaves nothing',
    async (option, url, name) => {
      const folder = newFolder()
      await folder.command(...synthWords('kraken', 'BTC/USD'))
      folder.write('run.yaml', RUN_FILE + SPACE)
      const words = ['sweep', 'run.yaml', '--out', 'out', '--shared', 'shared', option, url]
      const { code, stderr } = await folder.command(...words)
      expect(code).toBe(2)
      expect(stderr).toMatch(/^tandem: 127\.0\.0\.1:1: can't reach [^\n]*\n$/)
      expect(stderr).toContain(`can't reach ${name}`)
      expect(stderr).not.toContain('hunter2')
      expect([folder.list('out'), folder.list('shared')]).toEqual([null, null])
      folder.remove()
    },
  )

  it.skipIf(!isBuilt).each([
    [['worker', '--shared', 'shared'], 'where is the queue?'],
    [['worker', '--shared', 's', '--redis', 'redis://a', '--postgres', 'postgres://a/b'], 'give --redis or --postgres'],
    [
      ['worker', '--shared', 's', '--postgres', 'mysql://a/b'],
      'expected an address such as postgres://localhost/sweeps',
    ],
    [['sweep', 'run.yaml', '--postgres', 'postgres://a/b'], '--postgres needs a folder that all workers share'],
  ])('%j is one line', async (words, line) => {
    const folder = newFolder()
    const { code, stderr } = await folder.command(...words)
    expect([code, stderr.split('\n').length, stderr]).toEqual([2, 2, expect.stringContaining(line)])
    folder.remove()
  })

  it('carries points with values left out', async () => {
    const batch = { from: 0, numbers: [0], points: [[1, undefined, null, 'x']], trades: false, returns: true }
    expect(unpackBatch(JSON.parse(JSON.stringify(packBatch(batch))))).toEqual(batch)
  })

  it('trusts no content that isn’t what was written', async () => {
    const folder = new SharedFolder(testFolder())
    const place = await folder.writeContent('text', '.mjs')
    expect(await folder.readContent(place)).toBe('text')
    await expect(folder.readContent(`content/${'0'.repeat(64)}.mjs`)).rejects.toThrow("can't read")
  })
})
