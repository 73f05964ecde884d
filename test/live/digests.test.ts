/**
 * Goal: the same candles give the same decisions, byte for byte, in a backtest, on paper, and live. Method: strategies
 * that do everything, on synthetic markets; the real session, executor and journal against an exchange in memory.
 */

import { describe, expect, it } from 'vitest'
import { makeMarket } from '../../engine/run/market.ts'
import { loadTerms, type Terms } from '../../engine/run/terms.ts'
import { named, synthetic } from '../golden/cases.ts'
import { rulebookRecord } from '../market/support.ts'
import { backtestOf, configOf, type LiveCase, runLive } from '../support/live-runs.ts'
import { randomCandles, randomSeries } from '../support/random-market.ts'
import { type RandomHabits, RandomStrategy } from '../support/random-strategy.ts'
import { marketOf } from '../support/runs.ts'

const BARS = 260
const FROM = 100

async function same(one: LiveCase): Promise<number> {
  const backtest = backtestOf(one)
  const run = await runLive(one)
  expect(run.gate.halts).toEqual([])
  expect(run.decider.kernel.portfolio.fills).toBe(backtest.kernel.portfolio.fills)
  expect(run.decisions).toBe(backtest.decisionsDigest)
  return backtest.kernel.portfolio.fills
}

const EVERYTHING = { brackets: true, resting: true, special: true } as const

const habits: readonly (RandomHabits & { readonly name: string })[] = [
  { name: 'market orders', seed: 1, every: 6 },
  { name: 'brackets', seed: 2, every: 5, brackets: true },
  { name: 'resting entries', seed: 3, every: 4, brackets: true, resting: true },
  { name: 'targets', seed: 4, every: 9, targets: true },
  { name: 'orders that are moved, trails and other kinds', seed: 47, every: 3, ...EVERYTHING },
  { name: 'the same, where a moved order fills', seed: 49, every: 3, ...EVERYTHING },
]

describe('the same decisions', () => {
  for (const kind of ['paper', 'live'] as const) {
    for (const habit of habits) {
      it(`${kind}: ${habit.name}`, async () => {
        const market = marketOf(randomCandles({ seed: habit.seed, bars: BARS }))
        expect(await same({ market, make: () => new RandomStrategy(habit), from: FROM, kind })).toBeGreaterThan(10)
      })
    }

    it(`${kind}: several symbols with gaps`, async () => {
      const market = marketOf(randomSeries(5, 3, BARS))
      const make = () => new RandomStrategy({ seed: 5, every: 3, brackets: true })
      expect(await same({ market, make, from: FROM, kind })).toBeGreaterThan(10)
    })
  }
})

describe('the same decisions, by the rules of small accounts', () => {
  const accounts = [
    ['MICRO_CAP', 60, 'micro-momentum', {}],
    ['LOW_CAPITAL', 300, 'sma-cross', { fast: 5, slow: 20, target: 0.02, stop: 0.01 }],
    ['STANDARD', 700, 'donchian-breakout', {}],
    ['AGGRESSIVE', 3000, 'rsi-reversion', {}],
  ] as const
  for (const [profile, equity, name, params] of accounts) {
    it(`${profile}: ${name} with ${equity}, Kraken's fees and minimums`, async () => {
      const market = makeMarket(synthetic('regime', 600)())
      const changes = {
        data: { venue: 'kraken', symbols: ['BTC/USD'], timeframe: '1h' },
        venues: ['kraken'],
        account: { quote: 'USD', equity, profile: 'auto' },
        sizing: { mode: 'profile' },
        costs: { fees: 'schedule', spreadBps: 4, slippageBps: 2 },
        rules: { emergencyLoss: 0.01, venueMinimums: true, feeGate: false, gates: { quality: false } },
      }
      const terms = await loadTerms(configOf({ market, changes }))
      const make = await named(name, params)()
      const fills = await same({ market, make, changes, terms, from: 200, kind: 'paper' })
      expect(fills).toBeGreaterThan(1)
    })
  }
})

describe('the same decisions where the venue takes its fee in the asset received', () => {
  const size = { tick: '0.01', step: '0.001', minQty: '0.001', minCost: '1' }
  const records = [rulebookRecord({ venue: 'test', fromMs: 0, ...size })]
  const fees = { kind: 'flat', maker: 0.001, taker: 0.002, asset: 'received' } as const
  const terms: Terms = { fees, rulebooks: records, spread: 0, slippage: 0 }
  for (const kind of ['paper', 'live'] as const) {
    it.each([
      { name: 'market orders', seed: 1, every: 6 },
      { name: 'brackets', seed: 2, every: 5, brackets: true },
    ])(`${kind}: $name`, async (habit) => {
      const market = marketOf(randomCandles({ seed: habit.seed, bars: BARS, startPrice: 20 }))
      const changes = { rules: { emergencyLoss: 'off', venueMinimums: true, minimums: 'off' } }
      const one = { market, changes, terms, make: () => new RandomStrategy(habit), from: FROM, kind }
      expect(backtestOf(one).kernel.portfolio.dusty).toBe(true)
      expect(await same(one)).toBeGreaterThan(10)
    })
  }
})
