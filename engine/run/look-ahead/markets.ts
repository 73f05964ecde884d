/** A market as it might have been: cut off after a bar, with another future, with one column's future unknown. */

import { type CandleSeries, type Candles, FIELDS, type Field } from '../../core/candles.ts'
import type { Grid } from '../../core/grid.ts'
import { type Market, makeMarket } from '../market.ts'

/**
 * The market with nothing after the first `rows` rows: views, since there are many of them. The watched run before has
 * seen to it that nobody takes the buffer behind a column.
 */
export function cut(market: Market, rows: number): Market {
  const endMs = market.grid.time[rows - 1]!
  return remade(market, (candles) => {
    const bars = barsUntil(candles, endMs)
    const part = (column: Float64Array): Float64Array => column.subarray(0, bars)
    return mapped(candles, part, part(candles.time))
  })
}

/** What the other future's prices are multiplied by, so that sums and means over the whole differ too. */
const SHIFT = 0.97

/**
 * The market with another future: after `row` the same bars in reverse order, a little lower. As many bars at the same
 * times, as wild as the real ones, so that no account runs out of range.
 */
export function poisoned(market: Market, row: number): Market {
  const endMs = market.grid.time[row]!
  return remade(market, (candles) => {
    const from = barsUntil(candles, endMs)
    const last = candles.time.length - 1
    const turned = (column: Float64Array): Float64Array =>
      column.map((value, bar) => (bar < from ? value : SHIFT * column[from + last - bar]!))
    return mapped(candles, turned, candles.time)
  })
}

/** The candles with one column held at its last known value. */
export function withoutFuture(market: Market, symbol: number, field: Field, row: number): Market {
  const endMs = market.grid.time[row]!
  return remade(market, (candles, k) => {
    if (k !== symbol) return candles
    const known = barsUntil(candles, endMs)
    const column = candles[field].slice()
    column.fill(known === 0 ? 0 : column[known - 1]!, known)
    return { ...candles, [field]: column }
  })
}

/** Bars of a series that open at or before a time. */
function barsUntil({ time }: Candles, endMs: number): number {
  let low = 0
  let high = time.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (time[middle]! <= endMs) low = middle + 1
    else high = middle
  }
  return low
}

function mapped(candles: Candles, change: (column: Float64Array) => Float64Array, time: Float64Array): Candles {
  const columns = Object.fromEntries(FIELDS.map((field) => [field, change(candles[field])])) as Record<
    Field,
    Float64Array
  >
  return { time, ...columns }
}

/** A market of the same series with their candles changed; exogenous series stay: they are laid out by known time. */
function remade(market: Market, change: (candles: Candles, at: number) => Candles): Market {
  const changed = new Map(seriesOf(market).map((one, at) => [one.candles, change(one.candles, at)]))
  const remake = ({ symbols }: Grid): CandleSeries[] =>
    symbols.map(({ series }) => ({ ...series, candles: changed.get(series.candles)! }))
  const read = remake(market.columns.grid)
  const traded = market.grid === market.columns.grid ? read : remake(market.grid)
  const fine = market.fine?.symbols.map((one) => one.series) ?? null
  const { funding, marks } = market
  return { ...makeMarket(read, market.columns.exogenous, { traded, fine }), funding, marks }
}

/** Every series of candles once, the strategy's own first: venues may share one. */
export function seriesOf({ columns, grid }: Market): readonly CandleSeries[] {
  const all = [...columns.grid.symbols, ...grid.symbols].map(({ series }) => series)
  return all.filter((one, at) => all.findIndex(({ candles }) => candles === one.candles) === at)
}
