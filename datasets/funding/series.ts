/** A funding series: what a perpetual's longs paid its shorts, and when. */

import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import { join } from 'node:path'
import { checkSeriesKey } from '../series.ts'

/** What identifies a funding series in the store; `symbol` is `BASE/QUOTE:SETTLE` as a rule. */
export interface FundingKey {
  readonly venue: string
  readonly symbol: string
}

/**
 * Settlements, one a row, both columns of equal length. `time`: ms UTC, strictly ascending. `rate`: fraction of the
 * position's notional per settlement, positive when longs pay shorts.
 */
export interface FundingRates {
  readonly time: Float64Array
  readonly rate: Float64Array
}

/** A series with its name and the SHA-256 (hex) over its little-endian columns, time first. */
export interface FundingSeries extends FundingKey, FundingRates {
  readonly dataHash: string
}

/** `binance BTC/USDT:USDT funding`, for messages. */
export function fundingName({ venue, symbol }: FundingKey): string {
  return `${venue} ${symbol} funding`
}

/** Directory of all funding series of a store. */
export function fundingRoot(store: string): string {
  return join(store, 'funding')
}

/** Directory of one series. Throws `BAD_VENUE` or `BAD_SYMBOL`. */
export function fundingDirectory(store: string, key: FundingKey): string {
  checkSeriesKey({ ...key, timeframeMs: 3_600_000 })
  return join(fundingRoot(store), `venue=${key.venue}`, `symbol=${key.symbol.replace('/', '-').replace(':', '_')}`)
}

/** SHA-256 (hex) of the content, independent of how it is stored. */
export function hashFunding({ time, rate }: FundingRates): string {
  const hash = createHash('sha256')
  for (const column of [time, rate]) {
    const bytes = new Uint8Array(column.buffer, column.byteOffset, column.byteLength)
    hash.update(endianness() === 'LE' ? bytes : Buffer.from(bytes).swap64())
  }
  return hash.digest('hex')
}
