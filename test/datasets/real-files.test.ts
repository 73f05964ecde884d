/** Goal: every real file imports as its cleaned answer says, or is refused for its fault. */

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { hashCandles } from '../../datasets/columns.ts'
import { loadFunding } from '../../datasets/funding/store.ts'
import { importFile, readCandleFile } from '../../datasets/import/import-file.ts'
import { importPath } from '../../datasets/import/import-path.ts'
import { loadCandles } from '../../datasets/store.ts'
import type { Candles } from '../../engine/core/candles.ts'
import { parseTimeframe } from '../../engine/core/timeframe.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import { DAY_MS, HOUR_MS, KEY, refusalOf, temporaryDirectory, writeText } from './support.ts'

interface Listed {
  readonly path: string
  readonly kind: string
  readonly timeframe: string
  readonly rows: number
  readonly gap_runs: number
  readonly missing_bars: number
  readonly zero_volume_rows: number
}

const raw = (name: string): string => sharedPath(`data/raw/${name}`)
const cleaned = (name: string): string => sharedPath(`data/candles/${name}`)
const MINUTE_MS = 60_000

/** The hash of a cleaned series' rows. */
async function cleanedHash(name: string, timeframeMs: number): Promise<string> {
  return hashCandles((await readCandleFile(cleaned(name), { timeframeMs })).candles)
}

/** Time and rate of a cleaned funding series. */
function cleanedFunding(name: string): readonly (readonly number[])[] {
  const [, ...lines] = gunzipSync(readFileSync(cleaned(name)))
    .toString()
    .trim()
    .split('\n')
  return lines.map((line) => line.split(',').map(Number))
}

/** Equal times, and numbers equal to the last bit of a double: freqtrade's feather files have some of those wrong. */
function expectEqual(a: Candles, b: Candles): void {
  expect([...a.time]).toEqual([...b.time])
  for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) {
    const worst = a[name].reduce((most, value, row) => Math.max(most, Math.abs(value / b[name][row]! - 1) || 0), 0)
    expect(worst).toBeLessThan(3e-16)
  }
}

describeShared('cleaned series', () => {
  it('have the rows and gaps they are said to have', async () => {
    const index = JSON.parse(readFileSync(cleaned('index.json'), 'utf8')) as { series: Listed[] }
    const candles = index.series.filter(({ kind }) => kind === 'candles')
    expect(candles.length).toBeGreaterThan(5)
    for (const listed of candles) {
      const store = temporaryDirectory()
      const timeframeMs = parseTimeframe(listed.timeframe)
      const key = { venue: 'any', symbol: 'X/Y', timeframeMs }
      const report = await importFile(cleaned(listed.path), { ...key, store })
      expect([listed.path, report.rows, report.gaps, report.zeroVolumeRows]).toEqual([
        listed.path,
        listed.rows,
        { runs: listed.gap_runs, bars: listed.missing_bars },
        listed.zero_volume_rows,
      ])
    }
  })
})

