/** What is left of a Sharpe ratio after so many tests (Harvey & Liu, "Backtesting", J. of Portfolio Management 42(1), 2015). */

import { type Figure, known, ratio, unknown } from './figure.ts'
import { normalCdf, normalQuantile } from './normal.ts'
import { studentUpperQuantile, studentUpperTail } from './student.ts'

export interface TestedSharpe {
  /** Per year; corrected for autocorrelation beforehand, where there is any (`loFactor`). */
  readonly annualSharpe: number
  readonly years: number
  /** Degrees of freedom of a t test; absent: the normal distribution. */
  readonly degrees?: number
}

/** Two-sided p-value of "the Sharpe ratio is 0", from t = SR·√years. */
export function sharpePValue({ annualSharpe, years, degrees }: TestedSharpe): number {
  const t = Math.abs(annualSharpe) * Math.sqrt(years)
  return Math.min(1, 2 * (degrees === undefined ? normalCdf(-t) : studentUpperTail(t, degrees)))
}

/** Chance that one of `tests` independent worthless ones shows this p-value or less: 1 − (1 − p)^M. */
export function independentTests(p: number, tests: number): number {
  return -Math.expm1(tests * Math.log1p(-p))
}

export interface Haircut {
  /** The annual Sharpe ratio whose single-test p-value is the adjusted one. */
  readonly sharpe: number
  /** Share of the Sharpe ratio that goes; null where that was 0. */
  readonly haircut: Figure
}

/** From an adjusted p-value back to a Sharpe ratio. */
export function haircutSharpe({ annualSharpe, years, degrees }: TestedSharpe, adjustedP: number): Haircut {
  const p = Math.min(1, Math.max(adjustedP, 1e-300))
  const t = degrees === undefined ? -normalQuantile(p / 2) : studentUpperQuantile(p / 2, degrees)
  const sharpe = (Math.sign(annualSharpe) * t) / Math.sqrt(years)
  const left = ratio(sharpe, annualSharpe, 'the Sharpe ratio is zero')
  return { sharpe, haircut: left.value === null ? unknown('the Sharpe ratio is zero') : known(1 - left.value) }
}
