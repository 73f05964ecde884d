/**
 * Under margin rules, too, the driver may skip rows only where `step` does nothing: fundings, liquidations, joint equity
 * and marks of their own give the same digests and the same equity by `run` and by `runPlain`; the auditor judges all.
 */

import { describe, expect, it } from 'vitest'
import type { MarginRecord } from '../../engine/core/dated.ts'
import type { Strategy } from '../../engine/core/strategy.ts'
import type { Executed } from '../../engine/run/execute.ts'
import { type Market, makeMarket } from '../../engine/run/market.ts'
import { strategies } from '../../strategies/registry.ts'
import { marginTermsOf, perpetualMarket, perpetualRecord, spotMarginRecord } from '../support/margin-runs.ts'
import { randomCandles, randomSeries } from '../support/random-market.ts'
import { type RandomHabits, RandomStrategy } from '../support/random-strategy.ts'
import { type ConfigChanges, runOn, seriesOf } from '../support/runs.ts'

function bothWays(
  market: Market,
  habits: RandomHabits | (() => Strategy),
  changes: ConfigChanges,
  records: readonly MarginRecord[],
): Executed {
  const terms = marginTermsOf(changes, records)
  const make = typeof habits === 'function' ? habits : () => new RandomStrategy(habits)
  const fast = runOn(market, make(), changes, { terms })
  const plain = runOn(market, make(), changes, { terms, plain: true })
  expect(fast.decisionsDigest).toBe(plain.decisionsDigest)
  expect(fast.outcomesDigest).toBe(plain.outcomesDigest)
  expect(Buffer.from(fast.equity!.buffer).equals(Buffer.from(plain.equity!.buffer))).toBe(true)
  expect(fast.venue.margin!.prices.rows).toBe(plain.venue.margin!.prices.rows)
  expect(fast.venue.margin!.carry.fundings).toBe(plain.venue.margin!.carry.fundings)
  return fast
}

const account = (leverage: number) => ({ quote: 'USD', equity: 10_000, profile: 'none', shorting: true, leverage })
const levered = (leverage: number, share: number, margin: Record<string, unknown> = {}): ConfigChanges => ({
  account: account(leverage),
  sizing: { mode: 'percent', fraction: leverage * share },
  margin,
})
const PERP = [perpetualRecord()]
const HYPER = [
  perpetualRecord({
    partial: { aboveNotional: 20_000, share: 0.2, cooldownMs: 30_000 },
    backstop: 2 / 3,
    liquidationFee: 0,
  }),
]
const WHOLE = [perpetualRecord({ cumulative: false })]
const DATED = [
  perpetualRecord({ toMs: 1_600_400_000_000 }),
  perpetualRecord({ fromMs: 1_600_400_000_000, tiers: [{ fromNotional: 0, maintenanceRate: 0.02, maxLeverage: 30 }] }),
]
const TIERED = [
  perpetualRecord({
    tiers: [
      { fromNotional: 0, maintenanceRate: 0.005, maxLeverage: 100 },
      { fromNotional: 60_000, maintenanceRate: 0.01, maxLeverage: 20 },
      { fromNotional: 70_000, maintenanceRate: 0.02, maxLeverage: 15 },
    ],
  }),
]
const SPOT = [spotMarginRecord()]

