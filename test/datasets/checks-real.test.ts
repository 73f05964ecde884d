/** The checks on real data: what is clean raises nothing, what is known to be wrong or missing is found. */

import { expect, it } from 'vitest'
import { checkCandles, checkFundingSeries } from '../../datasets/checks/check.ts'
import { checkData } from '../../datasets/checks/check-data.ts'
import { readRows } from '../../datasets/checks/read-rows.ts'
import type { Reference } from '../../datasets/checks/reference.ts'
import type { RawCandles, RawFunding } from '../../datasets/checks/table.ts'
import { parseTimeframe } from '../../engine/core/timeframe.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import { HOUR_MS } from './support.ts'

async function candlesIn(path: string): Promise<RawCandles> {
  const raw = await readRows(sharedPath(`data/${path}`))
  if (raw.kind !== 'candles') throw new Error(`${path} has no candles`)
  return raw.table
}

async function fundingIn(path: string): Promise<RawFunding> {
  const raw = await readRows(sharedPath(`data/${path}`))
  if (raw.kind !== 'funding') throw new Error(`${path} has no funding`)
  return raw.table
}

async function reference(path: string, venue: string, symbol: string, timeframeMs = HOUR_MS): Promise<Reference> {
  const { time, close } = await candlesIn(path)
  return { venue, symbol, timeframeMs, time, close }
}

const NONE = { venue: null, symbol: null, references: [] }
const BINANCE = 'candles/binance-BTCUSDT-1h.csv.gz'
const KRAKEN = 'candles/kraken-XBTUSD-1h.csv.gz'
const ETHER = 'candles/kraken-ETHUSD-1h.csv.gz'
const FTX = 'candles/ftx-BTCPERP-1m.csv.gz'
const BINANCE_FUNDING = 'raw/funding/BTC-USDT/BTC-USDT_binance_2020-01-01_2024-01-01_funding_history.csv'

describeShared('checks of real series', () => {
  // Warnings are true of the market: outages that the venues had, flash crashes, first days without buyers.
  it.each([
    ['candles/binance-DASHUSDT-1m.csv.gz', 'binance', '1m', {}],
    ['candles/binance-XRPUSDTPERP-5m.csv.gz', 'binance', '5m', {}],
    [FTX, 'ftx', '1m', {}],
    ['candles/unstated-XRPETH-1m.csv.gz', null, '1m', {}],
    ['candles/unstated-XRPETH-5m.csv.gz', null, '5m', {}],
    [BINANCE, 'binance', '1h', { OUTAGE: 28 }],
    [KRAKEN, 'kraken', '1h', { OUTAGE: 6 }],
    [ETHER, 'kraken', '1h', { OUTAGE: 3, PRICE_OUTLIER: 6 }],
    [
      'candles/coinbase-BTCUSD-1d.csv.gz',
      'coinbase',
      '1d',
      { ZERO_VOLUME: 1, CARRIED_FORWARD: 1, OUTAGE: 1, PRICE_OUTLIER: 2 },
    ],
  ])('%s', async (path, venue, timeframe, counts) => {
    const checked = checkCandles(await candlesIn(path), { ...NONE, venue, timeframeMs: parseTimeframe(timeframe) })
    expect([checked.errors, checked.counts, checked.fixes]).toEqual([0, counts, []])
  })

  it.each(['candles/binance-BTCUSDTPERP-funding-8h.csv.gz', 'candles/binance-XRPUSDTPERP-funding-8h.csv.gz'])(
    '%s raises nothing',
    async (path) => {
      expect(checkFundingSeries(await fundingIn(path))).toMatchObject({ findings: [], fixes: [] })
    },
  )

  it('Bitcoin of three venues side by side raises nothing more', async () => {
    const references = [
      await reference(KRAKEN, 'kraken', 'BTC/USD'),
      await reference(ETHER, 'kraken', 'ETH/USD'),
      await reference('candles/coinbase-BTCUSD-1d.csv.gz', 'coinbase', 'BTC/USD', 24 * HOUR_MS),
    ]
    const context = { timeframeMs: HOUR_MS, venue: 'binance', symbol: 'BTC/USDT', references }
    expect(checkCandles(await candlesIn(BINANCE), context).counts).toEqual({ OUTAGE: 28 })
  })

  it('the outages of January 2018 are told from hours without a trade', async () => {
    const { findings, facts } = checkCandles(await candlesIn(KRAKEN), {
      ...NONE,
      venue: 'kraken',
      timeframeMs: HOUR_MS,
    })
    expect(findings.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^23 bars missing from 2018-01-11 16:00/),
    )
    expect(facts!.outages.bars + facts!.noTrades.bars).toBe(10_856)
  })
})

