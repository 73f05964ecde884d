/**
 * Goal: every strategy runs on real markets, decides the same twice, looks at nothing ahead, and trades. Method: each with its defaults over
 * the two hourly Kraken series and Binance's, with their gaps; those that need two symbols over two of them.
 */

import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import type { CandleSeries, ExogenousSeries } from '../../engine/core/candles.ts'
import { checkLookAhead } from '../../engine/run/look-ahead/check.ts'
import { type Market, makeMarket } from '../../engine/run/market.ts'
import { plainTerms } from '../../engine/run/terms.ts'
import { strategies } from '../../strategies/registry.ts'
import { readCandleFile } from '../conformance/candle-file.ts'
import { maker, runStrategy } from '../support/run-strategy.ts'
import { plainConfig, seriesOf } from '../support/runs.ts'
import { describeShared, sharedPath } from '../support/shared.ts'
import { accountFor } from '../support/strategy-runs.ts'

type SeriesName = 'kraken XBT' | 'kraken ETH' | 'binance BTC'

const FILES: Readonly<Record<SeriesName, readonly [string, string]>> = {
  'kraken XBT': ['kraken-XBTUSD-1h', 'BTC/USD'],
  'kraken ETH': ['kraken-ETHUSD-1h', 'ETH/USD'],
  // On one grid with the Kraken series it needs a name of its own and the same quote.
  'binance BTC': ['binance-BTCUSDT-1h', 'XBT/USD'],
}

const SINGLES: readonly (readonly SeriesName[])[] = [['kraken XBT'], ['kraken ETH'], ['binance BTC']]
const KRAKEN: readonly (readonly SeriesName[])[] = [['kraken XBT', 'kraken ETH']]

/** What a strategy runs on, where it isn't each series by itself. */
const MARKETS: Readonly<Record<string, readonly (readonly SeriesName[])[]>> = {
  'pairs-zscore': KRAKEN,
  'micro-momentum': [...SINGLES, ...KRAKEN],
  'momentum-rotation': [...SINGLES, ['kraken XBT', 'kraken ETH', 'binance BTC']],
  'vol-target-trend': [...SINGLES, ...KRAKEN],
  // Binance's spot stands in for the perpetual, of which there are no hourly candles; the funding is real.
  'funding-carry': [['kraken XBT', 'binance BTC']],
}

/** A dozen runs and a watched one of everything would take minutes: the newest bars are enough to catch a peek. */
const LOOK_AHEAD_BARS = 15_000

describeShared('on real candles', () => {
  const loaded = new Map<SeriesName, CandleSeries>()
  const load = (name: SeriesName): CandleSeries => {
    const [file, symbol] = FILES[name]
    const series = loaded.get(name) ?? seriesOf(readCandleFile(sharedPath(`data/candles/${file}.csv.gz`)), symbol)
    loaded.set(name, series)
    return series
  }
  const markets = new Map<string, Market>()
  const marketOf = (names: readonly SeriesName[], last = Number.POSITIVE_INFINITY): Market => {
    const key = `${names.join()} ${last}`
    const series = () => names.map((name) => lastBars(load(name), last))
    const market = markets.get(key) ?? makeMarket(series(), [funding()])
    markets.set(key, market)
    return market
  }

  it.each(Object.keys(strategies))('%s', async (name) => {
    const create = await maker(name)
    // A third a trade: whole accounts compounded from 3-dollar ether outgrow what exact amounts can hold.
    const changes = { sizing: { mode: 'percent', fraction: 0.3 }, ...accountFor(name) }
    for (const names of MARKETS[name] ?? SINGLES) {
      const market = marketOf(names)
      const first = runStrategy(market, create(), changes)
      expect(first.fills, names.join()).toBeGreaterThan(0)
      expect(runStrategy(market, create(), changes), names.join()).toEqual(first)
      const symbols = market.grid.symbols.map(({ series }) => series.symbol)
      const config = plainConfig({ ...changes, data: { venue: 'test', symbols, timeframe: '1h' } })
      expect(() => checkLookAhead(config, marketOf(names, LOOK_AHEAD_BARS), plainTerms(config), create)).not.toThrow()
    }
  })
})

function lastBars(series: CandleSeries, bars: number): CandleSeries {
  const { time, open, high, low, close, volume } = series.candles
  const last = (column: Float64Array): Float64Array => column.slice(Math.max(0, column.length - bars))
  const candles = {
    time: last(time),
    open: last(open),
    high: last(high),
    low: last(low),
    close: last(close),
    volume: last(volume),
  }
  return { ...series, candles }
}

/** Real funding rates of the BTC perpetual, each known when it is paid. */
function funding(): ExogenousSeries {
  const file = sharedPath('data/candles/binance-BTCUSDTPERP-funding-8h.csv.gz')
  const rows = gunzipSync(readFileSync(file)).toString('utf8').trimEnd().split('\n').slice(1)
  const cells = rows.map((row) => row.split(',').map(Number) as [number, number])
  return {
    name: 'funding',
    knownMs: Float64Array.from(cells, ([timeMs]) => timeMs),
    value: Float64Array.from(cells, ([, rate]) => rate),
    dataHash: 'test funding',
  }
}
