/**
 * The backtest's driver may skip rows only where `step` does nothing: every strategy, order kind and market must give
 * the same digests and the same equity, bit for bit, by `run` and by `runPlain`; and an auditor that shares no
 * arithmetic with the engine must find the same account in the outcome records.
 */

import { describe, expect, it } from 'vitest'
import { ByteStore } from '../../engine/run/byte-store.ts'
import { execute } from '../../engine/run/execute.ts'
import { type Market, makeInstruments } from '../../engine/run/market.ts'
import { strategies } from '../../strategies/registry.ts'
import { audit } from '../support/auditor.ts'
import { randomCandles, randomSeries } from '../support/random-market.ts'
import { type RandomHabits, RandomStrategy } from '../support/random-strategy.ts'
import { type ConfigChanges, marketOf, plainConfig, seriesOf } from '../support/runs.ts'
import { accountFor, marketFor } from '../support/strategy-runs.ts'

interface Ran {
  readonly decisions: string
  readonly outcomes: string
  readonly equity: Float64Array
  readonly fills: number
  readonly skips: string
  readonly state: readonly number[]
}

function ran(
  market: Market,
  strategy: RandomStrategy | import('../../engine/core/strategy.ts').Strategy,
  changes: ConfigChanges,
  plain: boolean,
): Ran {
  const symbols = market.grid.symbols.map(({ series }) => series.symbol)
  const config = plainConfig({ data: { venue: 'test', symbols, timeframe: '1h' }, ...changes })
  const outcomes = new ByteStore()
  const instruments = makeInstruments(config, market.grid)
  const executed = execute(config, market, instruments, strategy, { plain, outcomes: outcomes.add })
  const initial = Math.round(config.account.equity * 10 ** instruments[0]!.quoteDec)
  expect(audit(executed, outcomes.bytes(), initial)).toEqual([])
  const { recorder } = executed
  expect(recorder.entryOrders + recorder.entryRefusals).toBe(recorder.entrySignals)
  return {
    decisions: executed.decisionsDigest,
    outcomes: executed.outcomesDigest,
    equity: executed.equity!,
    fills: executed.kernel.portfolio.fills,
    skips: JSON.stringify([...recorder.skips.values()]),
    state: [...executed.kernel.marker.state],
  }
}

function bothWays(
  market: Market,
  make: () => import('../../engine/core/strategy.ts').Strategy,
  changes: ConfigChanges,
): number {
  const fast = ran(market, make(), changes, false)
  const plain = ran(market, make(), changes, true)
  expect(fast.decisions).toBe(plain.decisions)
  expect(fast.outcomes).toBe(plain.outcomes)
  expect(fast.skips).toBe(plain.skips)
  expect(fast.state).toEqual(plain.state)
  expect(Buffer.from(fast.equity.buffer).equals(Buffer.from(plain.equity.buffer))).toBe(true)
  return fast.fills
}

