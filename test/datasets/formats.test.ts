/** Goal: each format is known by itself and gives the same candles. Method: one synthetic series written in all of them. */

import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { Table, TimestampMillisecond, vectorFromArray } from 'apache-arrow'
import { describe, expect, it } from 'vitest'
import { withDuckDb } from '../../datasets/duckdb.ts'
import { readCandleFile } from '../../datasets/import/import-file.ts'
import { type ImportPathOptions, importPath } from '../../datasets/import/import-path.ts'
import { loadCandles } from '../../datasets/store.ts'
import { featherOf, plainFeatherOf, zipOf } from './file-makers.ts'
import {
  DAY_MS,
  HOUR_MS,
  plain,
  refusalOf,
  START_MS,
  smallCandles,
  snapshot,
  temporaryDirectory,
  toCsv,
  writeText,
} from './support.ts'

const ROWS = 30
const candles = smallCandles(ROWS)
const MINUTE_MS = 60_000

interface Cells {
  readonly t: number
  readonly ohlc: string
  readonly v: number
}

/** One line a bar, written by `write`. */
function lines(write: (cells: Cells, row: number) => string, of = candles): string {
  return [...of.time]
    .map((t, row) => {
      const ohlc = [of.open[row], of.high[row], of.low[row], of.close[row]].join(',')
      return `${write({ t, ohlc, v: of.volume[row]! }, row)}\n`
    })
    .join('')
}

const reversed = (text: string): string => text.trimEnd().split('\n').reverse().join('\n')
const iso = (t: number): string => new Date(t).toISOString()
const kraken = lines(({ t, ohlc, v }) => `${t / 1000},${ohlc},${v},12`)
const klines = (micros: boolean) =>
  lines(({ t, ohlc, v }, row) => {
    const unit = micros && row > 9 ? '000' : ''
    return `${t}${unit},${ohlc},${v},${t + HOUR_MS - 1}${unit},1.5,3,1,1,0`
  })
const KLINES_HEADER =
  'open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_buy_quote_volume,ignore\n'
const json = JSON.stringify([...candles.time].map((t, row) => [t, ...rowOf(row)]))

function rowOf(row: number): number[] {
  return [candles.open[row]!, candles.high[row]!, candles.low[row]!, candles.close[row]!, candles.volume[row]!]
}

function table(): Table {
  const { time, ...numbers } = candles
  const columns = Object.entries(numbers).map(([name, column]) => [name, vectorFromArray(Float64Array.from(column))])
  return new Table({
    date: vectorFromArray([...time], new TimestampMillisecond('UTC')),
    ...Object.fromEntries(columns),
  })
}

/** `09-AM` as CryptoDataDownload writes hours. */
function halfDay(t: number): string {
  const hour = new Date(t).getUTCHours()
  const shown = hour % 12 === 0 ? 12 : hour % 12
  return `${iso(t).slice(0, 10)} ${String(shown).padStart(2, '0')}-${hour < 12 ? 'AM' : 'PM'}`
}

const cdd = (header: string, write: (t: number, ohlc: string, v: number) => string): string =>
  `https://www.CryptoDataDownload.com\n${header}\n${reversed(lines(({ t, ohlc, v }) => write(t, ohlc, v)))}\n`

interface Case {
  readonly path: string
  readonly content: () => string | Uint8Array
  readonly format: string
  readonly venue?: string
  readonly symbol?: string
  readonly options?: Partial<ImportPathOptions>
  readonly price?: 'mark' | 'index'
}

