/**
 * The lowest and highest price of each 16 rows of a symbol: who waits for a level passes 16 rows at a look. Worked out
 * where first asked for, and kept with the symbol's columns, as indicators are: every run on them shares them.
 */

import type { SymbolColumns } from '../core/grid.ts'

/** Rows of a block, as a power of two. */
const BLOCK_BITS = 4

export class Ranges {
  /**
   * Of block b the lowest at 2b and the highest at 2b + 1, side by side: most looks are at memory that nobody has just
   * looked at. NaN where not worked out yet; a block without any bar has +Infinity and -Infinity: it meets no level.
   */
  readonly extremes: Float64Array
  private readonly low: Float64Array
  private readonly high: Float64Array
  private readonly close: Float64Array

  constructor({ low, high, close }: SymbolColumns) {
    this.low = low
    this.high = high
    this.close = close
    const blocks = (low.length + (1 << BLOCK_BITS) - 1) >> BLOCK_BITS
    this.extremes = new Float64Array(2 * blocks).fill(Number.NaN)
  }

  /** Works out a block; closes beside lows and highs, since whoever waits for one may not know what candles hold. */
  workOut(block: number): void {
    const { low, high, close } = this
    const end = Math.min(low.length, (block + 1) << BLOCK_BITS)
    let lowest = Number.POSITIVE_INFINITY
    let highest = Number.NEGATIVE_INFINITY
    for (let row = block << BLOCK_BITS; row < end; row++) {
      // Closes, too, are watched: nothing is taken for granted of where they lie.
      if (low[row]! < lowest) lowest = low[row]!
      if (close[row]! < lowest) lowest = close[row]!
      if (high[row]! > highest) highest = high[row]!
      if (close[row]! > highest) highest = close[row]!
    }
    this.extremes[2 * block] = lowest
    this.extremes[2 * block + 1] = highest
  }
}

const rangesOfColumns = new WeakMap<SymbolColumns, Ranges>()

/** The ranges of a symbol's columns: made once. */
export function rangesOf(columns: SymbolColumns): Ranges {
  let ranges = rangesOfColumns.get(columns)
  if (ranges === undefined) {
    ranges = new Ranges(columns)
    rangesOfColumns.set(columns, ranges)
  }
  return ranges
}
