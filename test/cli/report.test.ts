/** Pages from the command line: made with sweep and ladder, made again by `tandem report`, and by `data check --html`. */

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeBuilt, type Folder, newFolder, RUN_FILE, synthWords } from './built.ts'

const SWEEP = `${RUN_FILE}sweep:\n  space: { fast: [5, 10], slow: [30, 60] }\n`

describeBuilt('tandem report', () => {
  let folder: Folder
  const at = (...parts: string[]) => join(folder.path, ...parts)
  const text = (...parts: string[]) => readFileSync(at(...parts), 'utf8')
  beforeAll(async () => {
    folder = newFolder()
    folder.write('run.yaml', RUN_FILE)
    folder.write('sweep.yaml', SWEEP)
    expect(await folder.command(...synthWords('kraken', 'BTC/USD'))).toMatchObject({ code: 0 })
  })
  afterAll(() => folder.remove())

  it('makes the page of a sweep, with the run reports of the best behind it', async () => {
    const swept = JSON.parse(
      (await folder.command('sweep', 'sweep.yaml', '--out', 'swept', '--workers', '1', '--json')).stdout,
    )
    expect(swept.files).toMatchObject({ report: 'swept/report.html', figures: 'swept/report.json' })
    const first = text('swept', 'report.html')
    const { figures } = JSON.parse(text('swept', 'report.json'))
    const best = swept.best[0]
    expect(figures.find((one: { id: string }) => one.id === 'bestTrial').value).toBe(best.trial)
    expect(figures.find((one: { id: string }) => one.id === 'best.sharpe').value).toBe(best.metrics.sharpe)
    rmSync(at('swept', 'report.html'))
    expect((await folder.command('report', 'swept', '--runs', 'runs')).code).toBe(0)
    expect(text('swept', 'report.html') === first).toBe(true)
    expect((await folder.command('report', 'swept', '--best', '1', '--trial', '0')).code).toBe(0)
    const page = text('swept', 'report.html')
    for (const trial of [best.trial, 0]) {
      expect(page).toContain(`best/trial-${trial}/report.html`)
      expect(existsSync(at('swept', 'best', `trial-${trial}`, 'report.html'))).toBe(true)
    }
    const run = JSON.parse(text('swept', 'best', `trial-${best.trial}`, 'summary.json'))
    expect(run.metrics.sharpe).toBe(best.metrics.sharpe)
  })

  it('writes no page of a sweep where none is wanted', async () => {
    expect((await folder.command('sweep', 'sweep.yaml', '--out', 'bare', '--workers', '1', '--no-report')).code).toBe(0)
    expect(folder.list('bare')).not.toContain('report.html')
  })

  it('makes the page of a ladder, and again from its document', async () => {
    const words = ['ladder', 'run.yaml', '--equities', '10,1000', '--out', 'ladder', '--json']
    const document = JSON.parse((await folder.command(...words)).stdout)
    expect(Object.keys(document.files)).toEqual(['ladder', 'config', 'report', 'figures'])
    expect(document.rungs).toHaveLength(2)
    const first = text('ladder', 'report.html')
    rmSync(at('ladder', 'report.html'))
    expect((await folder.command('report', 'ladder')).code).toBe(0)
    expect(text('ladder', 'report.html') === first).toBe(true)
    // The folder's own run file gives the same ladder.
    const again = await folder.command(
      'ladder',
      'ladder/config.yaml',
      '--equities',
      '10,1000',
      '--out',
      'again',
      '--no-report',
      '--json',
    )
    expect(JSON.parse(again.stdout).rungs).toEqual(document.rungs)
    expect(folder.list('again')).toEqual(['config.yaml', 'ladder.json'])
  })

  it('makes the report of a run again, and refuses where the run would be another', async () => {
    const { runId } = JSON.parse((await folder.command('backtest', 'run.yaml', '--json')).stdout)
    const first = text('runs', runId, 'report.html')
    rmSync(at('runs', runId, 'report.html'))
    expect((await folder.command('report', `runs/${runId}`)).code).toBe(0)
    expect(text('runs', runId, 'report.html') === first).toBe(true)
    const summary = JSON.parse(text('runs', runId, 'summary.json'))
    const digest = { ...summary.digest, decisions: '0'.repeat(64) }
    writeFileSync(at('runs', runId, 'summary.json'), JSON.stringify({ ...summary, digest }))
    const { code, stderr } = await folder.command('report', `runs/${runId}`)
    expect(code).toBe(2)
    expect(stderr).toContain("this run doesn't come out as it did: decisions differ")
    expect(folder.list('runs')!.filter((name) => name.includes('remade'))).toEqual([])
  })

  it('makes the page on data quality of a store, a series and an empty store', async () => {
    const { files } = JSON.parse((await folder.command('data', 'check', '--html', 'data.html', '--json')).stdout)
    expect(files).toEqual({ report: 'data.html', figures: 'data.json' })
    const { figures } = JSON.parse(text('data.json'))
    expect(figures.find((one: { id: string }) => one.id === 'rows').value).toBe(1500)
    expect((await folder.command('data', 'check', 'kraken:BTC/USD:1h', '--html', 'one.html')).code).toBe(0)
    expect(text('one.html')).toContain('Calendar of gaps')
    expect((await folder.command('data', 'check', '--store', 'nowhere', '--html', 'empty.html')).code).toBe(0)
    expect(text('empty.html')).toContain('the store is empty')
  })

  it.each([
    [['report', 'nowhere'], 'there is no such folder'],
    [['report', '.'], 'no run, sweep, ladder or session'],
    [['report', 'ladder', '--best', '2'], '--best and --trial are for sweeps'],
    [['report', 'swept', '--best', '1.5'], '--best: expected a whole number'],
    [['report', 'swept', '--trial', 'x'], "'x' is no number of a trial"],
    [['ladder', 'run.yaml', '--equities', '10', '--out', 'store'], 'other files than those of a ladder'],
  ])('says in one line what is wrong with %j', async (words, message) => {
    const { code, stderr } = await folder.command(...words)
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr.trimEnd().split('\n')).toHaveLength(1)
  })
})
