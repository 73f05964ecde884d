/** Candles checked one by one: what comes out ascends on its grid, is positive and consistent. */

import { formatTimeframe } from '../../../engine/core/timeframe.ts'
import { formatTime } from '../../dates.ts'
import { gridOrigin } from '../../grid.ts'
import { refusal } from '../refuse.ts'
import { CandleBlocks } from './blocks.ts'
import { placeOf, type RowOrigin, type RowSink } from './sink.ts'

/** Prices from here on can't be told apart to two decimals: the spacing of doubles is 1/64. */
const PRICE_LIMIT = 2 ** 46

export class CandleSink implements RowSink {
  readonly #timeframeMs: number
  readonly #origin: RowOrigin
  readonly blocks: CandleBlocks
  #gridMs = 0
  #last = Number.NaN
  /** 1 oldest first, −1 newest first, 0 not known yet. */
  #direction = 0

  constructor(timeframeMs: number, origin: RowOrigin, blocks: CandleBlocks = new CandleBlocks()) {
    this.#timeframeMs = timeframeMs
    this.#origin = origin
    this.blocks = blocks
  }

  get newestFirst(): boolean {
    return this.#direction < 0
  }

  add(row: number, values: Float64Array): void {
    this.push(row, values[0]!, values[1]!, values[2]!, values[3]!, values[4]!, values[5]!)
  }

  push(row: number, time: number, open: number, high: number, low: number, close: number, volume: number): void {
    if (!((time - this.#last) * this.#direction > 0)) this.#checkOrder(row, time)
    if ((time - this.#gridMs) % this.#timeframeMs !== 0) throw this.#offGrid(row, time)
    if (!(open > 0 && high > 0 && low > 0 && close > 0 && high < PRICE_LIMIT && volume >= 0)) {
      this.#checkValues(row, [open, high, low, close], volume)
    }
    if (high < low || high < open || high < close || low > open || low > close) {
      throw this.#inconsistent(row, open, high, low, close)
    }
    this.#last = time
    this.blocks.push(time, open, high, low, close, volume)
  }

  /** The rows, oldest first. Throws `EMPTY_FILE`. */
  finish(): CandleBlocks {
    if (this.blocks.rows === 0) {
      const message = 'has a header but no candles'
      throw refusal('EMPTY_FILE', { file: this.#origin.file }, message, 'import a file with candles')
    }
    if (this.newestFirst) this.blocks.reverse()
    return this.blocks
  }

  #checkOrder(row: number, time: number): void {
    const before = this.#last
    if (Number.isNaN(before)) {
      this.#gridMs = gridOrigin(time, this.#timeframeMs)
      return
    }
    const place = placeOf(this.#origin, row, 0)
    if (time === before) {
      const hint = 'remove one of the rows, or import with --fix, which drops repeated rows'
      throw refusal('DUPLICATE_TIME', place, `${formatTime(time)} is there twice`, hint)
    }
    if (this.#direction === 0) {
      this.#direction = time > before ? 1 : -1
      return
    }
    const newest = this.newestFirst ? ', in a file that is newest first' : ''
    const message = `out of order: ${formatTime(time)} comes after ${formatTime(before)}${newest}`
    const hint = 'sort the rows by time, oldest first, or import with --fix, or correct the time'
    throw refusal('OUT_OF_ORDER', place, message, hint)
  }

  #offGrid(row: number, time: number): Error {
    const message = `${formatTime(time)} is not when a ${formatTimeframe(this.#timeframeMs)} bar opens`
    const hint = 'check the timeframe, and that times are bar opens in UTC'
    return refusal('OFF_GRID', placeOf(this.#origin, row, 0), message, hint)
  }

  #checkValues(row: number, prices: readonly number[], volume: number): void {
    for (const [index, value] of prices.entries()) {
      const place = placeOf(this.#origin, row, index + 1)
      if (!(value > 0)) {
        const message = `the price ${value} is not above zero`
        throw refusal('BAD_PRICE', place, message, 'correct or remove the row')
      }
      if (value >= PRICE_LIMIT) {
        const message = `the price ${value} is beyond double precision: cents are lost from 2^46 (7.04e13) on`
        throw refusal('NUMBER_TOO_LARGE', place, message, 'rescale the prices, or check the column')
      }
    }
    if (volume >= 0) return
    const place = placeOf(this.#origin, row, 5)
    throw refusal('BAD_VOLUME', place, `the volume ${volume} is negative`, 'correct or remove the row')
  }

  #inconsistent(row: number, open: number, high: number, low: number, close: number): Error {
    const [role, message] =
      high < low
        ? [2, `the high ${high} is below the low ${low}`]
        : high < open
          ? [2, `the high ${high} is below the open ${open}`]
          : high < close
            ? [2, `the high ${high} is below the close ${close}`]
            : low > open
              ? [3, `the low ${low} is above the open ${open}`]
              : [3, `the low ${low} is above the close ${close}`]
    const hint = 'check the column order, or correct the row'
    return refusal('INCONSISTENT_BAR', placeOf(this.#origin, row, role as number), message as string, hint)
  }
}
