import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { importFile } from '../../datasets/import/import-file.ts'
import {
  DAY_MS,
  HOUR_MS,
  KEY,
  refusalOf,
  smallCandles,
  snapshot,
  temporaryDirectory,
  toCsv,
  writeText,
} from './support.ts'

const HEADER = 'timestamp,open,high,low,close,volume'
const T0 = '2020-01-01 00:00'
const T1 = '2020-01-01 01:00'
const GOOD = `${T0},10,12,9,11,5`

/** What is wrong; content; code; end of `where`; part of the message. */
const ROW_FAULTS: readonly (readonly [string, string, string, string, RegExp])[] = [
  ['text in a price', `${T1},10,12,abc,11,5`, 'NOT_A_NUMBER', 'row 3, column low', /'abc'/],
  ['NaN', `${T1},10,12,9,NaN,5`, 'NOT_A_NUMBER', 'row 3, column close', /'NaN'/],
  ['infinity', `${T1},10,inf,9,11,5`, 'NOT_A_NUMBER', 'row 3, column high', /'inf'/],
  ['an empty cell', `${T1},10,12,9,,5`, 'EMPTY_CELL', 'row 3, column close', /empty/],
  ['an empty time', `,10,12,9,11,5`, 'EMPTY_CELL', 'row 3, column timestamp', /empty/],
  ['a zero price', `${T1},0,12,0,11,5`, 'BAD_PRICE', 'row 3, column open', /not above zero/],
  ['a negative price', `${T1},10,12,-9,11,5`, 'BAD_PRICE', 'row 3, column low', /-9/],
  ['a negative volume', `${T1},10,12,9,11,-5`, 'BAD_VOLUME', 'row 3, column volume', /negative/],
  ['high below low', `${T1},10,9,12,11,5`, 'INCONSISTENT_BAR', 'row 3, column high', /high 9 is below the low 12/],
  ['high below open', `${T1},13,12,9,11,5`, 'INCONSISTENT_BAR', 'row 3, column high', /below the open 13/],
  ['high below close', `${T1},10,12,9,13,5`, 'INCONSISTENT_BAR', 'row 3, column high', /below the close 13/],
  ['low above open', `${T1},8,12,9,11,5`, 'INCONSISTENT_BAR', 'row 3, column low', /above the open 8/],
  ['low above close', `${T1},10,12,9,8,5`, 'INCONSISTENT_BAR', 'row 3, column low', /above the close 8/],
  [
    'times out of order',
    `${T1},10,12,9,11,5\n2019-12-31 23:00,10,12,9,11,5`,
    'OUT_OF_ORDER',
    'row 4, column timestamp',
    /2019-12-31 23:00/,
  ],
  ['a time twice', GOOD, 'DUPLICATE_TIME', 'row 3, column timestamp', /2020-01-01 is there twice/],
  ['a time off the grid', '2020-01-01 01:07,10,12,9,11,5', 'OFF_GRID', 'row 3, column timestamp', /01:07.*1h bar/],
  ['no time', 'later,10,12,9,11,5', 'BAD_TIME', 'row 3, column timestamp', /'later'/],
  ['an ambiguous date', '01/02/2020,10,12,9,11,5', 'AMBIGUOUS_DATE', 'row 3, column timestamp', /ambiguous/],
  ['a short row', `${T1},10,12,9`, 'WRONG_COLUMNS', 'row 3', /4 cells, 6 are expected/],
  ['a long row', `${T1},10,12,9,11,5,6`, 'WRONG_COLUMNS', 'row 3', /7 cells, 6 are expected/],
  ['too many digits', `${T1},10,12,9,11,9007199254740993`, 'NUMBER_TOO_LARGE', 'row 3, column volume', /double/],
  ['a number that overflows', `${T1},10,12,9,11,1e999`, 'NUMBER_TOO_LARGE', 'row 3, column volume', /double/],
  ['a price without cents', `${T1},10,4026982190357330,9,11,1`, 'NUMBER_TOO_LARGE', 'row 3, column high', /cents/],
]

describe('a row is refused, and nothing is stored, for', () => {
  it.each(ROW_FAULTS)('%s', async (_, row, code, where, message) => {
    const directory = temporaryDirectory()
    const store = join(directory, 'store')
    const path = writeText(directory, 'bad.csv', `${HEADER}\n${GOOD}\n${row}\n`)
    const error = await refusalOf(importFile(path, { ...KEY, store }))
    expect(error).toMatchObject({ code, where: `${path}, ${where}`, exitCode: 2 })
    expect(error.message).toMatch(message)
    expect(error.hint).toBeTruthy()
    expect(existsSync(store)).toBe(false)
  })
})

