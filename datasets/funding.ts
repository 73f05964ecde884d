/**
 * Funding in the store: `funding/venue=…/symbol=…`, one Parquet file (`ts` BIGINT ms UTC, `rate` DOUBLE) and its manifest.
 * A rate is a fraction of the position's value a settlement, positive when longs pay shorts.
 */

import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { TandemError } from '../engine/core/errors.ts'
import type { FundingSeries } from '../engine/core/funding.ts'
import { lowerBound } from './columns.ts'
import { type DateRange, formatTime } from './dates.ts'
import { sqlText, withDuckDb } from './duckdb.ts'
import { MANIFEST_FILE, type Source } from './manifest.ts'
import { checkSeriesKey } from './series.ts'
import { productVersion } from './version.ts'

export const FUNDING_FORMAT = 'tandem-funding-1'

export interface FundingKey {
  readonly venue: string
  readonly symbol: string
}

/** A series and the half-open range of settlement times wanted of it. */
export interface FundingQuery extends FundingKey, DateRange {}

type Rates = Pick<FundingSeries, 'time' | 'rate'>

interface FundingManifest extends FundingKey {
  readonly format: typeof FUNDING_FORMAT
  readonly rows: number
  readonly firstMs: number
  readonly lastMs: number
  readonly dataHash: string
  readonly file: string
  readonly source: Source
  readonly createdBy: string
}

const HOUR_MS = 3_600_000

export function fundingDirectory(store: string, { venue, symbol }: FundingKey): string {
  checkSeriesKey({ venue, symbol, timeframeMs: HOUR_MS })
  return join(store, 'funding', `venue=${venue}`, `symbol=${symbol.replace('/', '-').replace(':', '_')}`)
}

/** SHA-256 (hex) over the little-endian columns, time first; independent of how they are stored. */
export function hashFunding({ time, rate }: Rates): string {
  const hash = createHash('sha256')
  for (const column of [time, rate]) {
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
    hash.update(endianness() === 'LE' ? bytes : Buffer.from(bytes).swap64())
  }
  return hash.digest('hex')
}

/** Puts a series into the store, in place of an earlier one. The manifest, renamed into place last, is the commit. */
export async function writeFunding(store: string, key: FundingKey, rates: Rates, source: Source): Promise<void> {
  const directory = fundingDirectory(store, key)
  const dataHash = hashFunding(rates)
  const manifest: FundingManifest = {
    format: FUNDING_FORMAT,
    venue: key.venue,
    symbol: key.symbol,
    rows: rates.time.length,
    firstMs: rates.time[0]!,
    lastMs: rates.time.at(-1)!,
    dataHash,
    file: `funding-${dataHash.slice(0, 16)}.parquet`,
    source,
    createdBy: productVersion(),
  }
  const temporary = join(directory, `.tmp-${randomUUID()}-`)
  const names = [manifest.file, MANIFEST_FILE]
  try {
    await mkdir(directory, { recursive: true })
    await writeParquetRates(temporary + manifest.file, rates)
    await writeFile(temporary + MANIFEST_FILE, `${JSON.stringify(manifest, null, 2)}\n`)
    for (const name of names) await rename(temporary + name, join(directory, name))
  } catch (cause) {
    for (const name of names) await rm(temporary + name, { force: true }).catch(() => undefined)
    throw new TandemError(`can't write the funding of ${key.venue} ${key.symbol}`, {
      code: 'STORE_NOT_WRITABLE',
      where: store,
      hint: 'name a writable directory with free space as the store',
      cause,
    })
  }
}

async function writeParquetRates(path: string, { time, rate }: Rates): Promise<void> {
  await withDuckDb(async (connection, { DuckDBDataChunk, DOUBLE }) => {
    await connection.run('create temp table funding (ts double, rate double)')
    const appender = await connection.createAppender('funding', null, 'temp')
    const chunk = DuckDBDataChunk.create([DOUBLE, DOUBLE])
    for (let start = 0; start < time.length; start += 2048) {
      const end = Math.min(start + 2048, time.length)
      chunk.rowCount = end - start
      for (const [index, column] of [time, rate].entries())
        chunk.setColumnValues(index, [...column.subarray(start, end)])
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
 * `NO_DATA_IN_RANGE`, `DAMAGED_SERIES`.
 */
export async function loadFunding(store: string, query: FundingQuery): Promise<FundingSeries> {
  const { venue, symbol } = query
  const directory = fundingDirectory(store, query)
  const text = await readFile(join(directory, MANIFEST_FILE), 'utf8').catch(() => null)
  if (text === null) {
    throw new TandemError(`no funding of ${venue} ${symbol}`, {
      code: 'NO_SUCH_SERIES',
      where: store,
      hint: 'tandem data import FILE puts funding there',
    })
  }
  const manifest = JSON.parse(text) as FundingManifest
  const path = join(directory, manifest.file)
  const all = await readParquetRates(path).catch(() => null)
  if (all === null || hashFunding(all) !== manifest.dataHash) {
    throw new TandemError(`the stored funding of ${venue} ${symbol} isn't what its manifest says`, {
      code: 'DAMAGED_SERIES',
      where: path,
      hint: 'the file is damaged or missing: import the series again',
    })
  }
  const from = lowerBound(all.time, query.fromMs ?? Number.NEGATIVE_INFINITY)
  const to = lowerBound(all.time, query.toMs ?? Number.POSITIVE_INFINITY)
  if (from >= to) {
    throw new TandemError(`no funding of ${venue} ${symbol} in the range asked for`, {
      code: 'NO_DATA_IN_RANGE',
      where: store,
      hint: `there are settlements from ${formatTime(manifest.firstMs)} to ${formatTime(manifest.lastMs)}`,
    })
  }
  const rates = { time: all.time.slice(from, to), rate: all.rate.slice(from, to) }
  return { venue, symbol, ...rates, dataHash: hashFunding(rates) }
}

async function readParquetRates(path: string): Promise<Rates> {
  return withDuckDb(async (connection) => {
    const sql = `select ts::double, rate from read_parquet(${sqlText(path)}, hive_partitioning = false) order by ts`
    const [time, rate] = (await connection.runAndReadAll(sql)).getColumns() as [number[], number[]]
    return { time: Float64Array.from(time), rate: Float64Array.from(rate) }
  })
}
