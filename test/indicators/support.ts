/** Candles for the indicator tests: seeded random walks, candles from lists, and bitwise comparison of columns. */

import { expect } from 'vitest'
import { allocateCandles, type Candles } from '../../engine/core/candles.ts'

/** A generator of numbers in [0, 1) from a 32-bit seed (mulberry32, T. Ettinger, public domain). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A random walk of one-minute candles; one bar in twenty is followed by a gap, some bars are flat or without volume. */
export function randomCandles(rows: number, random: () => number): Candles {
  const candles = allocateCandles(rows)
  let timeMs = 1_600_000_000_000
  let price = 100
  for (let row = 0; row < rows; row++) {
    const close = random() < 0.1 ? price : price * (1 + (random() - 0.5) * 0.04)
    candles.time[row] = timeMs
    candles.open[row] = price
    candles.close[row] = close
    candles.high[row] = Math.max(price, close) * (1 + random() * 0.01)
    candles.low[row] = Math.min(price, close) * (1 - random() * 0.01)
    candles.volume[row] = random() < 0.1 ? 0 : random() * 50
    timeMs += random() < 0.05 ? 60_000 * Math.ceil(random() * 2_000) : 60_000
    price = close
  }
  return candles
}

/** Candles from the lists given; missing columns are taken from `close`, missing volume is 1, time is in minutes. */
export function candlesFrom(columns: Partial<Record<keyof Candles, readonly number[]>>): Candles {
  const close = columns.close ?? columns.high ?? columns.volume ?? []
  const column = (values: readonly number[] | undefined, otherwise: (row: number) => number) =>
    Float64Array.from(close, (_, row) => values?.[row] ?? otherwise(row))
  return {
    time: column(columns.time, (row) => row * 60_000),
    open: column(columns.open, (row) => close[row]!),
    high: column(columns.high, (row) => close[row]!),
    low: column(columns.low, (row) => close[row]!),
    close: Float64Array.from(close),
    volume: column(columns.volume, () => 1),
  }
}

/** Candles with only the rows [from, to). */
export function sliceCandles(candles: Candles, from: number, to: number): Candles {
  return {
    time: candles.time.slice(from, to),
    open: candles.open.slice(from, to),
    high: candles.high.slice(from, to),
    low: candles.low.slice(from, to),
    close: candles.close.slice(from, to),
    volume: candles.volume.slice(from, to),
  }
}

/** First row at which two columns differ in any bit, or −1. */
export function firstDifference(a: Float64Array, b: Float64Array): number {
  if (a.length !== b.length) return Math.min(a.length, b.length)
  const bitsA = new BigUint64Array(a.buffer, a.byteOffset, a.length)
  const bitsB = new BigUint64Array(b.buffer, b.byteOffset, b.length)
  return bitsA.findIndex((bits, row) => bits !== bitsB[row])
}

/** Expects `actual` to be NaN where `expected` is null or NaN, and elsewhere within `tolerance` of it. */
export function expectColumn(
  actual: Float64Array,
  expected: readonly (number | null)[],
  tolerance: number,
  name = 'column',
): void {
  expect(actual.length, `${name}: length`).toBe(expected.length)
  for (let row = 0; row < expected.length; row++) {
    const wanted = expected[row] ?? Number.NaN
    const ok = Number.isNaN(wanted) ? Number.isNaN(actual[row]) : Math.abs(actual[row]! - wanted) <= tolerance
    if (!ok) expect.fail(`${name}[${row}] is ${actual[row]}, expected ${wanted} ± ${tolerance}`)
  }
}
