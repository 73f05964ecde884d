/**
 * The lowest low and the highest high of a stretch of bars, found without looking at each bar: blocks of sixteen bars know
 * their own, and blocks of sixteen blocks. NaN, where a symbol has no bar, is passed over. Both are looked for in one loop:
 * stretches are short, and what a loop costs is its end, which no processor foresees.
 */

const BITS = 4
const SIZE = 1 << BITS

/** A span of prices. */
export const Span = { lowest: 0, highest: 1 } as const

export class Extremes {
  /** The columns themselves, their blocks' extremes, those blocks' and so on. */
  private readonly lows: readonly Float64Array[]
  private readonly highs: readonly Float64Array[]

  constructor(low: Float64Array, high: Float64Array) {
    const lows = [low]
    const highs = [high]
    for (let last = 0; lows[last]!.length > SIZE; last++) {
      const [blockLows, blockHighs] = blocksOf(lows[last]!, highs[last]!)
      lows.push(blockLows)
      highs.push(blockHighs)
    }
    this.lows = lows
    this.highs = highs
  }

  /** Widens a span by the bars of rows from..to, `to` exclusive. */
  widen(span: Float64Array, from: number, to: number): void {
    const { lows, highs } = this
    let first = from
    let end = to
    for (let level = 0; first < end; level++) {
      const low = lows[level]!
      const high = highs[level]!
      // Whole blocks are left to the next level, and what lies before and after them is looked at here.
      const inner = (first + SIZE - 1) >> BITS
      const outer = end >> BITS
      if (inner >= outer || level + 1 === lows.length) {
        widen(span, low, high, first, end)
        return
      }
      widen(span, low, high, first, inner << BITS)
      widen(span, low, high, outer << BITS, end)
      first = inner
      end = outer
    }
  }
}

function blocksOf(low: Float64Array, high: Float64Array): [Float64Array, Float64Array] {
  const blocks = Math.ceil(low.length / SIZE)
  const [lows, highs] = [new Float64Array(blocks), new Float64Array(blocks)]
  const span = new Float64Array(2)
  for (let k = 0; k < blocks; k++) {
    span[Span.lowest] = Number.POSITIVE_INFINITY
    span[Span.highest] = Number.NEGATIVE_INFINITY
    widen(span, low, high, k << BITS, Math.min(low.length, (k + 1) << BITS))
    lows[k] = span[Span.lowest]!
    highs[k] = span[Span.highest]!
  }
  return [lows, highs]
}

/** The same bar by bar: quicker where it is asked once. */
export function widen(span: Float64Array, low: Float64Array, high: Float64Array, from: number, to: number): void {
  let lowest = span[Span.lowest] as number
  let highest = span[Span.highest] as number
  for (let i = from | 0; i < to; i = (i + 1) | 0) {
    if ((low[i] as number) < lowest) lowest = low[i] as number
    if ((high[i] as number) > highest) highest = high[i] as number
  }
  span[Span.lowest] = lowest
  span[Span.highest] = highest
}
