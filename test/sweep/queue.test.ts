/** Sweeps over a queue: a real redis-server of the test's own, real worker processes, of which one is killed. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packBatch, unpackBatch } from '../../engine/sweep/queue/redis.ts'
import { SharedFolder } from '../../engine/sweep/queue/shared-folder.ts'
import { builtMain, type Folder, isBuilt, newFolder, RUN_FILE, synthWords } from '../cli/built.ts'
import { testFolder } from './support.ts'

const hasRedis = spawnSync('redis-server', ['--version']).status === 0

function describeRedis(name: string, body: () => void): void {
  const missing = !hasRedis
    ? ' [skipped: redis-server is not installed]'
    : !isBuilt
      ? ' [skipped: npm run build first]'
      : ''
  describe.skipIf(missing !== '')(`${name}${missing}`, body)
}

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

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}

const ended = (child: ChildProcess): Promise<unknown> =>
  child.exitCode !== null || child.signalCode !== null
    ? Promise.resolve()
    : new Promise((resolve) => child.once('exit', resolve))

const FILES = ['results.parquet', 'returns.parquet', 'trades.parquet']

describeRedis('a sweep over a queue', () => {
  let folder: Folder
  let url: string
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
    start('worker', '--redis', url, '--shared', shared, '--workers', '1', '--lock-seconds', '2')
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
    folder = newFolder()
    const port = await freePort()
    url = `redis://127.0.0.1:${port}`
    const redis = spawn(
      'redis-server',
      ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    children.push(redis)
    await new Promise<void>((resolve) => {
      redis.stdout!.on('data', (text: Buffer) => text.includes('eady to accept') && resolve())
    })
    await folder.command(...synthWords('kraken', 'BTC/USD'))
    folder.write('run.yaml', RUN_FILE + SPACE)
  })

  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL')
    await Promise.all(children.map(ended))
    folder.remove()
  })

  it('has the same results as one process, though a worker is killed at work', async () => {
    expect((await folder.command('sweep', 'run.yaml', '--no-report', '--out', 'local')).code).toBe(0)
    const sweep = start('sweep', '--no-report', 'run.yaml', '--redis', url, '--shared', 'shared', '--out', 'queued')
    const [first] = [worker('shared'), worker('shared')]
    const results = join(folder.path, 'shared', 'results')
    await until(() => existsSync(results) && readdirSync(results).length > 3)
    first!.kill('SIGKILL')
    await ended(sweep)
    expect(sweep.exitCode).toBe(0)
    expect(hashes('queued')).toEqual(hashes('local'))
    // Another sweep of the same plan finds every result: no worker is needed.
    for (const child of children.slice(2)) child.kill('SIGKILL')
    const again = await folder.command(
      'sweep',
      'run.yaml',
      '--no-report',
      '--redis',
      url,
      '--shared',
      'shared',
      '--out',
      'again',
    )
    expect([again.code, hashes('again')]).toEqual([0, hashes('local')])
  })

  it('takes a strategy of the user’s own along', async () => {
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
      '--redis',
      url,
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
})

describe('a queue', () => {
  it.skipIf(!isBuilt)('that nobody answers is one line, without the password, and leaves nothing', async () => {
    const folder = newFolder()
    await folder.command(...synthWords('kraken', 'BTC/USD'))
    folder.write('run.yaml', RUN_FILE + SPACE)
    const words = ['sweep', 'run.yaml', '--out', 'out', '--shared', 'shared', '--redis', 'redis://:hunter2@127.0.0.1:1']
    const { code, stderr } = await folder.command(...words)
    expect(code).toBe(2)
    expect(stderr).toMatch(/^tandem: 127\.0\.0\.1:1: can't reach Redis: [^\n]*\n$/)
    expect(stderr).not.toContain('hunter2')
    expect([folder.list('out'), folder.list('shared')]).toEqual([null, null])
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
