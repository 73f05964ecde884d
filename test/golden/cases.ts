/** The golden runs: a handful of configurations that together pass through every part of the engine. */

import { hashCandles } from '../../datasets/columns.ts'
import { syntheticCandles } from '../../datasets/synthetic/synthetic.ts'
import type { CandleSeries } from '../../engine/core/candles.ts'
import type { Strategy } from '../../engine/core/strategy.ts'
import { strategies } from '../../strategies/registry.ts'
import { randomSeries } from '../support/random-market.ts'
import { type RandomHabits, RandomStrategy } from '../support/random-strategy.ts'

export interface GoldenCase {
  readonly name: string
  /** The run file's members; `data` follows from the series. */
  readonly config: Readonly<Record<string, unknown>>
  readonly series: () => readonly CandleSeries[]
  /** A fresh strategy a call. */
  readonly strategy: () => Promise<() => Strategy>
}

export const PLAIN = {
  account: { quote: 'USD', equity: 10_000, profile: 'none' },
  sizing: { mode: 'percent', fraction: 0.95 },
  costs: { fees: { maker: 0.001, taker: 0.002 } },
  rules: { emergencyLoss: 'off', venueMinimums: false, minimums: 'off' },
}

const HOUR_MS = 3_600_000
const START_2024_MS = 1_704_067_200_000

/** A synthetic market in memory. */
export function synthetic(model: 'gbm' | 'regime', bars: number, timeframeMs = HOUR_MS, startMs = START_2024_MS) {
  const place = { venue: 'kraken', symbol: 'BTC/USD', timeframeMs }
  return () => [syntheticCandles({ ...place, model, seed: 7, bars, startMs })]
}

/** Several symbols of small whole-cent prices with gaps of their own, named by their content. */
const gappy = (seed: number, symbols: number, bars: number) => () =>
  randomSeries(seed, symbols, bars).map((one) => ({ ...one, dataHash: hashCandles(one.candles) }))

/** A strategy of the registry with parameters. */
export function named(name: string, params: Readonly<Record<string, unknown>> = {}): GoldenCase['strategy'] {
  return async () => {
    const module = await strategies[name]!()
    const parsed = module.params.parse(params)
    return () => module.create(parsed)
  }
}

const random = (habits: RandomHabits) => async () => () => new RandomStrategy(habits)

export const CASES: readonly GoldenCase[] = [
  { name: 'spot, sma-cross on gbm', config: PLAIN, series: synthetic('gbm', 4000), strategy: named('sma-cross') },
  {
    name: 'spot, donchian-breakout on regimes',
    config: PLAIN,
    series: synthetic('regime', 4000),
    strategy: named('donchian-breakout'),
  },
  {
    name: 'stop and target, spread and slippage',
    config: { ...PLAIN, costs: { ...PLAIN.costs, spreadBps: 10, slippageBps: 5 } },
    series: synthetic('regime', 4000),
    strategy: named('sma-cross', { target: 0.02, stop: 0.01 }),
  },
  {
    name: 'limit and stop entries along the path',
    config: { ...PLAIN, execution: { ambiguous: 'path' } },
    series: gappy(3, 1, 1500),
    strategy: random({ seed: 3, every: 6, brackets: true, resting: true }),
  },
  {
    name: 'a small account under MICRO_CAP',
    config: {
      account: { quote: 'USD', equity: 50, profile: 'MICRO_CAP' },
      costs: { fees: { maker: 0.0016, taker: 0.0026 }, spreadBps: 10 },
      rules: { gates: { quality: false } },
    },
    series: synthetic('gbm', 6000, 300_000),
    strategy: named('sma-cross', { target: 0.02, stop: 0.01 }),
  },
  {
    name: 'longs and shorts on margin',
    config: {
      ...PLAIN,
      account: { quote: 'USD', equity: 10_000, profile: 'none', shorting: true, leverage: 2 },
      margin: { rules: 'plain' },
    },
    series: gappy(5, 1, 1500),
    strategy: random({ seed: 5, every: 8, brackets: true, resting: true, shorts: true }),
  },
  {
    name: 'several symbols with gaps of their own',
    config: { ...PLAIN, sizing: { mode: 'percent', fraction: 0.3 } },
    series: gappy(7, 3, 1000),
    strategy: random({ seed: 7, every: 6, brackets: true, resting: true }),
  },
  {
    name: 'target weights, long and short',
    config: {
      ...PLAIN,
      account: { quote: 'USD', equity: 10_000, profile: 'none', shorting: true, leverage: 2 },
      margin: { rules: 'plain' },
    },
    series: gappy(9, 3, 1000),
    strategy: random({ seed: 9, every: 12, targets: true, shorts: true }),
  },
  {
    name: 'latency beyond a bar',
    config: { ...PLAIN, execution: { latencyMs: 9_000_000 } },
    series: gappy(11, 1, 1500),
    strategy: random({ seed: 11, every: 6, brackets: true, resting: true }),
  },
  {
    name: "kraken's dated fees, steps and minimums",
    config: { ...PLAIN, costs: { fees: 'schedule' }, rules: { emergencyLoss: 0.01, minimums: 'relaxed' } },
    series: synthetic('gbm', 4000),
    strategy: named('rsi-reversion'),
  },
]
