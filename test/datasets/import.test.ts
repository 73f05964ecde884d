import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hashCandles } from '../../datasets/columns.ts'
import { detectFormat, importFile, readCandleFile } from '../../datasets/import/import-file.ts'
import { loadCandles, readManifest } from '../../datasets/store.ts'
import {
  arbitraryCandles,
  DAY_MS,
  HOUR_MS,
  KEY,
  plain,
  refusalOf,
  START_MS,
  smallCandles,
  temporaryDirectory,
  toCsv,
  writeText,
} from './support.ts'

describe('importFile', () => {
  it('stores a CSV file and reports what it holds', async () => {
    const directory = temporaryDirectory()
    const candles = smallCandles(48)
    const path = writeText(directory, 'btc.csv', toCsv(candles))
    const report = await importFile(path, { ...KEY, store: directory })
    const sourceSha256 = createHash('sha256').update(readFileSync(path)).digest('hex')
    expect(report).toEqual({
      ...KEY,
      rows: 48,
      firstMs: START_MS,
      lastMs: START_MS + 47 * HOUR_MS,
      gaps: { runs: 0, bars: 0 },
      zeroVolumeRows: 1,
      dataHash: hashCandles(candles),
      sourceSha256,
      format: 'csv',
      replaced: false,
    })
    const series = await loadCandles(directory, KEY)
    expect(plain(series.candles)).toEqual(plain(candles))
    expect((await readManifest(directory, KEY)).source).toEqual({
      kind: 'file',
      name: 'btc.csv',
      sha256: sourceSha256,
      format: 'csv',
    })
  })

  it('counts gaps and leaves them as they are', async () => {
    const directory = temporaryDirectory()
    const lines = toCsv(smallCandles(10)).split('\n')
    const path = writeText(directory, 'gaps.csv', lines.filter((_, line) => ![4, 5, 8].includes(line)).join('\n'))
    const report = await importFile(path, { ...KEY, store: directory })
    expect([report.rows, report.gaps]).toEqual([7, { runs: 2, bars: 3 }])
  })

  it('replaces a series as a whole and says so', async () => {
    const directory = temporaryDirectory()
    const first = writeText(directory, 'a.csv', toCsv(smallCandles(30)))
    const second = writeText(directory, 'b.csv', toCsv(smallCandles(20)))
    expect((await importFile(first, { ...KEY, store: directory })).replaced).toBe(false)
    expect((await importFile(second, { ...KEY, store: directory })).replaced).toBe(true)
    expect((await loadCandles(directory, KEY)).candles.time.length).toBe(20)
  })
})

