/**
 * The highest high or lowest low of a stretch of bars, found without looking at each bar: blocks of sixteen bars know
 * their own, and blocks of sixteen blocks. NaN, where a symbol has no bar, is passed over.
 */

const BITS = 4
const SIZE = 1 << BITS

export class Extremes {
  /** The column itself, its blocks' extremes, their blocks' and so on. */
  private readonly levels: readonly Float64Array[]
  private readonly sign: 1 | -1

  /** `sign` 1 for the highest values of a column, -1 for the lowest. */
  constructor(column: Float64Array, sign: 1 | -1) {
    const levels = [column]
    for (let last = column; last.length > SIZE; levels.push(last)) last = blocksOf(last, sign)
    this.levels = levels
    this.sign = sign
  }

  /** The highest (lowest) of `best` and the values of rows from..to, `to` exclusive. */
  within(best: number, from: number, to: number): number {
    const { levels, sign } = this
    let found = best
    let first = from
    let end = to
    for (let level = 0; first < end; level++) {
      const column = levels[level]!
      // Whole blocks are left to the next level, and what lies before and after them is looked at here.
      const inner = (first + SIZE - 1) >> BITS
      const outer = end >> BITS
      if (inner >= outer || level + 1 === levels.length) return extreme(column, sign, found, first, end)
      found = extreme(column, sign, found, first, inner << BITS)
      found = extreme(column, sign, found, outer << BITS, end)
      first = inner
      end = outer
    }
    return found
  }
}

function blocksOf(column: Float64Array, sign: 1 | -1): Float64Array {
  const blocks = new Float64Array(Math.ceil(column.length / SIZE))
  for (let k = 0; k < blocks.length; k++) {
    const end = Math.min(column.length, (k + 1) << BITS)
    blocks[k] = extreme(column, sign, Number.NEGATIVE_INFINITY * sign, k << BITS, end)
  }
  return blocks
}

/** The same bar by bar: quicker where it is asked once. */
export function extreme(column: Float64Array, sign: 1 | -1, best: number, from: number, to: number): number {
  let found = best
  if (sign > 0) {
    for (let i = from; i < to; i++) if ((column[i] as number) > found) found = column[i] as number
  } else {
    for (let i = from; i < to; i++) if ((column[i] as number) < found) found = column[i] as number
  }
  return found
}
