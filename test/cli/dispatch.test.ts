/**
 * Goal: every command hands on exactly what was written, `--json` leaves one document alone on standard output, and
 * every misuse is one line and exit code 2. Method: the real dispatcher and commands over stand-in rooms.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { FORMATS } from '../../datasets/import/formats/registry.ts'
import { parseUtcOffset } from '../../datasets/import/options.ts'
import { COMMANDS } from '../../engine/cli/commands.ts'
import { TandemError } from '../../engine/core/errors.ts'
import { IMPORTED, runTandem, SERIES, SUMMARY } from './run-tandem.ts'

let folder: string
let config: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-cli-'))
  config = join(folder, 'run.yaml')
  writeFileSync(config, 'strategy: { name: sma-cross }\ndata: { venue: kraken, symbols: [BTC/USD], timeframe: 1h }\n')
})
afterAll(() => rmSync(folder, { recursive: true }))
afterEach(() => vi.unstubAllEnvs())

const words = (line: string) => line.split(' ').map((word) => (word === 'CONFIG' ? config : word))

const named = (start: string) => COMMANDS.map(({ name }) => name).filter((name) => name.startsWith(start))
const firstWords = () => [...new Set(COMMANDS.map(({ name }) => name.split(' ')[0]))]

describe('misuse is one line and exit code 2', () => {
  it.each([
    ['nope', `tandem: there is no command 'nope' (known: ${firstWords().slice(0, 12).join(', ')}, …)`],
    ['bactest CONFIG', "tandem: there is no command 'bactest' (did you mean 'backtest'?)"],
    ['data', `tandem: 'data' needs a second word (known: ${named('data ').join(', ')})`],
    ['data imprt x', "tandem: there is no command 'data imprt' (did you mean 'data import'?)"],
    ['--json backtest', "tandem: '--json' stands before any command (see tandem --help)"],
    ['backtest', 'tandem: backtest: missing <config> (see tandem backtest --help)'],
    ['backtest CONFIG two', "tandem: backtest: unknown argument 'two' (see tandem backtest --help)"],
    ['backtest CONFIG --chekced', "tandem: backtest: unknown argument 'chekced' (did you mean 'checked'?)"],
    ['backtest CONFIG --set', 'tandem: backtest: Not enough arguments following: set (see tandem backtest --help)'],
    ['backtest CONFIG --out a --out b', 'tandem: backtest: --out is given twice (give it once)'],
    ['backtest CONFIG --set acount=1', "tandem: --set acount=1: acount: unknown key (did you mean 'account'?)"],
    ['backtest absent.yaml', 'tandem: absent.yaml: there is no such file (expected a run file in YAML)'],
    ['data list --store=', 'tandem: data list: --store is empty (see tandem data list --help)'],
    ['data import --venue v', 'tandem: data import: missing <path> (see tandem data import --help)'],
    [
      'data import x --utc-offset east',
      "tandem: --utc-offset: 'east' is not an offset from UTC (write hours such as +3, -5 or +05:30; 0 for UTC)",
    ],
    [
      'data import x --venue v --symbol A/B --timeframe 1h --format xls',
      `tandem: data import: --format: expected one of ${FORMATS.join(', ')}, got "xls" (see tandem data import --help)`,
    ],
    [
      'data import x --venue v --symbol A/B --timeframe hour',
      "tandem: --timeframe: 'hour' is not a timeframe (write a number and s, m, h, d or w, such as 15m or 1h)",
    ],
    [
      'data synth --seed 1 --bars 0 --venue v --symbol A/B --timeframe 1h',
      'tandem: --bars: expected a whole number of at least 1, got 0',
    ],
    [
      'data synth --seed x --bars 1 --venue v --symbol A/B --timeframe 1h',
      'tandem: data synth: --seed: expected a number (see tandem data synth --help)',
    ],
    ['strategies sma-cros', "tandem: strategy.name: there is no strategy 'sma-cros' (did you mean 'sma-cross'?)"],
    ['demo --seed -1', 'tandem: --seed: seed: expected a number at least 0, got -1'],
  ])('%s', async (line, expected) => {
    const { code, stdout, stderr } = await runTandem(words(line))
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `${expected}\n` })
  })

  it('keeps an exit code of 1 and shows a fault of ours with its stack', async () => {
    const no = new TandemError('the gate is shut', { code: 'GATE', exitCode: 1 })
    expect(await runTandem(['data', 'list'], { datasets: () => Promise.reject(no) })).toMatchObject({
      code: 1,
      stderr: 'tandem: the gate is shut\n',
    })
    const ours = await runTandem(['data', 'list'], { datasets: () => Promise.reject(new Error('oh')) })
    expect(ours.code).toBe(2)
    expect(ours.stderr).toMatch(/^tandem: this is a fault of tandem itself.*\nError: oh\n {4}at /)
  })
})

describe('help', () => {
  it.each(COMMANDS.map(({ name }) => name))('%s: three ways to ask, options and examples', async (name) => {
    const asked = await runTandem([...name.split(' '), '--help'])
    expect(asked.code).toBe(0)
    expect(asked.stdout).toContain('--json')
    for (const example of COMMANDS.find((entry) => entry.name === name)!.examples) {
      expect(asked.stdout.replace(/\s+/g, ' ')).toContain(example)
    }
    expect((await runTandem([...name.split(' '), '-h'])).stdout).toBe(asked.stdout)
    expect((await runTandem(['help', ...name.split(' ')])).stdout).toBe(asked.stdout)
  })

  it('of a group lists its commands', async () => {
    const { stdout } = await runTandem(['data', '--help'])
    expect(stdout).toContain('data synth')
    expect(stdout).not.toContain('backtest')
  })
})

describe('backtest', () => {
  it('hands on the resolved configuration and where to write', async () => {
    const ran = await runTandem(
      words('backtest --set seed=9 CONFIG --set account.equity=50 --checked --out x --runs y'),
    )
    const [, resolved, options] = ran.calls[0]!
    expect(resolved).toMatchObject({ seed: 9, account: { equity: 50, quote: 'USD' }, execution: { checked: true } })
    expect(options).toMatchObject({ store: 'datasets/store', runs: 'y', out: 'x', report: true, baseFolder: folder })
    expect(ran.stderr).toBe('running\n')
    expect(ran.stdout).toContain('50.00 USD → 49.50 USD (-1.00 %)')
    expect(ran.stdout).toContain('TARGET 2, STOP 1')
  })

  it('--json prints one document and nothing else; --no-report', async () => {
    const ran = await runTandem(words('backtest CONFIG --json --no-report'))
    expect(JSON.parse(ran.stdout)).toEqual(SUMMARY)
    expect(ran.calls[0]![2]).toMatchObject({ report: false })
    expect(ran.calls[0]![2]).not.toHaveProperty('out')
  })
})

describe('data', () => {
  const series = '--venue kraken --symbol BTC/USD --timeframe 1h'

  it('import hands on the file, the series and how to read it', async () => {
    const ran = await runTandem(words(`data import 123.csv ${series} --store s --dates dmy --utc-offset -05:30 --fix`))
    const place = { store: 's', venue: 'kraken', symbol: 'BTC/USD', timeframeMs: 3_600_000, dateFormat: 'DD/MM/YYYY' }
    const more = { dryRun: false, fix: true, utcOffsetMs: -19_800_000 }
    expect(ran.calls).toEqual([['importPath', '123.csv', { ...place, ...more }]])
    expect(ran.stdout).toBe(
      'venue   symbol   what  format  rows  first (UTC)       last (UTC)        missing  hash\n' +
        'kraken  BTC/USD  1h    kraken    24  2019-01-01 00:00  2019-01-01 23:00        0  abababababab\n' +
        '  rows were newest first (24 rows)\n',
    )
  })

  it('import needs no names, and its JSON has one series as itself too', async () => {
    const ran = await runTandem(words('data import 123.csv --dry-run --json --columns time,close'))
    expect(ran.calls[0]![2]).toEqual({ store: 'datasets/store', dryRun: true, fix: false, columns: 'time,close' })
    expect(JSON.parse(ran.stdout)).toMatchObject({
      rows: 24,
      dataHash: SERIES.dataHash,
      series: [{ rows: 24 }],
      refused: [],
    })
  })

  it('import of a folder with a file that is refused shows it and exits with 1', async () => {
    const refused = [{ file: 'a/b.csv', code: 'EMPTY_FILE', reason: 'a/b.csv: the file is empty' }]
    const datasets = async () => ({
      importPath: async () => ({ dryRun: true, series: [IMPORTED], refused, passedOver: [] }),
      parseUtcOffset,
      listSeries: async () => [],
      synthesize: async () => SERIES,
    })
    const ran = await runTandem(words('data import a'), { datasets })
    expect([ran.code, ran.stderr]).toEqual([1, ''])
    expect(ran.stdout).toMatch(/seconds, UTC\n.*\nrefused: a\/b\.csv: the file is empty\nnothing was written/)
  })

  it('synth hands on model, seed and bars', async () => {
    const ran = await runTandem(words(`data synth --seed 3 --bars 100 ${series} --json`))
    expect(ran.calls[0]![1]).toMatchObject({ model: 'gbm', seed: 3, bars: 100, timeframeMs: 3_600_000 })
    expect(JSON.parse(ran.stdout)).toEqual(SERIES)
  })

  it('list looks where --store, else TANDEM_STORE, says', async () => {
    vi.stubEnv('TANDEM_STORE', 'elsewhere')
    expect((await runTandem(['data', 'list'])).calls).toEqual([['listSeries', 'elsewhere']])
    const ran = await runTandem(['data', 'list', '--store', 'here', '--json'])
    expect(JSON.parse(ran.stdout)).toEqual({ store: 'here', series: [SERIES], funding: [] })
  })
})

describe('the others', () => {
  it('strategies lists parameters with limits and defaults', async () => {
    const { stdout } = await runTandem(['strategies'])
    expect(stdout.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['sma-cross'],
      ['', 'Two moving averages.'],
      ['', 'parameter', 'values', 'default'],
      ['', 'fast', 'integer ≥ 1', '20', 'bars'],
      ['', 'side', 'long | both', '"long"'],
      ['', 'weight', 'number > 0, < 1', 'required'],
      ['', 'stop', 'number', '-'],
      [''],
    ])
    const { strategies } = JSON.parse((await runTandem(['strategies', 'sma-cross', '--json'])).stdout)
    expect(Object.keys(strategies[0].params)).toEqual(['fast', 'side', 'weight', 'stop'])
  })

  it('schema prints the JSON Schema either way', async () => {
    const plain = await runTandem(['schema'])
    expect(JSON.parse(plain.stdout).required).toEqual(['strategy', 'data'])
    expect((await runTandem(['schema', '--json'])).stdout).toBe(plain.stdout)
  })

  it('demo makes a market from its seed and runs a small account on it', async () => {
    const ran = await runTandem(['demo', '--seed', '3', '--json'])
    expect(ran.calls.map(([name]) => name)).toEqual(['synthesize', 'runBacktest'])
    expect(ran.calls[0]![1]).toMatchObject({ seed: 3, store: 'datasets/store' })
    expect(ran.calls[1]![1]).toMatchObject({ seed: 3, account: { equity: 50, profile: 'MICRO_CAP' } })
    expect(JSON.parse(ran.stdout)).toEqual(SUMMARY)
  })
})
