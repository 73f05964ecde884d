/** Puts a series into the store in one step: a reader sees the old series or the new one, never a mixture. */

import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Candles } from '../engine/core/candles.ts'
import { TandemError } from '../engine/core/errors.ts'
import { formatTimeframe } from '../engine/core/timeframe.ts'
import { hashCandles, writeColumns } from './columns.ts'
import type { AppliedFix } from './fixes/fix.ts'
import { countGaps } from './grid.ts'
import { withWriterLock } from './lock.ts'
import { MANIFEST_FILE, MANIFEST_FORMAT, type Manifest, readManifestIn, type Source } from './manifest.ts'
import { writeParquet } from './parquet.ts'
import { type SeriesKey, seriesDirectory, seriesName } from './series.ts'
import { productVersion } from './version.ts'
import { type Year, yearsOf } from './years.ts'

export interface WriteResult {
  readonly manifest: Manifest
  /** Was there a series of this name before? */
  readonly replaced: boolean
}

/**
 * Writes a checked series (ascending on its grid, at least one row), replacing an earlier one. The data files are named
 * by their content and the manifest, renamed into place last, says which of them count; so that rename is the commit.
 * One writer at a time: another waits. Throws `STORE_NOT_WRITABLE`, leaving what was there, and `STORE_LOCKED`.
 */
export async function writeSeries(
  store: string,
  key: SeriesKey,
  candles: Candles,
  source: Source,
  fixes: readonly AppliedFix[] = [],
): Promise<WriteResult> {
  const directory = seriesDirectory(store, key)
  const years = yearsOf(candles)
  const manifest = describe(key, candles, years, source, fixes)
  try {
    return await withWriterLock(directory, () => replace(directory, manifest, candles, years))
  } catch (cause) {
    if (cause instanceof TandemError) throw cause
    throw new TandemError(`can't write ${seriesName(key)}: ${firstLine(cause)}`, {
      code: 'STORE_NOT_WRITABLE',
      where: store,
      hint: 'name a writable directory with free space as the store',
      cause,
    })
  }
}

/** What is written under a temporary name, and where it then belongs. */
type Pending = readonly [temporary: string, path: string]

async function replace(
  directory: string,
  manifest: Manifest,
  candles: Candles,
  years: readonly Year[],
): Promise<WriteResult> {
  await mkdir(directory, { recursive: true })
  const replaced = (await readdir(directory)).includes(MANIFEST_FILE)
  const pending: Pending[] = []
  const next = (name: string): string => {
    const temporary = join(directory, `${TEMPORARY}${pending.length}`)
    pending.push([temporary, join(directory, name)])
    return temporary
  }
  try {
    for (const year of years) await writeParquet(next(year.file), year.candles)
    await writeColumns(next(manifest.files.columns), candles)
    await writeFile(next(MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`)
    for (const [temporary, path] of pending) {
      await mkdir(dirname(path), { recursive: true })
      await rename(temporary, path)
    }
  } finally {
    await tidy(directory).catch(() => undefined)
  }
  return { manifest, replaced }
}

const TEMPORARY = '.tmp-'

/**
 * Removes what the manifest as it is now doesn't name: the files of the series before, or of a write that failed or was
 * killed. Nobody else writes here meanwhile; a reader that still wants the old files looks at the manifest again.
 */
async function tidy(directory: string): Promise<void> {
  const manifest = await readManifestIn(directory)
  const { parquet = [], columns = '' } = manifest?.files ?? {}
  const named = new Set([MANIFEST_FILE, columns, ...parquet])
  for (const name of await readdir(directory)) {
    if (/^year=\d{4}$/.test(name)) {
      for (const file of await readdir(join(directory, name))) {
        if (isOurs(file) && !named.has(`${name}/${file}`)) await discard(join(directory, name, file))
      }
      await rmdir(join(directory, name)).catch(() => undefined)
    } else if (isOurs(name) && !named.has(name)) await discard(join(directory, name))
  }
  if (manifest === null) await rmdir(directory)
}

/** A file that can't be removed is only waste, and no reason to leave the others. */
async function discard(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => undefined)
}

function isOurs(name: string): boolean {
  return name.startsWith(TEMPORARY) || /^candles-[0-9a-f]{16}\.(parquet|columns)$/.test(name)
}

function describe(
  key: SeriesKey,
  candles: Candles,
  years: readonly Year[],
  source: Source,
  fixes: readonly AppliedFix[],
): Manifest {
  const { time, volume } = candles
  const dataHash = hashCandles(candles)
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
    files: { parquet: years.map(({ file }) => file), columns: `candles-${dataHash.slice(0, 16)}.columns` },
    source,
    ...(fixes.length === 0 ? {} : { fixes }),
    createdBy: productVersion(),
  }
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0]!
}
