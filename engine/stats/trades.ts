/** Statistics of closed round trips, from net money profit (after fees and funding). */

import type { Trade } from '../core/result.ts'
import { type Figure, known, ratio, unknown } from './figure.ts'
import { mean, standardDeviation } from './moments.ts'
import { sum } from './sum.ts'

/** Fewer trades than this say nothing about a Kelly fraction. */
export const KELLY_MIN_TRADES = 30

export interface TradeStatistics {
  readonly closed: number
  readonly wins: number
  readonly losses: number
  /** Trades with a net profit of exactly zero: neither wins nor losses. */
  readonly breakEven: number
  /** Σ of winning and Σ of losing net profits (≤ 0), and both together, in quote. */
  readonly grossProfit: number
  readonly grossLoss: number
  readonly netProfit: number
  readonly profitFactor: Figure
  /** Wins over wins and losses. */
  readonly winRate: Figure
  readonly averageWin: Figure
  readonly averageLoss: Figure
  readonly payoff: Figure
  readonly expectancy: Figure
  readonly expectancyR: Figure
  readonly sqn: Figure
  readonly kelly: Figure
  readonly best: Figure
  readonly worst: Figure
  readonly longestWinStreak: number
  readonly longestLossStreak: number
  readonly averageHoldingMs: Figure
  readonly averageMae: Figure
  readonly averageMfe: Figure
}

/** The closed ones in order of exit; trades that close together stay in the given order. */
export function closedTrades(trades: readonly Trade[]): readonly Trade[] {
  return trades.filter((trade) => trade.exitTimeMs !== null).toSorted((a, b) => a.exitTimeMs! - b.exitTimeMs!)
}

/** Statistics of trades that are all closed, in order of exit. */
export function tradeStatistics(closed: readonly Trade[]): TradeStatistics {
  const pnl = column(closed, (trade) => trade.pnl)
  const won = pnl.filter((x) => x > 0)
  const lost = pnl.filter((x) => x < 0)
  const grossProfit = sum(won)
  const grossLoss = sum(lost)
  const averageWin = averageOf(won, 'no winning trade')
  const averageLoss = averageOf(lost, 'no losing trade')
  const payoff = dividedBy(averageWin, averageLoss)
  const winRate = ratio(won.length, won.length + lost.length, 'no winning or losing trade')
  const expectancy = averageOf(pnl, 'no closed trade')
  const profitFactor = closed.length === 0 ? expectancy : ratio(grossProfit, -grossLoss, 'no losing trade')
  return {
    closed: closed.length,
    wins: won.length,
    losses: lost.length,
    breakEven: closed.length - won.length - lost.length,
    grossProfit,
    grossLoss,
    netProfit: sum(pnl),
    profitFactor,
    winRate,
    averageWin,
    averageLoss,
    payoff,
    expectancy,
    expectancyR: dividedBy(expectancy, averageLoss),
    sqn: systemQuality(pnl),
    kelly: kellyFraction(closed.length, winRate, payoff),
    best: closed.length === 0 ? expectancy : known(pnl.reduce((a, b) => Math.max(a, b))),
    worst: closed.length === 0 ? expectancy : known(pnl.reduce((a, b) => Math.min(a, b))),
    longestWinStreak: longestRun(pnl, (x) => x > 0),
    longestLossStreak: longestRun(pnl, (x) => x < 0),
    averageHoldingMs: averageField(closed, (trade) => trade.exitTimeMs! - trade.entryTimeMs),
    averageMae: averageField(closed, (trade) => trade.maeFraction),
    averageMfe: averageField(closed, (trade) => trade.mfeFraction),
  }
}

/** System quality number (Tharp 2008): √n·mean/std(ddof 1) of net profits. It grows with n. */
function systemQuality(pnl: Float64Array): Figure {
  if (pnl.length < 2) return unknown('needs at least two closed trades')
  const average = mean(pnl)
  const deviation = standardDeviation(pnl, average)
  if (deviation <= 1e-12 * Math.abs(average)) return unknown('the trades do not vary')
  return ratio(Math.sqrt(pnl.length) * average, deviation, 'the trades do not vary')
}

/** W − (1 − W)/payoff (Kelly 1956, for two outcomes). */
function kellyFraction(closed: number, winRate: Figure, payoff: Figure): Figure {
  if (closed < KELLY_MIN_TRADES) return unknown(`needs at least ${KELLY_MIN_TRADES} closed trades, there are ${closed}`)
  if (winRate.value === null) return winRate
  if (payoff.value === null) return payoff
  return known(winRate.value - (1 - winRate.value) / payoff.value)
}

function averageOf(values: Float64Array, reason: string): Figure {
  return ratio(sum(values), values.length, reason)
}

function averageField(closed: readonly Trade[], field: (trade: Trade) => number): Figure {
  return averageOf(column(closed, field), 'no closed trade')
}

/** One field of all trades; a loop, since Float64Array.from walks an iterator. */
function column(closed: readonly Trade[], field: (trade: Trade) => number): Float64Array {
  const values = new Float64Array(closed.length)
  for (let i = 0; i < closed.length; i++) values[i] = field(closed[i]!)
  return values
}

/** A money average in units of the average loss. */
function dividedBy(money: Figure, averageLoss: Figure): Figure {
  if (money.value === null) return money
  if (averageLoss.value === null) return averageLoss
  return known(money.value / Math.abs(averageLoss.value))
}

function longestRun(pnl: Float64Array, counts: (x: number) => boolean): number {
  let longest = 0
  let run = 0
  for (const x of pnl) {
    run = counts(x) ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}
