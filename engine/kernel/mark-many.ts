/**
 * The mark loops of several positions. Equity of a stretch is summed position by position, two at a time, into a column,
 * and the running figures are taken from that: the sum of each row has its terms in the same order as row by row, so it
 * is the same to the bit, and no loop looks at an object.
 */

import { MARGIN, MarkSlot } from './mark.ts'

/** A position as the mark loops see it. */
export interface HeldPosition {
  readonly instrument: number
  quantity: number
  readonly mark: Float64Array
}

/** Rows that are summed at a time where nobody keeps their equity. */
const SCRATCH_ROWS = 1024
const scratch = new Float64Array(SCRATCH_ROWS)

/** Marks rows from..to inclusive with several positions, summed in their order. */
export function markMany(
  state: Float64Array,
  equity: Float64Array | null,
  from: number,
  to: number,
  cash: number,
  held: readonly HeldPosition[],
): void {
  if (to < from) return
  if (equity !== null) {
    sumEquity(equity, 0, from, to, cash, held)
    takeFigures(state, equity, from, to)
    return
  }
  for (let first = from; first <= to; first += SCRATCH_ROWS) {
    const last = Math.min(to, first + SCRATCH_ROWS - 1)
    sumEquity(scratch, first, first, last, cash, held)
    takeFigures(state, scratch, 0, last - first)
  }
}

/** Equity of rows from..to alone, with several positions or none. Returns the last. */
export function writeEquityMany(
  equity: Float64Array,
  from: number,
  to: number,
  cash: number,
  held: readonly HeldPosition[],
): number {
  sumEquity(equity, 0, from, to, cash, held)
  return equity[to] as number
}

/** Equity of rows from..to into `values`, whose index 0 is row `shift`. */
function sumEquity(
  values: Float64Array,
  shift: number,
  from: number,
  to: number,
  cash: number,
  held: readonly HeldPosition[],
): void {
  const count = held.length
  // With an odd number the first is alone.
  let k = count & 1
  if (k === 0) setCash(values, from - shift, to - shift, cash)
  else setOne(values, shift, from, to, cash, (held[0] as HeldPosition).quantity, (held[0] as HeldPosition).mark)
  for (; k < count; k += 2) {
    const one = held[k] as HeldPosition
    const two = held[k + 1] as HeldPosition
    addTwo(values, shift, from, to, one.quantity, one.mark, two.quantity, two.mark)
  }
}

function setCash(values: Float64Array, from: number, to: number, cash: number): void {
  for (let i = from; i <= to; i++) values[i] = cash
}

function setOne(
  values: Float64Array,
  shift: number,
  from: number,
  to: number,
  cash: number,
  quantity: number,
  mark: Float64Array,
): void {
  for (let i = from; i <= to; i++) values[i - shift] = cash + quantity * (mark[i] as number)
}

function addTwo(
  values: Float64Array,
  shift: number,
  from: number,
  to: number,
  quantity: number,
  mark: Float64Array,
  otherQuantity: number,
  otherMark: Float64Array,
): void {
  for (let i = from; i <= to; i++) {
    const at = i - shift
    values[at] = (values[at] as number) + quantity * (mark[i] as number) + otherQuantity * (otherMark[i] as number)
  }
}

/** The running figures over the equity of `values` from..to: as markOne's, a row at a time. */
function takeFigures(state: Float64Array, values: Float64Array, from: number, to: number): void {
  let previous = state[MarkSlot.equity] as number
  let peak = state[MarkSlot.peak] as number
  let maxDrawdown = state[MarkSlot.maxDrawdown] as number
  let sumReturns = state[MarkSlot.sumReturns] as number
  let sumSquares = state[MarkSlot.sumSquares] as number
  let noticed = maxDrawdown * peak * MARGIN
  for (let i = from; i <= to; i++) {
    const value = values[i] as number
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
  }
  state[MarkSlot.equity] = previous
  state[MarkSlot.peak] = peak
  state[MarkSlot.maxDrawdown] = maxDrawdown
  state[MarkSlot.sumReturns] = sumReturns
  state[MarkSlot.sumSquares] = sumSquares
  state[MarkSlot.bars] = (state[MarkSlot.bars] as number) + (to - from + 1)
}
