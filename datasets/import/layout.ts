/** Which cell of a row is what: known headerless files by their width, others by their column names. */

import { type Cells, makeCells, splitLine } from './cells.ts'
import { cellText, parseNumber } from './numbers.ts'
import { type Place, refusal } from './refuse.ts'

/** `kraken`: OHLCVT, no header, 7 columns. `binance`: klines, no header, 12 columns. `csv`: with column names. */
export type FormatName = 'kraken' | 'binance' | 'csv'
export const FORMATS: readonly FormatName[] = ['kraken', 'binance', 'csv']

export interface Layout {
  readonly format: FormatName
  /** Byte between the cells. */
  readonly separator: number
  /** Cells every row has. */
  readonly width: number
  /** Is the first row the header? */
  readonly header: boolean
  /** Cell index and name of time, open, high, low, close, volume, in this order. */
  readonly cells: readonly number[]
  readonly names: readonly string[]
}

const HEADERLESS: readonly (readonly [format: FormatName, width: number])[] = [
  ['kraken', 7],
  ['binance', 12],
]

const ROLES = ['time', 'open', 'high', 'low', 'close', 'volume'] as const
type Role = (typeof ROLES)[number]

/** Column names as written without case, with one space for `_` and `-`; the first that is there is taken. */
const ALIASES: Readonly<Record<Exclude<Role, 'volume'>, readonly string[]>> = {
  time: [
    'timestamp',
    'unix',
    'unix timestamp',
    'unix time',
    'ts',
    'open time',
    'time',
    'datetime',
    'date time',
    'date',
  ],
  open: ['open', 'open price', 'o'],
  high: ['high', 'high price', 'h'],
  low: ['low', 'low price', 'l'],
  close: ['close', 'close price', 'c'],
}

/**
 * The layout that the file's first row shows. `symbol` tells the volume in base from that in quote where a file has
 * both; without it the plain `volume` is taken. Throws `WRONG_COLUMNS` and `AMBIGUOUS_VOLUME`.
 */
export function detectLayout(
  place: Place,
  line: Uint8Array,
  symbol: string | undefined,
  format: FormatName | undefined,
): Layout {
  const separator = likelySeparator(line)
  const cells = makeCells()
  const width = splitLine(line, 0, line.length, separator, cells)
  const texts = Array.from({ length: Math.min(width, cells.start.length) }, (_, index) =>
    cellText(line, cells.start[index]!, cells.end[index]!),
  )
  const wanted = format ?? (isNumeric(line, cells, texts.length) ? headerlessFormat(place, width) : 'csv')
  if (wanted === 'csv') return headerLayout(place, texts, width, separator, symbol)
  const expected = HEADERLESS.find(([name]) => name === wanted)![1]
  if (width !== expected) {
    throw refusal(
      'WRONG_COLUMNS',
      place,
      `has ${width} columns, a ${wanted} file has ${expected}`,
      'name the right format or import a CSV with column names',
    )
  }
  return { format: wanted, separator, width, header: false, cells: [0, 1, 2, 3, 4, 5], names: [...ROLES] }
}

function likelySeparator(line: Uint8Array): number {
  const count = (byte: number): number => line.reduce((sum, at) => sum + (at === byte ? 1 : 0), 0)
  const [comma, semicolon, tab] = [0x2c, 0x3b, 0x09]
  return [semicolon, tab].find((byte) => count(byte) > count(comma)) ?? comma
}

function isNumeric(line: Uint8Array, cells: Cells, count: number): boolean {
  for (let index = 0; index < count; index++) {
    if (Number.isNaN(parseNumber(line, cells.start[index]!, cells.end[index]!))) return false
  }
  return true
}

function headerlessFormat(place: Place, width: number): FormatName {
  const known = HEADERLESS.find(([, columns]) => columns === width)
  if (known !== undefined) return known[0]
  throw refusal(
    'WRONG_COLUMNS',
    place,
    `has ${width} columns and no column names`,
    'put a row timestamp,open,high,low,close,volume before the data; without names only Kraken files (7 columns) and Binance klines (12) are known',
  )
}

function headerLayout(
  place: Place,
  texts: readonly string[],
  width: number,
  separator: number,
  symbol: string | undefined,
): Layout {
  const names = texts.map((text) =>
    text
      .toLowerCase()
      .replace(/[\s_-]+/g, ' ')
      .trim(),
  )
  const found = ROLES.map((role) =>
    role === 'volume'
      ? volumeColumn(place, names, symbol)
      : (ALIASES[role].map((alias) => names.indexOf(alias)).find((index) => index >= 0) ?? -1),
  )
  const missing = ROLES.filter((_, index) => found[index] === -1)
  if (missing.length > 0) {
    throw refusal(
      'WRONG_COLUMNS',
      place,
      `lacks ${missing.length === 1 ? 'the column' : 'the columns'} ${missing.join(', ')}; it has ${texts.join(', ')}`,
      'the first row must name timestamp (or time, date, open time), open, high, low, close, volume',
    )
  }
  const twice = found.find((index) => names.indexOf(names[index]!) !== names.lastIndexOf(names[index]!))
  if (twice !== undefined) {
    throw refusal('WRONG_COLUMNS', place, `has two columns ${texts[twice]}`, 'remove one of them')
  }
  return {
    format: 'csv',
    separator,
    width,
    header: true,
    cells: found,
    names: found.map((i) => texts[i]!),
  }
}

/** Volume must be in base: `volume btc` for BTC/USD before a plain `volume`, which then is in quote. */
function volumeColumn(place: Place, names: readonly string[], symbol: string | undefined): number {
  const base = symbol?.split('/')[0]?.toLowerCase()
  const inBase = names.findIndex(
    (name) => name === `volume ${base}` || name === 'base volume' || name === 'volume base',
  )
  if (inBase >= 0) return inBase
  const plain = names.findIndex((name) => name === 'volume' || name === 'vol' || name === 'v')
  const other = names.find((name) => /^volume \S/.test(name))
  if (plain >= 0 && other !== undefined && symbol !== undefined) {
    throw refusal(
      'AMBIGUOUS_VOLUME',
      place,
      `has the columns volume and ${other}, and neither is named after the base currency of ${symbol}`,
      `name the volume in base 'volume ${base}' or remove the other`,
    )
  }
  return plain
}
