/** A series as a run wants it: of the store, or made of finer bars on the way; with its gaps left or carried over. */

import type { CandleSeries, Candles } from '../engine/core/candles.ts'
import { TandemError } from '../engine/core/errors.ts'
import { formatTimeframe } from '../engine/core/timeframe.ts'
import { carryForward, type GapPolicy } from './carry.ts'
import { copyRows, hashCandles, lowerBound } from './columns.ts'
import { formatTime } from './dates.ts'
import type { Manifest } from './manifest.ts'
import { divides, resample } from './resample.ts'
import type { SeriesKey } from './series.ts'
import { type CandleQuery, listSeries, loadCandles } from './store.ts'

/**
 * Loads the bars that open within [fromMs, toMs). Where the store hasn't this timeframe, they are made of the coarsest
 * finer one that it has. What was done is in `preparation`; `dataHash` is over the bars as they are handed out. Throws
 * what `loadCandles` throws.
 */
export async function loadPrepared(store: string, query: CandleQuery, gaps: GapPolicy): Promise<CandleSeries> {
  const series = await loadOrResample(store, query)
  if (gaps === 'leave') return series
  const { candles, bars } = carryForward(series.candles, series.timeframeMs)
  if (bars === 0) return series
  const preparation = { ...series.preparation, carriedBars: bars }
  return { ...series, candles, dataHash: hashCandles(candles), preparation }
}

async function loadOrResample(store: string, query: CandleQuery): Promise<CandleSeries> {
  try {
    return await loadCandles(store, query)
  } catch (error) {
    if (!(error instanceof TandemError) || error.code !== 'NO_SUCH_SERIES') throw error
    const source = await finerSeries(store, query)
    if (source === null) throw error
    return resampled(store, query, source)
  }
}

/** The coarsest stored series of this venue and symbol that the wanted one can be made of. */
export async function finerSeries(store: string, key: SeriesKey): Promise<Manifest | null> {
  const finer = (await listSeries(store)).filter(
    (one) =>
      one.venue === key.venue &&
      one.symbol === key.symbol &&
      one.price === key.price &&
      divides(one.timeframeMs, key.timeframeMs),
  )
  return finer.reduce<Manifest | null>(
    (best, one) => (best !== null && best.timeframeMs > one.timeframeMs ? best : one),
    null,
  )
}

async function resampled(store: string, query: CandleQuery, source: Manifest): Promise<CandleSeries> {
  const { venue, symbol, timeframeMs, fromMs, toMs, ...rest } = query
  const fine = await loadCandles(store, { venue, symbol, ...rest, timeframeMs: source.timeframeMs })
  const { candles: all, partial } = resample(fine.candles, source.timeframeMs, timeframeMs)
  const from = lowerBound(all.time, fromMs ?? Number.NEGATIVE_INFINITY)
  const to = lowerBound(all.time, toMs ?? Number.POSITIVE_INFINITY)
  if (from >= to) throw nothingInRange(store, query, all.time)
  const candles: Candles = copyRows(all, from, to)
  const firstIsPartial = partial.first && from === 0
  const lastIsPartial = partial.last && to === all.time.length
  const preparation = {
    resampledFrom: source.timeframe,
    partialBars: (firstIsPartial ? 1 : 0) + (lastIsPartial ? 1 : 0),
  }
  return { venue, symbol, timeframeMs, candles, dataHash: hashCandles(candles), preparation }
}

function nothingInRange(store: string, query: CandleQuery, time: Float64Array): TandemError {
  const [first, last] = [formatTime(time[0]!), formatTime(time[time.length - 1]!)]
  return new TandemError(
    `no ${formatTimeframe(query.timeframeMs)} bar of ${query.venue} ${query.symbol} opens in the range`,
    {
      code: 'NO_DATA_IN_RANGE',
      where: store,
      hint: `bars made of finer ones open from ${first} to ${last}`,
    },
  )
}