const MARGIN = { account: { quote: 'USD', equity: 10_000, profile: 'none', shorting: true, leverage: 2 } }
const EXPRESS = { rules: { emergencyLoss: 'off', venueMinimums: false, minimums: 'off' } }
const SPREAD = { costs: { fees: { maker: 0.001, taker: 0.002 }, spreadBps: 10, slippageBps: 5 } }
const KINDS: readonly (readonly [string, Omit<RandomHabits, 'seed'>, ConfigChanges])[] = [
  ['market orders', { every: 10 }, {}],
  // Without minimums an order at market has one possible outcome: the express lane.
  ['express', { every: 10 }, EXPRESS],
  ['express, ordered by money', { every: 10 }, { ...EXPRESS, sizing: { mode: 'percent', fraction: 1, by: 'quote' } }],
  ['express, fixed size, spread', { every: 5 }, { ...EXPRESS, sizing: { mode: 'fixed', quote: 2000 }, ...SPREAD }],
  ['express beside brackets and limits', { every: 8, brackets: true, resting: true }, EXPRESS],
  ['express with brackets', { every: 8, brackets: true }, EXPRESS],
  ['express with brackets and spread', { every: 8, brackets: true }, { ...EXPRESS, ...SPREAD }],
  [
    'express with brackets, ordered by money, optimistic',
    { every: 8, brackets: true },
    { ...EXPRESS, execution: { ambiguous: 'optimistic' }, sizing: { mode: 'percent', fraction: 1, by: 'quote' } },
  ],
  [
    'express with brackets, along the path, by a touch',
    { every: 8, brackets: true },
    { ...EXPRESS, execution: { ambiguous: 'path', limitFill: 'touch' } },
  ],
  ['express among every order type', { every: 4, brackets: true, resting: true, special: true }, EXPRESS],
  ['not express: the strategy hears of fills', { every: 10, listens: true }, EXPRESS],
  ['express, an entry on every bar', { every: 30, insists: true }, EXPRESS],
  ['an entry on every bar', { every: 30, insists: true }, {}],
  ['brackets', { every: 10, brackets: true }, {}],
  ['brackets, optimistic', { every: 10, brackets: true }, { execution: { ambiguous: 'optimistic' } }],
  ['brackets along the path', { every: 10, brackets: true }, { execution: { ambiguous: 'path' } }],
  ['limit and stop entries', { every: 6, brackets: true, resting: true }, {}],
  ['every order type', { every: 5, brackets: true, resting: true, special: true }, {}],
  [
    'every order type, along the path',
    { every: 5, brackets: true, resting: true, special: true },
    { execution: { ambiguous: 'path' } },
  ],
  [
    'every order type, optimistic, late',
    { every: 5, brackets: true, resting: true, special: true },
    { execution: { ambiguous: 'optimistic', latencyMs: 900_000 } },
  ],
  ['touch fills', { every: 6, brackets: true, resting: true }, { execution: { limitFill: 'touch' } }],
  ['latency inside a bar', { every: 6, brackets: true, resting: true }, { execution: { latencyMs: 900_000 } }],
  ['latency beyond a bar', { every: 6, brackets: true }, { execution: { latencyMs: 9_000_000 } }],
  [
    'spread and slippage',
    { every: 8, brackets: true },
    { costs: { fees: { maker: 0.001, taker: 0.002 }, spreadBps: 10, slippageBps: 5 } },
  ],
  ['longs and shorts', { every: 8, brackets: true, resting: true, shorts: true }, MARGIN],
  [
    'every order type, long and short',
    { every: 5, brackets: true, resting: true, special: true, shorts: true },
    MARGIN,
  ],
  ['target weights', { every: 12, targets: true }, {}],
  ['target weights, shorts', { every: 12, targets: true, shorts: true }, MARGIN],
]

const EMERGENCY = { emergencyLoss: 0.01, venueMinimums: false }
const SMALL = { sizing: { mode: 'profile' }, rules: { ...EMERGENCY, gates: { quality: false } } }
/** The same where an order at market has one possible outcome: the lane of brackets. */
const LANE = { ...SMALL, rules: { ...SMALL.rules, minimums: 'off' } }
const QUALITY = { rules: { emergencyLoss: 0.012, venueMinimums: false, minimums: 'off' } }
const account = (equity: number, profile = 'auto') => ({ account: { quote: 'USD', equity, profile } })

/** Small accounts: profiles, gates, emergencies, exits that rest or are watched, on hours and on ten seconds. */
const SMALL_KINDS: readonly (readonly [string, Omit<RandomHabits, 'seed'>, ConfigChanges])[] = [
  ['emergency liquidation', { every: 8 }, { rules: EMERGENCY }],
  ['emergency on the lane', { every: 8, brackets: true }, QUALITY],
  ['MICRO_CAP on the lane', { every: 4, brackets: true, resting: true }, { ...LANE, ...account(60) }],
  ['MICRO_CAP on the lane, insisting', { every: 9, insists: true }, { ...LANE, ...account(60) }],
  ['MICRO_CAP on the lane, gates on quality', { every: 3, rates: true }, { ...LANE, ...account(60), ...QUALITY }],
  ['MICRO_CAP pinned on the lane', { every: 3, brackets: true }, { ...LANE, ...account(400, 'MICRO_CAP') }],
  ['below MICRO_CAP, on the lane', { every: 4 }, { ...LANE, ...account(15) }],
  ['into MICRO_CAP and out, on the lane', { every: 4, brackets: true }, { ...LANE, ...account(21) }],
  ['between two profiles, on the lane', { every: 4, brackets: true }, { ...LANE, ...account(101) }],
  ['between two others, insisting', { every: 9, insists: true }, { ...LANE, ...account(501) }],
  [
    'with hysteresis, a share of the account',
    { every: 4, brackets: true },
    {
      ...LANE,
      ...account(500),
      sizing: { mode: 'percent', fraction: 0.9, by: 'quote' },
      rules: { ...LANE.rules, profileHysteresis: 0.02 },
    },
  ],
  ['legacy, on the lane', { every: 3, insists: true }, { ...LANE, ...account(60, 'legacy') }],
  ['MICRO_CAP', { every: 4, brackets: true, resting: true }, { ...SMALL, ...account(60) }],
  ['MICRO_CAP, an entry on every bar', { every: 9, insists: true }, { ...SMALL, ...account(60) }],
  ['below MICRO_CAP', { every: 4 }, { ...SMALL, ...account(15) }],
  ['between two profiles', { every: 4, brackets: true }, { ...SMALL, ...account(101) }],
  ['between two profiles, insisting', { every: 9, insists: true }, { ...SMALL, ...account(101) }],
  ['with hysteresis', { every: 4 }, { ...SMALL, ...account(500), rules: { ...SMALL.rules, profileHysteresis: 0.02 } }],
  ['legacy', { every: 3, insists: true }, { ...SMALL, ...account(60, 'legacy') }],
  ['monitored exits', { every: 6, brackets: true }, { ...SMALL, ...account(80), execution: { exits: 'monitored' } }],
  ['stale entries', { every: 3, resting: true }, { ...SMALL, ...account(80), execution: { ambiguous: 'optimistic' } }],
  ['dynamic sizing', { every: 4 }, { ...SMALL, sizing: { mode: 'dynamic' }, ...account(60) }],
  ['portfolio sizing', { every: 4 }, { sizing: { mode: 'portfolio' }, ...account(600), rules: EMERGENCY }],
]

