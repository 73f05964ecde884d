/**
 * Funding series in the store: rows of time and rate, a perpetual each, beside the candles. Layout:
 * `funding/venue=V/symbol=S/` with a manifest and a file of two float64 columns, little-endian, time (ms UTC) then rate
 * (a fraction of the position's value; positive is paid by longs), named by its content.
 */

import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { sharedColumn } from '../engine/core/candles.ts'
import { TandemError } from '../engine/core/errors.ts'
import type { FundingSeries } from '../engine/core/funding.ts'
import { lowerBound } from './columns.ts'
import { type DateRange, formatTime } from './dates.ts'
import { MANIFEST_FILE, type Source } from './manifest.ts'
import { checkSeriesKey } from './series.ts'
import { productVersion } from './version.ts'

export const FUNDING_FORMAT = 'tandem-funding-1'

export interface FundingKey {
  readonly venue: string
  readonly symbol: string
}

export interface FundingRows {
  readonly timeMs: Float64Array
  readonly rate: Float64Array
}

export interface FundingManifest extends FundingKey {
  readonly format: typeof FUNDING_FORMAT
  readonly rows: number
  readonly firstMs: number
  readonly lastMs: number
  /** SHA-256 (hex) of the columns' bytes. */
  readonly dataHash: string
  readonly files: { readonly columns: string }
  readonly source: Source
  readonly createdBy: string
}

/** A rate beyond this for one period is a percentage taken for a fraction. */
const RATE_MAX = 0.1
/** Venues stamp a funding up to this late; it belongs to its minute. */
const LATE_MS = 1000
const HOUR_MS = 3_600_000

export function fundingDirectory(store: string, { venue, symbol }: FundingKey): string {
  checkSeriesKey({ venue, symbol, timeframeMs: HOUR_MS })
  return join(store, 'funding', `venue=${venue}`, `symbol=${symbol.replace('/', '-').replace(':', '_')}`)
}

/**
 * Rows with their times put to the hour that they belong to. Throws `BAD_FUNDING` for one that is out of order, off the
 * hour, or whose rate can't be one; `where` names the source.
 */
export function checkedFunding({ timeMs, rate }: FundingRows, where: string): FundingRows {
  const bad = (row: number, message: string, hint: string): TandemError =>
    new TandemError(message, { code: 'BAD_FUNDING', where: `${where}, row ${row + 1}`, hint })
  if (timeMs.length === 0) throw new TandemError('no fundings', { code: 'BAD_FUNDING', where })
  const checked = { timeMs: sharedColumn(timeMs.length), rate: sharedColumn(timeMs.length) }
  for (let row = 0; row < timeMs.length; row++) {
    const stamp = timeMs[row]!
    const hour = Math.floor(stamp / HOUR_MS) * HOUR_MS
    if (!(stamp - hour <= LATE_MS)) {
      throw bad(row, `a funding at ${formatTime(stamp)} isn't on the hour`, 'funding intervals are whole hours, in UTC')
    }
    if (row > 0 && hour <= checked.timeMs[row - 1]!) {
      throw bad(
        row,
        `out of order: ${formatTime(hour)} is not after the row before`,
        'sort the rows by time, each once',
      )
    }
    if (!(Math.abs(rate[row]!) <= RATE_MAX)) {
      throw bad(row, `a rate of ${rate[row]} can't be one`, 'rates are fractions, 0.0001 for 0.01 %')
    }
    checked.timeMs[row] = hour
    checked.rate[row] = rate[row]!
  }
  return checked
}

/** SHA-256 (hex) over the little-endian columns, time then rate. */
export function hashFunding(rows: FundingRows): string {
  return createHash('sha256').update(bytesOf(rows)).digest('hex')
}

function bytesOf({ timeMs, rate }: FundingRows): Buffer {
  const bytes = Buffer.alloc(timeMs.length * 16)
  for (const [row, value] of [...timeMs, ...rate].entries()) bytes.writeDoubleLE(value, row * 8)
  return bytes
}

