/** The manifest beside a stored series: what it holds and where it came from. No clock, no absolute path: repeatable. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TandemError } from '../engine/core/errors.ts'
import type { AppliedFix } from './fixes/fix.ts'
import type { Gaps } from './grid.ts'
import type { Partial } from './resample.ts'
import type { PriceKind } from './series.ts'

export const MANIFEST_FILE = 'manifest.json'
export const MANIFEST_FORMAT = 'tandem-candles-2'
/** Before, all rows were in one Parquet file; such a series is read as it is, and written anew by years. */
const OLD_FORMAT = 'tandem-candles-1'

/** Where rows came from that were read from files. */
export interface FileSource {
  readonly kind: 'file'
  /** Base name of the file; of the folder or archive where the rows come from several. */
  readonly name: string
  /** SHA-256 (hex) of the file as it lies on disk; with `files`, of their list, one line `sha256  name` each. */
  readonly sha256: string
  readonly format: string
  /** The files the rows come from, where there are several. */
  readonly files?: readonly { readonly name: string; readonly sha256: string }[]
}

/** Where rows came from that a venue served. */
export interface VenueSource {
  readonly kind: 'venue'
  /** The exchange as the library names it, and the library with its version. */
  readonly exchange: string
  readonly via: string
}

/** Where the rows came from; `parameters` describe a synthetic market completely. */
export type Source =
  | FileSource
  | VenueSource
  | { readonly kind: 'synthetic'; readonly model: string; readonly parameters: Readonly<Record<string, unknown>> }
  | ResampledSource

/** Bars made from finer ones of the same venue and symbol. */
export interface ResampledSource {
  readonly kind: 'resampled'
  readonly timeframe: string
  readonly dataHash: string
  /** Bars made of fewer finer bars than fit into them. */
  readonly partial: Partial
}

export interface Manifest {
  readonly format: typeof MANIFEST_FORMAT
  readonly venue: string
  readonly symbol: string
  readonly timeframe: string
  readonly timeframeMs: number
  /** Absent for candles of trades. */
  readonly price?: PriceKind
  readonly rows: number
  /** Open of the first and of the last bar, ms UTC. */
  readonly firstMs: number
  readonly lastMs: number
  readonly gaps: Gaps
  readonly zeroVolumeRows: number
  /** SHA-256 (hex) of the content, by `hashCandles`; also that of the raw column file. */
  readonly dataHash: string
  /**
   * Files with the rows, relative to the series' directory. Parquet is the truth, one file a year (UTC) in order:
   * `year=2020/candles-….parquet`; `columns` is a raw copy that loads faster.
   */
  readonly files: { readonly parquet: readonly string[]; readonly columns: string }
  readonly source: Source
  /** What was mended, in order; absent where the rows are as the source has them. */
  readonly fixes?: readonly AppliedFix[]
  readonly createdBy: string
}

const KINDS = ['file', 'venue', 'synthetic', 'resampled'] satisfies Source['kind'][] as readonly string[]

const isText = (value: unknown): value is string => typeof value === 'string'
const isHash = (value: unknown): value is string => isText(value) && /^[0-9a-f]{64}$/.test(value)
const isFileName = (value: unknown): value is string => isText(value) && /^(year=\d{4}\/)?[\w-][\w.-]*$/.test(value)
const areFileNames = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length > 0 && value.every(isFileName)
const isWhole = (value: unknown): value is number => Number.isSafeInteger(value)
const isCount = (value: unknown): value is number => isWhole(value) && value >= 0
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The member of `value` that isn't what a manifest has there, or null if all is well. */
function faultOf(value: unknown): string | null {
  if (!isRecord(value)) return 'the document'
  if (value['format'] !== MANIFEST_FORMAT) return 'format'
  for (const name of ['venue', 'symbol', 'timeframe', 'createdBy']) if (!isText(value[name])) return name
  for (const name of ['timeframeMs', 'rows', 'zeroVolumeRows']) if (!isCount(value[name])) return name
  for (const name of ['firstMs', 'lastMs']) if (!isWhole(value[name])) return name
  if (value['rows'] === 0) return 'rows'
  if (!['undefined', 'mark', 'index'].includes(String(value['price']))) return 'price'
  if (!isHash(value['dataHash'])) return 'dataHash'
  const { gaps, files, source } = value
  if (!isRecord(gaps) || !isCount(gaps['runs']) || !isCount(gaps['bars'])) return 'gaps'
  if (!isRecord(files) || !areFileNames(files['parquet']) || !isFileName(files['columns'])) return 'files'
  if (!isRecord(source) || !KINDS.includes(String(source['kind']))) return 'source'
  if (value['fixes'] !== undefined && !Array.isArray(value['fixes'])) return 'fixes'
  return null
}

/** Reads the manifest in a series' directory; null if there is none. Throws `BAD_MANIFEST`. */
export async function readManifestIn(directory: string): Promise<Manifest | null> {
  const path = join(directory, MANIFEST_FILE)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
    throw damaged(path, `can't be read: ${error.message}`)
  })
  if (text === null) return null
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw damaged(path, 'is not JSON')
  }
  const current = upgraded(parsed)
  const fault = faultOf(current)
  if (fault !== null) throw damaged(path, `is not a candle manifest: ${fault} is missing or wrong`)
  return current as Manifest
}

/** A manifest of the format before this one as one of today. */
function upgraded(value: unknown): unknown {
  if (!isRecord(value) || value['format'] !== OLD_FORMAT || !isRecord(value['files'])) return value
  const { parquet, columns } = value['files']
  return { ...value, format: MANIFEST_FORMAT, files: { parquet: [parquet], columns } }
}

function damaged(path: string, what: string): TandemError {
  return new TandemError(`the manifest ${what}`, {
    code: 'BAD_MANIFEST',
    where: path,
    hint: 'import the series again',
  })
}
