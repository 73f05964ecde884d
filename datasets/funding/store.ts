/** Funding in the store: `funding/venue=…/symbol=…`, one Parquet file and its manifest, replaced in one step. */

import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TandemError } from '../../engine/core/errors.ts'
import { lowerBound } from '../columns.ts'
import { type DateRange, formatTime } from '../dates.ts'
import { sqlText, withDuckDb } from '../duckdb.ts'
import type { AppliedFix } from '../fixes/fix.ts'
import { withWriterLock } from '../lock.ts'
import { MANIFEST_FILE, type Source } from '../manifest.ts'
import { productVersion } from '../version.ts'
import { fundingGaps, usualInterval } from './interval.ts'
import { FUNDING_FORMAT, type FundingManifest, readFundingManifestIn } from './manifest.ts'
import {
  type FundingKey,
  type FundingRates,
  type FundingSeries,
  fundingDirectory,
  fundingName,
  fundingRoot,
  hashFunding,
} from './series.ts'

/** A series and the half-open range of settlement times wanted of it. */
export interface FundingQuery extends FundingKey, DateRange {}

/**
 * Writes a checked series (ascending, at least one row), replacing an earlier one. The manifest, renamed into place
 * last, is the commit. Throws `STORE_NOT_WRITABLE`, leaving what was there.
 */
export async function writeFunding(
  store: string,
  key: FundingKey,
  rates: FundingRates,
  source: Source,
  fixes: readonly AppliedFix[] = [],
): Promise<{ readonly manifest: FundingManifest; readonly replaced: boolean }> {
  const directory = fundingDirectory(store, key)
  const manifest = describe(key, rates, source, fixes)
  try {
    return await withWriterLock(directory, async () => ({
      manifest,
      replaced: await replace(directory, manifest, rates),
    }))
  } catch (cause) {
    if (cause instanceof TandemError) throw cause
    const why = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!
    throw new TandemError(`can't write ${fundingName(key)}: ${why}`, {
      code: 'STORE_NOT_WRITABLE',
      where: store,
      hint: 'name a writable directory with free space as the store',
      cause,
    })
  }
}

/** Puts the files in place, the manifest last, and clears away what it doesn't name. Was there a series before? */
async function replace(directory: string, manifest: FundingManifest, rates: FundingRates): Promise<boolean> {
  const temporary = join(directory, `.tmp-${randomUUID()}-`)
  const names = [manifest.file, MANIFEST_FILE]
  try {
    await mkdir(directory, { recursive: true })
    const replaced = (await readdir(directory)).includes(MANIFEST_FILE)
    await writeRates(temporary + manifest.file, rates)
    await writeFile(temporary + MANIFEST_FILE, `${JSON.stringify(manifest, null, 2)}\n`)
    for (const name of names) await rename(temporary + name, join(directory, name))
    for (const name of await readdir(directory)) {
      if (/^funding-[0-9a-f]+\.parquet$/.test(name) && name !== manifest.file) await rm(join(directory, name))
    }
    return replaced
  } catch (error) {
    for (const name of names) await rm(temporary + name, { force: true }).catch(() => undefined)
    throw error
  }
}

function describe(key: FundingKey, rates: FundingRates, source: Source, fixes: readonly AppliedFix[]): FundingManifest {
  const { time } = rates
  const dataHash = hashFunding(rates)
  const intervalMs = usualInterval(time)
  return {
    format: FUNDING_FORMAT,
    venue: key.venue,
    symbol: key.symbol,
    rows: time.length,
    firstMs: time[0]!,
    lastMs: time[time.length - 1]!,
    intervalMs,
    gaps: fundingGaps(time, intervalMs),
    dataHash,
    file: `funding-${dataHash.slice(0, 16)}.parquet`,
    source,
    ...(fixes.length === 0 ? {} : { fixes }),
    createdBy: productVersion(),
  }
}

