/**
 * Deposits and withdrawals (RULES A5): events that change the account and its profile, but neither return nor
 * drawdown; the same by `run` and by `runPlain`, and to the auditor.
 */

import { describe, expect, it } from 'vitest'
import { TandemError } from '../../engine/core/errors.ts'
import { FactKind } from '../../engine/core/fact.ts'
import { decodeRecords } from '../../engine/core/record.ts'
import type { Strategy } from '../../engine/core/strategy.ts'
import { simulate } from '../../engine/run/backtest.ts'
import { ByteStore } from '../../engine/run/byte-store.ts'
import { profileEvents } from '../../engine/run/profile-results.ts'
import { plainTerms } from '../../engine/run/terms.ts'
import { refuseFlowsOutside } from '../../engine/run/venues.ts'
import { randomCandles, randomSeries } from '../support/random-market.ts'
import { RandomStrategy } from '../support/random-strategy.ts'
import { type ConfigChanges, marketOf, plainConfig, runOn, seriesOf } from '../support/runs.ts'

const HOUR_MS = 3_600_000
const START = Date.UTC(2020, 0, 1)
const at = (hours: number, minutes = 0): string =>
  new Date(START + hours * HOUR_MS + minutes * 60_000).toISOString().slice(0, 16)

function flat(bars: number, price = 100) {
  const column = (): Float64Array => new Float64Array(bars).fill(price)
  const time = Float64Array.from({ length: bars }, (_, i) => START + i * HOUR_MS)
  return marketOf([
    seriesOf({ time, open: column(), high: column(), low: column(), close: column(), volume: column() }),
  ])
}

const silent = (): Strategy => ({ setup: () => {}, onBar: () => {} })
const flows = (...list: readonly { at: string; amount: number }[]): ConfigChanges => ({
  account: { quote: 'USD', equity: 1000, profile: 'none', flows: list },
})

function ran(bars: number, changes: ConfigChanges) {
  const market = flat(bars)
  const config = plainConfig(changes)
  return simulate(config, market, plainTerms(config), { create: silent, hash: 'silent', params: {} })
}

describe('what moves in and out', () => {
  it('is in equity from its bar on, and no return', () => {
    const { result, metrics } = ran(60, flows({ at: at(10, 30), amount: 500 }, { at: at(20), amount: -300 }))
    expect([9, 10, 19, 20].map((row) => result.equity[row])).toEqual([1000, 1500, 1500, 1200])
    expect(result.cashFlows).toEqual([
      { timeMs: START + 10.5 * HOUR_MS, amount: 500 },
      { timeMs: START + 20 * HOUR_MS, amount: -300 },
    ])
    const value = (id: string) => metrics.find((one) => one.id === id)?.value
    expect([value('totalReturn'), value('maxDrawdown')]).toEqual([0, 0])
    expect(result.venues[0]).toMatchObject({ initialEquity: 1000, finalEquity: 1200 })
  })

  it('a withdrawal of more than is free takes nothing, and is counted', () => {
    const { result } = ran(10, flows({ at: at(5), amount: -1001 }))
    expect(result.finalEquity).toBe(1000)
    expect(result.cashFlows).toEqual([])
    expect(result.assumptions).toContainEqual(expect.objectContaining({ code: 'WITHDRAWAL_REFUSED', count: 1 }))
  })

  it('money at an open pays for what fills there; money inside the bar comes after it', () => {
    const wants = (): Strategy => {
      let enter = (): void => {}
      return {
        setup: (x) => {
          enter = () => x.enter(0, { sizeQuote: 1000 })
        },
        onBar: (row) => {
          if (row === 4) enter()
        },
      }
    }
    // 1,000 and its fee of 1 are there when it is decided, and 500 gone when it arrives.
    const changes = (minutes: number): ConfigChanges => ({
      account: { quote: 'USD', equity: 1100, profile: 'none', flows: [{ at: at(5, minutes), amount: -500 }] },
      sizing: { mode: 'fixed', quote: 1000 },
    })
    const refused = runOn(flat(10), wants(), changes(0))
    expect([...refused.recorder.skips.values()].map(({ code }) => code)).toEqual(['VENUE_INSUFFICIENT_FUNDS'])
    const filled = runOn(flat(10), wants(), changes(1))
    expect([filled.kernel.portfolio.fills, filled.flows!.refused]).toEqual([1, 1])
  })

  it('can change the profile', () => {
    const market = marketOf(randomCandles({ seed: 3, bars: 90, startPrice: 20 }))
    const when = (row: number): string => new Date(market.grid.time[row]!).toISOString().slice(0, 16)
    const list = [
      { at: when(30), amount: 60 },
      { at: when(60), amount: 900 },
    ]
    const executed = runOn(market, new RandomStrategy({ seed: 3, every: 4 }), {
      account: { quote: 'USD', equity: 60, profile: 'auto', flows: list },
      sizing: { mode: 'profile' },
    })
    const changes = profileEvents(executed.kernel).map(({ to }) => to)
    expect(changes).toEqual(['MICRO_CAP', 'LOW_CAPITAL', 'AGGRESSIVE'])
  })
})