describeShared('real files equal their cleaned answers', () => {
  it('Kraken OHLCVT, with nothing said', async () => {
    const store = temporaryDirectory()
    const { series } = await importPath(raw('kraken/XBTUSD_60.csv'), { store })
    expect(series).toMatchObject([
      { ...KEY, rows: 70_253, gaps: { runs: 3254, bars: 10_856 }, format: 'kraken', fixes: [] },
    ])
    expect(series[0]!.dataHash).toBe(await cleanedHash('kraken-XBTUSD-1h.csv.gz', HOUR_MS))
    expect((await loadCandles(store, KEY)).dataHash).toBe(series[0]!.dataHash)
  })

  it('CryptoDataDownload, daily: newest first', async () => {
    const { series } = await importPath(raw('cryptodatadownload/Coinbase_BTCUSD_d.csv'), {
      store: temporaryDirectory(),
    })
    expect(series).toMatchObject([
      { venue: 'coinbase', symbol: 'BTC/USD', timeframeMs: DAY_MS, rows: 1770, gaps: { runs: 1, bars: 12 } },
    ])
    expect(series[0]!.fixes.map(({ code, rows }) => [code, rows])).toEqual([['NEWEST_FIRST', 1770]])
    expect(series[0]!.dataHash).toBe(await cleanedHash('coinbase-BTCUSD-1d.csv.gz', DAY_MS))
  })

  it('CryptoDataDownload, hourly: out of order in five places, sorted when told to', async () => {
    const path = raw('cryptodatadownload/Coinbase_BTCUSD_1h.csv')
    const store = temporaryDirectory()
    const error = await refusalOf(importPath(path, { store }))
    expect([error.code, error.line]).toEqual(['OUT_OF_ORDER', expect.stringMatching(/row 16901.*--fix/)])
    const { series } = await importPath(path, { store, fix: true })
    expect(series).toMatchObject([{ rows: 20_111, gaps: { runs: 0, bars: 0 } }])
    expect(series[0]!.fixes.map(({ code, rows }) => [code, rows])).toEqual([
      ['NEWEST_FIRST', 20_111],
      ['OUT_OF_ORDER', 5],
    ])
  })

  it("BTC-PERP's end stamps, planted again", async () => {
    const clean = await readCandleFile(cleaned('ftx-BTCPERP-1m.csv.gz'), { timeframeMs: MINUTE_MS })
    const text = gunzipSync(readFileSync(cleaned('ftx-BTCPERP-1m.csv.gz'))).toString()
    const planted = text.replace(/^\d{13}/gm, (time) => String(Number(time) + MINUTE_MS))
    const path = writeText(temporaryDirectory(), 'perp.csv', planted)
    const key = { venue: 'ftx', symbol: 'BTC/USD:USD', timeframeMs: MINUTE_MS, stamps: 'end' } as const
    const { series } = await importPath(path, { ...key, store: temporaryDirectory() })
    expect(series[0]!.fixes).toMatchObject([{ code: 'STAMPED_AT_END', rows: 45_031 }])
    expect(series[0]!.dataHash).toBe(hashCandles(clean.candles))
  })

  it('trades make 1m and 5m candles with difference 0', async () => {
    for (const [file, timeframeMs] of [
      ['unstated-XRPETH-1m.csv.gz', MINUTE_MS],
      ['unstated-XRPETH-5m.csv.gz', 5 * MINUTE_MS],
    ] as const) {
      const made = await readCandleFile(raw('freqtrade/XRP_ETH-trades.json.gz'), { timeframeMs })
      expect([made.format, hashCandles(made.candles)]).toEqual(['ccxt-trades', await cleanedHash(file, timeframeMs)])
      const csv = await readCandleFile(cleaned('unstated-XRPETH-trades.csv.gz'), { timeframeMs })
      expect([csv.format, hashCandles(csv.candles)]).toEqual(['trades', hashCandles(made.candles)])
    }
  })

  it('Kraken time-and-sales: 148 trades, every amount in some bar', async () => {
    const lines = readFileSync(raw('kraken/BCHEUR_trades.csv'), 'utf8').trim().split('\n')
    const { format, candles } = await readCandleFile(raw('kraken/BCHEUR_trades.csv'), { timeframeMs: MINUTE_MS })
    const total = lines.reduce((sum, line) => sum + Number(line.split(',')[2]), 0)
    expect(format).toBe('kraken-trades')
    expect(candles.volume.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total, 9)
    expect(candles.open[0]).toBe(Number(lines[0]!.split(',')[1]))
    expect(candles.close.at(-1)).toBe(Number(lines.at(-1)!.split(',')[1]))
  })

  it('Kraken REST: the unfinished bar is left out, bars without trades are there', async () => {
    const { series } = await importPath(raw('kraken/XBTUSDT_rest_ohlc.json'), {
      store: temporaryDirectory(),
      timeframeMs: MINUTE_MS,
    })
    expect(series).toMatchObject([{ symbol: 'BTC/USDT', rows: 720, zeroVolumeRows: 215, gaps: { bars: 0 } }])
  })

  it('Lean hours equal the same hours of Binance', async () => {
    const { series } = await importPath(raw('lean/binance_hour_btcusdt_trade.zip'), { store: temporaryDirectory() })
    expect(series).toMatchObject([{ venue: 'binance', symbol: 'BTC/USDT', timeframeMs: HOUR_MS, rows: 120 }])
    const made = await readCandleFile(raw('lean/binance_hour_btcusdt_trade.zip'), { timeframeMs: HOUR_MS })
    const all = await readCandleFile(cleaned('binance-BTCUSDT-1h.csv.gz'), { timeframeMs: HOUR_MS })
    const from = all.candles.time.indexOf(made.candles.time[0]!)
    for (const name of ['time', 'open', 'high', 'low', 'close'] as const) {
      expect([...made.candles[name]]).toEqual([...all.candles[name].subarray(from, from + 120)])
    }
  })

  it('Lean minutes take their day from the name', async () => {
    const path = raw('lean/binance_minute_btcbusd_20221213_trade.zip')
    const { series } = await importPath(path, { store: temporaryDirectory() })
    expect(series).toMatchObject([{ venue: 'binance', symbol: 'BTC/BUSD', timeframeMs: MINUTE_MS, rows: 1440 }])
    expect(series[0]!.firstMs).toBe(Date.UTC(2022, 11, 13))
  })

  it('freqtrade: feather has what its JSON has, to the last bit of a double', async () => {
    const pairs = [
      ['UNITTEST_BTC-1m.feather', 'UNITTEST_BTC-1m.json', MINUTE_MS, 13_681],
      ['futures/XRP_USDT_USDT-1h-futures.feather', 'futures/XRP_USDT_USDT-1h-futures.json.gz', HOUR_MS, 100],
    ] as const
    for (const [feather, json, timeframeMs, rows] of pairs) {
      const [a, b] = (await Promise.all(
        [feather, json].map(async (name) => (await readCandleFile(raw(`freqtrade/${name}`), { timeframeMs })).candles),
      )) as [Candles, Candles]
      expect(a.time.length).toBe(rows)
      expectEqual(a, b)
    }
  })

  it('freqtrade perpetuals: candles, mark prices and funding from one folder', async () => {
    const store = temporaryDirectory()
    const { series, refused } = await importPath(raw('freqtrade/futures'), { store, venue: 'binance' })
    expect(refused).toEqual([])
    expect(series.map((one) => [one.symbol, one.timeframeMs, one.price, one.rows])).toEqual([
      ['UNITTEST/USDT:USDT', HOUR_MS, 'mark', 100],
      ['XRP/USDT:USDT', HOUR_MS, null, 100],
      ['XRP/USDT:USDT', HOUR_MS, 'mark', 100],
      ['XRP/USDT:USDT', 5 * MINUTE_MS, null, 1999],
      ['XRP/USDT:USDT', null, null, 91],
      ['XRP/USDT:USDT', 8 * HOUR_MS, 'mark', 91],
    ])
    const key = { venue: 'binance', symbol: 'XRP/USDT:USDT' } as const
    const fine = { timeframeMs: 5 * MINUTE_MS }
    const answer = await readCandleFile(cleaned('binance-XRPUSDTPERP-5m.csv.gz'), fine)
    expectEqual((await loadCandles(store, { ...key, ...fine })).candles, answer.candles)
    const funding = await loadFunding(store, key)
    const settled = cleanedFunding('binance-XRPUSDTPERP-funding-8h.csv.gz')
    expect([...funding.time]).toEqual(settled.map(([time]) => time))
    for (const [row, [, rate]] of settled.entries())
      expect(Math.abs(funding.rate[row]! / rate! - 1)).toBeLessThan(3e-16)
    const mark = await loadCandles(store, { ...key, timeframeMs: HOUR_MS, price: 'mark' })
    expect(mark.dataHash).toBe(series[2]!.dataHash)
  })

  it('funding in local time and up to 47 ms late', async () => {
    const name = 'funding/BTC-USDT/BTC-USDT_binance_2020-01-01_2024-01-01_funding_history.csv'
    const store = temporaryDirectory()
    const key = { venue: 'binance', symbol: 'BTC/USDT:USDT' } as const
    const error = await refusalOf(importPath(raw(name), { ...key, store }))
    expect([error.code, error.line]).toEqual([
      'LOCAL_TIME',
      expect.stringMatching(/03:00.*--utc-offset \+3 or \+11 or -5/),
    ])
    const { series } = await importPath(raw(name), { ...key, store, utcOffsetMs: 3 * HOUR_MS })
    expect(series[0]!.fixes).toEqual([
      { code: 'LOCAL_TIME', rows: 4383, text: 'times of UTC+3 made UTC' },
      { code: 'OFF_THE_HOUR', rows: 2233, text: 'settlements up to 47 ms off put on the hour' },
    ])
    const funding = await loadFunding(store, key)
    expect([...funding.time].map((time, row) => [time, funding.rate[row]!])).toEqual(
      cleanedFunding('binance-BTCUSDTPERP-funding-8h.csv.gz'),
    )
  })

  it.each([
    ['BTC-USDT/BTC-USDT_bybit_2021-01-01_2024-01-01', 3, 3285, 0],
    ['BTC-USDT/BTC-USDT_gate_2020-01-01_2024-01-01', undefined, 4290, 93],
    ['BTC-USDT/BTC-USDT_dydx_2022-01-01_2024-01-01', undefined, 17_520, 0],
    ['ETH-USDT/ETH-USDT_binance_2020-01-01_2024-01-01', 3, 4383, 0],
    ['ETH-USDT/ETH-USDT_gate_2020-01-01_2024-01-01', undefined, 4290, 93],
    ['ETH-USDT/ETH-USDT_dydx_2022-01-01_2024-01-01', undefined, 17_520, 0],
  ])('funding of %s', async (name, hours, rows, missing) => {
    const offset = hours === undefined ? {} : { utcOffsetMs: hours * HOUR_MS }
    const path = raw(`funding/${name}_funding_history.csv`)
    const { series } = await importPath(path, { venue: 'any', store: temporaryDirectory(), ...offset })
    expect(series).toMatchObject([
      { kind: 'funding', symbol: `${name.slice(0, 3)}/USDT`, rows, gaps: { bars: missing } },
    ])
  })

  it.each([
    ['freqtrade/ETH_BTC-5m.feather', 'feather', 'ETH/BTC', 5 * MINUTE_MS],
    ['freqtrade/UNITTEST_BTC-1m.json', 'ccxt', 'UNITTEST/BTC', MINUTE_MS],
  ])('%s imports by its name alone', async (name, format, symbol, timeframeMs) => {
    const { series } = await importPath(raw(name), { venue: 'any', store: temporaryDirectory() })
    expect(series).toMatchObject([{ format, symbol, timeframeMs }])
    expect(series[0]!.rows).toBeGreaterThan(5000)
  })
})

