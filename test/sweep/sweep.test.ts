import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { countRecorded, ledgerPath } from '../../engine/sweep/ledger.ts'
import { planSweep } from '../../engine/sweep/plan.ts'
import { InlinePool } from '../../engine/sweep/threads/pool.ts'
import { bytesOf, inline, market, rowsOf, runFile, sweep, testFolder } from './support.ts'

const SPACE = { space: { fast: [3, 5, 8, 13], slow: [20, 40, 60] } }

describe('a sweep', () => {
  it('has one row a trial, with its values, metrics, digests and verdict', async () => {
    const runs = testFolder()
    const summary = await sweep(runFile({ ...SPACE, constraints: 'trades >= 5' }), inline(runs))
    expect(summary).toMatchObject({ trials: 12, failed: 0 })
    const rows = await rowsOf(summary.files['results']!)
    expect(rows.map(({ trial }) => Number(trial))).toEqual([...Array(12).keys()])
    expect(rows.map(({ fast, slow }) => [Number(fast), Number(slow)])).toEqual(
      SPACE.space.fast.flatMap((fast) => SPACE.space.slow.map((slow) => [fast, slow])),
    )
    expect(new Set(rows.map(({ decisions }) => decisions)).size).toBe(12)
    const feasible = rows.filter((row) => row['feasible'] === true)
    expect(summary.feasible).toBe(feasible.length)
    expect(feasible.every(({ trades }) => Number(trades) >= 5)).toBe(true)
    const ranked = feasible.toSorted((a, b) => Number(b['objective']) - Number(a['objective']))
    expect(summary.best.map(({ trial }) => trial)).toEqual(ranked.slice(0, 10).map(({ trial }) => Number(trial)))
    expect(rows.every((row) => row['objective'] === row['sharpe'])).toBe(true)
  })

  it('keeps the returns of every trial and the trades of the best', async () => {
    const runs = testFolder()
    const summary = await sweep(runFile({ ...SPACE, keep: { best: 2 } }), inline(runs))
    const compounded = await rowsOf(
      summary.files['returns']!,
      'select trial, product(1 + value) - 1 as total from $ group by trial order by trial',
    )
    const rows = await rowsOf(summary.files['results']!)
    for (const [i, row] of rows.entries()) {
      expect(Number(compounded[i]!['total'])).toBeCloseTo(Number(row['totalReturn']), 9)
    }
    const counts = await rowsOf(
      summary.files['trades']!,
      'select trial, count(exitTimeMs) as closed from $ group by trial',
    )
    const byTrial = new Map(counts.map(({ trial, closed }) => [Number(trial), Number(closed)]))
    expect([...byTrial.keys()].sort()).toEqual(summary.best.map(({ trial }) => trial).sort())
    for (const { trial, metrics } of summary.best) expect(byTrial.get(trial)).toBe(metrics['trades'])
  })

  it('records a configuration that fails and runs the rest', async () => {
    const runs = testFolder()
    const summary = await sweep(runFile({ space: { fast: [5, 30], slow: [20, 40] } }), inline(runs))
    expect(summary).toMatchObject({ trials: 4, failed: 1 })
    expect(summary.errors[0]).toMatchObject({ trial: 2, error: expect.stringContaining('must be smaller than slow') })
    const [failed] = await rowsOf(summary.files['results']!, "select * from $ where status = 'failed'")
    expect(failed).toMatchObject({ trial: '2', sharpe: null, decisions: null, feasible: false })
  })

  it('sweeps any key of the configuration', async () => {
    const runs = testFolder()
    const space = {
      'sizing.fraction': [0.2, 0.9],
      'data.symbols': [['BTC/USD'], ['ETH/USD']],
      'costs.fees': [
        { maker: 0, taker: 0 },
        { maker: 0.01, taker: 0.01 },
      ],
    }
    const summary = await sweep(runFile({ space, objective: { minimize: 'fees' } }), inline(runs))
    const rows = await rowsOf(summary.files['results']!)
    expect(new Set(rows.map((row) => row['data.symbols']))).toEqual(new Set(['BTC/USD', 'ETH/USD']))
    expect(rows.filter(({ fees }) => fees === 0)).toHaveLength(4)
    expect(summary.best[0]!.objectives).toEqual([0])
  })

  it('finds the Pareto front of several objectives', async () => {
    const runs = testFolder()
    const objective = ['totalReturn', { maximize: 'maxDrawdown' }]
    const summary = await sweep(runFile({ ...SPACE, objective }), inline(runs))
    const rows = (await rowsOf(summary.files['results']!)).map((row) => [
      Number(row['objective1']),
      Number(row['objective2']),
    ])
    const isBeaten = ([a, b]: number[]) => rows.some(([x, y]) => x! >= a! && y! >= b! && (x! > a! || y! > b!))
    const expected = rows.flatMap((row, trial) => (isBeaten(row) ? [] : [trial]))
    expect(summary.front.map(({ trial }) => trial)).toEqual(expected)
  })
})

