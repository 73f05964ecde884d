/**
 * What metrics need of every bar: returns, drawdowns and their sums. The definition is in columns: unit values
 * (unit-value.ts), drawdowns from them (drawdown.ts), returns (period-returns.ts), and compensated sums (sum.ts).
 * `barFigures` takes a short way to the same figures where nothing is paid in or out and nothing falls to zero: no
 * column but the returns is written, bars are worked on in blocks that stay in the processor's cache, and a stretch in
 * which equity stands still, as it does without a position, is dealt with at once: its terms are all the same, and go
 * into a sum as one exact product. Each term is the definition's, to the bit.
 */

import { DAY_MS } from './calendar.ts'
import { type Drawdown, DrawdownList, drawdownSeries, findDrawdowns } from './drawdown.ts'
import { barReturns } from './period-returns.ts'
import { corrected, sum, sumOfSquares } from './sum.ts'
import { type EquityCurve, isAscending, LARGEST_UNIT, SMALLEST_UNIT, unitValues } from './unit-value.ts'

/** Memory on the way, for runs of so many rows: given, it is used instead of new. */
export interface MetricsMemory {
  /** Returns of the rows before which equity wasn't standing still. */
  readonly returns: Float64Array
  /** Where it stood still: after how many of those returns, and for how many rows. */
  readonly stillAfter: Int32Array
  readonly stillRows: Int32Array
  /** A block's unit values. */
  readonly unit: Float64Array
  readonly state: Float64Array
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

/** Rows of a block. */
const BLOCK = 1024
/** Equity stands still over at least so many rows: fewer aren't worth leaving the loop for. */
const STILL = 8

/** Slots of the state that blocks hand on; the sums are a total and its correction each. */
const S = {
  before: 0,
  peak: 1,
  depth: 2,
  valley: 3,
  equity: 4,
  returns: 6,
  drawdowns: 8,
  squares: 10,
  neighbours: 12,
  last: 14,
} as const
const SLOTS = 15

export function newMemory(rows: number): MetricsMemory {
  const most = Math.ceil(rows / STILL) + 1
  return {
    returns: new Float64Array(rows),
    stillAfter: new Int32Array(most),
    stillRows: new Int32Array(most),
    unit: new Float64Array(BLOCK),
    state: new Float64Array(SLOTS),
    checkedTime: null,
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
  state[S.before] = 1
  state[S.peak] = 1
  const list = new DrawdownList(time, timeframeMs)
  let moved = 0
  let stills = 0
  for (let row = 0; row < rows; ) {
    const to = Math.min(rows, row + BLOCK)
    const end = move(equity, row, to, initialEquity, moved, state, memory.returns, memory.unit)
    if (end < 0) return null
    sink(memory.unit, row, end, state, list)
    moved += end - row
    row = end
    if (end === to) continue
    row = endOfStill(equity, end)
    memory.stillAfter[stills] = moved
    memory.stillRows[stills] = row - end
    stills += 1
    addTimes(state, S.equity, equity[end]!, row - end)
    const depth = state[S.depth]!
    addTimes(state, S.drawdowns, depth * depth, row - end)
  }
  list.end(rows, state[S.valley]!)
  const averageReturn = total(state, S.returns) / rows
  deviate(memory, moved, stills, averageReturn)
  return {
    rows,
    unitAt: (row) => equity[row]! / initialEquity,
    drawdowns: list.found,
    sumOfSquaredDrawdowns: total(state, S.drawdowns),
    sumOfEquity: total(state, S.equity),
    returns: rows,
    wipedOut: false,
    averageReturn,
    squares: total(state, S.squares),
    neighbours: total(state, S.neighbours),
  }
}

/**
 * Unit values and returns from `from` on, until `to` or the row from which equity stands still, which it returns; -1
 * where a value isn't one of the short way.
 */
function move(
  equity: Float64Array,
  from: number,
  to: number,
  capital: number,
  moved: number,
  state: Float64Array,
  returns: Float64Array,
  unit: Float64Array,
): number {
  let previous = from === 0 ? Number.NaN : (equity[from - 1] as number)
  let before = state[S.before] as number
  let sumE = state[S.equity] as number
  let offE = state[S.equity + 1] as number
  let sumR = state[S.returns] as number
  let offR = state[S.returns + 1] as number
  let row = from
  let at = moved
  for (; row < to; row++) {
    const value = equity[row] as number
    if (value === previous && isStill(equity, row)) break
    previous = value
    const u = value / capital
    if (!(u >= SMALLEST_UNIT && u <= LARGEST_UNIT)) return -1
    const r = u / before - 1
    before = u
    unit[row - from] = u
    returns[at++] = r
    const nextE = sumE + value
    const addedE = nextE - sumE
    offE += sumE - (nextE - addedE) + (value - addedE)
    sumE = nextE
    const nextR = sumR + r
    const addedR = nextR - sumR
    offR += sumR - (nextR - addedR) + (r - addedR)
    sumR = nextR
  }
  state[S.before] = before
  state[S.equity] = sumE
  state[S.equity + 1] = offE
  state[S.returns] = sumR
  state[S.returns + 1] = offR
  return row
}

/** Whether equity is the same from `row` on over at least STILL rows. */
function isStill(equity: Float64Array, row: number): boolean {
  if (row + STILL > equity.length) return false
  const value = equity[row]!
  for (let i = row + 1; i < row + STILL; i++) if (equity[i] !== value) return false
  return true
}

function endOfStill(equity: Float64Array, row: number): number {
  const value = equity[row]!
  let end = row + STILL
  while (end < equity.length && equity[end] === value) end++
  return end
}

/** Drawdowns of a block's unit values, which are those of rows from..to. */
function sink(unit: Float64Array, from: number, to: number, state: Float64Array, list: DrawdownList): void {
  const count = to - from
  let at = 0
  while (at < count) {
    if (!list.isOpen) {
      at = climb(unit, at, count, state)
      if (at === count) return
      list.begin(from + at)
      state[S.valley] = 0
    }
    const end = dive(unit, at, count, from, state)
    if (end < count) {
      list.close(from + end, state[S.valley]!, state[S.last]!)
      state[S.depth] = 0
    }
    at = end
  }
  if (list.isOpen) list.valleyRow = state[S.last]!
}

/** Goes on at highs; the first place below one. */
function climb(unit: Float64Array, at: number, count: number, state: Float64Array): number {
  let peak = state[S.peak] as number
  let i = at
  for (; i < count; i++) {
    const u = unit[i] as number
    if (u > peak) peak = u
    else if (u / peak - 1 < 0) break
  }
  state[S.peak] = peak
  return i
}

/** Goes on below the high; the first place back at it. */
function dive(unit: Float64Array, at: number, count: number, from: number, state: Float64Array): number {
  const peak = state[S.peak] as number
  let valley = state[S.valley] as number
  let valleyAt = -1
  let sum = state[S.drawdowns] as number
  let off = state[S.drawdowns + 1] as number
  let depth = state[S.depth] as number
  let i = at
  for (; i < count; i++) {
    const d = (unit[i] as number) / peak - 1
    if (!(d < 0)) break
    depth = d
    if (d < valley) {
      valley = d
      valleyAt = i
    }
    const square = d * d
    const next = sum + square
    const added = next - sum
    off += sum - (next - added) + (square - added)
    sum = next
  }
  state[S.valley] = valley
  if (valleyAt >= 0) state[S.last] = from + valleyAt
  state[S.drawdowns] = sum
  state[S.drawdowns + 1] = off
  state[S.depth] = depth
  return i
}

/** The sums of deviations over what `move` left, and the stretches between. */
function deviate(
  { returns, stillAfter, stillRows, state }: MetricsMemory,
  moved: number,
  stills: number,
  centre: number,
): void {
  state[S.before] = 0
  let from = 0
  for (let k = 0; k < stills; k++) {
    deviateMoving(returns, from, stillAfter[k]!, centre, state)
    from = stillAfter[k]!
    const x = 0 - centre
    addTimes(state, S.squares, x * x, stillRows[k]!)
    addTimes(state, S.neighbours, state[S.before]! * x, 1)
    addTimes(state, S.neighbours, x * x, stillRows[k]! - 1)
    state[S.before] = x
  }
  deviateMoving(returns, from, moved, centre, state)
}

function deviateMoving(returns: Float64Array, from: number, to: number, centre: number, state: Float64Array): void {
  let sumS = state[S.squares] as number
  let offS = state[S.squares + 1] as number
  let sumN = state[S.neighbours] as number
  let offN = state[S.neighbours + 1] as number
  let before = state[S.before] as number
  for (let i = from; i < to; i++) {
    const x = (returns[i] as number) - centre
    const square = x * x
    const nextS = sumS + square
    const addedS = nextS - sumS
    offS += sumS - (nextS - addedS) + (square - addedS)
    sumS = nextS
    const product = before * x
    const nextN = sumN + product
    const addedN = nextN - sumN
    offN += sumN - (nextN - addedN) + (product - addedN)
    sumN = nextN
    before = x
  }
  state[S.squares] = sumS
  state[S.squares + 1] = offS
  state[S.neighbours] = sumN
  state[S.neighbours + 1] = offN
  state[S.before] = before
}

/** 2^27 + 1: splits a double into halves whose products with numbers below 2^26 are exact (Veltkamp 1968). */
const SPLITTER = 134217729

/** Adds `x` so many times over: as one product, which is exact in two doubles. */
function addTimes(state: Float64Array, slot: number, x: number, times: number): void {
  const product = x * times
  const t = SPLITTER * x
  const high = t - (t - x)
  const rest = high * times - product + (x - high) * times
  const before = state[slot]!
  const next = before + product
  const added = next - before
  // Beyond 1e300 the split overflows: the product alone has to do.
  const error = Number.isFinite(rest) ? rest : 0
  state[slot + 1] = state[slot + 1]! + (before - (next - added) + (product - added)) + error
  state[slot] = next
}

function total(state: Float64Array, slot: number): number {
  return corrected(state[slot]!, state[slot + 1]!)
}

/** Σ (values[i] − centre)² and Σ (values[i] − centre)·(values[i+1] − centre), as sum.ts has them, in one pass. */
export function deviationSums(values: Float64Array, centre: number): { squares: number; neighbours: number } {
  const state = new Float64Array(SLOTS)
  deviateMoving(values, 0, values.length, centre, state)
  return { squares: total(state, S.squares), neighbours: total(state, S.neighbours) }
}
