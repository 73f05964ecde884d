/** Compound annual growth rate. */

import { DAYS_PER_YEAR } from './calendar.ts'
import { type Figure, known, unknown } from './figure.ts'
import { powerLess1 } from './power.ts'

/** unit^(365/days) − 1, with `days` the run's wall-clock length in (fractional) days, not a count of rows. */
export function cagr(finalUnit: number, days: number): Figure {
  if (!(days > 0)) return unknown('the run has no length')
  if (finalUnit < 0) return unknown('equity ended below zero: growth has no annual rate')
  return known(powerLess1(finalUnit, DAYS_PER_YEAR / days))
}

/** CAGR over the size of the maximum drawdown (Young, Futures 20(1), 1991), both over the whole run. */
export function calmarRatio(growth: Figure, maxDrawdown: number): Figure {
  if (growth.value === null) return growth
  return maxDrawdown === 0 ? unknown('no drawdown') : known(growth.value / Math.abs(maxDrawdown))
}
