/** The beginning of an input, cut into rows for the formats to look at. */

import { cellTexts } from './cells.ts'
import type { Sample } from './formats/format.ts'
import type { Content } from './input/content.ts'
import type { Input } from './input/input.ts'
import { JsonRows } from './input/json-rows.ts'
import { tooLong } from './input/lines.ts'
import { refusal } from './refuse.ts'

const NEWLINE = 0x0a
const COMMA = 0x2c
/** Rows that formats look at. */
const ROWS = 12

export interface Asked {
  readonly symbol?: string
  readonly columns?: string
}

/** A sample of lines or JSON rows. Throws `EMPTY_FILE` and `DAMAGED_JSON`. */
export function textSample(input: Input, content: Content, asked: Asked): Sample {
  return content.shape === 'json' ? jsonSample(input, content, asked) : lineSample(input, content, asked)
}

/** A sample of a table: its column names. */
export function tableSample(input: Input, shape: 'arrow' | 'parquet', names: readonly string[], asked: Asked): Sample {
  return { ...base(input, asked), shape, rows: [names], lines: [], separator: COMMA, inObject: false }
}

function base(input: Input, asked: Asked): Pick<Sample, 'file' | 'name' | 'folders' | 'symbol' | 'columns'> {
  return {
    file: input.label,
    name: input.name,
    folders: input.folders,
    symbol: asked.symbol,
    columns: asked.columns,
  }
}

function lineSample(input: Input, { head, whole }: Content, asked: Asked): Sample {
  const found: { from: number; to: number; line: number }[] = []
  let line = 0
  for (let from = 0; from < head.length && found.length < ROWS; ) {
    const at = head.indexOf(NEWLINE, from)
    if (at === -1 && !whole && found.length > 0) break
    if (at === -1 && !whole) throw tooLong(input.label)
    const to = at === -1 ? head.length : at
    line += 1
    if (!isBlank(head, from, to)) found.push({ from, to, line })
    from = to + 1
  }
  if (found.length === 0) {
    throw refusal('EMPTY_FILE', { file: input.label }, 'has only blank lines', 'import a file with candles')
  }
  // The first line may be a comment with any sign in it.
  const typical = found[Math.min(1, found.length - 1)]!
  const separator = likelySeparator(head.subarray(typical.from, typical.to))
  return {
    ...base(input, asked),
    shape: 'lines',
    rows: found.map(({ from, to }) => cellTexts(head, from, Math.min(to, from + 8192), separator)),
    lines: found.map((one) => one.line),
    separator,
    inObject: false,
  }
}

function jsonSample(input: Input, content: Content, asked: Asked): Sample {
  const rows: (readonly string[])[] = []
  const scanner = new JsonRows(input.label)
  scanner.push(content.head, (bytes, from, to) => {
    if (rows.length < ROWS) rows.push(cellTexts(bytes, from, to, COMMA))
  })
  if (rows.length === 0 && content.whole) scanner.finish()
  if (rows.length === 0) {
    const message = 'is JSON without rows of numbers'
    throw refusal('UNKNOWN_FORMAT', { file: input.label }, message, 'export it as CSV with column names')
  }
  return {
    ...base(input, asked),
    shape: 'json',
    rows,
    lines: rows.map((_, index) => index + 1),
    separator: COMMA,
    inObject: scanner.inObject,
  }
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (bytes[at] !== 0x20 && bytes[at] !== 0x09 && bytes[at] !== 0x0d) return false
  }
  return true
}

function likelySeparator(line: Uint8Array): number {
  const count = (byte: number): number => line.reduce((sum, at) => sum + (at === byte ? 1 : 0), 0)
  return [0x3b, 0x09].find((byte) => count(byte) > count(COMMA)) ?? COMMA
}
