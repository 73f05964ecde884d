/** Puts a series into the store in one step: a reader sees the old series or the new one, never a mixture. */

import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Candles } from '../engine/core/candles.ts'
import { TandemError } from '../engine/core/errors.ts'
import { formatTimeframe } from '../engine/core/timeframe.ts'
import { hashCandles, writeColumns } from './columns.ts'
import type { AppliedFix } from './fixes/fix.ts'
import { countGaps } from './grid.ts'
import { MANIFEST_FILE, MANIFEST_FORMAT, type Manifest, readManifestIn, type Source } from './manifest.ts'
import { writeParquet } from './parquet.ts'
import { type SeriesKey, seriesDirectory, seriesName } from './series.ts'
import { productVersion } from './version.ts'

export interface WriteResult {
  readonly manifest: Manifest
  /** Was there a series of this name before? */
  readonly replaced: boolean
}

/**
 * Writes a checked series (ascending on its grid, at least one row), replacing an earlier one. The data files are named
 * by their content and the manifest, renamed into place last, says which of them count; so that rename is the commit.
 * Throws `STORE_NOT_WRITABLE`, leaving what was there.
 */
export async function writeSeries(
  store: string,
  key: SeriesKey,
  candles: Candles,
  source: Source,
  fixes: readonly AppliedFix[] = [],
): Promise<WriteResult> {
  const directory = seriesDirectory(store, key)
  const manifest = describe(key, candles, source, fixes)
  const before = await filesBefore(directory)
  const temporary = `.tmp-${randomUUID()}-`
  const { parquet, columns } = manifest.files
  const commit = [parquet, columns, MANIFEST_FILE]
  try {
    await mkdir(directory, { recursive: true })
    await writeParquet(join(directory, temporary + parquet), candles)
    await writeColumns(join(directory, temporary + columns), candles)
    await writeFile(join(directory, temporary + MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`)
    for (const name of commit) await rename(join(directory, temporary + name), join(directory, name))
  } catch (cause) {
    for (const name of commit) await rm(join(directory, temporary + name), { force: true }).catch(() => undefined)
    await removeUnnamed(directory, [parquet, columns]).catch(() => undefined)
    await rmdir(directory).catch(() => undefined)
    throw new TandemError(`can't write ${seriesName(key)}: ${firstLine(cause)}`, {
      code: 'STORE_NOT_WRITABLE',
      where: store,
      hint: 'name a writable directory with free space as the store',
      cause,
    })
  }
  await removeUnnamed(directory, before ?? [])
  return { manifest, replaced: before !== null }
}

function describe(key: SeriesKey, candles: Candles, source: Source, fixes: readonly AppliedFix[]): Manifest {
  const { time, volume } = candles
  const dataHash = hashCandles(candles)
  const stem = `candles-${dataHash.slice(0, 16)}`
  return {
    format: MANIFEST_FORMAT,
    venue: key.venue,
    symbol: key.symbol,
    timeframe: formatTimeframe(key.timeframeMs),
    timeframeMs: key.timeframeMs,
    ...(key.price === undefined ? {} : { price: key.price }),
    rows: time.length,
    firstMs: time[0]!,
    lastMs: time[time.length - 1]!,
    gaps: countGaps(time, key.timeframeMs),
    zeroVolumeRows: volume.reduce((count, value) => count + (value === 0 ? 1 : 0), 0),
    dataHash,
    files: { parquet: `${stem}.parquet`, columns: `${stem}.columns` },
    source,
    ...(fixes.length === 0 ? {} : { fixes }),
    createdBy: productVersion(),
  }
}

/**
 * Data files of the series that is there, null if there is none. A damaged manifest doesn't stop the import that mends
 * it; its files can't be told apart, so they are all the data files.
 */
async function filesBefore(directory: string): Promise<readonly string[] | null> {
  try {
    const manifest = await readManifestIn(directory)
    return manifest === null ? null : [manifest.files.parquet, manifest.files.columns]
  } catch {
    return (await readdir(directory)).filter((name) => name.startsWith('candles-'))
  }
}

/** Removes those of `files` that the manifest as it is now doesn't name: another writer may have committed meanwhile. */
async function removeUnnamed(directory: string, files: readonly string[]): Promise<void> {
  const manifest = await readManifestIn(directory)
  const named = manifest === null ? [] : [manifest.files.parquet, manifest.files.columns]
  for (const name of files) if (!named.includes(name)) await rm(join(directory, name), { force: true })
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
