/**
 * What metrics need of every bar: returns, drawdowns and their sums. The definition is in columns: unit values
 * (unit-value.ts), drawdowns from them (drawdown.ts), returns (period-returns.ts), and compensated sums (sum.ts).
 * `barFigures` takes a short way to the same figures where nothing is paid in or out and nothing falls to zero: bars are
 * gone through once, no column but the returns is written, and a stretch in which equity stands still, as it does without
 * a position, is dealt with at once: its terms are all the same, and go into a sum as one exact product. Each term is the
 * definition's, to the bit.
 */

import { addTimes, climb, deviateMoving, dive, endOfStill, isStill, SLOTS, Slot, STILL } from './bar-loops.ts'
import { DAY_MS } from './calendar.ts'
import { type Drawdown, DrawdownList, drawdownSeries, findDrawdowns } from './drawdown.ts'
import { barReturns, type KeptDays } from './period-returns.ts'
import { corrected, sum, sumOfSquares } from './sum.ts'
import { type EquityCurve, isAscending, LARGEST_UNIT, SMALLEST_UNIT, unitValues } from './unit-value.ts'

/** Memory on the way, for runs of so many rows: given, it is used instead of new. */
export interface MetricsMemory extends KeptDays {
  /** Returns of the rows before which equity wasn't standing still. */
  readonly returns: Float64Array
  /** Where it stood still: after how many of those returns, and for how many rows. */
  readonly stillAfter: Int32Array
  readonly stillRows: Int32Array
  readonly state: Float64Array
  readonly drawdowns: DrawdownList
  /** The time column that was seen to ascend. */
  checkedTime: Float64Array | null
}

export interface BarFigures {
  readonly rows: number
  /** Time-weighted value of one unit at the close of a row, 1 at the start: see unit-value.ts. */
  readonly unitAt: (row: number) => number
  /** In order of time. */
  readonly drawdowns: readonly Drawdown[]
  readonly sumOfSquaredDrawdowns: number
  readonly sumOfEquity: number
  /** How many simple returns bar by bar there are: fewer than rows where equity fell to zero. */
  readonly returns: number
  readonly wipedOut: boolean
  /** Σ of returns over their number. */
  readonly averageReturn: number
  /** Σ (r − average)², and Σ of products of neighbours. */
  readonly squares: number
  readonly neighbours: number
}

export function newMemory(rows: number): MetricsMemory {
  const most = Math.ceil(rows / STILL) + 1
  return {
    returns: new Float64Array(rows),
    stillAfter: new Int32Array(most),
    stillRows: new Int32Array(most),
    state: new Float64Array(SLOTS),
    drawdowns: new DrawdownList(),
    checkedTime: null,
    days: null,
  }
}

/** Figures of a curve. Throws as `unitValues` does. */
export function barFigures(curve: EquityCurve, memory: MetricsMemory = newMemory(curve.equity.length)): BarFigures {
  return shortWay(curve, memory) ?? figuresByColumns(curve)
}

/** The definition, and the way of curves with cash flows or a ruin. */
export function figuresByColumns(curve: EquityCurve): BarFigures {
  const { time, timeframeMs, equity } = curve
  const unit = unitValues(curve)
  const drawdown = drawdownSeries(unit)
  const { value: returns, wipedOut } = barReturns(time, timeframeMs, unit)
  const averageReturn = sum(returns) / returns.length
  return {
    rows: equity.length,
    unitAt: (row) => unit[row]!,
    drawdowns: findDrawdowns(time, timeframeMs, drawdown),
    sumOfSquaredDrawdowns: sumOfSquares(drawdown, 0),
    sumOfEquity: sum(equity),
    returns: returns.length,
    wipedOut,
    averageReturn,
    ...deviationSums(returns, averageReturn),
  }
}

/** Null where the curve has to go the long way. */
function shortWay(curve: EquityCurve, memory: MetricsMemory): BarFigures | null {
  const { time, timeframeMs, equity, initialEquity, cashFlows } = curve
  const rows = equity.length
  const plain = cashFlows.length === 0 && initialEquity > 0 && timeframeMs > 0 && timeframeMs <= DAY_MS
  if (!plain || rows === 0 || time.length !== rows || memory.returns.length < rows) return null
  if (memory.checkedTime !== time && !isAscending(time)) return null
  memory.checkedTime = time
  const { state } = memory
  state.fill(0)
  state[Slot.before] = 1
  state[Slot.peak] = 1
  state[Slot.capital] = initialEquity
  state[Slot.least] = SMALLEST_UNIT
  state[Slot.most] = LARGEST_UNIT
  const list = memory.drawdowns.over(time, timeframeMs)
  let moved = 0
  let stills = 0
  for (let row = 0; row < rows; ) {
    const from = row
    row = list.isOpen
      ? dive(equity, from, moved, state, memory.returns)
      : climb(equity, from, moved, state, memory.returns)
    if (row < 0) return null
    moved += row - from
    if (row === rows) break
    if (row > 0 && equity[row] === equity[row - 1] && isStill(equity, row)) {
      const end = endOfStill(equity, row)
      memory.stillAfter[stills] = moved
      memory.stillRows[stills] = end - row
      stills += 1
      addTimes(state, Slot.equity, equity[row]!, end - row)
      const depth = state[Slot.depth]!
      addTimes(state, Slot.drawdowns, depth * depth, end - row)
      row = end
    } else if (list.isOpen) {
      list.close(row, state[Slot.valley]!, state[Slot.valleyRow]!)
      state[Slot.depth] = 0
    } else {
      list.begin(row)
      state[Slot.valley] = 0
    }
  }
  list.valleyRow = state[Slot.valleyRow]!
  list.end(rows, state[Slot.valley]!)
  const averageReturn = total(state, Slot.returns) / rows
  deviate(memory, moved, stills, averageReturn)
  return {
    rows,
    unitAt: (row) => equity[row]! / initialEquity,
    drawdowns: list.found,
    sumOfSquaredDrawdowns: total(state, Slot.drawdowns),
    sumOfEquity: total(state, Slot.equity),
    returns: rows,
    wipedOut: false,
    averageReturn,
    squares: total(state, Slot.squares),
    neighbours: total(state, Slot.neighbours),
  }
}

/** The sums of deviations over what the loops left, and the stretches between. */
function deviate(
  { returns, stillAfter, stillRows, state }: MetricsMemory,
  moved: number,
  stills: number,
  centre: number,
): void {
  state[Slot.before] = 0
  let from = 0
  for (let k = 0; k < stills; k++) {
    deviateMoving(returns, from, stillAfter[k]!, centre, state)
    from = stillAfter[k]!
    const x = 0 - centre
    addTimes(state, Slot.squares, x * x, stillRows[k]!)
    addTimes(state, Slot.neighbours, state[Slot.before]! * x, 1)
    addTimes(state, Slot.neighbours, x * x, stillRows[k]! - 1)
    state[Slot.before] = x
  }
  deviateMoving(returns, from, moved, centre, state)
}

function total(state: Float64Array, slot: number): number {
  return corrected(state[slot]!, state[slot + 1]!)
}

/** Σ (values[i] − centre)² and Σ (values[i] − centre)·(values[i+1] − centre), as sum.ts has them, in one pass. */
export function deviationSums(values: Float64Array, centre: number): { squares: number; neighbours: number } {
  const state = new Float64Array(SLOTS)
  deviateMoving(values, 0, values.length, centre, state)
  return { squares: total(state, Slot.squares), neighbours: total(state, Slot.neighbours) }
}