describeShared('real files that are refused', () => {
  it.each([
    ['bad.csv', 'EMPTY_CELL', 'row 202, column date', /time is empty/],
    ['mismatch.csv', 'OUT_OF_ORDER', 'row 21, column Timestamp', /2016-01-18 comes after 2017-01-31/],
    ['zeros.csv', 'BAD_PRICE', 'row 2, column open', /not above zero/],
    ['toobig.csv', 'NUMBER_TOO_LARGE', 'row 79, column high', /beyond double precision/],
  ])('broken/%s, whose dates show their order, for its fault', async (name, code, where, message) => {
    const path = raw(`broken/${name}`)
    const options = { symbol: 'SPY/USD', timeframeMs: DAY_MS }
    for (const said of [{}, { dateFormat: 'MM/DD/YYYY' } as const]) {
      const error = await refusalOf(readCandleFile(path, { ...options, ...said }))
      expect([error.code, error.where]).toEqual([code, `${path}, ${where}`])
      expect(error.message).toMatch(message)
    }
  })

  it.each([
    ['freqtrade/NOPAIR_XXX-4m.json', 'EMPTY_FILE', /empty JSON list/],
    ['freqtrade/UNITTEST_BTC-8m.feather', 'EMPTY_FILE', /the file is empty/],
    ['kraken/XBTUSD_60.csv', 'WRONG_TIMEFRAME', /1h apart/],
  ])('%s: %s', async (name, code, line) => {
    const error = await refusalOf(readCandleFile(raw(name), { symbol: 'X/Y', timeframeMs: MINUTE_MS }))
    expect([error.code, error.line]).toEqual([code, expect.stringMatching(line)])
  })

  it('do not keep their neighbours out', async () => {
    const store = temporaryDirectory()
    const result = await importPath(raw('freqtrade'), { store, venue: 'any', timeframeMs: 5 * MINUTE_MS })
    expect(result.refused.map(({ code }) => code)).toEqual(['EMPTY_FILE', 'EMPTY_FILE'])
    expect(result.series.map(({ symbol }) => symbol)).toEqual(['ETH/BTC', 'XRP/ETH', 'XRP/USDT:USDT', 'XRP/USDT:USDT'])
  })
})
