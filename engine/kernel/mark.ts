/**
 * The mark loops: equity at every close of a stretch in which cash and quantities are constant, so that
 * cash + quantity × close is exact up to the final double. They also carry the running figures of a sweep: peak,
 * largest drawdown, Σr and Σr².
 *
 * A bar's return is equity over the close before it, less 1. From equity ≤ 0 there is no return: such a bar counts and
 * adds nothing to the sums (the fall to zero or below itself is a return of -1 or less, and a drawdown of 1 or more).
 */

/** Slots of the running state. */
export const MarkSlot = { equity: 0, peak: 1, maxDrawdown: 2, sumReturns: 3, sumSquares: 4, bars: 5 } as const

export function newMarkState(initialEquity: number): Float64Array {
  return Float64Array.of(initialEquity, initialEquity, 0, 0, 0, 0)
}

/** Marks rows from..to inclusive with no position: equity is cash throughout. */
export function markFlat(
  state: Float64Array,
  equity: Float64Array | null,
  from: number,
  to: number,
  cash: number,
): void {
  if (to < from) return
  // A loop: `fill` is a call into the runtime, and most stretches are short.
  if (equity !== null) for (let i = from; i <= to; i++) equity[i] = cash
  step(state, cash)
  // The rest of the stretch returns 0 and changes neither peak nor drawdown.
  state[MarkSlot.bars] = state[MarkSlot.bars]! + (to - from)
}

/** One bar's equity into the running state. */
function step(state: Float64Array, value: number): void {
  const previous = state[MarkSlot.equity]!
  const r = previous > 0 ? value / previous - 1 : 0
  state[MarkSlot.sumReturns] = state[MarkSlot.sumReturns]! + r
  state[MarkSlot.sumSquares] = state[MarkSlot.sumSquares]! + r * r
  state[MarkSlot.equity] = value
  if (value > state[MarkSlot.peak]!) state[MarkSlot.peak] = value
  const drawdown = (state[MarkSlot.peak]! - value) / state[MarkSlot.peak]!
  if (drawdown > state[MarkSlot.maxDrawdown]!) state[MarkSlot.maxDrawdown] = drawdown
  state[MarkSlot.bars] = state[MarkSlot.bars]! + 1
}

/** Marks rows from..to inclusive with one position of `quantity` valued at `mark`. State lives in locals meanwhile. */
export function markOne(
  state: Float64Array,
  equity: Float64Array | null,
  from: number,
  to: number,
  cash: number,
  quantity: number,
  mark: Float64Array,
): void {
  if (to < from) return
  let previous = state[MarkSlot.equity] as number
  let peak = state[MarkSlot.peak] as number
  let maxDrawdown = state[MarkSlot.maxDrawdown] as number
  let sumReturns = state[MarkSlot.sumReturns] as number
  let sumSquares = state[MarkSlot.sumSquares] as number
  for (let i = from; i <= to; i++) {
    const value = cash + quantity * (mark[i] as number)
    if (equity !== null) equity[i] = value
    const r = previous > 0 ? value / previous - 1 : 0
    sumReturns += r
    sumSquares += r * r
    previous = value
    if (value > peak) peak = value
    // The division is only needed where the drawdown may be the largest; the margin covers its rounding.
    else if (peak - value > maxDrawdown * peak * (1 - 1e-12)) {
      const drawdown = (peak - value) / peak
      if (drawdown > maxDrawdown) maxDrawdown = drawdown
    }
  }
  state[MarkSlot.equity] = previous
  state[MarkSlot.peak] = peak
  state[MarkSlot.maxDrawdown] = maxDrawdown
  state[MarkSlot.sumReturns] = sumReturns
  state[MarkSlot.sumSquares] = sumSquares
  state[MarkSlot.bars] = (state[MarkSlot.bars] as number) + (to - from + 1)
}

/** A position as the mark loop of several symbols sees it. */
export interface HeldPosition {
  readonly instrument: number
  quantity: number
  readonly mark: Float64Array
}

/** Marks rows from..to inclusive with several positions, summed in their order. */
export function markMany(
  state: Float64Array,
  equity: Float64Array | null,
  from: number,
  to: number,
  cash: number,
  held: readonly HeldPosition[],
): void {
  for (let i = from; i <= to; i++) {
    let value = cash
    for (let k = 0; k < held.length; k++) {
      const one = held[k] as HeldPosition
      value += one.quantity * (one.mark[i] as number)
    }
    if (equity !== null) equity[i] = value
    step(state, value)
  }
}
