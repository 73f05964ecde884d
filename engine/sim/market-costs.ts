/**
 * Costs that change from bar to bar: the half-spread as the bars before tell it, and the square-root impact of a fill.
 * Everything is known at the bar's open: estimates use earlier bars alone.
 *
 *   impact = coefficient × σ × √(quantity / V)
 *
 * as a fraction of the price, against the order, with σ the standard deviation of one bar's returns and V the mean
 * volume of a bar over the window before. The square-root law: Almgren, Thum, Hauptmann and Li, "Direct Estimation of
 * Equity Market Impact" (2005); Tóth et al., "Anomalous price impact and the critical nature of liquidity in financial
 * markets" (2011), with a coefficient near 1.
 */

import { type Dec, toDec } from '../core/dec.ts'
import { RATE_ONE, rateUnits, type SpreadModel } from './costs.ts'

/** Per symbol, known at a row's open; NaN while there are too few bars. */
export interface CostColumns {
  /** Half the spread as a fraction of the price; null for the fixed one. */
  readonly halfSpread: Float64Array | null
  /** Standard deviation of returns and mean volume (base) of a bar; null without impact. */
  readonly deviation: Float64Array | null
  readonly volume: Float64Array | null
}

export interface MarketCosts {
  /** The spread model of a fill of `quantity` (base, as a double) in `row`; impact counts as slippage. */
  model(fixed: SpreadModel, instrument: number, row: number, quantity: number): SpreadModel
  /** Half-spread that a taker pays in `row`, as a rate in units of 1e-12. */
  halfSpread(fixed: SpreadModel, instrument: number, row: number): Dec
  /** Fills that were charged less because a column had no value yet; `count` looks whether one more was. */
  readonly unknown: number
  count(instrument: number, row: number): void
}

/** A fill never moves its own price by more than this: beyond it the square-root law says nothing. */
const MOST_IMPACT = 0.5

export class ColumnCosts implements MarketCosts {
  unknown = 0
  private readonly columns: readonly CostColumns[]
  private readonly coefficient: number

  /** `coefficient` 0 for no impact. */
  constructor(columns: readonly CostColumns[], coefficient: number) {
    this.columns = columns
    this.coefficient = coefficient
  }

  model(fixed: SpreadModel, instrument: number, row: number, quantity: number): SpreadModel {
    const impact = this.impact(instrument, row, quantity)
    const slippage = toDec(fixed.slippage + impact)
    return { halfSpread: this.halfSpread(fixed, instrument, row), slippage, costly: true }
  }

  halfSpread(fixed: SpreadModel, instrument: number, row: number): Dec {
    const column = this.columns[instrument]!.halfSpread
    return column === null ? fixed.halfSpread : this.known(column[row]!)
  }

  count(instrument: number, row: number): void {
    const { halfSpread, deviation, volume } = this.columns[instrument]!
    const isUnknown = [halfSpread, deviation, volume].some((column) => column !== null && Number.isNaN(column[row]!))
    if (isUnknown) this.unknown += 1
  }

  private impact(instrument: number, row: number, quantity: number): Dec {
    const { deviation, volume } = this.columns[instrument]!
    if (this.coefficient === 0 || deviation === null || volume === null || quantity === 0) return 0 as Dec
    const turnover = volume[row]!
    // Without volume before it, any order is too large for the law.
    const share = turnover > 0 ? quantity / turnover : Number.isNaN(turnover) ? Number.NaN : Number.POSITIVE_INFINITY
    return this.known(this.coefficient * deviation[row]! * Math.sqrt(share))
  }

  /** A fraction in units, at most MOST_IMPACT; 0 where it isn't known. */
  private known(fraction: number): Dec {
    if (Number.isNaN(fraction)) return 0 as Dec
    return fraction >= MOST_IMPACT ? toDec(RATE_ONE * MOST_IMPACT) : rateUnits(fraction)
  }
}