describeShared('trouble in real series', () => {
  it('end stamps of the BTC-PERP minutes: seen by themselves, and against hours of another venue', async () => {
    const clean = await candlesIn(FTX)
    const late = { ...clean, time: clean.time.map((at) => at + 60_000) }
    const context = { timeframeMs: 60_000, venue: 'ftx', symbol: 'BTC/USD:USD', references: [] }
    const alone = checkCandles(late, context)
    expect(alone.findings).toMatchObject([{ code: 'STAMPED_AT_END', message: /quarter of an hour/ }])
    expect([...alone.mended.time]).toEqual([...clean.time])
    // Without volume only the other venue's prices tell.
    const references = [await reference(BINANCE, 'binance', 'BTC/USDT')]
    const mute = { ...late, volume: late.volume.map(() => 1) }
    const compared = checkCandles(mute, { ...context, references })
    expect(compared.findings).toMatchObject([{ code: 'STAMPED_AT_END', message: /against binance BTC\/USDT 1h/ }])
    expect([...compared.mended.time]).toEqual([...clean.time])
  })

  it('hours in UTC+3, and a symbol under the name of another', async () => {
    const clean = await candlesIn(BINANCE)
    const kraken = await reference(KRAKEN, 'kraken', 'BTC/USD')
    const ether = await reference(ETHER, 'kraken', 'ETH/USD')
    const local = { ...clean, time: clean.time.map((at) => at + 3 * HOUR_MS) }
    const context = { timeframeMs: HOUR_MS, venue: 'binance', symbol: 'BTC/USDT', references: [ether, kraken] }
    const checked = checkCandles(local, context)
    expect(checked.counts).toEqual({ OUTAGE: 28, LOCAL_TIME: 1 })
    expect([...checked.mended.time]).toEqual([...clean.time])
    const wrong = checkCandles(clean, { ...context, symbol: 'ETH/USDT' })
    expect(wrong.findings.at(-1)).toMatchObject({ code: 'WRONG_SYMBOL', message: /those of kraken BTC\/USD 1h/ })
  })

  it('volume columns swapped up to a day', async () => {
    const table = await candlesIn(KRAKEN)
    const volume = table.volume.map((value, row) => (row < 50_000 ? value * table.close[row]! : value))
    const { findings } = checkCandles({ ...table, volume }, { ...NONE, venue: 'kraken', timeframeMs: HOUR_MS })
    const found = findings.filter(({ code }) => code === 'SWAPPED_VOLUME')
    expect(found.length).toBe(1)
    expect(Math.abs(found[0]!.row - 50_002)).toBeLessThanOrEqual(3)
  })

  it('Binance funding in UTC+3 and 47 ms late becomes the cleaned series', async () => {
    const checked = checkFundingSeries(await fundingIn(BINANCE_FUNDING))
    expect(checked.counts).toEqual({ FUNDING_OFF_HOUR: 1, LOCAL_TIME: 1 })
    expect(checked.findings[0]).toMatchObject({ rows: 2233, message: /up to 47 ms/ })
    const clean = await fundingIn('candles/binance-BTCUSDTPERP-funding-8h.csv.gz')
    expect([...checked.mended.time]).toEqual([...clean.time])
    expect([...checked.mended.rate]).toEqual([...clean.rate])
  })

  it('Gate lacks 93 settlements; dYdX is hourly and whole', async () => {
    const folder = 'raw/funding/BTC-USDT/BTC-USDT'
    const gate = checkFundingSeries(await fundingIn(`${folder}_gate_2020-01-01_2024-01-01_funding_history.csv`))
    expect(gate.findings).toMatchObject([{ code: 'FUNDING_GAP', rows: 93 }])
    const dydx = checkFundingSeries(await fundingIn(`${folder}_dydx_2022-01-01_2024-01-01_funding_history.csv`))
    expect([dydx.rows, dydx.findings, dydx.intervalMs]).toEqual([17_520, [], HOUR_MS])
  })

  it('CryptoDataDownload: newest first, and five places out of order', async () => {
    const hourly = checkCandles(await candlesIn('raw/cryptodatadownload/Coinbase_BTCUSD_1h.csv'), {
      ...NONE,
      venue: 'coinbase',
      timeframeMs: HOUR_MS,
    })
    expect(hourly.counts).toMatchObject({ NEWEST_FIRST: 1, OUT_OF_ORDER: 5 })
    expect(hourly.unmended).toBe(0)
    const daily = await candlesIn('raw/cryptodatadownload/Coinbase_BTCUSD_d.csv')
    const { mended } = checkCandles(daily, { ...NONE, venue: 'coinbase', timeframeMs: 24 * HOUR_MS })
    const clean = await candlesIn('candles/coinbase-BTCUSD-1d.csv.gz')
    for (const name of ['time', 'open', 'high', 'low', 'close', 'volume'] as const) {
      expect([...mended[name]]).toEqual([...clean[name]])
    }
  })
})

