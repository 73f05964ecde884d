/**
 * Goal: a job is the command that it says, its progress and end are told, two of the same never run, and its history
 * outlives the server. Method: a stand-in for the command line that does what its file says.
 */

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { loadConfig } from '../../engine/run/config/index.ts'
import { lockOperation } from '../../engine/run/operation-lock.ts'
import { backtestOperation } from '../../engine/run/operations.ts'
import type { Job } from '../../engine/server/jobs/job.ts'
import { openBench, type TestBench } from '../support/workbench.ts'

const RUN = 'strategy: { name: sma-cross }\ndata: { venue: kraken, symbols: [BTC/USD], timeframe: 1h }\n'

/** Notes its words and surroundings, tells progress, then ends by the name of the run, or waits until it is stopped. */
const SCRIPT = `
const { appendFileSync } = require('node:fs')
const words = process.argv.slice(2)
const { TANDEM_SERVE_PASSWORD, TANDEM_STARTED_BY, TANDEM_PROGRESS } = process.env
appendFileSync('calls.jsonl', JSON.stringify({ words, TANDEM_SERVE_PASSWORD, TANDEM_STARTED_BY, TANDEM_PROGRESS }) + '\\n')
const name = words[1]
process.stderr.write('a line\\n{"progress":{"done":1,"total":4,"perSecond":2,"secondsLeft":1.5}}\\n')
if (name.startsWith('wait')) setInterval(() => {}, 1000)
else if (name.startsWith('fail')) { process.stderr.write('tandem: data: there is none (import some)\\n'); process.exitCode = 2 }
else { process.stdout.write(JSON.stringify({ runId: 'made-' + name })); process.exitCode = name.startsWith('no') ? 1 : 0 }
`

async function bench(folder?: string): Promise<TestBench> {
  const project = folder ?? mkdtempSync(join(tmpdir(), 'tandem-jobs-'))
  if (folder === undefined) {
    onTestFinished(() => rmSync(project, { recursive: true, force: true }))
    mkdirSync(join(project, 'runs'))
    writeFileSync(join(project, 'script.cjs'), SCRIPT)
    for (const name of ['done', 'no', 'fail', 'wait-1', 'wait-2', 'wait-3']) {
      writeFileSync(join(project, `${name}.yaml`), `name: ${name}\n${RUN}`)
    }
  }
  const opened = await openBench({ project, runs: join(project, 'runs'), script: join(project, 'script.cjs') })
  onTestFinished(() => opened.close())
  return Object.assign(opened, { folder: project })
}

const start = (on: TestBench, name: string, set: readonly string[] = []) =>
  on.json<Job & { error: { code: string; message: string } }>('POST', '/jobs', {
    job: { kind: 'backtest', file: `${name}.yaml`, set },
  })

async function until(on: TestBench, id: string, fits: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await on.json<Job>('GET', `/jobs/${id}`)
    if (fits(job)) return job
    await new Promise((done) => setTimeout(done, 20))
  }
}

const isOver = ({ state }: Job) => !['queued', 'running'].includes(state)

it('is the command that it shows, with its end and its result', async () => {
  const on = await bench()
  process.env['TANDEM_SERVE_PASSWORD'] = 'not for children'
  onTestFinished(() => {
    delete process.env['TANDEM_SERVE_PASSWORD']
  })
  const { id, command } = await start(on, 'done', ['account.equity=50', 'name=--runs=x y'])
  expect(command).toBe("tandem backtest done.yaml --set=account.equity=50 '--set=name=--runs=x y'")
  const job = await until(on, id, isOver)
  expect(job).toMatchObject({ state: 'done', result: { run: 'made-done.yaml' }, error: null, lines: ['a line'] })
  expect(job.progress).toEqual({ done: 1, total: 4, perSecond: 2, secondsLeft: 1.5 })
  const [call] = readFileSync(join(on.folder, 'calls.jsonl'), 'utf8').split('\n')
  expect(JSON.parse(call!)).toEqual({
    words: [
      'backtest',
      'done.yaml',
      '--set=account.equity=50',
      '--set=name=--runs=x y',
      '--json',
      `--runs=${join(on.folder, 'runs')}`,
      expect.stringMatching(/^--store=/),
    ],
    TANDEM_STARTED_BY: 'page',
    TANDEM_PROGRESS: 'json',
  })
})

