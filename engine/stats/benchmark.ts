/** Buy and hold: all capital into one symbol at the start, without costs. */

import { deepest, drawdownSeries } from './drawdown.ts'
import { type PeriodReturns, periodReturnsAt } from './period-returns.ts'

/** Prices on the run's rows; NaN where the symbol has no bar. */
export interface Benchmark {
  readonly label: string
  /** What was paid per unit: the first bar's open. */
  readonly entryPrice: number
  readonly close: Float64Array
  /** What holding it comes to, where that is known already: see `holdingOf`. */
  readonly holding?: Holding
}

/** Buy and hold in figures. */
export interface Holding {
  readonly unitAtEnd: number
  readonly maxDrawdown: number
  readonly periods: PeriodReturns
}

/** What holding the benchmark comes to: the same for every run on the same bars. */
export function holdingOf(benchmark: Benchmark, time: Float64Array, timeframeMs: number): Holding {
  const { entryPrice, close } = benchmark
  const maxDrawdown = deepestOfPrices(close, entryPrice)
  // Where bars are missing their last price is carried on, and that takes a column.
  const held = maxDrawdown === null ? benchmarkUnitValues(benchmark) : null
  const unitAt = held === null ? (row: number) => close[row]! / entryPrice : (row: number) => held[row]!
  return {
    unitAtEnd: close.length === 0 ? 1 : unitAt(close.length - 1),
    maxDrawdown: maxDrawdown ?? deepest(drawdownSeries(held!)),
    periods: periodReturnsAt(time, timeframeMs, unitAt),
  }
}

/**
 * The deepest drawdown of prices that are all there, as `deepest(drawdownSeries(benchmarkUnitValues(…)))` has it, to the
 * bit, with divisions at new highs alone: rounding keeps order, so the deepest below a high is at the lowest price after
 * it. Null where a price is missing.
 */
function deepestOfPrices(close: Float64Array, entryPrice: number): number | null {
  checkEntry(entryPrice)
  let [peak, lowest, depth] = [entryPrice, entryPrice, 0]
  const deeper = (): number => Math.min(depth, lowest / entryPrice / (peak / entryPrice) - 1)
  for (let row = 0; row < close.length; row++) {
    const price = close[row] as number
    if (!Number.isFinite(price)) return null
    if (price < lowest) lowest = price
    else if (price > peak) {
      depth = deeper()
      peak = price
      lowest = price
    }
  }
  return deeper()
}

/** Unit values of the benchmark at each row: close over the entry price, the last one carried over rows without a bar. */
export function benchmarkUnitValues({ entryPrice, close }: Benchmark): Float64Array {
  checkEntry(entryPrice)
  const unit = new Float64Array(close.length)
  let last = 1
  for (let row = 0; row < close.length; row++) {
    const price = close[row]!
    if (Number.isFinite(price)) last = price / entryPrice
    unit[row] = last
  }
  return unit
}

function checkEntry(entryPrice: number): void {
  if (entryPrice > 0 && entryPrice < Number.POSITIVE_INFINITY) return
  throw new RangeError(`the benchmark's entry price is ${entryPrice}: it must be positive and finite`)
}
