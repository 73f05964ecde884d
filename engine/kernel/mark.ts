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
  if (equity !== null) fillRows(equity, from, to, cash)
  step(state, cash)
  // The rest of the stretch returns 0 and changes neither peak nor drawdown.
  state[MarkSlot.bars] = state[MarkSlot.bars]! + (to - from)
}

/** The same value in rows from..to: a loop, since `fill` is a call into the runtime, and most stretches are short. */
function fillRows(column: Float64Array, from: number, to: number, value: number): void {
  let i = from
  for (const last = to - 3; i <= last; i += 4) {
    column[i] = value
    column[i + 1] = value
    column[i + 2] = value
    column[i + 3] = value
  }
  for (; i <= to; i++) column[i] = value
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

/** Below the largest drawdown by more than its rounding: there the division can't matter. */
export const MARGIN = 1 - 1e-12

const holding = new Float64Array(2)

/** Marks rows from..to inclusive with one position of `quantity` valued at `mark`. */
export function markOne(
  state: Float64Array,
  equity: Float64Array | null,
  from: number,
  to: number,
  cash: number,
  quantity: number,
  mark: Float64Array,
): void {
  holding[0] = cash
  holding[1] = quantity
  markHeld(state, equity, from, to, holding, 0, 1, mark)
}

/**
 * `markOne` with cash and quantity where `values` has them: doubles that cross a call cost an allocation each. State
 * lives in locals meanwhile. Four rows a turn: V8 checks each array's kind and length anew in every turn of a loop, which
 * costs as much as the sums.
 */
export function markHeld(
  state: Float64Array,
  equity: Float64Array | null,
  from: number,
  to: number,
  values: Float64Array,
  cashAt: number,
  quantityAt: number,
  mark: Float64Array,
): void {
  if (to < from) return
  const cash = values[cashAt] as number
  const quantity = values[quantityAt] as number
  let previous = state[MarkSlot.equity] as number
  let peak = state[MarkSlot.peak] as number
  let maxDrawdown = state[MarkSlot.maxDrawdown] as number
  let sumReturns = state[MarkSlot.sumReturns] as number
  let sumSquares = state[MarkSlot.sumSquares] as number
  let noticed = maxDrawdown * peak * MARGIN
  let i = from
  while (i <= to) {
    if (i + 3 <= to) {
      const v0 = cash + quantity * (mark[i] as number)
      const v1 = cash + quantity * (mark[i + 1] as number)
      const v2 = cash + quantity * (mark[i + 2] as number)
      const v3 = cash + quantity * (mark[i + 3] as number)
      if (v0 <= peak && v1 <= peak && v2 <= peak && v3 <= peak && previous > 0 && v0 > 0 && v1 > 0 && v2 > 0) {
        if (equity !== null) {
          equity[i] = v0
          equity[i + 1] = v1
          equity[i + 2] = v2
          equity[i + 3] = v3
        }
        const r0 = v0 / previous - 1
        const r1 = v1 / v0 - 1
        const r2 = v2 / v1 - 1
        const r3 = v3 / v2 - 1
        sumReturns = sumReturns + r0 + r1 + r2 + r3
        sumSquares = sumSquares + r0 * r0 + r1 * r1 + r2 * r2 + r3 * r3
        previous = v3
        if (!(peak - v0 <= noticed && peak - v1 <= noticed && peak - v2 <= noticed && peak - v3 <= noticed)) {
          // Rounding keeps order: the largest of the four drawdowns is the lowest value's.
          const drawdown = (peak - Math.min(v0, v1, v2, v3)) / peak
          if (drawdown > maxDrawdown) {
            maxDrawdown = drawdown
            noticed = maxDrawdown * peak * MARGIN
          }
        }
        i += 4
        continue
      }
    }
    // One row, with everything that can happen in it.
    const value = cash + quantity * (mark[i] as number)
    if (equity !== null) equity[i] = value
    const r = previous > 0 ? value / previous - 1 : 0
    sumReturns += r
    sumSquares += r * r
    previous = value
    if (value > peak) {
      peak = value
      noticed = maxDrawdown * peak * MARGIN
    } else if (peak - value > noticed) {
      const drawdown = (peak - value) / peak
      if (drawdown > maxDrawdown) {
        maxDrawdown = drawdown
        noticed = maxDrawdown * peak * MARGIN
      }
    }
    i += 1
  }
  state[MarkSlot.equity] = previous
  state[MarkSlot.peak] = peak
  state[MarkSlot.maxDrawdown] = maxDrawdown
  state[MarkSlot.sumReturns] = sumReturns
  state[MarkSlot.sumSquares] = sumSquares
  state[MarkSlot.bars] = (state[MarkSlot.bars] as number) + (to - from + 1)
}

/**
 * Equity of rows from..to alone, with one position or none (`quantity` 0: then `mark` isn't looked at). Returns the last.
 */
export function writeEquity(
  equity: Float64Array,
  from: number,
  to: number,
  cash: number,
  quantity: number,
  mark: Float64Array,
): number {
  if (quantity === 0) {
    fillRows(equity, from, to, cash)
    return cash
  }
  let i = from
  for (const last = to - 3; i <= last; i += 4) {
    equity[i] = cash + quantity * (mark[i] as number)
    equity[i + 1] = cash + quantity * (mark[i + 1] as number)
    equity[i + 2] = cash + quantity * (mark[i + 2] as number)
    equity[i + 3] = cash + quantity * (mark[i + 3] as number)
  }
  for (; i <= to; i++) equity[i] = cash + quantity * (mark[i] as number)
  return equity[to] as number
}