const VENUE = { venue: 'binance' } as const
const CASES: readonly Case[] = [
  { path: 'XBTUSD_60.csv', content: () => kraken, format: 'kraken', venue: 'kraken', symbol: 'BTC/USD' },
  {
    path: 'Kraken_OHLCVT/XXBTZUSD_60.csv',
    content: () => kraken,
    format: 'kraken',
    venue: 'kraken',
    symbol: 'BTC/USD',
  },
  { path: 'SHIBUSD_60.csv.gz', content: () => gzipSync(kraken), format: 'kraken', venue: 'kraken', symbol: 'SHIB/USD' },
  {
    path: 'Kraken_OHLCVT.zip',
    content: () => zipOf({ 'master_q4/XDGEUR_60.csv': kraken }),
    format: 'kraken',
    venue: 'kraken',
    symbol: 'DOGE/EUR',
  },
  {
    path: 'data/spot/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2020-01.zip',
    content: () => zipOf({ 'BTCUSDT-1h-2020-01.csv': klines(false) }),
    format: 'binance',
    venue: 'binance',
    symbol: 'BTC/USDT',
  },
  {
    path: 'SHIBBUSD-1h-2020-01.csv',
    content: () => klines(true),
    format: 'binance',
    venue: 'binance',
    symbol: 'SHIB/BUSD',
  },
  {
    path: 'futures/um/daily/klines/ETHUSDT-1h-2020-01-01.csv',
    content: () => KLINES_HEADER + klines(false),
    format: 'binance',
    venue: 'binanceusdm',
    symbol: 'ETH/USDT:USDT',
  },
  {
    path: 'futures/cm/monthly/klines/BTCUSD_PERP-1h-2020-01.csv',
    content: () => klines(false),
    format: 'binance',
    venue: 'binancecoinm',
    symbol: 'BTC/USD:BTC',
  },
  {
    path: 'futures/um/monthly/markPriceKlines/ETHUSDT-1h-2020-01.csv',
    content: () => klines(false),
    format: 'binance',
    venue: 'binanceusdm',
    symbol: 'ETH/USDT:USDT',
    price: 'mark',
  },
  {
    path: 'Coinbase_BTCUSD_1h.csv',
    content: () =>
      cdd(
        'date,symbol,open,high,low,close,volume_btc,volume',
        (t, ohlc, v) => `${halfDay(t)},BTCUSD,${ohlc},${v},${v * 9}`,
      ),
    format: 'cryptodatadownload',
    venue: 'coinbase',
    symbol: 'BTC/USD',
  },
  {
    path: 'Binance_BTCUSDT_1h.csv',
    content: () =>
      cdd(
        'Unix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USDT,tradecount',
        (t, ohlc, v) => `${t},${iso(t).slice(0, 19).replace('T', ' ')},BTCUSDT,${ohlc},${v},${v * 9},7`,
      ),
    format: 'cryptodatadownload',
    venue: 'binance',
    symbol: 'BTC/USDT',
  },
  {
    path: 'Bitstamp_BTCUSD_1h.csv',
    content: () =>
      cdd(
        'unix,date,symbol,open,high,low,close,Volume BTC,Volume USD',
        (t, ohlc, v) => `${t / 1000},${iso(t)},BTC/USD,${ohlc},${v},${v * 9}`,
      ),
    format: 'cryptodatadownload',
    venue: 'bitstamp',
    symbol: 'BTC/USD',
  },
  {
    path: 'user_data/data/kraken/BTC_USD-1h.json',
    content: () => json,
    format: 'ccxt',
    venue: 'kraken',
    symbol: 'BTC/USD',
  },
  { path: 'BTC_USD-1h.json.gz', content: () => gzipSync(json), format: 'ccxt', symbol: 'BTC/USD', options: VENUE },
  {
    path: 'pretty.json',
    content: () => JSON.stringify(JSON.parse(json), null, 4),
    format: 'ccxt',
    options: { ...VENUE, symbol: 'A/B', timeframeMs: HOUR_MS },
    symbol: 'A/B',
  },
  {
    path: 'BTC_USD-1h.feather',
    content: () => featherOf(table()),
    format: 'feather',
    symbol: 'BTC/USD',
    options: VENUE,
  },
  {
    path: 'data/binance/futures/BTC_USDT_USDT-1h-mark.feather',
    content: () => plainFeatherOf(table()),
    format: 'feather',
    venue: 'binance',
    symbol: 'BTC/USDT:USDT',
    price: 'mark',
  },
  {
    path: 'crypto/binance/hour/btcusdt_trade.zip',
    content: () =>
      zipOf({
        'btcusdt.csv': lines(
          ({ t, ohlc, v }) => `${iso(t).slice(0, 10).replaceAll('-', '')} ${iso(t).slice(11, 16)},${ohlc},${v}`,
        ),
      }),
    format: 'lean',
    venue: 'binance',
    symbol: 'BTC/USDT',
  },
  {
    path: 'plain.csv',
    content: () => toCsv(candles),
    format: 'csv',
    options: { venue: 'x', symbol: 'A/B', timeframeMs: HOUR_MS },
    symbol: 'A/B',
  },
  {
    path: 'columns.csv',
    content: () => lines(({ t, ohlc, v }) => `x;${v};${ohlc.replaceAll(',', ';')};${t}`),
    format: 'csv',
    options: { venue: 'x', symbol: 'A/B', timeframeMs: HOUR_MS, columns: '-,volume,open,high,low,close,time' },
    symbol: 'A/B',
  },
  {
    path: 'named.csv',
    content: () => `When,O,H,L,Last,Vol\n${lines(({ t, ohlc, v }) => `${iso(t)},${ohlc},${v}`)}`,
    format: 'csv',
    options: {
      venue: 'x',
      symbol: 'A/B',
      timeframeMs: HOUR_MS,
      columns: 'time=When,open=O,high=H,low=L,close=Last,volume=6',
    },
    symbol: 'A/B',
  },
]