it('an answer of no, a failure with its line, a fault before anything starts', async () => {
  const on = await bench()
  const no = await start(on, 'no')
  expect(await until(on, no.id, isOver)).toMatchObject({ state: 'refused', result: { run: 'made-no.yaml' } })
  const failed = await start(on, 'fail')
  expect(await until(on, failed.id, isOver)).toMatchObject({
    state: 'failed',
    result: null,
    error: 'data: there is none (import some)',
  })
  const wrong = await start(on, 'done', ['account.equity=-1'])
  expect(wrong.error).toMatchObject({ code: 'BAD_CONFIG', message: expect.stringContaining('account.equity') })
  expect((await on.json<{ jobs: Job[] }>('GET', '/jobs')).jobs).toHaveLength(2)
})

it('two pages start the same: one wins, the other is told; a third waits its turn; a cancelled one ends', async () => {
  const on = await bench()
  const both = await Promise.all([start(on, 'wait-1'), start(on, 'wait-1')])
  const [won] = both.filter(({ id }) => id !== undefined)
  const [told] = both.filter(({ id }) => id === undefined)
  expect(told!.error).toMatchObject({
    code: 'OPERATION_RUNNING',
    message: expect.stringContaining('the workbench page is doing this already'),
  })
  // The same configuration from another file would be the same run; another one is not.
  const second = await start(on, 'wait-2')
  const third = await start(on, 'wait-3')
  expect(third.state).toBe('queued')
  await until(on, won!.id, ({ lines }) => lines.length > 0)
  await on.ask('DELETE', `/api/v1/jobs/${won!.id}`)
  expect((await until(on, won!.id, isOver)).state).toBe('cancelled')
  await until(on, third.id, ({ state }) => state === 'running')
  // Free again.
  const again = await start(on, 'wait-1')
  expect(again.state).toBe('queued')
  await on.ask('DELETE', `/api/v1/jobs/${again.id}`)
  expect((await on.json<Job>('GET', `/jobs/${again.id}`)).state).toBe('cancelled')
  for (const { id } of [second, third]) await on.ask('DELETE', `/api/v1/jobs/${id}`)
})

it('a command holds it: the page is told', async () => {
  const on = await bench()
  const config = loadConfig(join(on.folder, 'done.yaml'))
  const lock = lockOperation(join(on.folder, 'runs'), backtestOperation(config, {}), Date.now())
  expect((await start(on, 'done')).error.message).toMatch(
    /^a command is doing this already, since .* UTC \(process \d+ on /,
  )
  lock.release()
  expect((await start(on, 'done')).state).toBe('running')
})

it('history outlives the server; what ran then is interrupted', async () => {
  const first = await bench()
  const done = await start(first, 'done')
  await until(first, done.id, isOver)
  const open = await start(first, 'wait-1')
  await until(first, open.id, ({ lines }) => lines.length > 0)
  const record = join(first.folder, 'runs', '.tandem', 'jobs', `${open.id}.json`)
  const asKilled = readFileSync(record, 'utf8')
  await first.workbench.close()
  // A server that was killed couldn't say more than this.
  writeFileSync(record, asKilled)
  const second = await bench(first.folder)
  const { jobs } = await second.json<{ jobs: Job[] }>('GET', '/jobs')
  expect(Object.fromEntries(jobs.map(({ id, state }) => [id, state]))).toEqual({
    [done.id]: 'done',
    [open.id]: 'interrupted',
  })
})

it('a confirmed rebalancing is the file that was confirmed', async () => {
  const on = await bench()
  const document = {
    accountValue: 416,
    leverage: 2,
    targets: { 'SOL/USDT:USDT': 0.5 },
    prices: { 'SOL/USDT:USDT': 150 },
    positions: [{ symbol: 'SOL/USDT:USDT', value: 941, leverage: 10 }],
  }
  const job = { kind: 'rebalance', document }
  const { confirmation, command } = await on.json<{ confirmation: string; command: string }>('POST', '/confirmations', {
    job,
  })
  const other = { kind: 'rebalance', document: { ...document, leverage: 5 } }
  const taken = await on.json<{ error: { code: string } }>('POST', '/jobs', { job: other, confirmation })
  expect(taken.error.code).toBe('NOT_CONFIRMED')
  const fresh = await on.json<{ confirmation: string }>('POST', '/confirmations', { job })
  const started = await on.json<Job>('POST', '/jobs', { job, confirmation: fresh.confirmation })
  expect(started.command).toBe(command)
  const path = command.split(' ').at(-1)!
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(document)
  await until(on, started.id, isOver)
})
