/** Goal: what `loadRun` and `loadSweep` read is what the commands wrote. Method: real commands in a folder, read back. */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadRun, loadSweep } from '../../engine/index.ts'
import type { BacktestSummary } from '../../engine/run/backtest.ts'
import { describeBuilt, type Folder, newFolder, RUN_FILE, synthWords } from './built.ts'

const SWEEP = `${RUN_FILE}sweep:\n  space:\n    fast: { from: 5, to: 15, step: 5 }\n    slow: [30, 60]\n`

describeBuilt('results read back', () => {
  let folder: Folder
  beforeAll(() => {
    folder = newFolder()
    folder.write('run.yaml', RUN_FILE)
    folder.write('sweep.yaml', SWEEP)
    expect(folder.tandem(...synthWords('kraken', 'BTC/USD')).code).toBe(0)
  })
  afterAll(() => folder.remove())

  it('gives a run its figures, columns and configuration', async () => {
    const ran = folder.tandem('backtest', 'run.yaml', '--json', '--no-report')
    const { files, ...summary } = JSON.parse(ran.stdout) as BacktestSummary
    expect(files).toHaveProperty('trades')
    const run = await loadRun(join(folder.path, 'runs', summary.runId))
    expect(run.summary).toMatchObject(summary)
    expect(run.equity.rows).toBe(summary.bars)
    const equity = run.equity.columns['equity']!
    expect(equity).toBeInstanceOf(Float64Array)
    expect(equity.at(-1)).toBe(summary.finalEquity)
    expect(run.metric('trades')).toBe(summary.trades)
    expect(run.trades.columns['pnl']).toHaveLength(run.trades.rows)
    expect(run.trades.columns['symbol']!.at(0)).toBe('BTC/USD')
    expect(run.config).toContain('name: sma-cross')
    expect(() => run.metric('sharp')).toThrow(/no metric 'sharp'/)
  })

  it('gives a sweep its trials, the best of them, and answers in SQL', async () => {
    const ran = folder.tandem('sweep', 'sweep.yaml', '--json', '--workers', '1')
    const { folder: name } = JSON.parse(ran.stdout) as { folder: string }
    const sweep = await loadSweep(join(folder.path, name))
    expect(sweep.axes).toEqual(['fast', 'slow'])
    expect(sweep.trials.rows).toBe(6)
    expect([...sweep.trials.columns['fast']!]).toEqual([5, 5, 10, 10, 15, 15])
    const sharpe = [...(await sweep.top(3, 'sharpe')).columns['sharpe']!] as number[]
    expect(sharpe).toEqual([...sharpe].sort((a, b) => b - a))
    const counted = await sweep.sql('select slow, count(*) as n from trials group by slow order by slow')
    expect([...counted.columns['n']!]).toEqual([3, 3])
    await expect(sweep.sql('select nothing')).rejects.toMatchObject({ code: 'BAD_SQL' })
  })

  it('refuses a folder without a run or a sweep, and a damaged run, naming it', async () => {
    const broken = join(folder.path, 'broken')
    mkdirSync(broken)
    for (const file of ['summary.json', 'metrics.json', 'config.yaml', 'equity.arrow', 'trades.arrow']) {
      writeFileSync(join(broken, file), '{')
    }
    await expect(loadRun(join(folder.path, 'none'))).rejects.toMatchObject({ code: 'NO_RUN', exitCode: 2 })
    await expect(loadRun(broken)).rejects.toMatchObject({ code: 'NO_RUN', where: broken })
    await expect(loadSweep(broken)).rejects.toMatchObject({ code: 'NO_SWEEP_FOLDER' })
  })
})
