/** A stored series as a file for others: CSV, Arrow or Parquet, written whole or not at all. */

import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Candles } from '../engine/core/candles.ts'
import { TandemError } from '../engine/core/errors.ts'
import { COLUMNS } from './columns.ts'
import { writeParquet } from './parquet.ts'
import { type CandleQuery, loadCandles } from './store.ts'

export const EXPORT_FORMATS = ['csv', 'csv.gz', 'arrow', 'parquet'] as const
export type ExportFormat = (typeof EXPORT_FORMATS)[number]

export interface ExportOptions {
  /** Seen from the file's name if absent. */
  readonly format?: ExportFormat
  /** Replace a file that is there. */
  readonly force: boolean
}

export interface Exported {
  readonly file: string
  readonly format: ExportFormat
  readonly rows: number
  readonly firstMs: number
  readonly lastMs: number
  /** Of the rows written. */
  readonly dataHash: string
}

/**
 * Writes the rows that `query` asks for into `file`. CSV has a header and every number in the shortest form that is the
 * same double, so that importing it gives the same hash; Arrow (IPC file) has `timestamp` in ms UTC and doubles; Parquet
 * has `ts` in ms as the store has. Throws `BAD_OPTION`, `FILE_EXISTS`, `NOT_WRITABLE` and what loading throws.
 */
export async function exportSeries(
  store: string,
  query: CandleQuery,
  file: string,
  options: ExportOptions,
): Promise<Exported> {
  const format = options.format ?? formatOf(file)
  if (!options.force && (await stat(file).catch(() => null)) !== null) {
    throw new TandemError('there is such a file', {
      code: 'FILE_EXISTS',
      where: file,
      hint: 'name another or give --force',
    })
  }
  const { candles, dataHash } = await loadCandles(store, query)
  const temporary = `${file}.partial-${randomUUID().slice(0, 8)}`
  try {
    await mkdir(dirname(file), { recursive: true })
    await WRITERS[format](temporary, candles)
    await rename(temporary, file)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    const why = (cause instanceof Error ? cause.message : String(cause)).split('\n')[0]!
    throw new TandemError(`can't write: ${why}`, {
      code: 'NOT_WRITABLE',
      where: file,
      hint: 'name a writable place',
      cause,
    })
  }
  const { time } = candles
  return { file, format, rows: time.length, firstMs: time[0]!, lastMs: time[time.length - 1]!, dataHash }
}

function formatOf(file: string): ExportFormat {
  const name = file.toLowerCase()
  const ending = { csv: '.csv', 'csv.gz': '.csv.gz', arrow: '.arrow', parquet: '.parquet' }
  const found =
    EXPORT_FORMATS.find((format) => name.endsWith(ending[format])) ?? (name.endsWith('.feather') ? 'arrow' : null)
  if (found !== null) return found
  throw new TandemError("the name doesn't say the format", {
    code: 'BAD_OPTION',
    where: file,
    hint: `end it in ${Object.values(ending).join(', ')}, or give --format`,
  })
}

const WRITERS: Readonly<Record<ExportFormat, (path: string, candles: Candles) => Promise<void>>> = {
  csv: (path, candles) => pipeline(csvBlocks(candles), createWriteStream(path, { flags: 'wx' })),
  'csv.gz': (path, candles) => pipeline(csvBlocks(candles), createGzip(), createWriteStream(path, { flags: 'wx' })),
  arrow: async (path, candles) => writeFile(path, await arrowOf(candles), { flag: 'wx' }),
  parquet: writeParquet,
}

const BLOCK_ROWS = 4096

function* csvBlocks(candles: Candles): Generator<string> {
  yield 'timestamp,open,high,low,close,volume\n'
  const columns = COLUMNS.map((name) => candles[name])
  for (let start = 0; start < candles.time.length; start += BLOCK_ROWS) {
    let text = ''
    const end = Math.min(start + BLOCK_ROWS, candles.time.length)
    for (let row = start; row < end; row++) text += `${columns.map((column) => column[row]).join(',')}\n`
    yield text
  }
}

/** Candles as an Arrow IPC file. */
export async function arrowOf({ time, open, high, low, close, volume }: Candles): Promise<Uint8Array> {
  const { makeData, makeVector, Table, TimestampMillisecond, tableToIPC } = await import('apache-arrow')
  const stamps = BigInt64Array.from(time, (ms) => BigInt(ms))
  const timestamp = makeVector(makeData({ type: new TimestampMillisecond('UTC'), data: stamps }))
  const column = (values: Float64Array) => makeVector(values.slice())
  const table = new Table({
    timestamp,
    open: column(open),
    high: column(high),
    low: column(low),
    close: column(close),
    volume: column(volume),
  })
  return tableToIPC(table, 'file')
}
