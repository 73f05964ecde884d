/** Funding rates of a perpetual, and its mark prices: what a venue values and charges positions by. */

/** `rate[i]`, a fraction of the position's value, was due at `time[i]`, ms UTC, ascending. Positive: longs pay shorts. */
export interface FundingSeries {
  readonly venue: string
  readonly symbol: string
  readonly time: Float64Array
  readonly rate: Float64Array
  /** SHA-256 (hex) of the content, which doesn't depend on how it is stored. */
  readonly dataHash: string
}

/** Mark price columns on a run's rows; where a bar is missing the last close is carried forward. */
export interface MarkColumns {
  readonly open: Float64Array
  readonly high: Float64Array
  readonly low: Float64Array
  readonly close: Float64Array
}
