/**
 * Every indicator again, straight from its definition: whole arrays, no state, every window summed afresh. Slow and
 * obvious; the tests compare the engine's with these. Not defined = NaN.
 */

import type { Candles } from '../../engine/core/candles.ts'

type Column = number[]

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)
const meanOf = (values: readonly number[]) => sumOf(values) / values.length

/** `f` of the last `length` values at each row, NaN while any of them is missing. */
function rolling(values: readonly number[], length: number, f: (window: readonly number[]) => number): Column {
  return values.map((_, row) => {
    const window = row + 1 < length ? [Number.NaN] : values.slice(row + 1 - length, row + 1)
    return window.some(Number.isNaN) ? Number.NaN : f(window)
  })
}

/** A recurrence seeded with the mean of the first `length` values that aren't NaN. */
function smoothed(values: readonly number[], length: number, weight: number): Column {
  const first = values.findIndex((value) => !Number.isNaN(value))
  let average = Number.NaN
  return values.map((value, row) => {
    if (first < 0 || row < first + length - 1) return Number.NaN
    average =
      row === first + length - 1 ? meanOf(values.slice(first, row + 1)) : average * (1 - weight) + value * weight
    return average
  })
}

export const sma = (values: readonly number[], n: number) => rolling(values, n, meanOf)
export const ema = (values: readonly number[], n: number) => smoothed(values, n, 2 / (n + 1))
export const smma = (values: readonly number[], n: number) => smoothed(values, n, 1 / n)
export const max = (values: readonly number[], n: number) => rolling(values, n, (window) => Math.max(...window))
export const min = (values: readonly number[], n: number) => rolling(values, n, (window) => Math.min(...window))

export function stdev(values: readonly number[], n: number, ddof = 0): Column {
  return rolling(values, n, (window) => {
    const mean = meanOf(window)
    return Math.sqrt(sumOf(window.map((value) => (value - mean) ** 2)) / (n - ddof))
  })
}

export function zscore(values: readonly number[], n: number): Column {
  const mean = sma(values, n)
  const deviation = stdev(values, n)
  return values.map((value, row) => (value - mean[row]!) / deviation[row]!)
}

export function rsi(values: readonly number[], n: number): Column {
  const changes = values.map((value, row) => (row === 0 ? Number.NaN : value - values[row - 1]!))
  const gains = smma(
    changes.map((change) => Math.max(change, 0)),
    n,
  )
  const losses = smma(
    changes.map((change) => Math.max(-change, 0)),
    n,
  )
  return gains.map((gain, row) => 100 - 100 / (1 + gain / losses[row]!))
}

export function slope(values: readonly number[], n: number): Column {
  return rolling(values, n, (window) => {
    const x = (n - 1) / 2
    const y = meanOf(window)
    return sumOf(window.map((value, j) => (j - x) * (value - y))) / sumOf(window.map((_, j) => (j - x) ** 2))
  })
}

export function percentileRank(values: readonly number[], n: number): Column {
  return rolling(values, n + 1, (window) => {
    const value = window[n]!
    const others = window.slice(0, n)
    const below = others.filter((other) => other < value).length
    const equal = others.filter((other) => other === value).length
    return ((below + equal / 2) / n) * 100
  })
}

export function tr({ high, low, close }: Candles): Column {
  return Array.from(high, (top, row) => {
    const previous = close[row - 1] ?? Number.NaN
    return Math.max(top - low[row]!, Math.abs(top - previous), Math.abs(low[row]! - previous))
  })
}

export const atr = (candles: Candles, n: number) => smma(tr(candles), n)

