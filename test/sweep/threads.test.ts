/** The built command line: threads, shards, a killed process. The results' bytes are the same in every way. */

import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { builtMain, describeBuilt, type Folder, newFolder, RUN_FILE, synthWords } from '../cli/built.ts'

const SWEEP = `${RUN_FILE}sweep:
  space:
    fast: { from: 2, to: 20, step: 1 }
    slow: [10, 20, 40, 80]
    account.equity: [1000, 10000]
  where: fast < slow
`

const FILES = ['results.parquet', 'returns.parquet', 'trades.parquet']

function hashes(folder: Folder, name: string): string[] {
  return FILES.map((file) =>
    createHash('sha256')
      .update(readFileSync(join(folder.path, name, file)))
      .digest('hex'),
  )
}

describeBuilt('a sweep by the command line', () => {
  let folder: Folder
  let whole: string[]

  beforeAll(async () => {
    folder = newFolder()
    await folder.command(...synthWords('kraken', 'BTC/USD'))
    folder.write('run.yaml', SWEEP)
    const { code, stderr } = await folder.command('sweep', 'run.yaml', '--no-report', '--workers', '1', '--out', 'one')
    expect([code, stderr]).toEqual([0, expect.stringContaining('128 trials of 152 points')])
    whole = hashes(folder, 'one')
    return () => folder.remove()
  })

  it.each(['2', '4'])('has the same results with %s workers', async (workers) => {
    await folder.command('sweep', 'run.yaml', '--no-report', '--workers', workers, '--out', `with-${workers}`)
    expect(hashes(folder, `with-${workers}`)).toEqual(whole)
  })

  it('has the same results when trials of more markets than are kept come in any order', async () => {
    const ends = ['2020-01-20', '2020-01-25', '2020-02-01', '2020-02-10', '2020-02-20', '2020-03-01']
    const space = `{ data.to: [${ends.join(', ')}], fast: [3, 5, 8], account.equity: { min: 100, max: 9000 } }`
    folder.write('markets.yaml', `${RUN_FILE}sweep: { method: random, samples: 90, space: ${space} }\n`)
    for (const workers of ['1', '3']) {
      const { code, stderr } = await folder.command(
        'sweep',
        'markets.yaml',
        '--workers',
        workers,
        '--out',
        `markets-${workers}`,
      )
      expect([code, stderr]).toEqual([0, expect.stringContaining('90 trials')])
    }
    expect(hashes(folder, 'markets-3')).toEqual(hashes(folder, 'markets-1'))
    const rows = await folder.command(
      'trials',
      'markets-3',
      '--json',
      '--sql',
      "select count(*) as n, count(distinct days) as m from trials where status = 'done'",
    )
    expect(JSON.parse(rows.stdout)).toEqual([{ n: 90, m: 6 }])
  })

  it('tells what a strategy of the user refuses in the words of its error', async () => {
    const refusing = [
      "import { defineStrategy, TandemError, z } from 'tandem'",
      'export default defineStrategy({',
      "  name: 'refusing', description: '', params: z.object({ level: z.number() }),",
      '  create: ({ level }) => ({',
      '    setup() {',
      "      if (level === 2) throw new TandemError('two is one too many', { code: 'NO', where: 'level', hint: 'say 1' })",
      '    },',
      '    onBar() {},',
      '  }),',
      '})',
    ]
    folder.write('refusing.ts', `${refusing.join('\n')}\n`)
    const run = RUN_FILE.replace(/^strategy:.*$/m, 'strategy: { file: refusing.ts, params: { level: 1 } }')
    folder.write('refusing.yaml', `${run}sweep: { space: { level: [1, 2] } }\n`)
    const sweep = ['sweep', 'refusing.yaml', '--no-report', '--workers', '2', '--out', 'refusing']
    expect((await folder.command(...sweep)).stdout).toContain('level: two is one too many (say 1)')
  })

  it('prints one JSON document, with the decisions that backtest takes', async () => {
    const { code, stdout } = await folder.command('sweep', 'run.yaml', '--no-report', '--out', 'json', '--json')
    const summary = JSON.parse(stdout)
    expect(code).toBe(0)
    const [best] = summary.best
    const set = Object.entries(best.values).map(
      ([key, value]) => `${key.includes('.') ? key : `strategy.params.${key}`}=${value}`,
    )
    const run = await folder.command(
      'backtest',
      'run.yaml',
      '--no-report',
      '--json',
      ...set.flatMap((one) => ['--set', one]),
    )
    expect(JSON.parse(run.stdout).metrics).toEqual(best.metrics)
  })

  it('has the same results from three shards, of which one is told its place by the scheduler', async () => {
    const shard = (place: string, out: string, env: Record<string, string> = {}) =>
      spawnSync(
        process.execPath,
        [builtMain, 'sweep', 'run.yaml', '--no-report', '--shard', place, '--out', out, '--runs', 'parts'],
        {
          cwd: folder.path,
          encoding: 'utf8',
          env: { ...process.env, TANDEM_STORE: 'store', ...env },
        },
      )
    expect(shard('1/3', 'a').stdout).toContain('shard 1 of 3')
    expect(shard('auto/3', 'b', { JOB_COMPLETION_INDEX: '1' }).stdout).toContain('shard 2 of 3')
    const early = await folder.command('merge', 'run.yaml', '--no-report', 'a', 'b', '--out', 'merged')
    expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('of shard 3/3')])
    expect(folder.list('merged')).toBe(null)
    shard('auto', 'c', { AWS_BATCH_JOB_ARRAY_INDEX: '2', AWS_BATCH_JOB_ARRAY_SIZE: '3' })
    const other = await folder.command(
      'merge',
      'run.yaml',
      '--no-report',
      'a',
      'b',
      'c',
      '--set',
      'account.leverage=2',
      '--out',
      'merged',
    )
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('of another sweep')])
    const merged = await folder.command('merge', 'run.yaml', '--no-report', 'a', 'b', 'c', '--out', 'merged', '--json')
    expect(JSON.parse(merged.stdout)).toMatchObject({ trials: 128, ledger: { trials: 128, sweeps: 1 } })
    expect(hashes(folder, 'merged')).toEqual(whole)
  })

  it('runs over several venues as backtest does', async () => {
    await folder.command(...synthWords('coinbase', 'BTC/USD', 4))
    folder.write(
      'venues.yaml',
      `${RUN_FILE}venues: [kraken, coinbase]\nsweep: { space: { fast: [3, 5], slow: [20, 30] } }\n`,
    )
    const { code, stdout, stderr } = await folder.command(
      'sweep',
      'venues.yaml',
      '--no-report',
      '--workers',
      '2',
      '--out',
      'venues',
      '--json',
    )
    expect([code, stderr]).toEqual([0, expect.stringContaining('4 trials')])
    const [best] = JSON.parse(stdout).best
    const set = Object.entries(best.values).flatMap(([key, value]) => ['--set', `strategy.params.${key}=${value}`])
    const run = await folder.command('backtest', 'venues.yaml', '--no-report', '--json', ...set)
    expect(JSON.parse(run.stdout).metrics).toEqual(best.metrics)
  })

  it.each([
    ['kill -9', 'SIGKILL', 'killed'],
    ['Ctrl-C', 'SIGINT', 'stopped'],
  ] as const)('continues after %s to the same results', async (_, signal, out) => {
    const words = ['sweep', 'run.yaml', '--no-report', '--workers', '2', '--out', out]
    const child = spawn(process.execPath, [builtMain, ...words], {
      cwd: folder.path,
      env: { ...process.env, TANDEM_STORE: 'store' },
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const journal = join(folder.path, out, 'journal.bin')
    while (child.exitCode === null && !(existsSync(journal) && statSync(journal).size > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    child.kill(signal)
    await ended
    // Stopped in good order: the folder isn't locked, and says how to go on.
    if (signal === 'SIGINT') expect(existsSync(join(folder.path, out, 'lock.json'))).toBe(false)
    const { code } = await folder.command(...words, '--resume')
    expect(code).toBe(0)
    expect(hashes(folder, out)).toEqual(whole)
  })
})
