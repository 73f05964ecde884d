/** Trades gathered into candles as they pass: bars without a trade are absent. */

import { formatTime } from '../../dates.ts'
import { refusal } from '../refuse.ts'
import type { CandleSink } from './candle-sink.ts'
import { placeOf, type RowOrigin, type RowSink } from './sink.ts'

const DAY_MS = 86_400_000

/**
 * Open and close are the first and last trade of a bar in file order (several may share a time), high and low its
 * extremes, volume the sum of amounts in file order.
 */
export class TradeSink implements RowSink {
  readonly #candles: CandleSink
  readonly #origin: RowOrigin
  readonly #timeframeMs: number
  #last = Number.NEGATIVE_INFINITY
  #row = 0
  #bar = Number.NaN
  #open = 0
  #high = 0
  #low = 0
  #close = 0
  #volume = 0
  trades = 0

  constructor(timeframeMs: number, origin: RowOrigin, candles: CandleSink) {
    if (DAY_MS % timeframeMs !== 0) {
      const hint = 'choose one such as 1m, 5m, 1h or 1d, and resample from there'
      throw refusal('BAD_TIMEFRAME', { file: origin.file }, 'trades make bars that divide a day', hint)
    }
    this.#timeframeMs = timeframeMs
    this.#origin = origin
    this.#candles = candles
  }

  add(row: number, values: Float64Array): void {
    const [time, price, amount] = [values[0]!, values[1]!, values[2]!]
    if (time < this.#last) throw this.#outOfOrder(row, time)
    if (!(price > 0)) throw this.#bad(row, 1, 'BAD_PRICE', `the price ${price} is not above zero`)
    if (!(amount >= 0)) throw this.#bad(row, 2, 'BAD_VOLUME', `the amount ${amount} is negative`)
    this.#last = time
    this.trades += 1
    const bar = Math.floor(time / this.#timeframeMs) * this.#timeframeMs
    if (bar !== this.#bar) {
      this.flush()
      this.#bar = bar
      this.#row = row
      this.#open = this.#high = this.#low = price
      this.#volume = 0
    }
    if (price > this.#high) this.#high = price
    if (price < this.#low) this.#low = price
    this.#close = price
    this.#volume += amount
  }

  /** Hands on the bar at hand: call it once at the end. */
  flush(): void {
    if (Number.isNaN(this.#bar)) return
    this.#candles.push(this.#row, this.#bar, this.#open, this.#high, this.#low, this.#close, this.#volume)
    this.#bar = Number.NaN
  }

  #outOfOrder(row: number, time: number): Error {
    const message = `out of order: ${formatTime(time)} comes after ${formatTime(this.#last)}`
    return refusal('OUT_OF_ORDER', placeOf(this.#origin, row, 0), message, 'sort the trades by time, oldest first')
  }

  #bad(row: number, role: number, code: string, message: string): Error {
    return refusal(code, placeOf(this.#origin, row, role), message, 'correct or remove the row')
  }
}
