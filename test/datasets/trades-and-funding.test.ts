/** Goal: trades become candles and funding is stored, from every format that has them. */

import { Table, TimestampMillisecond, vectorFromArray } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { loadFunding } from '../../datasets/funding/store.ts'
import { readCandleFile } from '../../datasets/import/import-file.ts'
import { type ImportPathOptions, importPath } from '../../datasets/import/import-path.ts'
import { featherOf } from './file-makers.ts'
import { HOUR_MS, plain, refusalOf, START_MS, temporaryDirectory, writeText } from './support.ts'

const MINUTE_MS = 60_000
const iso = (t: number): string => new Date(t).toISOString()

describe('trades', () => {
  const rows = [
    [START_MS + 5, 10, 1],
    [START_MS + 59_999, 12, 2],
    [START_MS + 59_999, 9, 0.5],
    [START_MS + 60_000, 11, 4],
    [START_MS + 180_000, 8, 1],
  ] as const
  const expected = {
    time: [START_MS, START_MS + 60_000, START_MS + 180_000],
    open: [10, 11, 8],
    high: [12, 11, 8],
    low: [9, 11, 8],
    close: [9, 11, 8],
    volume: [3.5, 4, 1],
  }

  it.each([
    ['XBTUSD.csv', 'kraken-trades', rows.map(([t, p, a]) => `${t / 1000},${p},${a}`).join('\n')],
    [
      't.csv',
      'trades',
      `timestamp,id,side,price,amount\n${rows.map(([t, p, a], k) => `${t},${k},buy,${p},${a}`).join('\n')}`,
    ],
    [
      'XRP_ETH-trades.json',
      'ccxt-trades',
      JSON.stringify(rows.map(([t, p, a], k) => [t, String(k), null, 'sell', p, a, p * a])),
    ],
    ['c.csv', 'csv', rows.map(([t, p, a]) => `${a},${t},${p}`).join('\n')],
  ])('%s become candles, empty bars absent', async (name, format, content) => {
    const path = writeText(temporaryDirectory(), name, content)
    const columns = format === 'csv' ? { columns: 'amount,time,price' } : {}
    const file = await readCandleFile(path, { timeframeMs: MINUTE_MS, ...columns })
    expect([file.format, plain(file.candles)]).toEqual([format, expected])
    const asked = { store: temporaryDirectory(), venue: 'x', symbol: 'A/B', ...columns }
    expect((await refusalOf(importPath(path, asked))).line).toMatch(
      /has trades, which become candles \(say it with --timeframe/,
    )
  })

  it('out of order, of no price or of a negative amount are refused', async () => {
    const folder = temporaryDirectory()
    for (const [row, code] of [
      [`${START_MS},1,1`, 'OUT_OF_ORDER'],
      [`${START_MS + 70_000},0,1`, 'BAD_PRICE'],
      [`${START_MS + 70_000},1,-1`, 'BAD_VOLUME'],
    ] as const) {
      const path = writeText(folder, 't.csv', `time,price,size\n${START_MS + 65_000},1,1\n${row}\n`)
      const error = await refusalOf(readCandleFile(path, { timeframeMs: MINUTE_MS }))
      expect([error.code, error.where]).toEqual([code, expect.stringMatching(/row 3/)])
    }
  })
})

describe('funding', () => {
  const times = Array.from({ length: 9 }, (_, row) => START_MS + row * 8 * HOUR_MS)
  const rate = (row: number): number => (row - 4) / 10_000
  const stored = async (name: string, content: string | Uint8Array, options: Partial<ImportPathOptions> = {}) => {
    const store = temporaryDirectory()
    const { series } = await importPath(writeText(temporaryDirectory(), name, content), {
      store,
      venue: 'binance',
      symbol: 'BTC/USDT:USDT',
      ...options,
    })
    const funding = await loadFunding(store, { venue: 'binance', symbol: 'BTC/USDT:USDT' })
    expect([...funding.time]).toEqual(times)
    expect([...funding.rate]).toEqual(times.map((_, row) => rate(row)))
    return series[0]!
  }

  it('by column names: Binance Vision, fetchers, newest first', async () => {
    const vision = times.map((t, row) => `${t + (row % 3)},8,${rate(row)}`).join('\n')
    const one = await stored(
      'BTCUSDT-fundingRate-2020-01.csv',
      `calc_time,funding_interval_hours,last_funding_rate\n${vision}`,
    )
    expect(one).toMatchObject({ kind: 'funding', timeframeMs: null, fixes: [{ code: 'OFF_THE_HOUR', rows: 6 }] })
    const fetched = times.map((t, row) => `BTC-USDT,${iso(t).slice(0, 19).replace('T', ' ')},${rate(row)}`)
    await stored('f.csv', `Symbol,Date,Funding Rate\n${fetched.reverse().join('\n')}`)
  })

  it('in local time: refused with the offsets that fit, taken with the one stated', async () => {
    const local = `Date,Funding Rate\n${times.map((t, row) => `${iso(t + 3 * HOUR_MS).slice(0, 19)},${rate(row)}`).join('\n')}`
    expect((await refusalOf(stored('l.csv', local))).line).toMatch(/--utc-offset \+3 or \+11 or -5;/)
    expect((await stored('l.csv', local, { utcOffsetMs: 3 * HOUR_MS })).fixes).toMatchObject([
      { code: 'LOCAL_TIME', rows: 9 },
    ])
  })

  it("freqtrade's, with the rate in the column open, as JSON and feather", async () => {
    const rows = times.map((t, row) => [t, rate(row), 0, 0, 0, 0])
    await stored('BTC_USDT_USDT-8h-funding_rate.json', JSON.stringify(rows))
    const column = (index: number) => vectorFromArray(Float64Array.from(rows, (row) => row[index]!))
    const arrow = new Table({
      date: vectorFromArray(times, new TimestampMillisecond('UTC')),
      open: column(1),
      high: column(2),
      low: column(3),
      close: column(4),
      volume: column(5),
    })
    await stored('BTC_USDT_USDT-8h-funding_rate.feather', featherOf(arrow))
  })

  it('per cent, twice the same time and times off the hour are refused', async () => {
    const folder = temporaryDirectory()
    for (const [row, code] of [
      [`${START_MS + 8 * HOUR_MS},1.5`, 'BAD_RATE'],
      [`${START_MS + 1},0.0001`, 'DUPLICATE_TIME'],
      [`${START_MS + 90_000},0.0001`, 'OFF_GRID'],
    ] as const) {
      const path = writeText(folder, 'f.csv', `time,funding_rate\n${START_MS},0.0001\n${row}\n`)
      const options = { store: folder, venue: 'x', symbol: 'A/B' }
      expect((await refusalOf(importPath(path, options))).code).toBe(code)
    }
  })
})
