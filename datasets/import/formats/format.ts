/** What a format is to the importer, and what it says about a file. */

import type { Place } from '../refuse.ts'
import type { Hints } from './names.ts'

export type FormatName =
  | 'kraken'
  | 'kraken-trades'
  | 'kraken-rest'
  | 'binance'
  | 'cryptodatadownload'
  | 'lean'
  | 'ccxt'
  | 'ccxt-trades'
  | 'feather'
  | 'parquet'
  | 'funding'
  | 'trades'
  | 'csv'

/** What the rows are. */
export type RowKind = 'candles' | 'trades' | 'funding'

/** How the rows are written. */
export type Shape = 'lines' | 'json' | 'arrow' | 'parquet'

/** The roles of a row's cells by kind, in the order in which a layout names them. */
export const ROLES: Readonly<Record<RowKind, readonly string[]>> = {
  candles: ['time', 'open', 'high', 'low', 'close', 'volume'],
  trades: ['time', 'price', 'amount'],
  funding: ['time', 'rate'],
}

/** The beginning of a file, as a format looks at it. */
export interface Sample {
  readonly file: string
  /** Base name without `.gz`, and the folders it lies in, outermost first. */
  readonly name: string
  readonly folders: readonly string[]
  readonly shape: Shape
  /** Lines: the first ones that aren't blank. JSON: the first rows. Arrow, Parquet: the column names alone. */
  readonly rows: readonly (readonly string[])[]
  /** Line number of each. */
  readonly lines: readonly number[]
  /** Byte between the cells of lines. */
  readonly separator: number
  /** For JSON: is the first row inside an object? */
  readonly inObject: boolean
  /** What the user said. */
  readonly symbol: string | undefined
  readonly columns: string | undefined
}

/** Which cell of a row is what. */
export interface Layout {
  readonly format: FormatName
  readonly kind: RowKind
  /** Rows that come before the data: a comment, column names. Blank ones don't count. */
  readonly skip: number
  /** Cells a row has. */
  readonly width: number
  /** Does a row with more cells than that pass? */
  readonly open?: boolean
  /** Cell index of each role, in the order of `ROLES`; −1 for a volume that the file doesn't have. */
  readonly cells: readonly number[]
  /** Column names for messages, in the same order. */
  readonly names: readonly string[]
  /** Times are milliseconds since this midnight (ms UTC). */
  readonly dayMs?: number
  /** The last row is of a bar that isn't over unless the file says up to when bars are. */
  readonly unfinishedLast?: boolean
  /** What name and content say about the series. */
  readonly hints: Hints
  /** What the format took for granted, for `--dry-run`. */
  readonly notes: readonly string[]
}

export interface Format {
  readonly name: FormatName
  /** One line: whose files these are. */
  readonly title: string
  readonly shape: readonly Shape[]
  /**
   * The layout of a file of this format; null if it is of another, or with `forced` a refusal that says why it can't be
   * read as this one.
   */
  detect(sample: Sample, forced: boolean): Layout | null
}

/** Where the first row of a sample stands. */
export function firstPlace(sample: Sample, row = 0): Place {
  const line = sample.lines[row]
  return line === undefined ? { file: sample.file } : { file: sample.file, row: line }
}

/** Is it a plain decimal number? */
export function isNumeric(text: string | undefined): boolean {
  return text !== undefined && /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text)
}

/** Are all cells of a row plain numbers? */
export function allNumeric(row: readonly string[] | undefined): boolean {
  return row !== undefined && row.length > 0 && row.every(isNumeric)
}
