/**
 * What a live session is expected to look like, from the backtest: bands for trades a day, slippage and drawdown. A
 * session outside them isn't the strategy that was promoted, or the market isn't the one it was promoted on.
 */

import type { Uniform } from '../core/random.ts'
import { returnBlockLength, stationaryIndices } from '../stats/bootstrap.ts'
import { quantileType7, sorted } from '../stats/quantile.ts'

export interface Band {
  readonly low: number
  readonly high: number
}

export interface ExpectedBehaviour {
  /** Length of the stretches that the bands are for, and the share of them inside. */
  readonly days: number
  readonly coverage: number
  /** Mean and bands of closed trades a day over a stretch. */
  readonly tradesPerDay: Band & { readonly mean: number }
  /** Deepest drawdown within a stretch, ≤ 0. */
  readonly drawdown: Band
  /** Return of a stretch. */
  readonly stretchReturn: Band
  /** Slippage and half-spread of a market fill, in basis points of its value: the model's, and the most. */
  readonly slippageBps: { readonly model: number; readonly high: number }
}

export interface BandInput {
  /** UTC-day returns, and closed trades of those days. */
  readonly dayReturns: Float64Array
  readonly dayTrades: ArrayLike<number>
  readonly slippageBps: number
  readonly days: number
  readonly coverage: number
  readonly slippageFactor: number
  /** Least slippage that is told from none, in basis points. */
  readonly slippageFloorBps?: number
}

const STRETCHES = 2000

/**
 * Bands over stretches of `days` drawn in blocks, so that spells of many trades or losses stay together. Returns and
 * trades of a day are drawn together.
 */
export function expectedBehaviour(input: BandInput, uniform: Uniform): ExpectedBehaviour {
  const { dayReturns, dayTrades, days, coverage } = input
  const n = dayReturns.length
  if (n === 0) throw new RangeError('no days to expect anything from')
  const block = n < 10 ? 1 : returnBlockLength(dayReturns)
  const trades = new Float64Array(STRETCHES)
  const depths = new Float64Array(STRETCHES)
  const returns = new Float64Array(STRETCHES)
  for (let s = 0; s < STRETCHES; s++) {
    const rows = stationaryIndices(n, block, uniform, days)
    let [unit, peak, deepest, count] = [1, 1, 0, 0]
    for (const row of rows) {
      unit *= 1 + dayReturns[row]!
      peak = Math.max(peak, unit)
      deepest = Math.min(deepest, unit / peak - 1)
      count += dayTrades[row]!
    }
    trades[s] = count / days
    depths[s] = deepest
    returns[s] = unit - 1
  }
  const band = (values: Float64Array): Band => {
    const ascending = sorted(values)
    return { low: quantileType7(ascending, (1 - coverage) / 2), high: quantileType7(ascending, (1 + coverage) / 2) }
  }
  let total = 0
  for (let i = 0; i < n; i++) total += dayTrades[i]!
  const { slippageBps, slippageFactor, slippageFloorBps = 5 } = input
  return {
    days,
    coverage,
    tradesPerDay: { mean: total / n, ...band(trades) },
    // Less drawdown than expected is no fault.
    drawdown: { low: band(depths).low, high: 0 },
    stretchReturn: band(returns),
    slippageBps: { model: slippageBps, high: Math.max(slippageFloorBps, slippageBps * slippageFactor) },
  }
}

/** What a live session showed over a stretch. */
export interface Observation {
  readonly days: number
  readonly closedTrades: number
  /** Return and deepest drawdown within the stretch. */
  readonly totalReturn: number
  readonly drawdown: number
  /** Mean of market fills, or null without any. */
  readonly slippageBps: number | null
}

export interface Departure {
  readonly what: 'tradesPerDay' | 'drawdown' | 'stretchReturn' | 'slippageBps'
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

/** Where a stretch left its bands; empty inside. Only stretches of the bands' own length can be judged. */
export function departures(expected: ExpectedBehaviour, seen: Observation): readonly Departure[] {
  if (seen.days < expected.days) return []
  const result: Departure[] = []
  const hold = (what: Departure['what'], value: number, low: number | null, high: number | null): void => {
    if ((low !== null && value < low) || (high !== null && value > high)) result.push({ what, value, low, high })
  }
  const { tradesPerDay, drawdown, stretchReturn, slippageBps } = expected
  hold('tradesPerDay', seen.closedTrades / seen.days, tradesPerDay.low, tradesPerDay.high)
  hold('drawdown', seen.drawdown, drawdown.low, null)
  hold('stretchReturn', seen.totalReturn, stretchReturn.low, stretchReturn.high)
  if (seen.slippageBps !== null) hold('slippageBps', seen.slippageBps, null, slippageBps.high)
  return result
}
