/**
 * A text file's rows as they are, for checking: what an import would refuse is what a check must be able to read. Cells
 * that are no numbers become NaN, and every row keeps its line number.
 */

import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { type Cells, makeCells, splitLine } from '../import/cells.ts'
import { cellText, parseNumber } from '../import/numbers.ts'
import { refusal } from '../import/refuse.ts'
import { type DateOrder, parseTime } from '../import/times.ts'
import { type ColumnMap, mapColumnsOf, separatorOf } from './columns-of.ts'
import type { RawCandles, RawFunding } from './table.ts'

const NEWLINE = 0x0a
/** Files beyond this aren't held in memory to be checked; the store's series can be. */
const LARGEST_BYTES = 1 << 30

export type RawFile =
  /** `hasVolume` is false for mark and index prices. */
  | { readonly kind: 'candles'; readonly hasVolume: boolean; readonly table: RawCandles }
  | { readonly kind: 'funding'; readonly table: RawFunding }

/**
 * Reads a CSV file, plain or gzip. The last line above the first row with a time names the columns; without one the
 * width tells. Other
 * kinds are read as they are imported. Throws `NO_SUCH_FILE`, `EMPTY_FILE`, `WRONG_COLUMNS` and what importing throws.
 */
export async function readRows(file: string, dateOrder?: DateOrder): Promise<RawFile> {
  const bytes = await readText(file)
  if (bytes === null) return (await import('./read-other.ts')).readOther(file)
  const lines = [...linesOf(bytes)]
  const separator = separatorOf(bytes.subarray(0, 4096))
  const cells = makeCells()
  const first = lines.findIndex(({ from, to }) => isData(bytes, from, to, separator, cells, dateOrder))
  if (first === -1) throw noTimes(file, bytes)
  const header = [...lines.slice(0, first)].reverse().map(({ from, to }) => textsOf(bytes, from, to, separator, cells))
  const width = textsOf(bytes, lines[first]!.from, lines[first]!.to, separator, cells).length
  const columns = mapColumnsOf(file, header.find((texts) => texts.length === width) ?? null, width)
  return gather(bytes, lines.slice(first), separator, columns, dateOrder)
}

function noTimes(file: string, bytes: Buffer): Error {
  const isSlashed = /^\s*"?\d{1,2}[/.]\d{1,2}[/.]\d{2,4}/m.test(bytes.toString('latin1', 0, 4096))
  if (!isSlashed) {
    return refusal('EMPTY_FILE', { file }, 'has no row that begins with a time', 'check a file of candles or funding')
  }
  const message = 'its dates can be read both ways: day and month can not be told apart'
  return refusal('AMBIGUOUS_DATE', { file }, message, 'say --date-format MM/DD/YYYY or DD/MM/YYYY')
}

interface Line {
  readonly from: number
  readonly to: number
  readonly number: number
}

/** The text of a CSV file; null for another kind. */
async function readText(file: string): Promise<Buffer | null> {
  const raw = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const message = error.code === 'ENOENT' ? 'there is no such file' : `can't be read: ${error.message}`
    throw refusal('NO_SUCH_FILE', { file }, message, 'name a CSV file, or VENUE:SYMBOL:TIMEFRAME of the store', error)
  })
  if (raw.length === 0) throw refusal('EMPTY_FILE', { file }, 'the file is empty', 'check a file of candles or funding')
  const text = raw[0] === 0x1f && raw[1] === 0x8b ? unzip(file, raw) : raw
  const head = text.subarray(0, 512)
  const isOther = head.includes(0) || /^\s*[[{]|^PK|^PAR1|^ARROW1|^FEA1/.test(head.toString('latin1'))
  if (isOther) return null
  const hasMark = text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf
  return hasMark ? text.subarray(3) : text
}

function unzip(file: string, raw: Buffer): Buffer {
  try {
    return gunzipSync(raw, { maxOutputLength: LARGEST_BYTES })
  } catch (error) {
    throw refusal('DAMAGED_GZIP', { file }, 'the gzip data are damaged or too large', 'fetch the file again', error)
  }
}

function* linesOf(bytes: Buffer): Generator<Line> {
  let number = 0
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(NEWLINE, from)
    const to = found === -1 ? bytes.length : found
    number += 1
    if (to > from) yield { from, to, number }
    from = to + 1
  }
}

function textsOf(bytes: Buffer, from: number, to: number, separator: number, cells: Cells): string[] {
  const count = Math.min(splitLine(bytes, from, to, separator, cells), cells.start.length)
  return Array.from({ length: count }, (_, index) => cellText(bytes, cells.start[index]!, cells.end[index]!))
}

/** Has the line a time in its first cell, or after a symbol in its second, and a number at its end? */
function isData(bytes: Buffer, from: number, to: number, separator: number, cells: Cells, order?: DateOrder): boolean {
  const count = Math.min(splitLine(bytes, from, to, separator, cells), cells.start.length)
  if (count < 2) return false
  if (Number.isNaN(parseNumber(bytes, cells.start[count - 1]!, cells.end[count - 1]!))) return false
  if (!Number.isNaN(rawTime(bytes, cells, 0, order))) return true
  const isName = /^[A-Za-z]/.test(cellText(bytes, cells.start[0]!, cells.end[0]!))
  return isName && !Number.isNaN(rawTime(bytes, cells, 1, order))
}

/** ms UTC of a cell; a bare number that is no Unix time in s, ms or µs is kept as it is, for the check of units. */
function rawTime(bytes: Buffer, cells: Cells, index: number, order: DateOrder | undefined): number {
  const [from, to] = [cells.start[index]!, cells.end[index]!]
  const time = parseTime(bytes, from, to, order)
  if (!Number.isNaN(time)) return time
  const hour = /^(\d{4}-\d{2}-\d{2}) (\d{2})-([AP])M$/.exec(cellText(bytes, from, to))
  if (hour === null) return parseNumber(bytes, from, to)
  const day = Buffer.from(hour[1]!)
  const hours = (Number(hour[2]) % 12) + (hour[3] === 'P' ? 12 : 0)
  return parseTime(day, 0, day.length, undefined) + hours * 3_600_000
}

function gather(
  bytes: Buffer,
  lines: readonly Line[],
  separator: number,
  columns: ColumnMap,
  order: DateOrder | undefined,
): RawFile {
  const cells = makeCells()
  const blank = lines.filter(({ from, to }) => splitLine(bytes, from, to, separator, cells) > 0)
  const table = columns.values.map(() => new Float64Array(blank.length))
  const time = new Float64Array(blank.length)
  const line = Float64Array.from(blank, ({ number }) => number)
  blank.forEach(({ from, to }, row) => {
    const count = Math.min(splitLine(bytes, from, to, separator, cells), cells.start.length)
    const number = (cell: number): number =>
      cell < count ? parseNumber(bytes, cells.start[cell]!, cells.end[cell]!) : Number.NaN
    time[row] = columns.time < count ? rawTime(bytes, cells, columns.time, order) : Number.NaN
    columns.values.forEach((cell, index) => {
      table[index]![row] = number(cell)
    })
  })
  if (columns.kind === 'funding') return { kind: 'funding', table: { time, rate: table[0]!, line } }
  const [open, high, low, close, volume, otherVolume = new Float64Array(0)] = table as [F, F, F, F, F, F?]
  return { kind: 'candles', hasVolume: true, table: { time, open, high, low, close, volume, otherVolume, line } }
}

type F = Float64Array
