/** Cells of one CSV line as byte ranges: nothing is copied. */

import { cellText } from './numbers.ts'

const QUOTE = 0x22
const SPACE = 0x20
const TAB = 0x09
const RETURN = 0x0d
const NEWLINE = 0x0a

/** Bounds of the cells of the line last split; `start[i]`..`end[i]` without surrounding spaces and quotes. */
export interface Cells {
  readonly start: Int32Array
  readonly end: Int32Array
}

/** More columns than any candle file has; cells beyond are counted, not kept. */
const MOST_CELLS = 64

export function makeCells(): Cells {
  return { start: new Int32Array(MOST_CELLS), end: new Int32Array(MOST_CELLS) }
}

/** Splits the line in `from`..`to` (without its line break) and returns how many cells it has; 0 for a blank line. */
export function splitLine(bytes: Uint8Array, from: number, to: number, separator: number, cells: Cells): number {
  while (to > from && isBlank(bytes[to - 1]!, separator)) to -= 1
  if (from === to) return 0
  let count = 0
  let start = from
  let quoted = false
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!
    if (byte === QUOTE) quoted = !quoted
    else if (byte === separator && !quoted) {
      keep(bytes, start, at, separator, cells, count++)
      start = at + 1
    }
  }
  keep(bytes, start, to, separator, cells, count++)
  return count
}

function keep(bytes: Uint8Array, start: number, end: number, separator: number, cells: Cells, index: number): void {
  if (index >= MOST_CELLS) return
  while (start < end && isBlank(bytes[start]!, separator)) start += 1
  while (end > start && isBlank(bytes[end - 1]!, separator)) end -= 1
  if (end - start >= 2 && bytes[start] === QUOTE && bytes[end - 1] === QUOTE) {
    start += 1
    end -= 1
  }
  cells.start[index] = start
  cells.end[index] = end
}

/** A tab is white space unless it separates; a row of JSON may have line breaks in it. */
function isBlank(byte: number, separator: number): boolean {
  return (byte === SPACE || byte === RETURN || byte === NEWLINE || byte === TAB) && byte !== separator
}

/** Cells as text, for looking at a few rows. */
export function cellTexts(bytes: Uint8Array, from: number, to: number, separator: number): readonly string[] {
  const cells = makeCells()
  const count = Math.min(splitLine(bytes, from, to, separator, cells), MOST_CELLS)
  return Array.from({ length: count }, (_, index) => cellText(bytes, cells.start[index]!, cells.end[index]!))
}