describe('both ways through the kernel', () => {
  it.each([
    ['one symbol', 1],
    ['several', 3],
  ])('%s', (_, count) => {
    for (let seed = 1; seed <= 4; seed++) {
      const market =
        count === 1 ? marketOf(randomCandles({ seed, bars: 400 })) : marketOf(randomSeries(seed, count, 300))
      const first = market.grid.time[0]!
      const when = (row: number, minutes: number): string =>
        new Date(first + row * HOUR_MS + minutes * 60_000).toISOString().slice(0, 16)
      const list = [40, 41, 90, 150, 151, 220].map((row, i) => ({
        at: when(row, (i % 3) * 20),
        amount: i % 2 === 0 ? 700 + i : -250 - i,
      }))
      const changes = {
        account: { quote: 'USD', equity: 1000, profile: 'none', flows: list },
        sizing: { mode: 'percent', fraction: 0.5 },
      }
      const done = [false, true].map((plain) => {
        const outcomes = new ByteStore()
        const strategy = new RandomStrategy({ seed, every: 6, brackets: true, resting: true })
        const executed = runOn(market, strategy, changes, { plain, outcomes: outcomes.add })
        expect(decodeRecords(outcomes.bytes()).filter(({ kind }) => kind === FactKind.adjusted)).toHaveLength(
          executed.flows!.done.length,
        )
        return executed
      })
      const [fast, plain] = done as [(typeof done)[0], (typeof done)[0]]
      expect(fast.decisionsDigest).toBe(plain.decisionsDigest)
      expect(fast.outcomesDigest).toBe(plain.outcomesDigest)
      expect(Buffer.from(fast.equity!.buffer).equals(Buffer.from(plain.equity!.buffer))).toBe(true)
      expect(fast.flows!.done.length).toBeGreaterThan(3)
    }
  })
})

describe('bad input', () => {
  it('a flow outside the run, at a venue that it lacks, of nothing, and out of a leveraged account', () => {
    const market = flat(10)
    const outside = plainConfig(flows({ at: '2021-01-01', amount: 5 }))
    expect(() => refuseFlowsOutside(outside, market.grid)).toThrow(TandemError)
    const bad =
      (more: object, account: object = {}) =>
      () =>
        plainConfig({ account: { quote: 'USD', equity: 100, ...account, flows: [{ at: at(5), amount: 5, ...more }] } })
    expect(bad({ venue: 'kraken' })).toThrow('account.flows.0.venue: expected a venue of the run (test)')
    expect(bad({ amount: 0 })).toThrow('expected an amount')
    expect(bad({ amount: -5 }, { leverage: 2 })).toThrow('expected a deposit')
  })
})
