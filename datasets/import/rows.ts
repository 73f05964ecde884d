/** Rows of a candle file, checked one by one and gathered in columns. */

import type { Candles } from '../../engine/core/candles.ts'
import { formatTimeframe } from '../../engine/core/timeframe.ts'
import { formatTime } from '../dates.ts'
import { coarserSpacing, gridOrigin } from '../grid.ts'
import { type Cells, makeCells, splitLine } from './cells.ts'
import type { Layout } from './layout.ts'
import { cellText, parseNumber, significantDigits } from './numbers.ts'
import { type Place, refusal } from './refuse.ts'
import { type DateOrder, isAmbiguousDate, parseTime } from './times.ts'

/** Prices from here on can't be told apart to two decimals: the spacing of doubles is 1/64. */
const PRICE_LIMIT = 2 ** 46
/** From here on not every whole number is a double. */
const EXACT_LIMIT = 2 ** 53
/** Decimal digits that a double always holds. */
const EXACT_DIGITS = 15

export interface RowOptions {
  readonly file: string
  readonly layout: Layout
  readonly timeframeMs: number
  readonly dateOrder: DateOrder | undefined
}

/**
 * Takes lines in order; every fault of a row is thrown as a refusal that names file, row and column. All checks of a
 * series are here, so what `finish` returns is ascending, on its grid, positive and consistent.
 */
export class RowReader {
  readonly #options: RowOptions
  readonly #cells: Cells = makeCells()
  #columns: readonly Float64Array[] = Array.from({ length: 6 }, () => new Float64Array(4096))
  #rows = 0
  #origin = 0

  constructor(options: RowOptions) {
    this.#options = options
  }

