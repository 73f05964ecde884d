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

  beforeAll(() => {
    folder = newFolder()
    folder.tandem(...synthWords('kraken', 'BTC/USD'))
    folder.write('run.yaml', SWEEP)
    const { code, stderr } = folder.tandem('sweep', 'run.yaml', '--workers', '1', '--out', 'one')
    expect([code, stderr]).toEqual([0, expect.stringContaining('128 trials of 152 points')])
    whole = hashes(folder, 'one')
    return () => folder.remove()
  })

  it.each(['2', '4'])('has the same results with %s workers', (workers) => {
    folder.tandem('sweep', 'run.yaml', '--workers', workers, '--out', `with-${workers}`)
    expect(hashes(folder, `with-${workers}`)).toEqual(whole)
  })

  it('prints one JSON document, with the decisions that backtest takes', () => {
    const { code, stdout } = folder.tandem('sweep', 'run.yaml', '--out', 'json', '--json')
    const summary = JSON.parse(stdout)
    expect(code).toBe(0)
    const [best] = summary.best
    const set = Object.entries(best.values).map(
      ([key, value]) => `${key.includes('.') ? key : `strategy.params.${key}`}=${value}`,
    )
    const run = folder.tandem('backtest', 'run.yaml', '--no-report', '--json', ...set.flatMap((one) => ['--set', one]))
    expect(JSON.parse(run.stdout).metrics).toEqual(best.metrics)
  })

  it('has the same results from three shards, of which one is told its place by the scheduler', () => {
    const shard = (place: string, out: string, env: Record<string, string> = {}) =>
      spawnSync(process.execPath, [builtMain, 'sweep', 'run.yaml', '--shard', place, '--out', out, '--runs', 'parts'], {
        cwd: folder.path,
        encoding: 'utf8',
        env: { ...process.env, TANDEM_STORE: 'store', ...env },
      })
    expect(shard('1/3', 'a').stdout).toContain('shard 1 of 3')
    expect(shard('auto/3', 'b', { JOB_COMPLETION_INDEX: '1' }).stdout).toContain('shard 2 of 3')
    const early = folder.tandem('merge', 'run.yaml', 'a', 'b', '--out', 'merged')
    expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('of shard 3/3')])
    expect(folder.list('merged')).toBe(null)
    shard('auto', 'c', { AWS_BATCH_JOB_ARRAY_INDEX: '2', AWS_BATCH_JOB_ARRAY_SIZE: '3' })
    const other = folder.tandem('merge', 'run.yaml', 'a', 'b', 'c', '--set', 'account.leverage=2', '--out', 'merged')
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('of another sweep')])
    const merged = folder.tandem('merge', 'run.yaml', 'a', 'b', 'c', '--out', 'merged', '--json')
    expect(JSON.parse(merged.stdout)).toMatchObject({ trials: 128, ledger: { trials: 128, sweeps: 1 } })
    expect(hashes(folder, 'merged')).toEqual(whole)
  })

  it('continues after kill -9 to the same results', async () => {
    const words = ['sweep', 'run.yaml', '--workers', '2', '--out', 'killed']
    const child = spawn(process.execPath, [builtMain, ...words], {
      cwd: folder.path,
      env: { ...process.env, TANDEM_STORE: 'store' },
      stdio: 'ignore',
    })
    const ended = new Promise((resolve) => child.once('exit', resolve))
    const journal = join(folder.path, 'killed', 'journal.bin')
    while (child.exitCode === null && !(existsSync(journal) && statSync(journal).size > 0)) {
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    child.kill('SIGKILL')
    await ended
    const { code } = folder.tandem(...words, '--resume')
    expect(code).toBe(0)
    expect(hashes(folder, 'killed')).toEqual(whole)
  })
})
