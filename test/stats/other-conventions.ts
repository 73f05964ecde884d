/**
 * What other engines compute from the same input, as reference formulas. They serve the table of conventions and its
 * test only: the product prints one number per metric, by its own definition.
 */

import type { Trade } from '../../engine/core/result.ts'
import { mean, populationDeviation, rawKurtosis, skewness, standardDeviation } from '../../engine/stats/moments.ts'
import { normalCdf } from '../../engine/stats/normal.ts'
import { downsideDeviation } from '../../engine/stats/sortino.ts'
import { sum } from '../../engine/stats/sum.ts'

/** 5 % quantile of the standard normal distribution. */
const Z05 = -1.6448536269514722

/** LEAN: the mean return compounded over a year, over the plain annual deviation. */
export function leanSharpe(returns: Float64Array, a: number, rf = 0): number {
  return ((1 + mean(returns)) ** a - 1 - rf) / (standardDeviation(returns) * Math.sqrt(a))
}

/** LEAN: the same numerator over the deviation (ddof 1) of the negative returns among themselves. */
export function leanSortino(returns: Float64Array, a: number): number {
  const negative = returns.filter((r) => r < 0)
  return ((1 + mean(returns)) ** a - 1) / (standardDeviation(negative) * Math.sqrt(a))
}

/** backtesting.py: geometric annual return over a deviation that compounds with it. */
export function backtestingPySharpe(returns: Float64Array, a: number): number {
  const growth = 1 + geometricMean(returns)
  const variance = standardDeviation(returns) ** 2
  return (growth ** a - 1) / Math.sqrt((variance + growth ** 2) ** a - growth ** (2 * a))
}

/** backtesting.py: geometric annual return over the downside deviation. */
export function backtestingPySortino(returns: Float64Array, a: number): number {
  return ((1 + geometricMean(returns)) ** a - 1) / (downsideDeviation(returns) * Math.sqrt(a))
}

/** backtesting.py: calendar years of 365.25 days. */
export function backtestingPyCagr(totalReturn: number, days: number): number {
  return (1 + totalReturn) ** (365.25 / days) - 1
}

/** backtesting.py: Σ of winning over Σ of losing trade RETURNS. */
export function backtestingPyProfitFactor(trades: readonly Trade[]): number {
  return gainsOverLosses(trades.map((one) => one.returnFraction))
}

/** The Sharpe ratio of log returns. */
export function logSharpe(returns: Float64Array, a: number): number {
  const logs = returns.map((r) => Math.log1p(r))
  return (mean(logs) / standardDeviation(logs)) * Math.sqrt(a)
}

/** QuantStats: mean plus the normal quantile times the deviation. */
export function quantstatsVar(returns: Float64Array): number {
  return mean(returns) + Z05 * standardDeviation(returns)
}

/** QuantStats: √(Σ drawdown²/(n−1)). */
export function quantstatsUlcer(drawdown: Float64Array): number {
  return Math.sqrt(sum(drawdown.map((d) => d * d)) / (drawdown.length - 1))
}

/** QuantStats: bias-corrected EXCESS kurtosis, of which 3 is taken once more; kurtosis term against a normal's ½·SR². */
export function quantstatsPsr(returns: Float64Array): number {
  const sharpe = mean(returns) / standardDeviation(returns)
  const kurtosisTerm = ((sampleExcessKurtosis(returns) - 3) / 4) * sharpe ** 2
  const variance = (1 + 0.5 * sharpe ** 2 - sampleSkewness(returns) * sharpe + kurtosisTerm) / (returns.length - 1)
  return normalCdf(sharpe / Math.sqrt(variance))
}

/** LEAN: bias-corrected moments, EXCESS kurtosis where the formula wants the raw one, against an annual ratio of 1. */
export function leanPsr(returns: Float64Array, a: number): number {
  const sharpe = mean(returns) / standardDeviation(returns)
  const kurtosisTerm = ((sampleExcessKurtosis(returns) - 1) / 4) * sharpe ** 2
  const variance = (1 - sampleSkewness(returns) * sharpe + kurtosisTerm) / (returns.length - 1)
  return normalCdf((sharpe - 1 / Math.sqrt(a)) / Math.sqrt(variance))
}

/** QuantStats: rows that aren't zero, rounded up to a whole percent. */
export function quantstatsExposure(returns: Float64Array): number {
  return Math.ceil((returns.filter((r) => r !== 0).length / returns.length) * 100) / 100
}

/** QuantStats: profit factor of BARS. */
export function quantstatsProfitFactor(returns: Float64Array): number {
  return gainsOverLosses(returns)
}

/** QuantStats: rows above zero over rows that aren't zero. */
export function quantstatsWinRate(returns: Float64Array): number {
  return returns.filter((r) => r > 0).length / returns.filter((r) => r !== 0).length
}

/** freqtrade: profit of closed trades over start balance and day, over the population deviation PER TRADE, times √365. */
export function freqtradeSharpe(trades: readonly Trade[], balance: number, days: number): number {
  const profit = Float64Array.from(trades, (one) => one.pnl / balance)
  return (sum(profit) / days / populationDeviation(profit)) * Math.sqrt(365)
}

/** freqtrade: the same over the population deviation of the losing trades. */
export function freqtradeSortino(trades: readonly Trade[], balance: number, days: number): number {
  const profit = Float64Array.from(trades, (one) => one.pnl / balance)
  return (sum(profit) / days / populationDeviation(profit.filter((x) => x < 0))) * Math.sqrt(365)
}

/** freqtrade: drawdown of the account as closed trades leave it, blind to open losses; positive. */
export function freqtradeMaxDrawdown(trades: readonly Trade[], balance: number): number {
  let equity = balance
  let peak = balance
  let deepest = 0
  for (const one of trades) {
    equity += one.pnl
    peak = Math.max(peak, equity)
    deepest = Math.max(deepest, (peak - equity) / peak)
  }
  return deepest
}

function geometricMean(returns: Float64Array): number {
  return Math.exp(sum(returns.map((r) => Math.log1p(r))) / returns.length) - 1
}

function gainsOverLosses(values: Iterable<number>): number {
  const all = Float64Array.from(values)
  return sum(all.filter((x) => x > 0)) / -sum(all.filter((x) => x < 0))
}

function sampleSkewness(values: Float64Array): number {
  const n = values.length
  return (skewness(values) * Math.sqrt(n * (n - 1))) / (n - 2)
}

function sampleExcessKurtosis(values: Float64Array): number {
  const n = values.length
  return ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * (rawKurtosis(values) - 3) + 6)
}
