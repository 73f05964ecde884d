/** The command line from outside: data in, a backtest, its files; a user's own strategy; a strategy that peeks. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeShared, sharedPath } from '../support/shared.ts'
import { describeBuilt, type Folder, newFolder, RUN_FILE, synthWords, testFolder } from './built.ts'

const MEMBERS = [
  ...['runId', 'digest', 'configHash', 'dataHash', 'rulebookHash', 'bars', 'finalEquity', 'trades', 'fees', 'funding'],
  ...['liquidations', 'exits', 'skips', 'metrics', 'ambiguity', 'files'],
]
const FILES = [
  ...[
    'analysis.json',
    'config.yaml',
    'decisions.bin',
    'equity.arrow',
    'figures.json',
    'metrics.json',
    'outcomes.bin',
    'report.html',
  ],
  'summary.json',
  'trades.arrow',
]

/** A user's strategy; `peek` makes it look one bar ahead, only in a comparison. */
const strategyText = (peek: boolean) => `import { defineStrategy, z, type Context } from 'tandem'
export default defineStrategy({
  name: 'mine', description: '', params: z.strictObject({ least: z.number().default(0) }),
  create: ({ least }) => {
    let x: Context, close: Float64Array
    return {
      setup(context: Context) { x = context; close = x.column(0, 'close') },
      onBar(row: number) {
        if (row < 10) return
        const rises = close[row${peek ? ' + 1' : ''}]! - close[row - 5]! > least
        if (rises && x.position(0) === 0) x.enter(0)
        else if (!rises && x.position(0) !== 0) x.exit(0)
      },
    }
  },
})
`