/** What is wrong; name and content of the file; code; part of the line. */
const FILE_FAULTS: readonly (readonly [string, string | Uint8Array, string, RegExp])[] = [
  ['nothing in it', '', 'EMPTY_FILE', /empty/],
  ['nothing but a byte order mark and blanks', '\uFEFF\n \r\n\n', 'EMPTY_FILE', /blank/],
  ['a header only', `${HEADER}\n`, 'EMPTY_FILE', /no candles/],
  ['an empty JSON list', '[]\n', 'EMPTY_FILE', /no candles/],
  ['JSON cut short', '[[1577836800000,1,1,1,1,1],[1577840400000,1,1', 'DAMAGED_JSON', /cut short/],
  ['JSON of objects', '[{"time": 1577836800000, "open": 1}]', 'EMPTY_FILE', /no rows/],
  ['JSON with brackets that do not match', '[[1577836800000,1,1,1,1,1}]', 'DAMAGED_JSON', /match/],
  ['JSON with arrays of something else', '[[1,2],[3,4]]', 'UNKNOWN_FORMAT', /no known format/],
  [
    'columns missing',
    'date,symbol,price\n2020-01-01,X,5\n',
    'WRONG_COLUMNS',
    /lacks the columns open, high, low, close, volume; it has date, symbol, price/,
  ],
  ['one column missing', 'time,open,high,low,close\n1,1,1,1,1\n', 'WRONG_COLUMNS', /lacks the column volume/],
  ['a column twice', `${HEADER},Close\n${GOOD},7\n`, 'WRONG_COLUMNS', /two columns/],
  ['no header and six columns', '1577836800,1,1,1,1,1\n', 'WRONG_COLUMNS', /6 columns and no column names/],
  ['two volumes of no known currency', `${HEADER},Volume EUR\n${GOOD},7\n`, 'AMBIGUOUS_VOLUME', /volume eur/],
  ['binary data', Uint8Array.from([1, 2, 0, 4, 5]), 'BINARY_FILE', /binary/],
  ['zipped binary data', gzipSync(Uint8Array.from([1, 2, 0, 4, 5])), 'BINARY_FILE', /binary/],
  ['a damaged zip archive', 'PK\u0003\u0004rest', 'DAMAGED_ZIP', /damaged/],
  ['a damaged feather file', 'ARROW1 rest', 'DAMAGED_ARROW', /end is missing/],
  ['UTF-16', Buffer.from('\uFEFFdate,open', 'utf16le'), 'BINARY_FILE', /UTF-16/],
  ['an endless line', 'x'.repeat(2_500_000), 'BINARY_FILE', /64 KiB/],
  ['a gzip cut short', gzipSync(toCsv(smallCandles(500))).subarray(0, 900), 'DAMAGED_GZIP', /cut short/],
]

describe('a file is refused, and nothing is stored, for', () => {
  it.each(FILE_FAULTS)('%s', async (_, content, code, line) => {
    const directory = temporaryDirectory()
    const store = join(directory, 'store')
    const path = writeText(directory, 'bad.csv', content)
    const error = await refusalOf(importFile(path, { ...KEY, store }))
    expect(error.code).toBe(code)
    expect(error.line).toMatch(line)
    expect(error.line.startsWith(path)).toBe(true)
    expect(existsSync(store)).toBe(false)
  })

  it('being missing, or a folder without files', async () => {
    const store = temporaryDirectory()
    expect((await refusalOf(importFile(join(store, 'none.csv'), { ...KEY, store }))).code).toBe('NO_SUCH_FILE')
    expect((await refusalOf(importFile(store, { ...KEY, store }))).line).toMatch(/folder has no files/)
  })

  it('another timeframe than declared', async () => {
    const store = temporaryDirectory()
    const daily = writeText(store, 'daily.csv', toCsv(smallCandles(5, DAY_MS)))
    const hourly = await refusalOf(importFile(daily, { ...KEY, store }))
    expect(hourly.line).toMatch(/the rows are 1d apart, so these are not 1h candles \(import them with timeframe 1d\)/)
    const weekly = await refusalOf(importFile(daily, { ...KEY, store, timeframeMs: 4 * DAY_MS }))
    expect(weekly).toMatchObject({ code: 'OFF_GRID', where: `${daily}, row 3, column timestamp` })
  })

  it('another format than named', async () => {
    const store = temporaryDirectory()
    const path = writeText(store, 'a.csv', toCsv(smallCandles(5)))
    const error = await refusalOf(importFile(path, { ...KEY, store, format: 'kraken' }))
    expect(error.line).toMatch(/row 1: has 6 columns, a kraken file has 7/)
    expect((await refusalOf(importFile(path, { ...KEY, store, format: 'excel' as 'csv' }))).code).toBe('BAD_OPTION')
  })

  it('names that are none', async () => {
    const store = temporaryDirectory()
    const path = writeText(store, 'a.csv', toCsv(smallCandles(5)))
    for (const [key, code] of [
      [{ venue: '../x' }, 'BAD_VENUE'],
      [{ symbol: 'BTC' }, 'BAD_SYMBOL'],
      [{ symbol: 'BTC/../USD' }, 'BAD_SYMBOL'],
      [{ timeframeMs: HOUR_MS + 0.5 }, 'BAD_TIMEFRAME'],
    ] as const) {
      expect((await refusalOf(importFile(path, { ...KEY, ...key, store }))).code).toBe(code)
    }
  })
})

it('a refused file leaves the series that was there as it was', async () => {
  const store = join(temporaryDirectory(), 'store')
  const files = temporaryDirectory()
  await importFile(writeText(files, 'good.csv', toCsv(smallCandles(5))), { ...KEY, store })
  const before = snapshot(store)
  const bad = writeText(files, 'bad.csv', `${toCsv(smallCandles(5))}2020-01-01 09:00,1,1,1,1,x\n`)
  expect((await refusalOf(importFile(bad, { ...KEY, store }))).where).toMatch(/row 7, column volume/)
  expect(snapshot(store)).toEqual(before)
})
