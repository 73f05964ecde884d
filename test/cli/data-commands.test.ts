/** `tandem data synth|resample|sql|export` on a real store, in this process. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { services } from '../../engine/cli/services.ts'
import { temporaryDirectory } from '../datasets/support.ts'
import { runTandem } from './run-tandem.ts'

const real = { datasets: services.datasets }
const run = (store: string, ...words: string[]) => runTandem(['data', ...words, '--store', store], real)
const json = async (store: string, ...words: string[]) => JSON.parse((await run(store, ...words, '--json')).stdout)
const PLACE = ['--venue', 'made', '--timeframe', '1h']

describe('data synth', () => {
  it('makes several symbols at once, with the parameters of the model', async () => {
    const store = temporaryDirectory()
    const words = [
      '--model',
      'correlated',
      '--correlation',
      '0.9',
      '--seed',
      '2',
      '--bars',
      '3000',
      '--symbol',
      'BTC/USD,ETH/USD',
    ]
    const { series } = await json(store, 'synth', ...words, ...PLACE)
    expect(series.map((one: { symbol: string }) => one.symbol)).toEqual(['BTC/USD', 'ETH/USD'])
    const sql = `select corr(a.r, b.r) from (select ts, close / open as r from candles where symbol = 'BTC/USD') a
      join (select ts, close / open as r from candles where symbol = 'ETH/USD') b using (ts)`
    expect((await json(store, 'sql', sql)).rows[0][0]).toBeCloseTo(0.9, 1)
  })

  it('makes a market like one of the store, and shows how like it is', async () => {
    const store = temporaryDirectory()
    await run(store, 'synth', '--model', 'regime', '--seed', '1', '--bars', '2000', '--symbol', 'BTC/USD', ...PLACE)
    const like = ['synth', '--like', 'made:BTC/USD', '--seed', '4', '--symbol', 'LIKE/USD', ...PLACE]
    const { stdout, code } = await run(store, ...like)
    expect(code).toBe(0)
    expect(stdout).toMatch(/statistic +real +synthetic\nvolatility of a bar, % +[\d.]+ +[\d.]+\nkurtosis/)
    expect(await json(store, ...like)).toMatchObject({ rows: 2000, symbol: 'LIKE/USD', replaced: true })
  })

  it.each([
    [['--model', 'gbm'], /missing --bars/],
    [['--model', 'bootstrap'], /bootstrap needs --like VENUE:SYMBOL/],
    [['--model', 'gbm', '--like', 'a:B/C', '--bars', '5'], /gbm takes no --like/],
    [['--like', 'BTC', '--bars', '5'], /expected VENUE:SYMBOL such as kraken:BTC\/USD, got 'BTC'/],
    [['--model', 'gbm', '--strength', '0.1', '--bars', '5'], /strength: .*the model gbm has no such parameter/],
    [['--model', 'cauchy', '--bars', '5'], /--model: expected one of gbm, regime, jumps/],
  ])('%j is refused in one line', async (words, message) => {
    const { code, stdout, stderr } = await run(
      temporaryDirectory(),
      'synth',
      ...words,
      '--seed',
      '1',
      '--symbol',
      'A/B',
      ...PLACE,
    )
    expect([code, stdout, stderr.trimEnd().split('\n').length]).toEqual([2, '', 1])
    expect(stderr).toMatch(message)
  })
})

describe('data resample, sql, export', () => {
  it('work on what is there, and print one document', async () => {
    const store = temporaryDirectory()
    await run(store, 'synth', '--seed', '1', '--bars', '50', '--symbol', 'BTC/USD', ...PLACE)
    const made = await json(store, 'resample', 'made:BTC/USD:1h', '--timeframe', '4h')
    expect(made).toMatchObject({ timeframe: '4h', rows: 13, partial: { first: false, last: true, inside: 0 } })
    const shown = await run(store, 'resample', 'made:BTC/USD:1h', '--timeframe', '4h', '--drop-partial')
    expect(shown.stdout).toMatch(/made +BTC\/USD +4h +12/)
    const { stdout, stderr } = await run(
      store,
      'sql',
      "select time, close from candles where timeframe = '4h' order by ts",
      '--rows',
      '2',
    )
    expect(stdout).toMatch(/^time +close\n2020-01-01 00:00 +[\d.]+\n2020-01-01 04:00 +[\d.]+\n$/)
    expect(stderr).toBe('10 more rows; show them with --rows, or take --json\n')
    const file = join(store, 'out.csv')
    const done = await json(store, 'export', 'made:BTC/USD:4h', file, '--from', '2020-01-02')
    expect(done).toMatchObject({ file, format: 'csv', rows: 6 })
    expect(readFileSync(file, 'utf8').split('\n').length).toBe(8)
    expect((await run(store, 'export', 'made:BTC/USD:4h', file)).stderr).toMatch(/there is such a file/)
  })

  it.each([
    [['resample', 'BTC', '--timeframe', '4h'], /'BTC' is no series .*VENUE:SYMBOL:TIMEFRAME/],
    [['export', 'BTC', 'x.csv'], /'BTC' is no series/],
    [['resample', 'made:BTC/USD:1h', '--timeframe', '4h'], /no candles of made BTC\/USD 1h/],
    [['sql', 'drop table candles'], /only questions/],
  ])('%j is refused in one line', async (words, message) => {
    const { code, stderr } = await run(temporaryDirectory(), ...words)
    expect([code, stderr.trimEnd().split('\n').length]).toEqual([2, 1])
    expect(stderr).toMatch(message)
  })
})
