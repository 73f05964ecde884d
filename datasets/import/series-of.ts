/** Which series a file belongs to: what the user says, and where he says nothing, what name and content say. */

import { formatTimeframe } from '../../engine/core/timeframe.ts'
import type { PriceKind } from '../series.ts'
import type { Layout } from './formats/format.ts'
import type { Input } from './input/input.ts'
import type { ReadOptions } from './options.ts'
import { refusal } from './refuse.ts'

/** A series of candles, or of funding where `timeframeMs` is null. */
export interface Target {
  readonly kind: 'candles' | 'funding'
  readonly venue: string
  readonly symbol: string
  readonly timeframeMs: number | null
  readonly price: PriceKind | null
}

export interface Wanted extends ReadOptions {
  readonly venue?: string
}

/** Text that tells targets apart. */
export function targetName({ kind, venue, symbol, timeframeMs, price }: Target): string {
  const what = kind === 'funding' ? 'funding' : formatTimeframe(timeframeMs!)
  return `${venue} ${symbol} ${what}${price === null ? '' : ` ${price}`}`
}

/**
 * The series of one of several files; a reason as text if it isn't one of those that the user wants. Throws
 * `NEED_SYMBOL`, `NEED_VENUE` and `NEED_TIMEFRAME` for what nobody says.
 */
export function targetOf(input: Input, layout: Layout, wanted: Wanted, single: boolean): Target | string {
  const { hints, kind } = layout
  if (!single) {
    const other = otherThanWanted(layout, wanted)
    if (other !== null) return other
  }
  const venue = wanted.venue ?? hints.venue
  const symbol = wanted.symbol ?? hints.symbol
  const file = input.label
  if (venue === undefined) {
    throw refusal('NEED_VENUE', { file }, 'does not say whose data it has', 'say it with --venue, such as kraken')
  }
  if (symbol === undefined) {
    throw refusal('NEED_SYMBOL', { file }, 'does not say its symbol', 'say it with --symbol, such as BTC/USD')
  }
  if (kind === 'funding') return { kind: 'funding', venue, symbol, timeframeMs: null, price: null }
  const timeframeMs = wanted.timeframeMs ?? (kind === 'trades' ? undefined : hints.timeframeMs)
  if (timeframeMs === undefined) {
    const message = kind === 'trades' ? 'has trades, which become candles' : 'does not say its timeframe'
    throw refusal('NEED_TIMEFRAME', { file }, message, 'say it with --timeframe, such as 1m or 1h')
  }
  return { kind: 'candles', venue, symbol, timeframeMs, price: wanted.price ?? hints.price ?? null }
}

function otherThanWanted({ hints, kind }: Layout, wanted: Wanted): string | null {
  if (wanted.symbol !== undefined && hints.symbol !== undefined && pair(wanted.symbol) !== pair(hints.symbol)) {
    return `is ${hints.symbol}, not ${wanted.symbol}`
  }
  const [asked, is] = [wanted.timeframeMs, hints.timeframeMs]
  if (kind === 'candles' && asked !== undefined && is !== undefined && asked !== is) {
    return `is ${formatTimeframe(is)}, not ${formatTimeframe(asked)}`
  }
  if (wanted.price !== undefined && kind === 'candles' && wanted.price !== hints.price)
    return `is no ${wanted.price} price`
  return null
}

const pair = (symbol: string): string => symbol.split(':')[0]!
