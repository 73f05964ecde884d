/** The manifest beside a stored funding series. No clock, no absolute path: repeatable. */

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { TandemError } from '../../engine/core/errors.ts'
import type { AppliedFix } from '../fixes/fix.ts'
import { MANIFEST_FILE, type Source } from '../manifest.ts'
import type { FundingKey } from './series.ts'

export const FUNDING_FORMAT = 'tandem-funding-1'

export interface FundingManifest extends FundingKey {
  readonly format: typeof FUNDING_FORMAT
  readonly rows: number
  /** First and last settlement, ms UTC. */
  readonly firstMs: number
  readonly lastMs: number
  /** The most frequent time between settlements, ms; null with one row. */
  readonly intervalMs: number | null
  /** Settlements that are missing between the first and the last, counted in that interval. */
  readonly gaps: { readonly runs: number; readonly rows: number }
  /** SHA-256 (hex) of the content, by `hashFunding`. */
  readonly dataHash: string
  /** Base name of the Parquet file: `ts` BIGINT ms UTC, `rate` DOUBLE, sorted. */
  readonly file: string
  readonly source: Source
  /** What was mended, in order; absent where the rows are as the source has them. */
  readonly fixes?: readonly AppliedFix[]
  readonly createdBy: string
}

/** Reads the manifest in a funding series' directory; null if there is none. Throws `BAD_MANIFEST`. */
export async function readFundingManifestIn(directory: string): Promise<FundingManifest | null> {
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
  if (!isManifest(parsed)) throw damaged(path, 'is not a funding manifest')
  return parsed
}

function isManifest(value: unknown): value is FundingManifest {
  if (typeof value !== 'object' || value === null) return false
  const one = value as Partial<Record<keyof FundingManifest, unknown>>
  return (
    one.format === FUNDING_FORMAT &&
    typeof one.venue === 'string' &&
    typeof one.symbol === 'string' &&
    [one.rows, one.firstMs, one.lastMs].every((number) => Number.isSafeInteger(number)) &&
    (one.rows as number) > 0 &&
    /^[0-9a-f]{64}$/.test(String(one.dataHash)) &&
    /^[\w-][\w.-]*$/.test(String(one.file))
  )
}

function damaged(path: string, what: string): TandemError {
  return new TandemError(`the manifest ${what}`, {
    code: 'BAD_MANIFEST',
    where: path,
    hint: 'import the series again',
  })
}
