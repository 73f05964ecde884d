/** A trial is a backtest of which less is kept: the same decisions and metrics, to the bit, for every strategy. */

import { describe, expect, it } from 'vitest'
import { type PreparedStrategy, simulate } from '../../engine/run/backtest.ts'
import type { ResolvedConfig } from '../../engine/run/config/index.ts'
import type { Market } from '../../engine/run/market.ts'
import { plainTerms } from '../../engine/run/terms.ts'
import { allocateSlab, ColumnSlab } from '../../engine/run/trial/column-slab.ts'
import { TrialFrame } from '../../engine/run/trial/frame.ts'
import { SharedColumns } from '../../engine/run/trial/shared-columns.ts'
import { trialMetrics } from '../../engine/run/trial/trial-metrics.ts'
import { strategies } from '../../strategies/registry.ts'
import { plainConfig } from '../support/runs.ts'
import { accountFor, marketFor } from '../support/strategy-runs.ts'

function configFor(name: string, market: Market, changes: object = {}): ResolvedConfig {
  const { grid } = market
  const symbols = grid.symbols.map(({ series }) => series.symbol)
  return plainConfig({
    strategy: { name },
    data: { venue: 'test', symbols, timeframe: '1h' },
    ...accountFor(name),
    ...changes,
  })
}

/** Columns in a slab whose memory is full of something else. */
function sharedColumns(market: Market, slots: number): SharedColumns {
  const memory = allocateSlab(market.grid.rows, slots)
  memory.cells.fill(12_345)
  return new SharedColumns(market.grid, market.columns.exogenous, new ColumnSlab(memory))
}

async function prepare(name: string): Promise<PreparedStrategy> {
  const module = await strategies[name]!()
  const params = module.params.parse({})
  return { create: () => module.create(params), hash: 'test', params }
}

function expectSame(frame: TrialFrame, config: ResolvedConfig, market: Market, strategy: PreparedStrategy): void {
  const { result, metrics } = simulate(config, market, plainTerms(config), strategy)
  const trial = frame.run(strategy.create())
  expect([trial.decisions, trial.outcomes]).toEqual([result.digest.decisions, result.digest.outcomes])
  expect(trialMetrics().map(({ id }) => id)).toEqual(metrics.map(({ id }) => id))
  const differing = metrics.filter(({ value }, i) => !Object.is(trial.metrics[i], value))
  expect(differing).toEqual([])
  expect(trial.trades()).toEqual(result.trades)
  const skips = result.skips.reduce((sum, { count }) => sum + count, 0)
  expect(Object.values(trial.skips).reduce((sum, count) => sum + count, 0)).toBe(skips)
  expect([trial.ambiguousBars, trial.ambiguousFills]).toEqual([result.ambiguity.bars, result.ambiguity.fills])
  expect(trial.exits).toEqual(result.exits)
}

describe('a trial', () => {
  it.each(Object.keys(strategies))('of %s is its backtest', async (name) => {
    const market = marketFor(name, 5, 2500)
    const config = configFor(name, market)
    const strategy = await prepare(name)
    // Twice in one frame, with columns from dirty memory, and with too few slots for all of them.
    for (const slots of [16, 1]) {
      const frame = new TrialFrame(config, market, plainTerms(config), sharedColumns(market, slots))
      expectSame(frame, config, market, strategy)
      expectSame(frame, config, market, strategy)
    }
  })

  it('is the same under the rules of a small account, with stops and targets', async () => {
    const market = marketFor('sma-cross', 8, 3000)
    const changes = { account: { quote: 'USD', equity: 50, profile: 'MICRO_CAP' }, sizing: { mode: 'profile' } }
    const config = configFor('sma-cross', market, changes)
    const module = await strategies['sma-cross']!()
    const params = module.params.parse({ fast: 5, slow: 20, target: 0.01, stop: 0.01 })
    const strategy = { create: () => module.create(params), hash: 'test', params }
    expectSame(new TrialFrame(config, market, plainTerms(config)), config, market, strategy)
  })
})

describe('the slab of shared columns', () => {
  it('computes a column once while it has room, and again once it gave its place up', () => {
    const slab = new ColumnSlab(allocateSlab(4, 2))
    let computed = 0
    const take = (key: string) => slab.acquire(key, (column) => column.fill(++computed))
    const a = take('a')!
    const again = take('a')!
    expect(again.column).toBe(a.column)
    expect(computed).toBe(1)
    const b = take('b')!
    expect(take('c')).toBe(null)
    for (const { slot } of [a, again, b]) slab.release(slot)
    // The one that was taken longest ago goes first.
    slab.release(take('b')!.slot)
    slab.release(take('c')!.slot)
    slab.release(take('b')!.slot)
    expect(computed).toBe(3)
    expect(take('a')!.column[0]).toBe(4)
  })

  it('hands the error of a computation to who asked, and lets others try', () => {
    const slab = new ColumnSlab(allocateSlab(4, 1))
    const fail = () =>
      slab.acquire('a', () => {
        throw new RangeError('no')
      })
    expect(fail).toThrow('no')
    expect(slab.acquire('a', (column) => column.fill(7))!.column[3]).toBe(7)
  })
})