/**
 * Puts a series into the store, checked, in place of an earlier one: the manifest, renamed into place last, says which
 * file counts. Throws `BAD_FUNDING` or `STORE_NOT_WRITABLE`, leaving what was there.
 */
export async function writeFunding(
  store: string,
  key: FundingKey,
  rows: FundingRows,
  source: Source,
): Promise<FundingManifest> {
  const directory = fundingDirectory(store, key)
  const checked = checkedFunding(rows, 'name' in source ? source.name : `${key.venue} ${key.symbol}`)
  const dataHash = hashFunding(checked)
  const manifest: FundingManifest = {
    format: FUNDING_FORMAT,
    venue: key.venue,
    symbol: key.symbol,
    rows: checked.timeMs.length,
    firstMs: checked.timeMs[0]!,
    lastMs: checked.timeMs.at(-1)!,
    dataHash,
    files: { columns: `funding-${dataHash.slice(0, 16)}.columns` },
    source,
    createdBy: productVersion(),
  }
  const temporary = join(directory, `.tmp-${randomUUID()}-`)
  try {
    await mkdir(directory, { recursive: true })
    await writeFile(`${temporary}columns`, bytesOf(checked))
    await writeFile(`${temporary}manifest`, `${JSON.stringify(manifest, null, 2)}\n`)
    await rename(`${temporary}columns`, join(directory, manifest.files.columns))
    await rename(`${temporary}manifest`, join(directory, MANIFEST_FILE))
  } catch (cause) {
    for (const name of ['columns', 'manifest']) await rm(temporary + name, { force: true }).catch(() => undefined)
    throw new TandemError(`can't write the funding of ${key.venue} ${key.symbol}`, {
      code: 'STORE_NOT_WRITABLE',
      where: store,
      hint: 'name a writable directory with free space as the store',
      cause,
    })
  }
  const left = (await readdir(directory)).filter((name) => /^funding-/.test(name) && name !== manifest.files.columns)
  for (const name of left) await rm(join(directory, name), { force: true })
  return manifest
}

/**
 * The fundings within [fromMs, toMs); null where the store has no such series. Throws `DAMAGED_SERIES` where the file
 * isn't what the manifest says.
 */
export async function loadFunding(store: string, key: FundingKey, range: DateRange): Promise<FundingSeries | null> {
  const directory = fundingDirectory(store, key)
  const manifest = await readFile(join(directory, MANIFEST_FILE), 'utf8').then(
    (text) => JSON.parse(text) as FundingManifest,
    () => null,
  )
  if (manifest === null) return null
  const path = join(directory, String(manifest.files?.columns))
  const all = await readRows(path, manifest)
  const from = lowerBound(all.timeMs, range.fromMs ?? Number.NEGATIVE_INFINITY)
  const to = lowerBound(all.timeMs, range.toMs ?? Number.POSITIVE_INFINITY)
  const part = { timeMs: all.timeMs.slice(from, to), rate: all.rate.slice(from, to) }
  return { ...key, ...part, dataHash: hashFunding(part) }
}

async function readRows(path: string, manifest: FundingManifest): Promise<FundingRows> {
  const bytes = await readFile(path).catch(() => null)
  const isWhole = bytes !== null && createHash('sha256').update(bytes).digest('hex') === manifest.dataHash
  if (!isWhole) {
    throw new TandemError(`the stored funding of ${manifest.venue} ${manifest.symbol} isn't what its manifest says`, {
      code: 'DAMAGED_SERIES',
      where: path,
      hint: 'the file is damaged or missing: import the series again',
    })
  }
  const half = bytes.length / 2
  const column = (at: number): Float64Array => {
    const own = Uint8Array.from(bytes.subarray(at, at + half))
    if (endianness() !== 'LE') Buffer.from(own.buffer).swap64()
    return new Float64Array(own.buffer)
  }
  return { timeMs: column(0), rate: column(half) }
}
