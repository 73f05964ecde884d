/** Statistics of closed round trips, from net money profit (after fees and funding). */

import type { Trade } from '../core/result.ts'
import { type Figure, known, ratio, unknown } from './figure.ts'
import { mean, standardDeviation } from './moments.ts'
import { sum } from './sum.ts'
import { type ClosedColumns, tradeColumn } from './trade-columns.ts'

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

/** Columns of trades that are all closed, in order of exit. */
export function closedColumns(closed: readonly Trade[]): ClosedColumns {
  return {
    pnl: tradeColumn(closed, (trade) => trade.pnl),
    holdingMs: tradeColumn(closed, (trade) => trade.exitTimeMs! - trade.entryTimeMs),
    mae: tradeColumn(closed, (trade) => trade.maeFraction),
    mfe: tradeColumn(closed, (trade) => trade.mfeFraction),
  }
}

/** Statistics of trades that are all closed, in order of exit. */
export function tradeStatistics(trades: readonly Trade[] | ClosedColumns): TradeStatistics {
  const { pnl, holdingMs, mae, mfe } = 'pnl' in trades ? trades : closedColumns(trades)
  const closed = pnl.length
  const { wins, losses, grossProfit, grossLoss, best, worst, winStreak, lossStreak } = countProfits(pnl)
  const averageWin = ratio(grossProfit, wins, 'no winning trade')
  const averageLoss = ratio(grossLoss, losses, 'no losing trade')
  const payoff = dividedBy(averageWin, averageLoss)
  const winRate = ratio(wins, wins + losses, 'no winning or losing trade')
  const expectancy = averageOf(pnl, 'no closed trade')
  const profitFactor = closed === 0 ? expectancy : ratio(grossProfit, -grossLoss, 'no losing trade')
  return {
    closed,
    wins,
    losses,
    breakEven: closed - wins - losses,
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
    kelly: kellyFraction(closed, winRate, payoff),
    best: closed === 0 ? expectancy : known(best),
    worst: closed === 0 ? expectancy : known(worst),
    longestWinStreak: winStreak,
    longestLossStreak: lossStreak,
    averageHoldingMs: averageOf(holdingMs, 'no closed trade'),
    averageMae: averageOf(mae, 'no closed trade'),
    averageMfe: averageOf(mfe, 'no closed trade'),
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

/** A money average in units of the average loss. */
function dividedBy(money: Figure, averageLoss: Figure): Figure {
  if (money.value === null) return money
  if (averageLoss.value === null) return averageLoss
  return known(money.value / Math.abs(averageLoss.value))
}

/** Wins and losses with their sums, the extremes, and the longest rows of either, in one pass. */
function countProfits(pnl: Float64Array) {
  const won = new Float64Array(pnl.length)
  const lost = new Float64Array(pnl.length)
  let [wins, losses, winStreak, lossStreak, inRow] = [0, 0, 0, 0, 0]
  let [best, worst] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let i = 0; i < pnl.length; i++) {
    const x = pnl[i]!
    if (x > best) best = x
    if (x < worst) worst = x
    if (x > 0) {
      won[wins++] = x
      inRow = inRow > 0 ? inRow + 1 : 1
      if (inRow > winStreak) winStreak = inRow
    } else if (x < 0) {
      lost[losses++] = x
      inRow = inRow < 0 ? inRow - 1 : -1
      if (-inRow > lossStreak) lossStreak = -inRow
    } else inRow = 0
  }
  const grossProfit = sum(won, 0, wins)
  const grossLoss = sum(lost, 0, losses)
  return { wins, losses, grossProfit, grossLoss, best, worst, winStreak, lossStreak }
}
