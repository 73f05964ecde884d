import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { hashCandles } from '../../datasets/columns.ts'
import { detectFormat, importFile, readCandleFile } from '../../datasets/import/import-file.ts'
import { loadCandles } from '../../datasets/store.ts'
import { parseTimeframe } from '../../engine/core/timeframe.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import { DAY_MS, HOUR_MS, KEY, refusalOf, temporaryDirectory } from './support.ts'

interface Listed {
  readonly path: string
  readonly kind: string
  readonly timeframe: string
  readonly rows: number
  readonly gap_runs: number
  readonly missing_bars: number
  readonly zero_volume_rows: number
}

describeShared('real candle files', () => {
  it('Kraken: the original file equals the cleaned one', async () => {
    const store = temporaryDirectory()
    const raw = sharedPath('data/raw/kraken/XBTUSD_60.csv')
    const report = await importFile(raw, { ...KEY, store })
    expect(report).toMatchObject({ rows: 70_253, gaps: { runs: 3254, bars: 10_856 }, format: 'kraken' })
    expect(new Date(report.firstMs).toISOString()).toBe('2013-10-06T21:00:00.000Z')
    expect(new Date(report.lastMs).toISOString()).toBe('2023-01-07T09:00:00.000Z')
    const cleaned = await readCandleFile(sharedPath('data/candles/kraken-XBTUSD-1h.csv.gz'), KEY)
    expect([cleaned.format, hashCandles(cleaned.candles)]).toEqual(['csv', report.dataHash])
    expect((await loadCandles(store, KEY)).dataHash).toBe(report.dataHash)
  })

  it('every cleaned series has the rows and gaps it is said to have', async () => {
    const index = JSON.parse(readFileSync(sharedPath('data/candles/index.json'), 'utf8')) as { series: Listed[] }
    const candles = index.series.filter(({ kind }) => kind === 'candles')
    expect(candles.length).toBeGreaterThan(5)
    for (const listed of candles) {
      const store = temporaryDirectory()
      const timeframeMs = parseTimeframe(listed.timeframe)
      const key = { venue: 'any', symbol: 'X/Y', timeframeMs }
      const report = await importFile(sharedPath(`data/candles/${listed.path}`), { ...key, store })
      expect([listed.path, report.rows, report.gaps, report.zeroVolumeRows]).toEqual([
        listed.path,
        listed.rows,
        { runs: listed.gap_runs, bars: listed.missing_bars },
        listed.zero_volume_rows,
      ])
    }
  })

  it.each([
    ['bad.csv', 'EMPTY_CELL', 'row 202, column date', /time is empty/],
    ['mismatch.csv', 'OUT_OF_ORDER', 'row 21, column Timestamp', /2016-01-18 comes after 2017-01-31/],
    ['zeros.csv', 'BAD_PRICE', 'row 2, column open', /not above zero/],
    ['toobig.csv', 'NUMBER_TOO_LARGE', 'row 79, column high', /beyond double precision/],
  ])('broken/%s is refused for its fault', async (name, code, where, message) => {
    const path = sharedPath(`data/raw/broken/${name}`)
    const options = { symbol: 'SPY/USD', timeframeMs: DAY_MS }
    const ambiguous = await refusalOf(readCandleFile(path, options))
    expect([ambiguous.code, ambiguous.where]).toEqual(['AMBIGUOUS_DATE', expect.stringContaining(`${name}, row 2`)])
    const error = await refusalOf(readCandleFile(path, { ...options, dateFormat: 'MM/DD/YYYY' }))
    expect([error.code, error.where]).toEqual([code, `${path}, ${where}`])
    expect(error.message).toMatch(message)
  })

  it.each([
    ['freqtrade/NOPAIR_XXX-4m.json', 'EMPTY_FILE'],
    ['freqtrade/UNITTEST_BTC-8m.feather', 'EMPTY_FILE'],
    ['freqtrade/UNITTEST_BTC-1m.json', 'NOT_CSV'],
    ['freqtrade/XRP_ETH-trades.json.gz', 'NOT_CSV'],
    ['freqtrade/ETH_BTC-5m.feather', 'BINARY_FILE'],
    ['lean/binance_hour_btcusdt_trade.zip', 'BINARY_FILE'],
    ['kraken/BCHEUR_trades.csv', 'WRONG_COLUMNS'],
    ['kraken/XBTUSDT_rest_ohlc.json', 'NOT_CSV'],
    ['cryptodatadownload/Coinbase_BTCUSD_1h.csv', 'WRONG_COLUMNS'],
    ['kraken', 'NOT_A_FILE'],
  ])('%s is refused: %s', async (name, code) => {
    const path = sharedPath(`data/raw/${name}`)
    expect((await refusalOf(readCandleFile(path, { symbol: 'X/Y', timeframeMs: HOUR_MS }))).code).toBe(code)
    expect((await refusalOf(detectFormat(path))).code).toBe(code)
  })
})
