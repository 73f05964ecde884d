/** A real series as shapes of bars relative to the close before, from which others are put together. */

import { allocateCandles, type Candles } from '../../engine/core/candles.ts'
import { highestPrice, makeTick, type Tick, toTick } from './tick.ts'

/** Bars that follow directly on another: prices as fractions above or below the close before. Equal lengths. */
export interface Shapes {
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
  /** Open of each, ms UTC. */
  readonly time: Float64Array
}

/** The shapes of a series; bars after a gap are left out, since what they moved took longer than a bar. */
export function shapesOf(candles: Candles, timeframeMs: number): Shapes {
  const { time } = candles
  const rows: number[] = []
  for (let row = 1; row < time.length; row++) if (time[row]! - time[row - 1]! === timeframeMs) rows.push(row)
  const relative = (column: Float64Array): Float64Array =>
    Float64Array.from(rows, (row) => column[row]! / candles.close[row - 1]! - 1)
  return {
    open: relative(candles.open),
    high: relative(candles.high),
    low: relative(candles.low),
    close: relative(candles.close),
    volume: Float64Array.from(rows, (row) => candles.volume[row]!),
    time: Float64Array.from(rows, (row) => time[row]!),
  }
}

/** What a series put together of shapes begins with. */
export interface Start {
  readonly bars: number
  readonly startMs: number
  readonly startPrice: number
  readonly tick: number
}

/** A bar to come: which shape, how many times its size, and its volume. */
export interface NextBar {
  readonly shape: number
  readonly scale: number
  readonly volume: number
}

/** How far each bar goes from the close before, either way, as a fraction. */
function extents({ high, low }: Shapes): Float64Array {
  return high.map((value, row) => Math.max(Math.abs(value), Math.abs(low[row]!)))
}

/**
 * Puts bars together, each following on the close before, on the tick. `pick` is called once a bar, in order. No bar is
 * stretched further than the furthest of the shapes goes.
 */
export function assemble(
  shapes: Shapes,
  start: Start,
  timeframeMs: number,
  pick: (timeMs: number) => NextBar,
): Candles {
  const candles = allocateCandles(start.bars)
  const tick = makeTick(start.tick)
  const extent = extents(shapes)
  const reach = extent.reduce((furthest, one) => Math.max(furthest, one), 0)
  let price = start.startPrice
  for (let row = 0; row < start.bars; row++) {
    const timeMs = start.startMs + row * timeframeMs
    const { shape, scale, volume } = pick(timeMs)
    const size = extent[shape] === 0 ? scale : Math.min(scale, reach / extent[shape]!)
    const at = (relative: number): number => bounded(price * (1 + size * relative), tick)
    candles.time[row] = timeMs
    candles.open[row] = toTick(at(shapes.open[shape]!), tick)
    candles.high[row] = toTick(at(shapes.high[shape]!), tick)
    candles.low[row] = toTick(at(shapes.low[shape]!), tick)
    candles.volume[row] = volume
    price = at(shapes.close[shape]!)
    candles.close[row] = toTick(price, tick)
  }
  return candles
}

function bounded(price: number, tick: Tick): number {
  return Math.min(highestPrice(tick), Math.max(tick.numerator / tick.scale, price))
}

/** The power of ten that all prices of a series are multiples of, at least 1e-12. */
export function tickOf({ open, close }: Candles): number {
  let scale = 1
  const isMultiple = (price: number): boolean => Math.round(price * scale) / scale === price
  while (scale < 1e12 && !(open.every(isMultiple) && close.every(isMultiple))) scale *= 10
  return 1 / scale
}