describe('a sweep that was interrupted', () => {
  it('continues to the same bytes, from wherever its journal ends', async () => {
    const runs = testFolder()
    const file = runFile(SPACE)
    const whole = inline(runs, { out: join(runs, 'whole') })
    await sweep(file, whole)
    const journal = readFileSync(join(runs, 'whole', 'journal.bin'))
    const killed = inline(runs, { out: join(runs, 'killed') })
    await sweep(file, killed)
    for (const share of [0, 0.13, 0.5, 0.77, 0.999]) {
      truncateSync(join(runs, 'killed', 'journal.bin'), Math.floor(journal.length * share))
      let run = 0
      const counted = { ...killed, resume: true, progress: () => (run += 1) }
      const summary = await sweep(file, counted)
      expect(summary.trials).toBe(12)
      expect(run).toBe(Math.ceil(12 * (1 - share)) || 1)
      for (const name of ['results.parquet', 'returns.parquet', 'trades.parquet']) {
        expect(bytesOf(join(runs, 'killed'), name)).toBe(bytesOf(join(runs, 'whole'), name))
      }
    }
  })

  it('cuts off bytes that are none of its own', async () => {
    const runs = testFolder()
    await sweep(runFile(SPACE), inline(runs))
    const before = bytesOf(join(runs, 'sweep'))
    appendFileSync(join(runs, 'sweep', 'journal.bin'), 'tndmbat1 and then the lights went out')
    await sweep(runFile(SPACE), inline(runs, { resume: true }))
    expect(bytesOf(join(runs, 'sweep'))).toBe(before)
  })

  it('can be stopped between trials', async () => {
    const runs = testFolder()
    const stop = new AbortController()
    const options = inline(runs, { signal: stop.signal, progress: ({ done }) => done >= 4 && stop.abort() })
    await expect(sweep(runFile(SPACE), options)).rejects.toThrow('4 of 12 trials are kept')
    expect(existsSync(join(runs, 'sweep', 'results.parquet'))).toBe(false)
    const summary = await sweep(runFile(SPACE), inline(runs, { resume: true }))
    expect(summary.trials).toBe(12)
  })
})

describe('the trial ledger', () => {
  it('counts every trial once, of finished sweeps and stopped ones', async () => {
    const runs = testFolder()
    const path = ledgerPath(runs)
    const first = await sweep(runFile(SPACE), inline(runs))
    expect(first.ledger).toEqual({ trials: 12, sweeps: 1 })
    // The same sweep again is no new trial; another one is.
    await sweep(runFile(SPACE), inline(runs, { out: join(runs, 'again') }))
    const stop = new AbortController()
    const options = inline(runs, {
      out: join(runs, 'other'),
      signal: stop.signal,
      progress: ({ done }) => done >= 2 && stop.abort(),
    })
    await expect(sweep(runFile({ space: { fast: [4, 6, 7] } }), options)).rejects.toThrow('2 of 3')
    expect(countRecorded(path, first.dataHash, first.strategyHash)).toEqual({ trials: 14, sweeps: 2 })
    expect(countRecorded(path, first.dataHash)).toEqual({ trials: 14, sweeps: 2 })
    expect(countRecorded(path, 'other data').trials).toBe(0)
  })

  it('makes up for what a crash kept from it', async () => {
    const runs = testFolder()
    await sweep(runFile(SPACE), inline(runs))
    const path = ledgerPath(runs)
    const text = readFileSync(path, 'utf8')
    writeFileSync(path, text.slice(0, Math.floor(text.length * 0.6)))
    const summary = await sweep(runFile(SPACE), inline(runs, { resume: true }))
    expect(summary.ledger.trials).toBe(12)
  })
})

