/** The name of a candle series and where the store keeps it. */

import { join } from 'node:path'
import { TandemError } from '../engine/core/errors.ts'
import { formatTimeframe, parseTimeframe } from '../engine/core/timeframe.ts'

/** Of which price candles are, where not of trades: what a venue liquidates and settles by. Their volume is 0. */
export type PriceKind = 'mark' | 'index'

/** What identifies a series in the store. `symbol` is `BASE/QUOTE`, or `BASE/QUOTE:SETTLE` for a derivative. */
export interface SeriesKey {
  readonly venue: string
  readonly symbol: string
  readonly timeframeMs: number
  /** Absent for candles of trades. */
  readonly price?: PriceKind
}

/** `kraken BTC/USD 1h`, for messages. */
export function seriesName(key: SeriesKey): string {
  return `${key.venue} ${key.symbol} ${formatTimeframe(key.timeframeMs)}${key.price === undefined ? '' : ` ${key.price}`}`
}

/** `kraken:BTC/USD:1h`, as it is typed on the command line; of a mark or index price `binance:BTC/USDT:USDT:1h:mark`. */
export function seriesTarget(key: SeriesKey): string {
  const price = key.price === undefined ? '' : `:${key.price}`
  return `${key.venue}:${key.symbol}:${formatTimeframe(key.timeframeMs)}${price}`
}

/** The series that a text of `seriesTarget` names; null for one of another form. Throws `BAD_TIMEFRAME` for `kraken:BTC/USD:hourly`. */
export function parseSeriesTarget(text: string): SeriesKey | null {
  const match =
    /^([a-z0-9][a-z0-9-]*):([A-Za-z0-9]+\/[A-Za-z0-9]+(?::[A-Za-z0-9]+)??):([A-Za-z0-9]+?)(?::(mark|index))?$/.exec(
      text,
    )
  if (match === null) return null
  const [, venue, symbol, timeframe, price] = match
  const key = { venue: venue!, symbol: symbol!, timeframeMs: parseTimeframe(timeframe!, text) }
  return price === undefined ? key : { ...key, price: price as PriceKind }
}

/** Throws `BAD_VENUE`, `BAD_SYMBOL` or `BAD_TIMEFRAME`. The names become directories, so nothing else may pass. */
export function checkSeriesKey(key: SeriesKey): void {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(key.venue)) {
    throw new TandemError(`'${key.venue}' is not a venue name`, {
      code: 'BAD_VENUE',
      hint: 'use lower-case letters, digits and hyphens, such as kraken',
    })
  }
  if (!/^[A-Za-z0-9]{1,20}\/[A-Za-z0-9]{1,20}(:[A-Za-z0-9]{1,20})?$/.test(key.symbol)) {
    throw new TandemError(`'${key.symbol}' is not a symbol`, {
      code: 'BAD_SYMBOL',
      hint: 'write BASE/QUOTE such as BTC/USD, or BASE/QUOTE:SETTLE for a derivative',
    })
  }
  if (!Number.isSafeInteger(key.timeframeMs) || key.timeframeMs < 1000 || key.timeframeMs % 1000 !== 0) {
    throw new TandemError(`${key.timeframeMs} ms is not a timeframe`, {
      code: 'BAD_TIMEFRAME',
      hint: 'give a whole number of seconds, in ms',
    })
  }
}

/** Directory of all candles of trades in a store, or of a price: `candles`, `mark`, `index`. */
export function candlesRoot(store: string, price?: PriceKind): string {
  return join(store, price ?? 'candles')
}

/** Hive-style directory of one series, so that any Parquet tool reads venue, symbol and timeframe as columns. */
export function seriesDirectory(store: string, key: SeriesKey): string {
  checkSeriesKey(key)
  const symbol = key.symbol.replace('/', '-').replace(':', '_')
  return join(
    candlesRoot(store, key.price),
    `venue=${key.venue}`,
    `symbol=${symbol}`,
    `timeframe=${formatTimeframe(key.timeframeMs)}`,
  )
}
