/** Rows of text into numbers: a fast path for plain ones, a careful path for all that is quoted, signed, dated or wrong. */

import { type Cells, makeCells, splitLine } from './cells.ts'
import type { Layout } from './formats/format.ts'
import { cellText, EXACT_POWERS, parseNumber, significantDigits } from './numbers.ts'
import { type Place, refusal } from './refuse.ts'
import { placeOf, type RowOrigin, type RowSink } from './sinks/sink.ts'
import { type DateOrder, isSlashedDate, parseTime, unixMs } from './times.ts'

/** From here on not every whole number is a double. */
const EXACT_LIMIT = 2 ** 53
/** Decimal digits that a double always holds. */
const EXACT_DIGITS = 15
const [POINT, RETURN, NEWLINE, QUOTE] = [0x2e, 0x0d, 0x0a, 0x22]

export interface RowOptions extends RowOrigin {
  readonly layout: Layout
  /** Byte between cells. */
  readonly separator: number
  readonly dateOrder: DateOrder | undefined
  /** Added to every time: −timeframe for bars stamped at their end, minus the offset of local time. */
  readonly shiftMs: number
}

export class RowReader {
  readonly #options: RowOptions
  readonly #sink: RowSink
  readonly #cells: Cells = makeCells()
  readonly #values: Float64Array
  /** Role of each cell, −1 for those passed over. */
  readonly #roles: Int32Array
  readonly #fast: boolean
  #row = 0

  constructor(options: RowOptions, sink: RowSink) {
    const { layout } = options
    this.#options = options
    this.#sink = sink
    this.#values = new Float64Array(layout.cells.length)
    this.#roles = new Int32Array(layout.width).fill(-1)
    for (const [role, cell] of layout.cells.entries()) if (cell >= 0) this.#roles[cell] = role
    // One cell for two roles is left to the careful path.
    const used = layout.cells.filter((cell) => cell >= 0)
    this.#fast = new Set(used).size === used.length && layout.dayMs === undefined
  }

