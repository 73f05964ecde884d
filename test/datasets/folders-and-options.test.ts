/** Goal: folders and archives give all their series; what the user says about a file is done, or refused. */

import { describe, expect, it } from 'vitest'
import { type ImportPathOptions, importPath } from '../../datasets/import/import-path.ts'
import { zipOf } from './file-makers.ts'
import { HOUR_MS, refusalOf, START_MS, smallCandles, temporaryDirectory, toCsv, writeText } from './support.ts'

const ROWS = 30
const candles = smallCandles(ROWS)
const kraken = toCsv(candles)
  .split('\n')
  .slice(1)
  .map((line) => line.replace('000,', ',').replace(/(.)$/, '$1,12'))
  .join('\n')

describe('folders and archives', () => {
  const half = (from: number, to: number): string => kraken.split('\n').slice(from, to).join('\n')

  it('hold many series: one is taken by symbol and timeframe, files that overlap are joined', async () => {
    const folder = temporaryDirectory()
    writeText(
      folder,
      'q/a.zip',
      zipOf({ 'Kraken/XBTUSD_60.csv': half(0, 20), 'Kraken/XBTUSD_1.csv': kraken, 'Kraken/ETHUSD_60.csv': kraken }),
    )
    writeText(folder, 'q/XBTUSD_60.csv', half(15, ROWS))
    writeText(folder, 'q/README.txt', 'hello')
    const store = temporaryDirectory()
    const one = await importPath(folder, { store, symbol: 'BTC/USD', timeframeMs: HOUR_MS })
    expect(one.series).toMatchObject([
      { rows: ROWS, fixes: [{ code: 'REPEATED', rows: 5 }], files: ['XBTUSD_60.csv', 'a.zip'] },
    ])
    expect(one.passedOver.map(({ reason }) => reason)).toEqual(['is ETH/USD, not BTC/USD', 'is 1m, not 1h'])
    const all = await importPath(folder, { store })
    expect(all.series.map(({ symbol, timeframeMs }) => [symbol, timeframeMs])).toEqual([
      ['BTC/USD', HOUR_MS],
      ['ETH/USD', HOUR_MS],
    ])
    // Hours under the name of minutes: that one is refused, its neighbours are not.
    expect(all.refused.map(({ code }) => code)).toEqual(['WRONG_TIMEFRAME'])
  })

  it('with files that contradict each other are refused', async () => {
    const folder = temporaryDirectory()
    writeText(folder, 'a/XBTUSD_60.csv', half(0, 20))
    writeText(folder, 'b/XBTUSD_60.csv', half(15, ROWS).replace(/,(\d+)\.5,/, ',999,'))
    const error = await refusalOf(importPath(folder, { store: temporaryDirectory() }))
    expect(error.line).toMatch(/the bar of 2020-01-01 15:00 is different in another file/)
  })

  it('of nothing that was asked for say so', async () => {
    const folder = temporaryDirectory()
    writeText(folder, 'XBTUSD_60.csv', kraken)
    writeText(folder, 'ETHUSD_60.csv', kraken)
    const error = await refusalOf(importPath(folder, { store: folder, symbol: 'ADA/USD' }))
    expect([error.code, error.line]).toEqual(['NOTHING_TO_IMPORT', expect.stringMatching(/is ETH\/USD, not ADA\/USD/)])
  })
})

describe('what the user says', () => {
  const options = { venue: 'x', symbol: 'A/B', timeframeMs: HOUR_MS } as const
  const asked = (content: string, more: Partial<ImportPathOptions>, name = 'f.csv') =>
    importPath(writeText(temporaryDirectory(), name, content), { store: temporaryDirectory(), ...options, ...more })

  it('bars stamped at their end and local time are moved', async () => {
    const shifted = toCsv({ ...candles, time: candles.time.map((t) => t + HOUR_MS + 19_800_000) })
    const { series } = await asked(shifted, { stamps: 'end', utcOffsetMs: 19_800_000 })
    expect(series[0]!.firstMs).toBe(START_MS)
    expect(series[0]!.fixes.map(({ code, text }) => [code, text])).toEqual([
      ['STAMPED_AT_END', 'bars stamped at their end moved back by 1h'],
      ['LOCAL_TIME', 'times of UTC+5.5 made UTC'],
    ])
  })

  it('--fix sorts, drops repeated rows, and leaves what it can not mend refused', async () => {
    const [header, ...rows] = toCsv(candles).trimEnd().split('\n')
    const mixed = [header, rows[1], rows[0], ...rows.slice(2, 9), rows[8], ...rows.slice(9)].join('\n')
    expect((await refusalOf(asked(mixed, {}))).code).toBe('OUT_OF_ORDER')
    const { series } = await asked(mixed, { fix: true })
    expect(series[0]!.rows).toBe(ROWS)
    expect(series[0]!.fixes.map(({ code, rows: count }) => [code, count])).toEqual([
      ['OUT_OF_ORDER', 1],
      ['REPEATED', 1],
    ])
    const twice = `${toCsv(candles)}${rows[3]!.replace(/,[\d.]+$/, ',999')}\n`
    expect((await refusalOf(asked(twice, { fix: true }))).code).toBe('DUPLICATE_TIME')
  })

  it.each([
    ['time,open,high,low', /lacks the column close/],
    ['time,open,high,low,close,volume,volume', /volume is there twice/],
    ['when,open,high,low,close', /'when' is no column/],
    ['time=9,open=2,high=3,low=4,close=5', /no column 9; it has 7/],
    ['time=,open=2', /not ROLE=COLUMN/],
  ])('--columns %s is refused', async (columns, line) => {
    expect((await refusalOf(asked(kraken, { columns }))).line).toMatch(line)
  })

  it.each([
    ['feather', /is text, and feather is an Arrow file/],
    ['binance', /has 7 columns, a binance file has 12/],
    ['kraken-trades', /has 7 columns, a kraken-trades file has 3/],
    ['lean', /lean file of trades has 6/],
  ] as const)('--format %s is refused for a file of another', async (format, line) => {
    expect((await refusalOf(asked(kraken, { format }))).line).toMatch(line)
  })

  it('names that nobody says are asked for', async () => {
    const path = writeText(temporaryDirectory(), 'a.csv', toCsv(candles))
    const store = temporaryDirectory()
    expect((await refusalOf(importPath(path, { store }))).line).toMatch(/say it with --venue/)
    expect((await refusalOf(importPath(path, { store, venue: 'x' }))).line).toMatch(/say it with --symbol/)
    expect((await refusalOf(importPath(path, { store, venue: 'x', symbol: 'A/B' }))).line).toMatch(
      /--timeframe, such as/,
    )
  })
})
