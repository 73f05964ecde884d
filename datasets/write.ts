/** Puts a series into the store in one step: a reader sees the old series or the new one, never a mixture. */

import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Candles } from '../engine/core/candles.ts'
import { TandemError } from '../engine/core/errors.ts'
import { formatTimeframe } from '../engine/core/timeframe.ts'
import type { AppliedFix } from './fixes/fix.ts'
import { withWriterLock } from './lock.ts'
import { MANIFEST_FILE, MANIFEST_FORMAT, type Manifest, readManifestIn, type Source } from './manifest.ts'
import { inOnePiece, type RowSource } from './row-source.ts'
import { type SeriesKey, seriesDirectory, seriesName } from './series.ts'
import { productVersion } from './version.ts'
import { TEMPORARY, type WrittenRows, writeRows } from './write-rows.ts'

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
  rows: Candles | RowSource,
  source: Source,
  fixes: readonly AppliedFix[] = [],
): Promise<WriteResult> {
  const directory = seriesDirectory(store, key)
  const series = 'pieces' in rows ? rows : inOnePiece(rows)
  try {
    return await withWriterLock(directory, () => replace(directory, key, series, source, fixes))
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

async function replace(
  directory: string,
  key: SeriesKey,
  series: RowSource,
  source: Source,
  fixes: readonly AppliedFix[],
): Promise<WriteResult> {
  await mkdir(directory, { recursive: true })
  const replaced = (await readdir(directory)).includes(MANIFEST_FILE)
  try {
    const written = await writeRows(directory, series, key.timeframeMs)
    const manifest = describe(key, series.rows, written, source, fixes)
    const renames: (readonly [temporary: string, name: string])[] = [
      ...written.years.map(({ temporary, file }) => [temporary, file] as const),
      [written.columns, manifest.files.columns],
      [`${TEMPORARY}manifest`, MANIFEST_FILE],
    ]
    await writeFile(join(directory, `${TEMPORARY}manifest`), `${JSON.stringify(manifest, null, 2)}\n`)
    for (const [temporary, name] of renames) {
      await mkdir(dirname(join(directory, name)), { recursive: true })
      await rename(join(directory, temporary), join(directory, name))
    }
    return { manifest, replaced }
  } finally {
    await tidy(directory).catch(() => undefined)
  }
}

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
  rows: number,
  { facts, dataHash, years }: WrittenRows,
  source: Source,
  fixes: readonly AppliedFix[],
): Manifest {
  return {
    format: MANIFEST_FORMAT,
    venue: key.venue,
    symbol: key.symbol,
    timeframe: formatTimeframe(key.timeframeMs),
    timeframeMs: key.timeframeMs,
    ...(key.price === undefined ? {} : { price: key.price }),
    rows,
    ...facts,
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
