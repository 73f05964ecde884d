/**
 * Goal: the same candles give the same decisions, byte for byte, in a backtest, on paper, and live. Method: strategies
 * that do everything, on synthetic markets; the real session, executor and journal against an exchange in memory.
 */

import { describe, expect, it } from 'vitest'
import { backtestOf, type LiveCase, runLive } from '../support/live-runs.ts'
import { randomCandles, randomSeries } from '../support/random-market.ts'
import { type RandomHabits, RandomStrategy } from '../support/random-strategy.ts'
import { marketOf } from '../support/runs.ts'

const BARS = 400
const FROM = 100

async function same(one: LiveCase): Promise<number> {
  const backtest = backtestOf(one)
  const run = await runLive(one)
  expect(run.gate.halts).toEqual([])
  expect(run.decider.kernel.portfolio.fills).toBe(backtest.kernel.portfolio.fills)
  expect(run.decisions).toBe(backtest.decisionsDigest)
  return backtest.kernel.portfolio.fills
}

const habits: readonly (RandomHabits & { readonly name: string })[] = [
  { name: 'market orders', seed: 1, every: 6 },
  { name: 'brackets', seed: 2, every: 5, brackets: true },
  { name: 'resting entries', seed: 3, every: 4, brackets: true, resting: true },
  { name: 'targets', seed: 4, every: 9, targets: true },
]

describe('the same decisions', () => {
  for (const kind of ['paper', 'live'] as const) {
    for (const habit of habits) {
      it(`${kind}: ${habit.name}`, async () => {
        const market = marketOf(randomCandles({ seed: habit.seed, bars: BARS }))
        expect(await same({ market, make: () => new RandomStrategy(habit), from: FROM, kind })).toBeGreaterThan(20)
      })
    }

    it(`${kind}: several symbols with gaps`, async () => {
      const market = marketOf(randomSeries(5, 3, BARS))
      const make = () => new RandomStrategy({ seed: 5, every: 3, brackets: true })
      expect(await same({ market, make, from: FROM, kind })).toBeGreaterThan(20)
    })
  }
})
