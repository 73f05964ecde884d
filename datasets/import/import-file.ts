/** A candle file into the store: detected, checked row by row, and only then written. */

import { basename } from 'node:path'
import type { Candles } from '../../engine/core/candles.ts'
import { TandemError } from '../../engine/core/errors.ts'
import { type ImportReport, reportOf } from '../report.ts'
import { checkSeriesKey, type SeriesKey } from '../series.ts'
import { writeSeries } from '../write.ts'
import { detectLayout, FORMATS, type FormatName, type Layout } from './layout.ts'
import { refusal } from './refuse.ts'
import { RowReader } from './rows.ts'
import { openLines } from './source.ts'
import { DATE_ORDERS, type DateOrder } from './times.ts'

const NEWLINE = 0x0a

export interface ReadOptions {
  /** `BASE/QUOTE`; tells the volume in base from that in quote. */
  readonly symbol: string
  readonly timeframeMs: number
  /** Detected if absent. */
  readonly format?: FormatName
  /** Needed for dates such as 01/03/2017 only. */
  readonly dateFormat?: DateOrder
}

export interface ImportOptions extends SeriesKey, ReadOptions {
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
 * Imports a CSV file (plain or gzip) as one series, replacing an earlier one of that name. Everything is checked before
 * anything is written; a refusal names file, row and column and leaves the store as it was.
 */
export async function importFile(path: string, options: ImportOptions): Promise<ImportReport> {
  checkSeriesKey(options)
  const { candles, format, sha256 } = await readCandleFile(path, options)
  const source = { kind: 'file', name: basename(path), sha256, format } as const
  return reportOf(await writeSeries(options.store, options, candles, source))
}

/** Reads and checks a candle file without storing it. */
export async function readCandleFile(path: string, options: ReadOptions): Promise<CandleFile> {
  checkChoice('format', options.format, FORMATS)
  checkChoice('dateFormat', options.dateFormat, DATE_ORDERS)
  const found: { layout: Layout | null; rows: RowReader | null } = { layout: null, rows: null }
  const sha256 = await visitLines(path, (block, from, to, row) => {
    if (found.rows === null) {
      found.layout = firstLayout(path, row, block.subarray(from, to), options)
      if (found.layout === null) return true
      found.rows = rowReader(path, found.layout, options)
      if (found.layout.header) return true
    }
    found.rows.read(block, from, to, row)
    return true
  })
  if (found.layout === null || found.rows === null) return onlyBlankLines(path)
  return { candles: found.rows.finish(), format: found.layout.format, sha256 }
}

/** The format of a file by its first row. Throws the refusals of an import that shows there. */
export async function detectFormat(path: string): Promise<FormatName> {
  let format: FormatName | null = null
  await visitLines(path, (block, from, to, row) => {
    format = firstLayout(path, row, block.subarray(from, to), {})?.format ?? null
    return format === null
  })
  return format ?? onlyBlankLines(path)
}

/**
 * Calls `visit` for each line, given as bounds in a block, with its number counted from 1, until it returns false.
 * Returns the SHA-256 (hex) of what was read of the file: of all of it if `visit` never returned false.
 */
async function visitLines(
  path: string,
  visit: (block: Buffer, from: number, to: number, row: number) => boolean,
): Promise<string> {
  const source = await openLines(path)
  let row = 0
  for await (const block of source.blocks()) {
    for (let from = 0; from < block.length; ) {
      const found = block.indexOf(NEWLINE, from)
      const to = found === -1 ? block.length : found
      row += 1
      if (!visit(block, from, to, row)) return source.sha256()
      from = to + 1
    }
  }
  return source.sha256()
}

function onlyBlankLines(file: string): never {
  throw refusal('EMPTY_FILE', { file }, 'has only blank lines', 'import a file with candles')
}

function rowReader(file: string, layout: Layout, options: ReadOptions): RowReader {
  return new RowReader({ file, layout, timeframeMs: options.timeframeMs, dateOrder: options.dateFormat })
}

/** The layout shown by a line, or null if the line is blank. */
function firstLayout(
  file: string,
  row: number,
  line: Uint8Array,
  options: { readonly symbol?: string; readonly format?: FormatName },
): Layout | null {
  if (line.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d)) return null
  return detectLayout({ file, row }, line, options.symbol, options.format)
}

function checkChoice(where: string, value: string | undefined, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value)) return
  throw new TandemError(`'${value}' is not one of ${choices.join(', ')}`, {
    code: 'BAD_OPTION',
    where,
    hint: 'choose one of them, or leave it out',
  })
}