describe.each(SMALL_KINDS)('small accounts: %s', (_, habits, changes) => {
  it.each([3_600_000, 60_000, 10_000])('bars of %d ms', (timeframeMs) => {
    let fills = 0
    for (let seed = 1; seed <= 4; seed++) {
      const bars = { seed, bars: 500, timeframeMs, startPrice: 20, gapPercent: seed % 2 === 0 ? 8 : 0 }
      const market = marketOf([seriesOf(randomCandles(bars), 'BTC/USD', timeframeMs)])
      fills += bothWays(market, () => new RandomStrategy({ ...habits, seed }), changes)
    }
    expect(fills).toBeGreaterThan(10)
  })

  it('several symbols', () => {
    for (let seed = 1; seed <= 3; seed++) {
      bothWays(marketOf(randomSeries(seed, 3, 300)), () => new RandomStrategy({ ...habits, seed }), changes)
    }
  })
})

describe.each(KINDS)('%s', (_, habits, changes) => {
  it('one symbol', () => {
    let fills = 0
    for (let seed = 1; seed <= 6; seed++) {
      const market = marketOf(randomCandles({ seed, bars: 600, gapPercent: seed % 2 === 0 ? 8 : 0 }))
      fills += bothWays(market, () => new RandomStrategy({ ...habits, seed }), changes)
    }
    expect(fills).toBeGreaterThan(50)
  })

  it('several symbols with gaps of their own', () => {
    let fills = 0
    const sizing = { mode: 'percent', fraction: 0.3 }
    for (let seed = 1; seed <= 4; seed++) {
      const market = marketOf(randomSeries(seed, 3, 400))
      fills += bothWays(market, () => new RandomStrategy({ ...habits, seed }), { sizing, ...changes })
    }
    expect(fills).toBeGreaterThan(50)
  })
})

const BY_QUOTE = { mode: 'percent', by: 'quote' }
/** Signals for several symbols in one row, under every way to size them: there may not be money for all. */
const CHORUS: readonly (readonly [string, Omit<RandomHabits, 'seed' | 'every'>, ConfigChanges])[] = [
  ['a share each', {}, { sizing: { mode: 'percent', fraction: 0.2 } }],
  ['a share each, by money', {}, { sizing: { ...BY_QUOTE, fraction: 0.2 } }],
  ['all in', {}, { sizing: { mode: 'percent', fraction: 1 } }],
  ['all in, by money', {}, { sizing: { ...BY_QUOTE, fraction: 1 } }],
  ['more than there is at the open', {}, { sizing: { mode: 'percent', fraction: 0.34 } }],
  ['fixed sizes, too many', {}, { sizing: { mode: 'fixed', quote: 4000 } }],
  ['fixed sizes, spread', {}, { sizing: { mode: 'fixed', quote: 2500 }, ...SPREAD }],
  ['beside brackets', { brackets: true }, { sizing: { mode: 'percent', fraction: 0.3 } }],
  ['beside every order type', { brackets: true, resting: true, special: true }, {}],
]

describe.each(CHORUS)('several symbols at once: %s', (_, habits, changes) => {
  it.each([0, 5, 40])('gaps of %d %%', (gapPercent) => {
    let fills = 0
    for (let seed = 1; seed <= 4; seed++) {
      const market = marketOf(randomSeries(seed, 2 + seed, 300, gapPercent))
      const make = () => new RandomStrategy({ every: 6, chorus: true, ...habits, seed })
      fills += bothWays(market, make, { ...EXPRESS, ...changes })
    }
    expect(fills).toBeGreaterThan(100)
  })
})

describe('the strategies that come with tandem', () => {
  it.each(Object.keys(strategies))('%s', async (name) => {
    const module = await strategies[name]!()
    const create = () => module.create(module.params.parse({}))
    const fills = bothWays(marketFor(name, 11, 3000), create, accountFor(name))
    expect(fills).toBeGreaterThan(0)
  })
})