describeShared('files of every kind', () => {
  it.each([
    ['freqtrade/ETH_BTC-5m.feather', 5760],
    ['freqtrade/UNITTEST_BTC-1m.feather', 13_681],
    ['freqtrade/UNITTEST_BTC-1m.json', 13_681],
    ['freqtrade/futures/XRP_USDT_USDT-1h-futures.json.gz', 100],
    ['freqtrade/futures/XRP_USDT_USDT-1h-mark.feather', 100],
    ['lean/binance_hour_btcusdt_trade.zip', 120],
    ['lean/binance_minute_btcbusd_20221213_trade.zip', 1440],
    ['kraken/XBTUSDT_rest_ohlc.json', 720],
    ['kraken/XBTUSD_60.csv', 70_253],
  ])('%s is read and has no error', async (name, rows) => {
    const report = await checkData(sharedPath(`data/raw/${name}`), { store: 'none', fix: false })
    expect([report.rows, report.errors]).toEqual([rows, 0])
  })

  it.each([
    ['freqtrade/UNITTEST_BTC-8m.feather', /the file is empty/],
    ['freqtrade/NOPAIR_XXX-4m.json', /an empty JSON list/],
    ['freqtrade/XRP_ETH-trades.json.gz', /has trades/],
    ['broken/bad.csv', /--date-format/],
  ])('%s is refused in one line', async (name, message) => {
    const refused = checkData(sharedPath(`data/raw/${name}`), { store: 'none', fix: false })
    await expect(refused).rejects.toThrow(expect.objectContaining({ line: expect.stringMatching(message) }))
  })

  it.each([
    ['bad.csv', { BAD_TIME: 50, BAD_PRICE: 105 }],
    ['mismatch.csv', { OUT_OF_ORDER: 4 }],
    ['zeros.csv', { BAD_PRICE: 200 }],
    ['toobig.csv', { BAD_PRICE: 831 }],
  ])('broken/%s: what is wrong with it', async (name, counts) => {
    const options = { store: 'none', fix: false, dateFormat: 'MM/DD/YYYY' } as const
    expect((await checkData(sharedPath(`data/raw/broken/${name}`), options)).counts).toMatchObject(counts)
  })
})
