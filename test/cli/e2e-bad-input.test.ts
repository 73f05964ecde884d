/** Bad input from outside: exit code 2, one line that names file, row or key, nothing on standard output, nothing stored. */

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { describeShared, sharedPath } from '../support/shared.ts'
import { describeBuilt, type Finished, type Folder, newFolder, RUN_FILE, synthWords } from './built.ts'

const HEADER = 'time,open,high,low,close,volume\n'
const ROW = '2020-01-01 00:00,10,12,9,11,5\n'

/** What is wrong; the file's text (null: no file); what the line says after the file's name. */
const FILES: readonly (readonly [string, string | null, RegExp])[] = [
  ['a missing file', null, /: there is no such file/],
  ['wrong columns', 'time,price\n2020-01-01,5\n', /: .*lacks the columns open, high, low, close, volume/],
  ['text in a price', `${HEADER}${ROW}2020-01-01 01:00,10,12,abc,11,5\n`, /, row 3, column low: .*'abc'/],
  ['high below low', `${HEADER}${ROW}2020-01-01 01:00,10,9,12,11,5\n`, /, row 3, column high: .*below the low/],
  [
    'times out of order',
    `${HEADER}${ROW}2020-01-01 01:00,10,12,9,11,5\n2019-12-31 23:00,10,12,9,11,5\n`,
    /, row 4, column time: out of order/,
  ],
  ['duplicate times', `${HEADER}${ROW}${ROW}`, /, row 3, column time: .*twice/],
  ['an empty file', '', /: .*empty/],
]

/** What is wrong; words after `backtest run.yaml`; the line. */
const RUNS: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['a wrong key', ['--set', 'acount.equity=1'], /acount: unknown key \(did you mean 'account'\?\)/],
  ['a wrong type', ['--set', 'account.equity=lots'], /account\.equity: expected a number, got 'lots'/],
  ['an unknown strategy', ['--set', 'strategy.name=sma-cros'], /strategy\.name: .*did you mean 'sma-cross'/],
  ['an unknown parameter', ['--set', 'strategy.params.fats=3'], /strategy\.params\.fats: unknown parameter/],
  ['a wrong parameter', ['--set', 'strategy.params.fast=200'], /strategy\.params\.fast: must be smaller than slow/],
  [
    'a range without data',
    ['--set', 'data.from=2030-01-01'],
    /store: no candles of kraken BTC\/USD 1h from 2030-01-01/,
  ],
  ['a symbol without data', ['--set', 'data.symbols=[XRP/USD]'], /store: no candles of kraken XRP\/USD 1h/],
  [
    'a venue without fees',
    ['--set', 'data.venue=nowhere'],
    /data\.venue: unknown venue 'nowhere': it has no fee schedule/,
  ],
  [
    'a venue without rulebook',
    ['--set', 'data.venue=nowhere', '--set', 'costs.fees={maker: 0, taker: 0}'],
    /data\.venue: unknown venue 'nowhere': it has no rulebook/,
  ],
  [
    'a minimum above the cap',
    ['--set', 'sizing={mode: dynamic, cap: 4}', '--set', 'rules.minimums=strict'],
    /rules\.minimums\.TIER_1: the minimum of TIER_1, 5, is above the cap of 4/,
  ],
  [
    'profile ranges that overlap',
    ['--set', 'account.profile=auto', '--set', 'rules.profileRanges={MICRO_CAP: [20, 120]}'],
    /rules\.profileRanges\.MICRO_CAP: ranges overlap: it ends at 120, LOW_CAPITAL begins at 100/,
  ],
  [
    'profile ranges with a hole',
    ['--set', 'account.profile=auto', '--set', 'rules.profileRanges={STANDARD: [500, 900]}'],
    /rules\.profileRanges\.STANDARD: a hole between ranges: it ends at 900, AGGRESSIVE begins at 1000/,
  ],
  [
    'an emergency net of fees inside the round trip',
    ['--set', 'rules.emergencyNetOfFees=true', '--set', 'rules.emergencyLoss=0.005'],
    /rules\.emergencyLoss: net of fees a loss of 0\.005 is inside the round trip of 0\.00\d+/,
  ],
  [
    'a negative fee that nobody meant',
    ['--set', 'costs.fees={maker: -0.0001, taker: 0.001}'],
    /costs\.fees\.maker: expected 0 or more, or rebate: true beside it, got -0\.0001/,
  ],
  ['learned minimums that are none', ['--set', 'rules.learnedMinimums=[{symbol: BTC/USD}]'], /learnedMinimums/],
  [
    'a symbol without rulebook',
    ['--set', 'data.symbols=[NOPE/USD]'],
    /data\.symbols: kraken has no rulebook for NOPE\/USD/,
  ],
  ["another currency than the account's", ['--set', 'account.quote=EUR'], /account\.quote: BTC\/USD is paid in USD/],
  [
    'two currencies',
    ['--set', 'data.symbols=[BTC/USD, ETH/EUR]'],
    /account\.quote: ETH\/EUR is paid in EUR.*share one/,
  ],
]

function expectRefused({ code, stdout, stderr }: Finished, line: RegExp): void {
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toMatch(/^tandem: [^\n]+\n$/)
  expect(stderr).toMatch(line)
}

describeBuilt('bad input', () => {
  let folder: Folder
  beforeAll(async () => {
    folder = newFolder()
    folder.write('run.yaml', RUN_FILE)
    const series = [
      ['kraken', 'BTC/USD'],
      ['kraken', 'ETH/EUR'],
      ['kraken', 'NOPE/USD'],
      ['nowhere', 'BTC/USD'],
    ] as const
    for (const [venue, symbol] of series) await folder.command(...synthWords(venue, symbol))
  })
  afterAll(() => folder.remove())

  const importFile = (path: string, ...more: string[]): Promise<Finished> =>
    folder.command(
      'data',
      'import',
      path,
      '--venue',
      'v',
      '--symbol',
      'A/B',
      '--timeframe',
      '1h',
      '--store',
      'other',
      ...more,
    )

  it.each(FILES)('%s: refused, nothing stored', async (name, text, line) => {
    const file = `${name.replaceAll(' ', '-')}.csv`
    if (text !== null) folder.write(file, text)
    const finished = await importFile(file)
    expectRefused(finished, line)
    expect(finished.stderr).toContain(`tandem: ${file}`)
    expect(folder.list('other')).toBeNull()
  })

  it.each(RUNS)('%s: refused, no run written', async (_, words, line) => {
    expectRefused(await folder.command('backtest', 'run.yaml', ...words), line)
    expect(folder.list('runs')).toBeNull()
  })

  it('a run file with a wrong key names file and line', async () => {
    folder.write('wrong.yaml', `${RUN_FILE}sizes: 3\n`)
    expectRefused(folder.tandem('backtest', 'wrong.yaml'), /^tandem: wrong\.yaml:5: sizes: unknown key/)
  })

  describeShared('kept from real users', () => {
    const broken = () =>
      readdirSync(sharedPath('data/raw/broken')).map((name) => sharedPath(join('data/raw/broken', name)))
    it('as they are and with their date format: refused one and all, nothing stored', async () => {
      expect(broken().length).toBeGreaterThan(3)
      for (const path of [...broken(), sharedPath('data/raw/freqtrade/NOPAIR_XXX-4m.json')]) {
        for (const dates of [[], ['--dates', 'mdy']]) {
          const finished = await importFile(path, ...dates)
          expectRefused(finished, /./)
          expect(finished.stderr).toContain(path)
        }
      }
      expect(folder.list('other')).toBeNull()
    })
  })
})