  /** Reads the line in `from`..`to`, which is row `row` of the file. Blank lines are passed over. */
  read(bytes: Uint8Array, from: number, to: number, row: number): void {
    const { layout } = this.#options
    const count = splitLine(bytes, from, to, layout.separator, this.#cells)
    if (count === 0) return
    if (count !== layout.width) throw this.#wrongWidth(count, row)
    if (this.#rows === this.#columns[0]!.length) this.#grow()
    const [time, open, high, low, close, volume] = this.#columns as Six
    const at = this.#rows
    time[at] = this.#time(bytes, row)
    open[at] = this.#price(bytes, row, 1)
    high[at] = this.#price(bytes, row, 2)
    low[at] = this.#price(bytes, row, 3)
    close[at] = this.#price(bytes, row, 4)
    volume[at] = this.#volume(bytes, row)
    this.#checkBar(row, open[at]!, high[at]!, low[at]!, close[at]!)
    this.#rows += 1
  }

  /** The whole series. Throws `EMPTY_FILE` and `WRONG_TIMEFRAME`. */
  finish(): Candles {
    const { file, timeframeMs } = this.#options
    if (this.#rows === 0) {
      throw refusal('EMPTY_FILE', { file }, 'has a header but no candles', 'import a file with candles')
    }
    const [time, open, high, low, close, volume] = this.#columns.map((column) => column.slice(0, this.#rows)) as Six
    const spacing = coarserSpacing(time, timeframeMs)
    if (spacing !== null) {
      const [is, asked] = [formatTimeframe(spacing), formatTimeframe(timeframeMs)]
      const message = `the rows are ${is} apart, so these are not ${asked} candles`
      throw refusal('WRONG_TIMEFRAME', { file }, message, `import them with timeframe ${is}`)
    }
    return { time, open, high, low, close, volume }
  }

  #time(bytes: Uint8Array, row: number): number {
    const { layout, timeframeMs, dateOrder } = this.#options
    const cell = layout.cells[0]!
    const timeMs = parseTime(bytes, this.#cells.start[cell]!, this.#cells.end[cell]!, dateOrder)
    if (Number.isNaN(timeMs)) throw this.#badTime(bytes, row)
    if (this.#rows === 0) this.#origin = gridOrigin(timeMs, timeframeMs)
    else {
      const before = this.#columns[0]![this.#rows - 1]!
      if (timeMs <= before) throw this.#notAscending(timeMs, before, row)
    }
    if ((timeMs - this.#origin) % timeframeMs !== 0) {
      const message = `${formatTime(timeMs)} is not when a ${formatTimeframe(timeframeMs)} bar opens`
      throw refusal(
        'OFF_GRID',
        this.#place(row, 0),
        message,
        'check the timeframe, and that times are bar opens in UTC',
      )
    }
    return timeMs
  }

  #price(bytes: Uint8Array, row: number, role: number): number {
    const value = this.#number(bytes, row, role)
    if (value <= 0) {
      const message = `the price ${this.#text(bytes, role)} is not above zero`
      throw refusal('BAD_PRICE', this.#place(row, role), message, 'correct or remove the row')
    }
    if (value >= PRICE_LIMIT) {
      const message = `the price ${this.#text(bytes, role)} is beyond double precision: cents are lost from 2^46 (7.04e13) on`
      throw refusal('NUMBER_TOO_LARGE', this.#place(row, role), message, 'rescale the prices, or check the column')
    }
    return value
  }

  #volume(bytes: Uint8Array, row: number): number {
    const value = this.#number(bytes, row, 5)
    if (value < 0) {
      const message = `the volume ${this.#text(bytes, 5)} is negative`
      throw refusal('BAD_VOLUME', this.#place(row, 5), message, 'correct or remove the row')
    }
    return value
  }

  #number(bytes: Uint8Array, row: number, role: number): number {
    const cell = this.#options.layout.cells[role]!
    const value = parseNumber(bytes, this.#cells.start[cell]!, this.#cells.end[cell]!)
    if (Number.isNaN(value)) throw this.#notANumber(bytes, row, role)
    if (value >= EXACT_LIMIT && (value === Infinity || significantDigits(this.#text(bytes, role)) > EXACT_DIGITS)) {
      const message = `${this.#text(bytes, role)} is beyond double precision`
      throw refusal('NUMBER_TOO_LARGE', this.#place(row, role), message, 'rescale the column, or check it')
    }
    // A negative zero equals zero but has other bits, so that equal data would have different hashes.
    return value === 0 ? 0 : value
  }

  #checkBar(row: number, open: number, high: number, low: number, close: number): void {
    if (high < low) throw this.#inconsistent(row, 2, `the high ${high} is below the low ${low}`)
    if (high < open) throw this.#inconsistent(row, 2, `the high ${high} is below the open ${open}`)
    if (high < close) throw this.#inconsistent(row, 2, `the high ${high} is below the close ${close}`)
    if (low > open) throw this.#inconsistent(row, 3, `the low ${low} is above the open ${open}`)
    if (low > close) throw this.#inconsistent(row, 3, `the low ${low} is above the close ${close}`)
  }

  #text(bytes: Uint8Array, role: number): string {
    const cell = this.#options.layout.cells[role]!
    return cellText(bytes, this.#cells.start[cell]!, this.#cells.end[cell]!).slice(0, 40)
  }

  #place(row: number, role: number): Place {
    return { file: this.#options.file, row, column: this.#options.layout.names[role]! }
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
    if (this.#options.dateOrder === undefined && isAmbiguousDate(text)) {
      const message = `'${text}' is ambiguous: day and month can't be told apart`
      return refusal('AMBIGUOUS_DATE', place, message, 'state the date format MM/DD/YYYY or DD/MM/YYYY')
    }
    return refusal(
      'BAD_TIME',
      place,
      `'${text}' is not a time`,
      'write a Unix time in s, ms or µs, or an ISO date in UTC',
    )
  }

  #notAscending(timeMs: number, before: number, row: number): Error {
    const place = this.#place(row, 0)
    const time = formatTime(timeMs)
    if (timeMs === before) return refusal('DUPLICATE_TIME', place, `${time} is there twice`, 'remove one of the rows')
    const message = `out of order: ${time} comes after ${formatTime(before)}`
    return refusal('OUT_OF_ORDER', place, message, 'sort the rows by time, oldest first, or correct the time')
  }

  #notANumber(bytes: Uint8Array, row: number, role: number): Error {
    const text = this.#text(bytes, role)
    const place = this.#place(row, role)
    if (text === '') return refusal('EMPTY_CELL', place, 'the cell is empty', 'correct or remove the row')
    return refusal('NOT_A_NUMBER', place, `'${text}' is not a number`, 'write plain decimals such as 1234.5')
  }

  #inconsistent(row: number, role: number, message: string): Error {
    return refusal('INCONSISTENT_BAR', this.#place(row, role), message, 'check the column order, or correct the row')
  }

  #grow(): void {
    this.#columns = this.#columns.map((column) => {
      const larger = new Float64Array(column.length * 2)
      larger.set(column)
      return larger
    })
  }
}

type Six = [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