  /** Reads a block of whole lines that begins after line `row`; returns the number of its last line. */
  readBlock(bytes: Uint8Array, row: number): number {
    this.#row = row
    for (let from = 0; from < bytes.length; ) {
      this.#row += 1
      if (bytes[from] === NEWLINE) {
        from += 1
        continue
      }
      const next = this.#fast ? this.#readPlain(bytes, from) : -1
      if (next > 0) {
        from = next
        continue
      }
      const found = bytes.indexOf(NEWLINE, from)
      const to = found === -1 ? bytes.length : found
      this.readLine(bytes, from, to, this.#row)
      from = to + 1
    }
    return this.#row
  }

  /** Reads the row in `from`..`to`. Blank lines are passed over. */
  readLine(bytes: Uint8Array, from: number, to: number, row: number): void {
    const { layout, separator, shiftMs } = this.#options
    const count = splitLine(bytes, from, to, separator, this.#cells)
    if (count === 0) return
    if (count !== layout.width && !(layout.open === true && count > layout.width)) throw this.#wrongWidth(count, row)
    const values = this.#values
    values[0] = this.#time(bytes, row) + shiftMs
    for (let role = 1; role < values.length; role++) {
      values[role] = layout.cells[role] === -1 ? 0 : this.#number(bytes, row, role)
    }
    this.#sink.add(row, values)
  }

  /**
   * The row at `from` if all its wanted cells are plain decimals, and where the next one begins; −1 without a trace if
   * anything is unusual. Up to 2^53 in digits and 22 decimals, one division rounds correctly: see `parseNumber`.
   */
  #readPlain(bytes: Uint8Array, from: number): number {
    const roles = this.#roles
    const values = this.#values
    const separator = this.#options.separator
    const length = bytes.length
    const width = roles.length
    let at = from
    for (let cell = 0; cell < width; cell++) {
      const role = roles[cell]!
      let mantissa = 0
      let decimals = -1
      let digits = 0
      let byte = 0
      for (; at < length; at++) {
        byte = bytes[at]!
        const digit = byte - 0x30
        if (digit >= 0 && digit <= 9) {
          mantissa = mantissa * 10 + digit
          digits += 1
          if (decimals >= 0) decimals += 1
        } else if (byte === separator || byte === NEWLINE) break
        else if (byte === POINT && decimals < 0) decimals = 0
        else if (byte === RETURN && bytes[at + 1] === NEWLINE) continue
        else if (role >= 0 || byte === QUOTE) return -1
      }
      if (role >= 0) {
        if (digits === 0 || mantissa >= EXACT_LIMIT || decimals > 22) return -1
        values[role] = decimals > 0 ? mantissa / EXACT_POWERS[decimals]! : mantissa
      }
      if ((byte === NEWLINE || at === length) !== (cell === width - 1)) return -1
      at += 1
    }
    const time = unixMs(values[0]!)
    if (Number.isNaN(time)) return -1
    values[0] = time + this.#options.shiftMs
    this.#sink.add(this.#row, values)
    return at
  }

  #time(bytes: Uint8Array, row: number): number {
    const { layout, dateOrder } = this.#options
    const cell = layout.cells[0]!
    const [from, to] = [this.#cells.start[cell]!, this.#cells.end[cell]!]
    if (layout.dayMs !== undefined) {
      const sinceMidnight = parseNumber(bytes, from, to)
      if (sinceMidnight >= 0 && sinceMidnight < 86_400_000) return layout.dayMs + sinceMidnight
      throw this.#badTime(bytes, row)
    }
    const timeMs = parseTime(bytes, from, to, dateOrder)
    if (Number.isNaN(timeMs)) throw this.#badTime(bytes, row)
    return timeMs
  }

  #number(bytes: Uint8Array, row: number, role: number): number {
    const cell = this.#options.layout.cells[role]!
    const value = parseNumber(bytes, this.#cells.start[cell]!, this.#cells.end[cell]!)
    if (Number.isNaN(value)) throw this.#notANumber(bytes, row, role)
    const size = Math.abs(value)
    if (size >= EXACT_LIMIT && (size === Infinity || significantDigits(this.#text(bytes, role)) > EXACT_DIGITS)) {
      const message = `${this.#text(bytes, role)} is beyond double precision`
      throw refusal('NUMBER_TOO_LARGE', this.#place(row, role), message, 'rescale the column, or check it')
    }
    // A negative zero equals zero but has other bits, so that equal data would have different hashes.
    return value === 0 ? 0 : value
  }

  /** A cell for a message: short, and without what a terminal would obey. */
  #text(bytes: Uint8Array, role: number): string {
    const cell = this.#options.layout.cells[role]!
    const text = cellText(
      bytes,
      this.#cells.start[cell]!,
      Math.min(this.#cells.end[cell]!, this.#cells.start[cell]! + 160),
    )
    return text.slice(0, 40).replace(/\p{C}/gu, '?')
  }

  #place(row: number, role: number): Place {
    return placeOf(this.#options, row, role)
  }

  #wrongWidth(count: number, row: number): Error {
    const { file, layout } = this.#options
    const message = `the row has ${count} cells, ${layout.width} are expected`
    return refusal('WRONG_COLUMNS', { file, row }, message, 'the row is damaged or cut short')
  }

  #badTime(bytes: Uint8Array, row: number): Error {
    const text = this.#text(bytes, 0)
    const place = this.#place(row, 0)
    if (text === '') return refusal('EMPTY_CELL', place, 'the time is empty', 'correct or remove the row')
    if (this.#options.dateOrder === undefined && isSlashedDate(text)) {
      const message = `'${text}' is ambiguous: day and month can't be told apart`
      return refusal('AMBIGUOUS_DATE', place, message, 'say --dates mdy or --dates dmy')
    }
    const hint = 'write a Unix time in s, ms or µs, or an ISO date in UTC'
    return refusal('BAD_TIME', place, `'${text}' is not a time`, hint)
  }

  #notANumber(bytes: Uint8Array, row: number, role: number): Error {
    const text = this.#text(bytes, role)
    const place = this.#place(row, role)
    if (text === '') return refusal('EMPTY_CELL', place, 'the cell is empty', 'correct or remove the row')
    return refusal('NOT_A_NUMBER', place, `'${text}' is not a number`, 'write plain decimals such as 1234.5')
  }
}