describe('formats', () => {
  const read = (content: string | Uint8Array, timeframeMs = HOUR_MS, more: object = {}) =>
    readCandleFile(writeText(temporaryDirectory(), 'file.csv', content), { ...KEY, timeframeMs, ...more })
  const candles = smallCandles(3)

  it('knows a Kraken file by its seven columns, in seconds', async () => {
    const kraken = toCsv(candles)
      .split('\n')
      .slice(1, -1)
      .map((line) => `${line.replace('000,', ',')},12`)
      .join('\n')
    const file = await read(kraken)
    expect([file.format, plain(file.candles)]).toEqual(['kraken', plain(candles)])
  })

  it('knows Binance klines by their twelve columns, in ms and µs in one file', async () => {
    const rows = toCsv(candles)
      .split('\n')
      .slice(1, -1)
      .map((line, row) => {
        const unit = row === 0 ? '' : '000'
        return `${line.replace(',', `${unit},`)},${START_MS}${unit},1,2,3,4,0`
      })
    const file = await read(rows.join('\n'))
    expect([file.format, plain(file.candles)]).toEqual(['binance', plain(candles)])
  })

  it('reads gzip, a byte order mark, CRLF, blank lines, quotes, semicolons and spare columns', async () => {
    const expected = plain(candles)
    const csv = toCsv(candles)
    for (const variant of [
      gzipSync(csv),
      gzipSync(`\uFEFF${csv}`),
      `\uFEFF${csv}`,
      csv.replaceAll('\n', '\r\n'),
      `\n${csv}\n\n`,
      csv.trimEnd(),
      csv.replace(/^(\d+),/gm, '"$1",'),
      csv.replaceAll(',', ';'),
      csv.replaceAll(',', '\t'),
      csv.replaceAll(',', ' , '),
      csv.replace(/^/gm, 'x,').replace(/\nx,$/, '\n'),
    ]) {
      expect(plain((await read(variant)).candles)).toEqual(expected)
    }
  })

  it('finds columns by name in any order and case', async () => {
    const lines = [
      'Close;HIGH;low;Open Time;Volume;open',
      '2;3;1;2020-01-01;7;1.5',
      '2;3;1;2020-01-02 00:00:00+00:00;7;1.5',
    ]
    const file = await read(lines.join('\n'), DAY_MS)
    expect(plain(file.candles)).toEqual({
      time: [START_MS, START_MS + DAY_MS],
      open: [1.5, 1.5],
      high: [3, 3],
      low: [1, 1],
      close: [2, 2],
      volume: [7, 7],
    })
  })

  it('takes the volume in base where there are two', async () => {
    const row = '1577836800,1,1,1,1,5,50000'
    const both = await read(`unix,open,high,low,close,Volume BTC,Volume USD\n${row}`)
    expect([...both.candles.volume]).toEqual([5])
    const plainIsQuote = await read(`unix,open,high,low,close,volume_btc,volume\n${row}`)
    expect([...plainIsQuote.candles.volume]).toEqual([5])
  })

  it('reads slashed dates once their order is stated', async () => {
    const csv = 'date,open,high,low,close,volume\n01/03/2017,1,1,1,1,1\n01/04/2017,1,1,1,1,1\n'
    const file = await read(csv, DAY_MS, { dateFormat: 'MM/DD/YYYY' })
    expect(file.candles.time[1]! - file.candles.time[0]!).toBe(DAY_MS)
  })

  it('finds the order of slashed dates from a day beyond the 12th, wherever it is', async () => {
    const days = Array.from({ length: 14 }, (_, day) => day + 1)
    const rows = (write: (day: string) => string) =>
      days.map((day) => `${write(String(day).padStart(2, '0'))},1,1,1,1,1`).join('\n')
    for (const write of [(day: string) => `03/${day}/2017`, (day: string) => `${day}/03/2017`]) {
      const file = await read(`date,open,high,low,close,volume\n${rows(write)}`, DAY_MS)
      expect(file.candles.time[13]! - file.candles.time[0]!).toBe(13 * DAY_MS)
    }
    const few = `date,open,high,low,close,volume\n03/01/2017,1,1,1,1,1\n03/02/2017,1,1,1,1,1\n`
    const both = `${few}03/13/2017,1,1,1,1,1\n14/03/2017,1,1,1,1,1\n`
    expect((await refusalOf(read(few, DAY_MS))).line).toMatch(/ambiguous.*\(say --dates mdy or --dates dmy\)/)
    expect((await refusalOf(read(both, DAY_MS))).line).toMatch(/row 4 has the month first and row 5 the day/)
  })

  it('takes weeks that begin on any day', async () => {
    const weekly = smallCandles(5, 7 * DAY_MS)
    expect((await read(toCsv(weekly), 7 * DAY_MS)).candles.time[0]).toBe(START_MS)
  })

  it('detects without reading it all', async () => {
    const directory = temporaryDirectory()
    expect(await detectFormat(writeText(directory, 'a', toCsv(candles)))).toBe('csv')
    expect(await detectFormat(writeText(directory, 'b', '1381093200,122.0,122.0,122.0,122.0,0.1,1\n'))).toBe('kraken')
  })

  it('reads rows across block boundaries', async () => {
    const long = smallCandles(60_000, 60_000)
    const file = await read(toCsv(long), 60_000)
    expect(hashCandles(file.candles)).toBe(hashCandles(long))
  })

  it('reads back any candles to the same bits', async () => {
    const directory = temporaryDirectory()
    await fc.assert(
      fc.asyncProperty(arbitraryCandles, fc.boolean(), async (any, zipped) => {
        const csv = toCsv(any)
        const path = writeText(directory, 'any.csv', zipped ? gzipSync(csv) : csv)
        expect(hashCandles((await readCandleFile(path, KEY)).candles)).toBe(hashCandles(any))
      }),
      { seed: 4, numRuns: 60 },
    )
  })
})
