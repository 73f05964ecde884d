/** A finished sweep as its report reads it: the figures are those of the files, and the page can be made again. */

import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it, onTestFinished } from 'vitest'
import { backtestOverfitting } from '../../engine/stats/overfitting.ts'
import { bestTrials } from '../../engine/sweep/report/best-runs.ts'
import { readSweepReport } from '../../engine/sweep/report/report-data.ts'
import { returnFacts } from '../../engine/sweep/report/return-facts.ts'
import type { Cell } from '../../engine/sweep/results/table-writer.ts'
import { renderSweepReport } from '../../reports/sweep-report.ts'
import { ParkMiller } from '../support/park-miller.ts'
import { inline, rowsOf, runFile, sweep, testFolder } from './support.ts'

const DAY = 86_400_000
const GRID = { space: { fast: [3, 5, 8, 12], slow: [20, 40, 60] }, where: 'fast < slow' }

/** A sweep in a folder. The support's market is in memory, so the folder's run file names no real data. */
async function made(section: unknown) {
  const runs = testFolder()
  const summary = await sweep(runFile(section), inline(runs))
  return { runs, summary, folder: join(runs, 'sweep') }
}

/** A table of returns, one row a trial, as a sweep's files have it. */
async function factsOf(returns: readonly (readonly number[])[], shown: readonly number[]) {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  onTestFinished(() => connection.closeSync())
  await connection.run('create table trials (trial bigint, status varchar)')
  await connection.run('create table returns (trial bigint, startMs bigint, value double)')
  for (const [trial, values] of returns.entries()) {
    await connection.run(`insert into trials values (${trial}, 'done')`)
    const rows = values.map((value, day) => `(${trial}, ${day * DAY}, ${value})`)
    await connection.run(`insert into returns values ${rows.join(', ')}`)
  }
  const sql = async (text: string) => {
    const reader = await connection.runAndReadAll(text)
    return { columns: reader.columnNames(), rows: reader.getRowsJson() as Cell[][] }
  }
  return returnFacts({ sql, has: () => true }, "status = 'done'", shown, 0)
}

describe('returnFacts', () => {
  const random = new ParkMiller(3)
  const returns = Array.from({ length: 6 }, () => Array.from({ length: 165 }, () => random.draw(1000) / 50_000))
  const sharpe = (values: readonly number[]) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length
    const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (values.length - 1)
    return (mean / Math.sqrt(variance)) * Math.sqrt(365)
  }

  it('gets out of sums by block what the returns themselves give', async () => {
    const { split, overfitting, bestDays } = await factsOf(returns, [4, 0])
    expect(bestDays).toBe(165)
    // 165 days are sixteen blocks of ten; the first five days are left out.
    expect(split).toMatchObject({ fromMs: 5 * DAY, cutMs: 115 * DAY, toMs: 165 * DAY })
    for (const [i, trial] of [4, 0].entries()) {
      expect(split!.inSample[i]).toBeCloseTo(sharpe(returns[trial]!.slice(5, 115)), 9)
      expect(split!.outOfSample[i]).toBeCloseTo(sharpe(returns[trial]!.slice(115)), 9)
    }
    const direct = backtestOverfitting(returns.map((one) => Float64Array.from(one)))
    expect(overfitting).toMatchObject({ trials: 6, blocks: 16, halves: 12_870 })
    expect(overfitting!.probability).toBeCloseTo(direct.probability, 12)
    expect(overfitting!.lossProbability).toBeCloseTo(direct.lossProbability, 12)
    expect(overfitting!.logits.reduce((sum, { count }) => sum + count, 0)).toBe(12_870)
    const below = overfitting!.logits.filter(({ to }) => to <= 0).reduce((sum, { count }) => sum + count, 0)
    expect(below / 12_870).toBeCloseTo(direct.probability, 12)
  })

  it('leaves out trials of another window, and has nothing to say of flat ones', async () => {
    const flat = returns[0]!.map(() => 0)
    const { split, overfitting, correlation } = await factsOf(
      [returns[0]!, returns[1]!, flat, returns[2]!.slice(0, 90)],
      [2, 3],
    )
    expect(split).toMatchObject({ inSample: [null, null], outOfSample: [null, null] })
    expect(overfitting!.trials).toBe(3)
    expect(correlation!.sampled).toBe(2)
  })

  it('needs two trials for overfitting and likeness', async () => {
    const { overfitting, overfittingReason, correlation, split } = await factsOf([returns[0]!], [0])
    expect([overfitting, correlation]).toEqual([null, null])
    expect(overfittingReason).toContain('only one trial')
    expect(split!.inSample[0]).not.toBeNull()
  })
})

