/** One file as one series of candles: into the store, or into memory. */

import type { Candles } from '../../engine/core/candles.ts'
import { TandemError } from '../../engine/core/errors.ts'
import type { ImportReport } from '../report.ts'
import { checkSeriesKey, type SeriesKey } from '../series.ts'
import type { FormatName } from './formats/format.ts'
import { gatherSeries } from './gather.ts'
import { importPath } from './import-path.ts'
import { listInputs } from './input/input.ts'
import { checkReadOptions, type ReadOptions } from './options.ts'
import { lookAt } from './read.ts'
import { refusal } from './refuse.ts'
import { targetOf } from './series-of.ts'

export interface ImportOptions extends Omit<ReadOptions, keyof SeriesKey>, SeriesKey {
  /** Store directory. */
  readonly store: string
}

/** A file's candles, checked, with the format they were in and the SHA-256 of the file. */
export interface CandleFile {
  readonly candles: Candles
  readonly format: FormatName
  readonly sha256: string
}

/**
 * Imports a file (or folder or archive with one series) as the series named, replacing an earlier one of that name.
 * Everything is checked before anything is written; a refusal names file, row and column and leaves the store as it was.
 */
export async function importFile(path: string, options: ImportOptions): Promise<ImportReport> {
  checkSeriesKey(options)
  const [series, more] = (await importPath(path, options)).series
  if (series === undefined || more !== undefined || series.kind !== 'candles') {
    throw refusal('NOT_CANDLES', { file: path }, 'is not one series of candles', 'import its files one by one')
  }
  const { venue, symbol, rows, firstMs, lastMs, gaps, zeroVolumeRows, dataHash, sourceSha256, format, replaced } =
    series
  const { timeframeMs } = options
  return {
    venue,
    symbol,
    timeframeMs,
    rows,
    firstMs,
    lastMs,
    gaps,
    zeroVolumeRows,
    dataHash,
    sourceSha256,
    format,
    replaced,
  }
}

/** Reads and checks a file of candles or trades without storing it. */
export async function readCandleFile(
  path: string,
  options: ReadOptions & { readonly timeframeMs: number },
): Promise<CandleFile> {
  checkReadOptions(options)
  const inputs = await listInputs(path)
  const layout = await lookAt(inputs[0]!, options)
  const target = targetOf(inputs[0]!, layout, { venue: 'none', symbol: 'NONE/NONE', ...options }, true)
  if (typeof target === 'string' || target.kind !== 'candles') {
    throw refusal('NOT_CANDLES', { file: path }, 'has no candles', 'import funding with tandem data import')
  }
  const gathered = await gatherSeries(target, inputs, options)
  const candles = gathered.candles!.whole()
  gathered.candles!.dispose()
  return { candles, format: layout.format, sha256: gathered.files[0]!.sha256 }
}

/** The format of a file by its beginning. Throws the refusals of an import that show there. */
export async function detectFormat(path: string): Promise<FormatName> {
  const [first] = await listInputs(path)
  if (first === undefined) throw new TandemError('there is no file', { code: 'EMPTY_FILE', where: path })
  return (await lookAt(first, {})).format
}