describe('one series in every format', () => {
  it.each(CASES)('$path', async ({ path, content, format, options, price, ...names }) => {
    const folder = temporaryDirectory()
    const store = join(folder, 'store')
    const file = writeText(folder, path, content())
    const dry = await importPath(file, { store, ...options, dryRun: true })
    expect([dry.dryRun, snapshot(folder)[`store/candles`]]).toEqual([true, undefined])
    const { series } = await importPath(file, { store, ...options })
    expect(series).toHaveLength(1)
    const [one] = series
    expect(one).toMatchObject({
      format,
      kind: 'candles',
      timeframeMs: HOUR_MS,
      rows: ROWS,
      price: price ?? null,
      ...names,
    })
    expect({ ...dry.series[0], replaced: false }).toEqual({ ...one, replaced: false })
    const key = { venue: one!.venue, symbol: one!.symbol, timeframeMs: HOUR_MS }
    const stored = await loadCandles(store, price === undefined ? key : { ...key, price })
    const volume = price === undefined ? candles.volume : new Float64Array(ROWS)
    expect(plain(stored.candles)).toEqual(plain({ ...candles, volume }))
  })

  it('Parquet, with times as timestamps or numbers', async () => {
    const folder = temporaryDirectory()
    for (const [name, type] of [
      ['BTC_USD-1h.parquet', 'epoch_ms(t::bigint) as date'],
      ['ETH_USD-1h.parquet', "(epoch_ms(t::bigint) at time zone 'UTC') as date"],
      ['XRP_USD-1h.parquet', 't::bigint as timestamp'],
    ] as const) {
      const path = join(folder, name)
      const values = [...candles.time].map((t, row) => `(${[t, ...rowOf(row)].join(',')})`).join(',')
      await withDuckDb((connection) =>
        connection.run(
          `copy (select ${type}, o as open, h as high, l as low, c as close, v as volume from (values ${values}) x(t,o,h,l,c,v)) to '${path}' (format parquet)`,
        ),
      )
      const file = await readCandleFile(path, { symbol: 'BTC/USD', timeframeMs: HOUR_MS })
      expect([file.format, plain(file.candles)]).toEqual(['parquet', plain(candles)])
    }
  })

  it('Lean minutes: the day is in the name of each member, days are joined', async () => {
    const day = (name: string) =>
      zipOf({ [`${name}_btcusdt_minute_trade.csv`]: '0,10,12,9,11,1\n60000,11,12,9,11,2\n86340000,11,12,9,11,3\n' })
    const folder = temporaryDirectory()
    for (const name of ['20200102', '20200101']) {
      writeText(folder, `crypto/binance/minute/btcusdt/${name}_trade.zip`, day(name))
    }
    const store = temporaryDirectory()
    const { series } = await importPath(folder, { store })
    expect(series).toMatchObject([{ venue: 'binance', symbol: 'BTC/USDT', timeframeMs: MINUTE_MS, rows: 6 }])
    const loaded = await loadCandles(store, { venue: 'binance', symbol: 'BTC/USDT', timeframeMs: MINUTE_MS })
    expect([...loaded.candles.time].map((t) => t - START_MS)).toEqual([
      ...[0, MINUTE_MS, DAY_MS - MINUTE_MS],
      ...[DAY_MS, DAY_MS + MINUTE_MS, 2 * DAY_MS - MINUTE_MS],
    ])
    const quotes = zipOf({ '20200101_btcusdt_minute_quote.csv': '0,1,1,1,1,5,2,2,2,2,5\n' })
    const error = await refusalOf(importPath(writeText(folder, 'q.zip', quotes), { store }))
    expect(error.code).toBe('NOT_CANDLES')
  })
})