describe('readSweepReport', () => {
  it('has the trials, metrics and best of the files', async () => {
    const { folder, summary, runs } = await made({ ...GRID, constraints: 'maxDrawdown > -0.9' })
    const input = await readSweepReport(folder, { runs })
    const rows = await rowsOf(summary.files['results']!)
    expect(input.count).toEqual({
      trials: 12,
      failed: 0,
      feasible: rows.filter((row) => row['feasible']).length,
      compared: 12,
    })
    for (const { name, values } of [...input.table.axes, ...input.table.metrics]) {
      expect(values, name).toEqual(rows.map((row) => (typeof row[name] === 'string' ? Number(row[name]) : row[name])))
    }
    expect(input.best.slice(0, summary.best.length)).toEqual(summary.best.map(({ trial }) => trial))
    expect(await bestTrials(folder, 3)).toEqual(input.best.slice(0, 3))
    expect(input.ledger).toEqual({ sweep: 12, strategy: 12, data: 12 })
    expect(input.objectives).toEqual([{ text: 'sharpe', column: 'sharpe', sign: 1 }])
    expect(input.isGrid).toBe(true)
    const { figures } = await renderSweepReport(input)
    expect(figures.figures.find(({ id }) => id === 'best.sharpe')?.value).toBe(summary.best[0]!.metrics['sharpe'])
  })

  it('finds how much alike trials are from their returns', async () => {
    const { folder, summary, runs } = await made(GRID)
    // 900 hours are 38 days: too few for sixteen blocks.
    const short = await readSweepReport(folder, { runs })
    expect(short.split).toBeNull()
    expect(short.splitReason).toContain('fewer than 16 blocks')
    expect(short.correlation!.sampled).toBe(12)
    const rows = await rowsOf(summary.files['returns']!)
    const series = new Map<number, Record<string, unknown>[]>()
    for (const row of rows) series.set(Number(row['trial']), [...(series.get(Number(row['trial'])) ?? []), row])
    expect(short.bestDays).toBe(series.get(short.best[0]!)!.length)
    const returns = [...series.values()].map((one) => Float64Array.from(one, (row) => Number(row['value'])))
    const mean = (x: Float64Array) => x.reduce((a, b) => a + b, 0) / x.length
    const correlations = returns.flatMap((a, i) =>
      returns.slice(i + 1).map((b) => {
        const cross = a.reduce((sum, x, k) => sum + (x - mean(a)) * (b[k]! - mean(b)), 0)
        const norm = (x: Float64Array) => Math.sqrt(x.reduce((sum, one) => sum + (one - mean(x)) ** 2, 0))
        return cross / (norm(a) * norm(b))
      }),
    )
    const expected = correlations.reduce((a, b) => a + b, 0) / correlations.length
    expect(short.correlation!.mean).toBeCloseTo(expected, 9)
  })

  it('tells errors and refusals, and compares what ran', async () => {
    const { folder, runs } = await made({ space: { fast: [3, 0], slow: [20, 40] } })
    const input = await readSweepReport(folder, { runs })
    expect(input.count).toMatchObject({ trials: 4, failed: 2, compared: 2 })
    expect(input.errors).toHaveLength(1)
    expect(input.errors[0]).toMatchObject({ count: 2 })
    expect(input.table.trial).toHaveLength(2)
  })

  it('compares only the whole window where halving gave some trials less of it', async () => {
    const { folder, runs } = await made({
      method: 'halving',
      samples: 9,
      space: { fast: { min: 2, max: 30, integer: true }, slow: { min: 10, max: 90, integer: true } },
      where: 'fast < slow',
      halving: { rungs: 2, eta: 3 },
    })
    const input = await readSweepReport(folder, { runs })
    expect(input.count).toMatchObject({ trials: 12, compared: 3 })
    expect(input.isGrid).toBe(false)
    expect(input.splitReason).toContain('weren’t kept')
    expect((await renderSweepReport(input)).html).toContain('Sweep report')
  })

  it('names an expression by its text and several objectives by their columns', async () => {
    const { folder, runs } = await made({ ...GRID, objective: ['sharpe / (1 + trades)', { minimize: 'fees' }] })
    const input = await readSweepReport(folder, { runs })
    expect(input.objectives).toEqual([
      { text: 'sharpe / (1 + trades)', column: 'objective1', sign: 1 },
      { text: 'fees', column: 'fees', sign: -1 },
    ])
    expect(input.table.objectives.map(({ label }) => label)).toEqual(['sharpe / (1 + trades)'])
    expect(input.front.length).toBeGreaterThan(0)
    expect(JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8')).front).toHaveLength(input.front.length)
  })

  it('is the same again, whatever lies beside the results', async () => {
    const { folder, runs } = await made(GRID)
    const first = await renderSweepReport(await readSweepReport(folder, { runs }))
    writeFileSync(join(folder, 'report.html'), first.html)
    const second = await renderSweepReport(await readSweepReport(folder, { runs }))
    expect(second.html === first.html).toBe(true)
  })
})
