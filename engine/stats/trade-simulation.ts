/**
 * What else the same trades could have looked like. Another ORDER of them (permutation) leaves the end as it was and
 * changes the drawdown: it says what drawdown to expect. Another DRAW of them (with replacement) changes the outcome
 * too. Both destroy what trades have to do with their neighbours; the block bootstrap of returns keeps that.
 */

import type { Uniform } from '../core/random.ts'
import { quantileType7, sorted } from './quantile.ts'

export interface TradePath {
  /** Deepest fall of the compounded trades below their highest so far (1 at the start), ≤ 0. */
  readonly maxDrawdown: number
  /** Compounded return of all trades. */
  readonly total: number
}

/** Compounds the returns of trades, all equity in each, in the order given by `indices` (default: their own). */
export function compoundTrades(returns: ArrayLike<number>, indices?: ArrayLike<number>): TradePath {
  let [unit, peak, deepest] = [1, 1, 0]
  const n = indices?.length ?? returns.length
  for (let i = 0; i < n; i++) {
    unit *= 1 + returns[indices === undefined ? i : indices[i]!]!
    if (unit > peak) peak = unit
    if (unit / peak - 1 < deepest) deepest = unit / peak - 1
  }
  return { maxDrawdown: deepest, total: unit - 1 }
}

export interface TradeSimulation {
  readonly samples: number
  /** Quantiles 5, 50 and 95 % (type 7) of the maximum drawdown: the first is the worst. */
  readonly maxDrawdown: readonly [number, number, number]
  readonly total: readonly [number, number, number]
  /** Share of samples that lose. */
  readonly lossProbability: number
  /** Share of samples whose drawdown is at least as deep as the trades' own. */
  readonly deeperShare: number
}

/** Summary over the given orders or draws of the trades. */
export function simulateTrades(returns: ArrayLike<number>, orders: readonly ArrayLike<number>[]): TradeSimulation {
  const own = compoundTrades(returns)
  const paths = orders.map((indices) => compoundTrades(returns, indices))
  const three = (values: Float64Array): readonly [number, number, number] => [
    quantileType7(values, 0.05),
    quantileType7(values, 0.5),
    quantileType7(values, 0.95),
  ]
  const share = (counts: (path: TradePath) => boolean): number => paths.filter(counts).length / paths.length
  return {
    samples: paths.length,
    maxDrawdown: three(sorted(paths.map((path) => path.maxDrawdown))),
    total: three(sorted(paths.map((path) => path.total))),
    lossProbability: share((path) => path.total < 0),
    deeperShare: share((path) => path.maxDrawdown <= own.maxDrawdown),
  }
}

/** A random order of 0…n−1 (Fisher & Yates). */
export function permutation(n: number, uniform: Uniform): Int32Array {
  const order = Int32Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1))
    const kept = order[i]!
    order[i] = order[j]!
    order[j] = kept
  }
  return order
}

/** n draws with replacement from 0…n−1. */
export function drawWithReplacement(n: number, uniform: Uniform): Int32Array {
  return Int32Array.from({ length: n }, () => Math.floor(uniform() * n))
}
