/** Buy and hold: all capital into one symbol at the start, without costs. */

/** Prices on the run's rows; NaN where the symbol has no bar. */
export interface Benchmark {
  readonly label: string
  /** What was paid per unit: the first bar's open. */
  readonly entryPrice: number
  readonly close: Float64Array
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
