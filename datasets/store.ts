/** The candle store: what it has, and how a series is loaded. Layout: `series.ts`; writing: `write.ts`. */

import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CandleSeries, Candles } from '../engine/core/candles.ts'
import { TandemError } from '../engine/core/errors.ts'
import { copyRows, hashCandles, lowerBound, readColumns } from './columns.ts'
import { type DateRange, formatTime } from './dates.ts'
import { MANIFEST_FILE, type Manifest, readManifestIn } from './manifest.ts'
import { readParquet } from './parquet.ts'
import { candlesRoot, type SeriesKey, seriesDirectory, seriesName } from './series.ts'

/** A series and the half-open range of bar open times wanted of it. */
export interface CandleQuery extends SeriesKey, DateRange {}

/** Manifests of all series, by venue, symbol and timeframe, mark and index prices after trades; empty if there is no store. Throws `BAD_MANIFEST`. */
export async function listSeries(store: string): Promise<readonly Manifest[]> {
  const manifests: Manifest[] = []
  for (const root of [candlesRoot(store), candlesRoot(store, 'mark'), candlesRoot(store, 'index')]) {
    for (const venue of await subdirectories(root, 'venue=')) {
      for (const symbol of await subdirectories(join(root, venue), 'symbol=')) {
        for (const timeframe of await subdirectories(join(root, venue, symbol), 'timeframe=')) {
          const manifest = await readManifestIn(join(root, venue, symbol, timeframe))
          if (manifest !== null) manifests.push(manifest)
        }
      }
    }
  }
  return manifests.sort(
    (a, b) => compare(a.venue, b.venue) || compare(a.symbol, b.symbol) || a.timeframeMs - b.timeframeMs,
  )
}

/** By code unit, so that the order doesn't depend on the machine's language. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

async function subdirectories(path: string, prefix: string): Promise<readonly string[]> {
  const entries = await readdir(path, { withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isDirectory() && entry.name.startsWith(prefix)).map((entry) => entry.name)
}

/** The manifest of a series. Throws `NO_SUCH_SERIES`, which names what the store has, or `BAD_MANIFEST`. */
export async function readManifest(store: string, key: SeriesKey): Promise<Manifest> {
  const directory = seriesDirectory(store, key)
  const manifest = await readManifestIn(directory)
  if (manifest === null) throw await noSuchSeries(store, key)
  if (seriesName(manifest) !== seriesName(key)) {
    throw new TandemError(`the manifest is of ${seriesName(manifest)}, not of ${seriesName(key)}`, {
      code: 'BAD_MANIFEST',
      where: join(directory, MANIFEST_FILE),
      hint: 'import the series again',
    })
  }
  return manifest
}

async function noSuchSeries(store: string, key: SeriesKey): Promise<TandemError> {
  const SHOWN = 8
  const names = (await listSeries(store)).map(seriesName)
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : ''
  const has = names.length === 0 ? 'nothing yet' : names.slice(0, SHOWN).join(', ') + more
  return new TandemError(`no candles of ${seriesName(key)}; the store has ${has}`, {
    code: 'NO_SUCH_SERIES',
    where: store,
    hint: `tandem data import FILE or tandem data synth puts candles there`,
  })
}

/**
 * Loads the bars that open within [fromMs, toMs), in shared columns; `dataHash` is over exactly these rows. What is
 * read from disk is checked against the manifest's hash every time: first the raw copy, then, if that is absent or
 * damaged, the Parquet file. Throws `NO_SUCH_SERIES`, `NO_DATA_IN_RANGE`, `BAD_MANIFEST`, `DAMAGED_SERIES`.
 */
export async function loadCandles(store: string, query: CandleQuery): Promise<CandleSeries> {
  const { manifest, candles: all } = await readWhole(store, query)
  const { venue, symbol, timeframeMs } = query
  const from = lowerBound(all.time, query.fromMs ?? Number.NEGATIVE_INFINITY)
  const to = lowerBound(all.time, query.toMs ?? Number.POSITIVE_INFINITY)
  if (from >= to) throw noDataInRange(store, query, manifest)
  if (to - from === manifest.rows) return { venue, symbol, timeframeMs, candles: all, dataHash: manifest.dataHash }
  const candles = copyRows(all, from, to)
  return { venue, symbol, timeframeMs, candles, dataHash: hashCandles(candles) }
}

/** A writer that replaces a series while it is read costs another try; so many in a row would be a fault of its own. */
const TRIES = 10

/** A series as one manifest describes it. */
async function readWhole(
  store: string,
  key: SeriesKey,
): Promise<{ readonly manifest: Manifest; readonly candles: Candles }> {
  const directory = seriesDirectory(store, key)
  let manifest = await readManifest(store, key)
  for (let left = TRIES; ; left--) {
    try {
      return { manifest, candles: await readRows(directory, manifest) }
    } catch (error) {
      const now = await readManifest(store, key)
      if (left === 0 || now.dataHash === manifest.dataHash) throw error
      manifest = now
    }
  }
}

async function readRows(directory: string, manifest: Manifest): Promise<Candles> {
  const raw = await readColumns(join(directory, manifest.files.columns), manifest.rows)
  if (raw?.hash === manifest.dataHash) return raw.candles
  let candles: Candles
  try {
    candles = await readParquet(parquetPaths(directory, manifest))
  } catch (cause) {
    throw damaged(directory, manifest, "can't be read", cause)
  }
  if (hashCandles(candles) !== manifest.dataHash) throw damaged(directory, manifest, "isn't what the manifest says")
  return candles
}

/** The Parquet files that a manifest in `directory` names. */
export function parquetPaths(directory: string, { files }: Manifest): string[] {
  return files.parquet.map((name) => join(directory, name))
}

function damaged(path: string, manifest: Manifest, what: string, cause?: unknown): TandemError {
  return new TandemError(`the stored ${seriesName(manifest)} ${what}`, {
    code: 'DAMAGED_SERIES',
    where: path,
    hint: 'its files are damaged or missing: import the series again',
    cause,
  })
}

function noDataInRange(store: string, query: CandleQuery, manifest: Manifest): TandemError {
  const from = query.fromMs === undefined ? '' : ` from ${formatTime(query.fromMs)}`
  const to = query.toMs === undefined ? '' : ` before ${formatTime(query.toMs)}`
  return new TandemError(`no candles of ${seriesName(query)}${from}${to}`, {
    code: 'NO_DATA_IN_RANGE',
    where: store,
    hint: `there are bars from ${formatTime(manifest.firstMs)} to ${formatTime(manifest.lastMs)}`,
  })
}
