/**
 * What metrics need of every bar, in one pass over the equity: unit value, drawdown, return, and their sums. A run has
 * millions of bars and dozens of metrics; each walk over the bars costs as much as the simulation itself.
 */

import { drawdownSeries } from './drawdown.ts'
import { barReturns } from './period-returns.ts'
import { corrected, sum, sumOfSquares } from './sum.ts'
import { type EquityCurve, LARGEST_UNIT, SMALLEST_UNIT, unitValues } from './unit-value.ts'

/** Memory for columns on the way, as long as the run: given, it is used instead of new. */
export interface MetricsMemory {
  readonly unit: Float64Array
  readonly drawdown: Float64Array
  readonly returns: Float64Array
}

export interface BarFigures {
  /** Time-weighted value of one unit at each close, 1 at the start: see unit-value.ts. */
  readonly unit: Float64Array
  /** Unit value over its running maximum, less one. */
  readonly drawdown: Float64Array
  /** Simple returns bar by bar; shorter than the run where equity fell to zero. */
  readonly returns: Float64Array
  readonly wipedOut: boolean
  readonly sumOfReturns: number
  readonly sumOfSquaredDrawdowns: number
  readonly sumOfEquity: number
}

/** Throws RangeError as `unitValues` does. */
export function barFigures(curve: EquityCurve, memory?: MetricsMemory): BarFigures {
  if (curve.cashFlows.length > 0 || !(curve.initialEquity > 0)) return byColumns(curve)
  if (curve.time.length !== curve.equity.length) return byColumns(curve)
  return inOnePass(curve, memory ?? newMemory(curve.equity.length))
}

export function newMemory(rows: number): MetricsMemory {
  return { unit: new Float64Array(rows), drawdown: new Float64Array(rows), returns: new Float64Array(rows) }
}

/** The definition: one column after the other. */
export function byColumns(curve: EquityCurve): BarFigures {
  const unit = unitValues(curve)
  const drawdown = drawdownSeries(unit)
  const { value: returns, wipedOut } = barReturns(curve.time, curve.timeframeMs, unit)
  return {
    unit,
    drawdown,
    returns,
    wipedOut,
    sumOfReturns: sum(returns),
    sumOfSquaredDrawdowns: sumOfSquares(drawdown, 0),
    sumOfEquity: sum(curve.equity),
  }
}

/** The same bits, for a run without cash flows; the sums are those of sum.ts, side by side. */
function inOnePass(
  { time, equity, initialEquity }: EquityCurve,
  { unit, drawdown, returns }: MetricsMemory,
): BarFigures {
  const n = equity.length
  let value = Number.NaN
  let before = 1
  let own = 1
  let peak = 1
  let depth = 0
  let squared = 0
  let rows = n
  let totalR = 0
  let correctionR = 0
  let totalD = 0
  let correctionD = 0
  let totalE = 0
  let correctionE = 0
  let last = Number.NEGATIVE_INFINITY
  for (let i = 0; i < n; i++) {
    const next = equity[i] as number
    const at = time[i] as number
    if (!(at > last)) throw new RangeError(`time does not ascend at row ${i}`)
    last = at
    let r = 0
    // A flat bar has the unit value and drawdown of the last one and returns exactly nothing.
    if (next !== value) {
      if (!Number.isFinite(next)) throw new RangeError(`equity is ${next} at row ${i}: not a number`)
      value = next
      own = next / initialEquity
      const size = Math.abs(own)
      if (size > LARGEST_UNIT) throw new RangeError(`equity at row ${i} is over ${LARGEST_UNIT} times the capital`)
      if (size < SMALLEST_UNIT) own = 0
      if (own > peak) peak = own
      depth = own === peak ? 0 : own / peak - 1
      squared = depth * depth
      r = own / before - 1
    }
    unit[i] = own
    drawdown[i] = depth
    if (i < rows) {
      returns[i] = r
      const nextR = totalR + r
      const addedR = nextR - totalR
      correctionR += totalR - (nextR - addedR) + (r - addedR)
      totalR = nextR
      before = own
      // Nothing can be said of returns after a ruin.
      if (own <= 0) rows = i + 1
    }
    const nextD = totalD + squared
    const addedD = nextD - totalD
    correctionD += totalD - (nextD - addedD) + (squared - addedD)
    totalD = nextD
    const nextE = totalE + next
    const addedE = nextE - totalE
    correctionE += totalE - (nextE - addedE) + (next - addedE)
    totalE = nextE
  }
  const whole = n === unit.length
  return {
    unit: whole ? unit : unit.subarray(0, n),
    drawdown: whole ? drawdown : drawdown.subarray(0, n),
    returns: rows === returns.length ? returns : returns.subarray(0, rows),
    wipedOut: rows < n,
    sumOfReturns: corrected(totalR, correctionR),
    sumOfSquaredDrawdowns: corrected(totalD, correctionD),
    sumOfEquity: corrected(totalE, correctionE),
  }
}

/** Σ (values[i] − centre)² and Σ (values[i] − centre)·(values[i+1] − centre), as sum.ts has them, in one pass. */
export function deviationSums(values: Float64Array, centre: number): { squares: number; neighbours: number } {
  let totalS = 0
  let correctionS = 0
  let totalN = 0
  let correctionN = 0
  let before = 0
  for (let i = 0; i < values.length; i++) {
    const x = (values[i] as number) - centre
    const square = x * x
    const nextS = totalS + square
    const addedS = nextS - totalS
    correctionS += totalS - (nextS - addedS) + (square - addedS)
    totalS = nextS
    if (i > 0) {
      const product = before * x
      const nextN = totalN + product
      const addedN = nextN - totalN
      correctionN += totalN - (nextN - addedN) + (product - addedN)
      totalN = nextN
    }
    before = x
  }
  return { squares: corrected(totalS, correctionS), neighbours: corrected(totalN, correctionN) }
}