describe('bad input', () => {
  it.each([
    ['no sweep', null, 'no sweep: section'],
    ['an unknown parameter', { space: { fats: [1] } }, "did you mean 'fast'"],
    ['an unknown key', { space: { 'sizing.fractoin': [1] } }, 'unknown key'],
    ['a wrong value', { space: { 'account.equity': [100, 'much'] } }, 'expected a number'],
    ['an empty space', { ...SPACE, where: 'fast > slow' }, 'no combination of values'],
    ['an unknown name in a condition', { ...SPACE, where: 'quick < slow' }, "there is no 'quick'"],
    ['an unknown metric', { ...SPACE, objective: 'sharp' }, "did you mean 'sharpe'"],
    [
      'too many trials',
      { space: Object.fromEntries(['stop', 'target', 'slow'].map((key) => [key, { from: 1, to: 300, step: 1 }])) },
      '27000000 trials',
    ],
  ])('%s is one line, and leaves nothing', async (_, section, message) => {
    const runs = testFolder()
    await expect(sweep(runFile(section), inline(runs))).rejects.toMatchObject({
      line: expect.stringContaining(message),
    })
    expect(existsSync(join(runs, 'sweep'))).toBe(false)
  })

  it('is a second sweep in one folder, a changed one, and one whose folder is in use', async () => {
    const runs = testFolder()
    const options = inline(runs)
    await sweep(runFile(SPACE), options)
    const before = bytesOf(join(runs, 'sweep'))
    await expect(sweep(runFile(SPACE), options)).rejects.toThrow('already')
    await expect(
      sweep(runFile(SPACE, { sizing: { mode: 'percent', fraction: 0.5 } }), { ...options, resume: true }),
    ).rejects.toThrow("isn't the one")
    writeFileSync(join(runs, 'sweep', 'lock.json'), JSON.stringify({ pid: 1, host: 'elsewhere' }))
    await expect(sweep(runFile(SPACE), { ...options, resume: true })).rejects.toThrow('works in this folder')
    expect(bytesOf(join(runs, 'sweep'))).toBe(before)
    writeFileSync(join(runs, 'file'), 'mine')
    await expect(sweep(runFile(SPACE), { ...options, out: runs })).rejects.toThrow('other files')
    await expect(sweep(runFile(SPACE), { ...options, out: join(runs, 'new'), resume: true })).rejects.toThrow(
      'no sweep to continue',
    )
  })

  it('gives equal plans equal identities, and others others', async () => {
    const options = { baseFolder: '.', market }
    const identity = async (...args: Parameters<typeof runFile>) =>
      (await planSweep(runFile(...args), options)).identity
    const base = await identity(SPACE)
    expect(await identity(SPACE)).toBe(base)
    expect(await identity(SPACE, { seed: 8 })).not.toBe(base)
    expect(await identity({ ...SPACE, minTrades: 1 })).not.toBe(base)
    expect(
      await identity(SPACE, { data: { venue: 'test', symbols: ['BTC/USD'], timeframe: '1h', to: '2020-09-20' } }),
    ).not.toBe(base)
  })

  it('leaves no thread’s error behind as a trial’s: an inline pool throws it on', async () => {
    const runs = testFolder()
    const pool = async (plan: Awaited<ReturnType<typeof planSweep>>) => {
      const broken = new InlinePool(plan.frames)
      broken.run = () => Promise.reject(new Error('the machine is on fire'))
      return broken
    }
    await expect(sweep(runFile(SPACE), inline(runs, { pool }))).rejects.toThrow('on fire')
  })
})
