/** Buy and hold: all capital into one symbol at the start, without costs. */

import { deepest, drawdownSeries } from './drawdown.ts'
import { type PeriodReturns, periodReturns } from './period-returns.ts'

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
  const held = benchmarkUnitValues(benchmark)
  return {
    unitAtEnd: held.length === 0 ? 1 : held[held.length - 1]!,
    maxDrawdown: deepest(drawdownSeries(held)),
    periods: periodReturns(time, timeframeMs, held),
  }
}

/** Unit values of the benchmark at each row: close over the entry price, the last one carried over rows without a bar. */
export function benchmarkUnitValues({ entryPrice, close }: Benchmark): Float64Array {
  if (!(entryPrice > 0)) throw new RangeError(`the benchmark's entry price is ${entryPrice}: it must be positive`)
  const unit = new Float64Array(close.length)
  let last = 1
  for (let row = 0; row < close.length; row++) {
    const price = close[row]!
    if (Number.isFinite(price)) last = price / entryPrice
    unit[row] = last
  }
  return unit
}
