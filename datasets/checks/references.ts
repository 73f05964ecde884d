/** What the store has to compare a series with. */

import type { Manifest } from '../manifest.ts'
import type { SeriesKey } from '../series.ts'
import { listSeries, loadCandles } from '../store.ts'
import { assetOf, type Reference } from './reference.ts'

/** Of the same asset, and of others, at most so many are read. */
const MOST_OWN = 4
const MOST_OTHER = 12

export interface Span extends SeriesKey {
  readonly firstMs: number
  readonly lastMs: number
}

/**
 * Series that overlap in time: first those of the same asset, nearest in timeframe first, then one a symbol of the
 * others. The series itself (`self`) and what was resampled from it are left out, since they can't contradict it, and
 * synthetic markets, which prove nothing.
 */
export async function loadReferences(store: string, span: Span, self: boolean): Promise<readonly Reference[]> {
  const overlapping = (await listSeries(store)).filter(
    (one) =>
      one.firstMs < span.lastMs &&
      one.lastMs > span.firstMs &&
      one.source.kind !== 'synthetic' &&
      !(self && isOf(one, span)),
  )
  const distance = (one: Manifest): number => Math.abs(Math.log(one.timeframeMs / span.timeframeMs))
  const nearest = overlapping.sort((a, b) => distance(a) - distance(b))
  const own = nearest.filter((one) => assetOf(one.symbol) === assetOf(span.symbol)).slice(0, MOST_OWN)
  const seen = new Set([assetOf(span.symbol)])
  const other = nearest.filter(({ symbol }) => !seen.has(assetOf(symbol)) && seen.add(assetOf(symbol)))
  return Promise.all([...own, ...other.slice(0, MOST_OTHER)].map((one) => load(store, one, span)))
}

function isOf(one: Manifest, key: SeriesKey): boolean {
  const same = one.venue === key.venue && one.symbol === key.symbol && one.price === key.price
  return same && (one.timeframeMs === key.timeframeMs || one.source.kind === 'resampled')
}

async function load(store: string, one: Manifest, span: Span): Promise<Reference> {
  const day = 86_400_000
  const { venue, symbol, timeframeMs, price } = one
  const key = { venue, symbol, timeframeMs, ...(price === undefined ? {} : { price }) }
  const query = { ...key, fromMs: span.firstMs - day, toMs: span.lastMs + day }
  const { candles } = await loadCandles(store, query)
  return { ...key, time: candles.time, close: candles.close }
}