describeBuilt('the command line', () => {
  let folder: Folder
  beforeAll(() => {
    folder = newFolder()
    folder.write('run.yaml', RUN_FILE)
    expect(folder.tandem(...synthWords('kraken', 'BTC/USD'))).toMatchObject({ code: 0 })
  })
  afterAll(() => folder.remove())

  it('lists what was put into the store', () => {
    const { code, stdout } = folder.tandem('data', 'list', '--json')
    expect(code).toBe(0)
    const [series, ...others] = JSON.parse(stdout).series
    expect(others).toEqual([])
    expect(series).toMatchObject({ venue: 'kraken', symbol: 'BTC/USD', rows: 1500 })
    expect(folder.tandem('data', 'list').stdout).toMatch(/kraken\s+BTC\/USD\s+1h\s+1500/)
  })

  it('runs a backtest, prints one JSON document and writes its files', () => {
    const { code, stdout, stderr } = folder.tandem('backtest', 'run.yaml', '--json')
    expect(code).toBe(0)
    expect(stderr).toMatch(/1500 bars/)
    const summary = JSON.parse(stdout)
    for (const member of MEMBERS) expect(summary, member).toHaveProperty(member)
    expect(Object.keys(summary.digest).sort()).toEqual(['decisions', 'inputs', 'outcomes'])
    expect(summary.bars).toBe(1500)
    expect(summary.trades).toBeGreaterThan(5)
    expect(folder.list(`runs/${summary.runId}`)).toEqual(FILES)
    const { files, ...rest } = summary
    // On disk stand the units, too, without which the records couldn't be read.
    const onDisk = JSON.parse(readFileSync(join(folder.path, files.summary), 'utf8'))
    expect(onDisk).toEqual({ ...rest, units: expect.any(Object) })
  })

  it('has the same digests when run again, and from another directory', () => {
    const digest = (...words: string[]) =>
      JSON.parse(folder.tandem('backtest', ...words, '--json', '--no-report').stdout).digest
    const elsewhere = testFolder()
    const words = ['--store', join(folder.path, 'store'), '--json', '--no-report']
    const { stdout } = elsewhere.tandem('backtest', join(folder.path, 'run.yaml'), ...words)
    const first = digest('run.yaml')
    expect(digest('run.yaml')).toEqual(first)
    expect(JSON.parse(stdout).digest).toEqual(first)
    expect(digest('run.yaml', '--set', 'sizing.fraction=0.94')).not.toEqual(first)
  })

  it('replaces an earlier run whole, and never anything else', () => {
    const words = ['backtest', 'run.yaml', '--out', 'kept']
    expect(folder.tandem(...words)).toMatchObject({ code: 0 })
    folder.write('kept/stray.txt', 'of the earlier run')
    expect(folder.tandem(...words, '--no-report')).toMatchObject({ code: 0 })
    expect(folder.list('kept')).toEqual(FILES.filter((name) => name !== 'report.html' && name !== 'figures.json'))
    mkdirSync(join(folder.path, 'papers'))
    writeFileSync(join(folder.path, 'papers/thesis.txt'), 'mine')
    const refused = folder.tandem('backtest', 'run.yaml', '--out', 'papers')
    expect(refused).toMatchObject({ code: 2, stdout: '' })
    expect(refused.stderr).toMatch(/^tandem: papers: this directory has other files than those of a run .*\n$/)
    expect(folder.list('papers')).toEqual(['thesis.txt'])
    expect(folder.list('.')!.filter((name) => /partial|\.old-/.test(name))).toEqual([])
  })

  it('refuses runs at other costs where nothing would show them', () => {
    expect(folder.tandem('backtest', 'run.yaml', '--no-report', '--sensitivity', 'on')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'tandem: --sensitivity: runs at other costs are for the report, and it is left out (leave out --sensitivity on or --no-report)\n',
    })
  })

  it("runs a user's strategy from another directory", () => {
    const project = testFolder()
    project.write('mine.ts', strategyText(false))
    project.write('run.yaml', RUN_FILE.replace('name: sma-cross', 'file: ./mine.ts, params: { least: 5 }'))
    const { code, stdout } = folder.tandem('backtest', join(project.path, 'run.yaml'), '--json', '--checked')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).trades).toBeGreaterThan(5)
  })

  it('--checked names bar and column of a strategy that peeks, and writes nothing', () => {
    const project = testFolder()
    project.write('mine.ts', strategyText(true))
    project.write('run.yaml', RUN_FILE.replace('name: sma-cross', 'file: ./mine.ts'))
    const words = ['backtest', 'run.yaml', '--checked', '--store', join(folder.path, 'store')]
    const { code, stdout, stderr } = project.tandem(...words)
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/look-ahead: reads close of BTC\/USD at row 11 .* while deciding bar 10 /)
    expect(project.list('runs')).toBeNull()
  })

  it('blames a strategy that throws, in one line', () => {
    const project = testFolder()
    const text = strategyText(false).replace('if (row < 10) return', "if (row > 9) throw new Error('no luck')")
    project.write('mine.ts', text)
    const line = text.slice(0, text.indexOf('no luck')).split('\n').length
    project.write('run.yaml', RUN_FILE.replace('name: sma-cross', 'file: ./mine.ts'))
    const { code, stderr } = project.tandem('backtest', 'run.yaml', '--store', join(folder.path, 'store'))
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: `tandem: strategy mine, mine.ts:${line}: the strategy fails in onBar: Error: no luck\n`,
    })
    expect(project.list('runs')).toBeNull()
  })

  describeShared('a real file', () => {
    it("imports all of Kraken's hours and runs over 2019 to 2022", () => {
      const real = testFolder()
      const path = sharedPath('data/raw/kraken/XBTUSD_60.csv')
      const series = ['--venue', 'kraken', '--symbol', 'BTC/USD', '--timeframe', '1h']
      const imported = real.tandem('data', 'import', path, ...series, '--json')
      expect(imported.code).toBe(0)
      expect(JSON.parse(imported.stdout)).toMatchObject({ rows: 70_253, symbol: 'BTC/USD' })
      real.write('run.yaml', RUN_FILE.replace('1h }', '1h, from: 2019-01-01, to: 2022-12-31 }'))
      const { code, stdout } = real.tandem('backtest', 'run.yaml', '--json')
      expect(code).toBe(0)
      const { bars, trades, fromMs, toMs } = JSON.parse(stdout)
      expect([fromMs, toMs]).toEqual([Date.UTC(2019, 0, 1), Date.UTC(2023, 0, 1)])
      expect(bars).toBeGreaterThan(35_000)
      expect(trades).toBeGreaterThan(100)
    })
  })
})