async function writeRates(path: string, { time, rate }: FundingRates): Promise<void> {
  await withDuckDb(async (connection, { DuckDBDataChunk, DOUBLE }) => {
    await connection.run('create temp table funding (ts double, rate double)')
    const appender = await connection.createAppender('funding', null, 'temp')
    const chunk = DuckDBDataChunk.create([DOUBLE, DOUBLE])
    for (let start = 0; start < time.length; start += 2048) {
      const end = Math.min(start + 2048, time.length)
      chunk.rowCount = end - start
      for (const [index, column] of [time, rate].entries()) {
        chunk.setColumnValues(index, column.subarray(start, end) as unknown as number[])
      }
      appender.appendDataChunk(chunk)
    }
    appender.closeSync()
    const select = 'select ts::bigint as ts, rate from funding order by ts'
    await connection.run(`copy (${select}) to ${sqlText(path)} (format parquet, compression zstd)`)
    await connection.run('drop table temp.funding')
  })
}

/**
 * Loads the settlements within [fromMs, toMs); `dataHash` is over exactly these rows. Throws `NO_SUCH_SERIES`,
 * `NO_DATA_IN_RANGE`, `BAD_MANIFEST`, `DAMAGED_SERIES`.
 */
export async function loadFunding(store: string, query: FundingQuery): Promise<FundingSeries> {
  const { venue, symbol } = query
  const directory = fundingDirectory(store, query)
  const manifest = await readFundingManifestIn(directory)
  if (manifest === null) throw await noSuchSeries(store, query)
  const all = await readRates(join(directory, manifest.file)).catch(() => null)
  if (all === null || hashFunding(all) !== manifest.dataHash) {
    throw new TandemError(`the stored ${fundingName(query)} isn't what the manifest says`, {
      code: 'DAMAGED_SERIES',
      where: join(directory, manifest.file),
      hint: 'the file is damaged or missing: import the series again',
    })
  }
  const from = lowerBound(all.time, query.fromMs ?? Number.NEGATIVE_INFINITY)
  const to = lowerBound(all.time, query.toMs ?? Number.POSITIVE_INFINITY)
  if (from >= to) {
    throw new TandemError(`no ${fundingName(query)} in the range asked for`, {
      code: 'NO_DATA_IN_RANGE',
      where: store,
      hint: `there are settlements from ${formatTime(manifest.firstMs)} to ${formatTime(manifest.lastMs)}`,
    })
  }
  const rates = { time: all.time.slice(from, to), rate: all.rate.slice(from, to) }
  return { venue, symbol, ...rates, dataHash: hashFunding(rates) }
}

async function readRates(path: string): Promise<FundingRates> {
  return withDuckDb(async (connection) => {
    const sql = `select ts::double, rate from read_parquet(${sqlText(path)}, hive_partitioning = false) order by ts`
    const [time, rate] = (await connection.runAndReadAll(sql)).getColumns() as [number[], number[]]
    return { time: Float64Array.from(time), rate: Float64Array.from(rate) }
  })
}

/** Manifests of all funding series, by venue and symbol; empty if there are none. Throws `BAD_MANIFEST`. */
export async function listFunding(store: string): Promise<readonly FundingManifest[]> {
  const manifests: FundingManifest[] = []
  const root = fundingRoot(store)
  const namesIn = async (path: string) => (await readdir(path).catch(() => [])).sort()
  for (const venue of await namesIn(root)) {
    for (const symbol of await namesIn(join(root, venue))) {
      const manifest = await readFundingManifestIn(join(root, venue, symbol))
      if (manifest !== null) manifests.push(manifest)
    }
  }
  return manifests
}

async function noSuchSeries(store: string, key: FundingKey): Promise<TandemError> {
  const names = (await listFunding(store)).map(fundingName)
  return new TandemError(
    `no ${fundingName(key)}; the store has ${names.length === 0 ? 'none yet' : names.slice(0, 8).join(', ')}`,
    {
      code: 'NO_SUCH_SERIES',
      where: store,
      hint: 'tandem data import FILE puts funding there',
    },
  )
}
