/** What metrics need of every bar, computed once for all of them: unit value, drawdown, return, and their sums. */

import { drawdownSeries } from './drawdown.ts'
import { barReturns } from './period-returns.ts'
import { corrected, sum, sumOfSquares } from './sum.ts'
import { type EquityCurve, unitValues } from './unit-value.ts'

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

/** One column after the other: short loops with few numbers in flight run several times as fast as one that does all. */
export function barFigures(curve: EquityCurve, memory: MetricsMemory = newMemory(curve.equity.length)): BarFigures {
  const unit = unitValues(curve, memory.unit)
  const drawdown = drawdownSeries(unit, memory.drawdown)
  const { value: returns, wipedOut } = barReturns(curve.time, curve.timeframeMs, unit, memory.returns)
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

export function newMemory(rows: number): MetricsMemory {
  return { unit: new Float64Array(rows), drawdown: new Float64Array(rows), returns: new Float64Array(rows) }
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