type Kind = readonly [string, Omit<RandomHabits, 'seed'>, ConfigChanges, readonly MarginRecord[]]
const ALL = { shorts: true, brackets: true, resting: true } as const
const KINDS: readonly Kind[] = [
  ['perpetual 20x, market orders', { every: 10, shorts: true }, levered(20, 0.9), PERP],
  ['perpetual 20x, everything', { every: 8, ...ALL }, levered(20, 0.9), PERP],
  ['perpetual 20x, isolated', { every: 8, ...ALL }, levered(20, 0.7, { mode: 'isolated' }), PERP],
  ['optimistic', { every: 8, ...ALL }, { ...levered(20, 0.9), execution: { ambiguous: 'optimistic' } }, PERP],
  ['along the path', { every: 8, ...ALL }, { ...levered(20, 0.9), execution: { ambiguous: 'path' } }, PERP],
  ['latency inside a bar', { every: 8, ...ALL }, { ...levered(20, 0.9), execution: { latencyMs: 900_000 } }, PERP],
  ['in parts, with a backstop', { every: 10, shorts: true }, levered(15, 0.9), HYPER],
  ['tiers without deductions', { every: 10, shorts: true }, levered(18, 0.9), WHOLE],
  ['rules that change', { every: 10, shorts: true }, levered(15, 0.9), DATED],
  [
    'spread',
    { every: 8, ...ALL },
    { ...levered(20, 0.9), costs: { fees: { maker: 0, taker: 0.001 }, spreadBps: 5 } },
    PERP,
  ],
  ['leveraged spot 10x', { every: 10, shorts: true }, levered(10, 0.9), SPOT],
  ['leveraged spot 10x, everything', { every: 30, ...ALL }, levered(10, 0.95), SPOT],
]

/** Without minimums an order at market of one perpetual has one possible outcome, but for what the venue does itself. */
const EXPRESS = { rules: { emergencyLoss: 'off', venueMinimums: false, minimums: 'off' } }
const SPREAD = { costs: { fees: { maker: 0, taker: 0.001 }, spreadBps: 5, slippageBps: 3 } }
const express = (leverage: number, share: number, more: ConfigChanges = {}, margin = {}): ConfigChanges => ({
  ...levered(leverage, share, margin),
  ...EXPRESS,
  ...more,
})
const BOTH = { every: 8, shorts: true } as const
const LANE: readonly Kind[] = [
  ['express 20x', BOTH, express(20, 0.9), PERP],
  ['express 20x, longs', { every: 8 }, express(20, 0.9), PERP],
  ['express, refused where the open is dearer', BOTH, express(15, 0.985), PERP],
  ['express, isolated', BOTH, express(20, 0.7, {}, { mode: 'isolated' }), PERP],
  ['express, isolated, refused where the open is dearer', BOTH, express(10, 0.99, {}, { mode: 'isolated' }), PERP],
  [
    'express, liquidated at the open of an exit',
    { every: 3, shorts: true },
    express(100, 0.004, {}, { mode: 'isolated' }),
    PERP,
  ],
  ['express, spread', BOTH, express(20, 0.9, SPREAD), PERP],
  [
    'express, ordered by money',
    BOTH,
    express(20, 0.9, { sizing: { mode: 'percent', fraction: 18, by: 'quote' } }),
    PERP,
  ],
  [
    'express, fixed sizes beyond the tier',
    BOTH,
    express(20, 0.9, { sizing: { mode: 'fixed', quote: 70_000 } }),
    TIERED,
  ],
  ['express, optimistic', BOTH, express(20, 0.9, { execution: { ambiguous: 'optimistic' } }), PERP],
  ['express, along the path', BOTH, express(20, 0.9, { execution: { ambiguous: 'path' } }), PERP],
  ['express, in parts, with a backstop', BOTH, express(15, 0.9), HYPER],
  ['express, rules that change', BOTH, express(15, 0.9), DATED],
  ['express beside brackets and limits', { every: 6, ...ALL }, express(20, 0.9), PERP],
  ['express beside every order type', { every: 5, ...ALL, special: true }, express(15, 0.9), PERP],
  ['express, an entry on every bar', { every: 30, insists: true }, express(20, 0.9), PERP],
  ['not express: the strategy hears of fills', { ...BOTH, listens: true }, express(20, 0.9), PERP],
]

