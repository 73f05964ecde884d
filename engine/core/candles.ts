/** Market data as columns. Shapes: every column of one series has the same length, rows ascend by time. */

/** The candle columns a strategy can read. */
export const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const
export type Field = (typeof FIELDS)[number]

/**
 * One series of candles. `time` is the bar's open in ms UTC, strictly ascending; bars without data are absent.
 * Prices in quote currency per unit of base, volume in base. Float64Arrays over SharedArrayBuffers, so that worker
 * threads share them; nobody writes to them after loading.
 */
export interface Candles {
  readonly time: Float64Array
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
  readonly volume: Float64Array
}

/** What was done to a series between the store and the run; absent members weren't. */
export interface Preparation {
  /** Timeframe of the bars that these were made of. */
  readonly resampledFrom?: string
  /** Made bars whose finer bars don't reach to both of their ends. */
  readonly partialBars?: number
  /** Missing bars that were filled in with the last close and no volume. */
  readonly carriedBars?: number
}

/** A series with its name and the SHA-256 (hex) of its content, which doesn't depend on how it is stored. */
export interface CandleSeries {
  readonly venue: string
  readonly symbol: string
  readonly timeframeMs: number
  readonly candles: Candles
  readonly dataHash: string
  readonly preparation?: Preparation
}

/** An exogenous series (funding, another venue's price): `value[i]` was known from `knownMs[i]` on, ascending. */
export interface ExogenousSeries {
  readonly name: string
  readonly knownMs: Float64Array
  readonly value: Float64Array
  readonly dataHash: string
}

/** A Float64Array of `length` zeros over a SharedArrayBuffer. */
export function sharedColumn(length: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(length * 8))
}

/** Candles of `length` rows, all zero, over SharedArrayBuffers. */
export function allocateCandles(length: number): Candles {
  return {
    time: sharedColumn(length),
    open: sharedColumn(length),
    high: sharedColumn(length),
    low: sharedColumn(length),
    close: sharedColumn(length),
    volume: sharedColumn(length),
  }
}
