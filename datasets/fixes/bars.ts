/** Repairs of bars and volumes that lose nothing: rounding at the edges, swapped columns. Pure. */

import type { Candles } from '../../engine/core/candles.ts'
import type { Fixed } from './fix.ts'

/** A high below the open by up to this fraction is a rounding of the source, not a wrong bar. */
export const ROUNDING = 1e-4

/** Does the bar's range hold its open and close? */
export function isConsistent(open: number, high: number, low: number, close: number): boolean {
  return high >= low && high >= open && high >= close && low <= open && low <= close
}

/** Bars whose high and low were written the other way round, and those that miss open or close by a rounding. */
export function mendRanges<T extends Candles>(columns: T): Fixed<T> {
  const high = columns.high.slice()
  const low = columns.low.slice()
  let rows = 0
  for (let row = 0; row < high.length; row++) {
    const mended = mendedRange(columns.open[row]!, high[row]!, low[row]!, columns.close[row]!)
    if (mended === null) continue
    high[row] = mended[0]
    low[row] = mended[1]
    rows += 1
  }
  return { columns: rows === 0 ? columns : { ...columns, high, low }, rows }
}

/** High and low as they must have been meant; null for a consistent bar and for one that can't be mended safely. */
export function mendedRange(open: number, high: number, low: number, close: number): readonly [number, number] | null {
  if (isConsistent(open, high, low, close)) return null
  if (high < low && isConsistent(open, low, high, close)) return [low, high]
  const top = Math.max(open, high, close)
  const bottom = Math.min(open, low, close)
  const isRounding = high >= low && top - high <= high * ROUNDING && low - bottom <= low * ROUNDING
  return isRounding ? [top, bottom] : null
}

/** The volume of the rows that `isSwapped` picks, taken from the `other` volume column. */
export function swapVolumes<T extends { readonly time: Float64Array; readonly volume: Float64Array }>(
  columns: T,
  other: Float64Array,
  isSwapped: (row: number) => boolean,
): Fixed<T> {
  let rows = 0
  const volume = columns.volume.map((value, row) => {
    if (!isSwapped(row)) return value
    rows += 1
    return other[row]!
  })
  return { columns: rows === 0 ? columns : { ...columns, volume }, rows }
}
