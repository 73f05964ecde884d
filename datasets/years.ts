/** A series cut into calendar years (UTC), one file each. */

import type { Candles } from '../engine/core/candles.ts'
import { COLUMNS, hashCandles, lowerBound } from './columns.ts'

/** The rows of one year, as views on the whole, and the file they belong into. */
export interface Year {
  /** `year=2020/candles-0123456789abcdef.parquet`, named by what is in it. */
  readonly file: string
  readonly candles: Candles
}

/** The years of an ascending series that have rows, in order. */
export function yearsOf(candles: Candles): Year[] {
  const { time } = candles
  const years: Year[] = []
  for (let from = 0; from < time.length; ) {
    const year = new Date(time[from]!).getUTCFullYear()
    const to = lowerBound(time, Date.UTC(year + 1, 0))
    const rows = Object.fromEntries(COLUMNS.map((name) => [name, candles[name].subarray(from, to)]))
    const part = rows as unknown as Candles
    years.push({ file: `year=${year}/candles-${hashCandles(part).slice(0, 16)}.parquet`, candles: part })
    from = to
  }
  return years
}