export function adx(candles: Candles, n: number): { adx: Column; plusDi: Column; minusDi: Column } {
  const { high, low } = candles
  const rise = Array.from(high, (value, row) => value - (high[row - 1] ?? Number.NaN))
  const fall = Array.from(low, (value, row) => (low[row - 1] ?? Number.NaN) - value)
  const plus = rise.map((up, row) => (Number.isNaN(up) ? up : up > fall[row]! && up > 0 ? up : 0))
  const minus = fall.map((down, row) => (Number.isNaN(down) ? down : down > rise[row]! && down > 0 ? down : 0))
  const range = atr(candles, n)
  const plusDi = smma(plus, n).map((value, row) => (100 * value) / range[row]!)
  const minusDi = smma(minus, n).map((value, row) => (100 * value) / range[row]!)
  const dx = plusDi.map((up, row) => (100 * Math.abs(up - minusDi[row]!)) / (up + minusDi[row]!))
  return { adx: smma(dx, n), plusDi, minusDi }
}

export function stochastic(candles: Candles, n: number, smooth: number, signal: number): { k: Column; d: Column } {
  const highest = max([...candles.high], n)
  const lowest = min([...candles.low], n)
  const raw = Array.from(candles.close, (close, row) => (100 * (close - lowest[row]!)) / (highest[row]! - lowest[row]!))
  const k = sma(raw, smooth)
  return { k, d: sma(k, signal) }
}

export function vwap({ time, high, low, close, volume }: Candles, spanMs: number): Column {
  return Array.from(time, (now, row) => {
    const since = Math.floor(now / spanMs) * spanMs
    let turnover = 0
    let total = 0
    for (let past = 0; past <= row; past++) {
      if (time[past]! < since) continue
      turnover += ((high[past]! + low[past]! + close[past]!) / 3) * volume[past]!
      total += volume[past]!
    }
    return turnover / total
  })
}

export function obv({ close, volume }: Candles): Column {
  let total = 0
  return Array.from(close, (value, row) => {
    total += row === 0 ? 0 : Math.sign(value - close[row - 1]!) * volume[row]!
    return total
  })
}

export function mfi({ high, low, close, volume }: Candles, n: number): Column {
  const typical = Array.from(high, (value, row) => (value + low[row]! + close[row]!) / 3)
  const flow = typical.map((value, row) => Math.sign(value - (typical[row - 1] ?? Number.NaN)) * value * volume[row]!)
  return rolling(flow, n, (window) => {
    const positive = sumOf(window.filter((value) => value > 0))
    const negative = -sumOf(window.filter((value) => value < 0))
    return 100 - 100 / (1 + positive / negative)
  })
}

export function heikinAshi(candles: Candles): Record<'open' | 'high' | 'low' | 'close', Column> {
  const close = Array.from(
    candles.close,
    (last, row) => (candles.open[row]! + candles.high[row]! + candles.low[row]! + last) / 4,
  )
  const open: Column = []
  for (let row = 0; row < close.length; row++) {
    open.push(row === 0 ? (candles.open[0]! + candles.close[0]!) / 2 : (open[row - 1]! + close[row - 1]!) / 2)
  }
  return {
    open,
    high: close.map((last, row) => Math.max(candles.high[row]!, last, open[row]!)),
    low: close.map((last, row) => Math.min(candles.low[row]!, last, open[row]!)),
    close,
  }
}

export function supertrend(candles: Candles, n: number, multiplier: number): { supertrend: Column; direction: Column } {
  const range = atr(candles, n)
  const line: Column = []
  const direction: Column = []
  let upper = Number.NaN
  let lower = Number.NaN
  let isUp = false
  for (let row = 0; row < range.length; row++) {
    const close = candles.close[row]!
    const middle = (candles.high[row]! + candles.low[row]!) / 2
    const top = middle + multiplier * range[row]!
    const bottom = middle - multiplier * range[row]!
    if (row === n) isUp = close >= middle
    if (row >= n) {
      const last = candles.close[row - 1]!
      upper = row === n || top < upper || last > upper ? top : upper
      lower = row === n || bottom > lower || last < lower ? bottom : lower
      isUp = close > (isUp ? lower : upper)
    }
    line.push(row < n ? Number.NaN : isUp ? lower : upper)
    direction.push(row < n ? Number.NaN : isUp ? 1 : -1)
  }
  return { supertrend: line, direction }
}