describe.each(LANE)('%s', (_, habits, changes, records) => {
  it('one perpetual, with marks of its own or without', () => {
    let [fills, liquidations, fundings] = [0, 0, 0]
    for (let seed = 1; seed <= 6; seed++) {
      const market = perpetualMarket([seriesOf(randomCandles({ seed, bars: 500, gapPercent: seed % 3 === 0 ? 8 : 0 }))])
      const marked = perpetualMarket([seriesOf(randomCandles({ seed, bars: 300 }))], true)
      for (const one of [market, marked]) {
        const { kernel, venue } = bothWays(one, { ...habits, seed }, changes, records)
        fills += kernel.portfolio.fills
        liquidations += kernel.portfolio.liquidations
        fundings += venue.margin!.carry.fundings
      }
    }
    expect(fills).toBeGreaterThan(100)
    expect(liquidations).toBeGreaterThan(0)
    expect(fundings).toBeGreaterThan(10)
  })
})

describe('a strategy that says how far it has nothing to say', () => {
  it.each([
    ['by lanes', express(20, 0.9)],
    ['step by step', levered(20, 0.9)],
  ])('%s', async (_, changes) => {
    const module = await strategies['donchian-breakout']!()
    const make = (): Strategy => module.create(module.params.parse({ entry: 6, exit: 3, short: true }))
    let [fills, liquidations, fundings] = [0, 0, 0]
    for (let seed = 1; seed <= 6; seed++) {
      const candles = randomCandles({ seed, bars: 800, gapPercent: seed % 3 === 0 ? 8 : 0 })
      for (const marked of [false, true]) {
        const { kernel, venue } = bothWays(perpetualMarket([seriesOf(candles)], marked), make, changes, PERP)
        fills += kernel.portfolio.fills
        liquidations += kernel.portfolio.liquidations
        fundings += venue.margin!.carry.fundings
      }
    }
    expect(fills).toBeGreaterThan(100)
    expect(liquidations).toBeGreaterThan(0)
    expect(fundings).toBeGreaterThan(10)
  })
})

describe.each(KINDS)('%s', (name, habits, changes, records) => {
  const spot = records === SPOT
  const marketOf = (seed: number, bars: number, count: number, marks = false): Market => {
    const gapPercent = seed % 2 === 0 ? 8 : 0
    const series = count === 1 ? [seriesOf(randomCandles({ seed, bars, gapPercent }))] : randomSeries(seed, count, bars)
    return spot ? makeMarket(series) : perpetualMarket(series, marks)
  }

  it('one symbol', () => {
    let [liquidations, fundings] = [0, 0]
    for (let seed = 1; seed <= 6; seed++) {
      const ran = bothWays(marketOf(seed, 600, 1), { ...habits, seed }, changes, records)
      liquidations += ran.kernel.portfolio.liquidations
      fundings += ran.venue.margin!.carry.fundings
    }
    expect(liquidations).toBeGreaterThan(0)
    if (!spot) expect(fundings).toBeGreaterThan(10)
  })

  it('several symbols', () => {
    let fills = 0
    let liquidations = 0
    for (let seed = 1; seed <= 4; seed++) {
      const ran = bothWays(marketOf(seed, 400, 3), { ...habits, seed }, { ...changes, ...third(changes) }, records)
      fills += ran.kernel.portfolio.fills
      liquidations += ran.kernel.portfolio.liquidations
    }
    expect(fills).toBeGreaterThan(20)
    if (!name.includes('spot')) expect(liquidations).toBeGreaterThan(0)
  })

  if (!spot) {
    it('marks of their own', () => {
      for (let seed = 1; seed <= 3; seed++) {
        bothWays(marketOf(seed, 500, 1, true), { ...habits, seed }, changes, records)
        bothWays(marketOf(seed, 300, 2, true), { ...habits, seed }, { ...changes, ...third(changes) }, records)
      }
    })
  }
})

function third(changes: ConfigChanges): ConfigChanges {
  const { fraction } = changes['sizing'] as { fraction: number }
  return { sizing: { mode: 'percent', fraction: fraction / 3 } }
}
