/**
 * What the rules promise of every run, checked from the records alone with arithmetic of the test's own: random
 * strategies on random markets, seeds 1 to 40, all small accounts.
 */

import { describe, expect, it } from 'vitest'
import type { CandleSeries } from '../../engine/core/candles.ts'
import { FactKind } from '../../engine/core/fact.ts'
import { OrderType, Purpose } from '../../engine/core/order.ts'
import { type DecodedRecord, decodeRecords } from '../../engine/core/record.ts'
import { DecisionKind } from '../../engine/kernel/recorder.ts'
import { ByteStore } from '../../engine/run/byte-store.ts'
import { execute } from '../../engine/run/execute.ts'
import { type Market, makeInstruments } from '../../engine/run/market.ts'
import type { Terms } from '../../engine/run/terms.ts'
import { rulebookRecord } from '../market/support.ts'
import { randomCandles, randomSeries } from '../support/random-market.ts'
import { type RandomHabits, RandomStrategy } from '../support/random-strategy.ts'
import { type ConfigChanges, marketOf, plainConfig, seriesOf } from '../support/runs.ts'

function run(market: Market, habits: RandomHabits, changes: ConfigChanges, terms?: Terms) {
  const symbols = market.grid.symbols.map(({ series }) => series.symbol)
  const config = plainConfig({ data: { venue: 'test', symbols, timeframe: '1m' }, ...changes })
  const instruments = makeInstruments(config, market.grid)
  const [decisions, outcomes] = [new ByteStore(), new ByteStore()]
  const sinks = { decisions: decisions.add, outcomes: outcomes.add, ...(terms === undefined ? {} : { terms }) }
  const executed = execute(config, market, instruments, new RandomStrategy(habits), sinks)
  return {
    executed,
    instruments,
    decisions: decodeRecords(decisions.bytes()),
    fills: decodeRecords(outcomes.bytes()).filter(({ kind }) => kind === FactKind.filled),
    initial: config.account.equity,
  }
}

const purposeOf = ({ code }: DecodedRecord): number => code & 0xf
const typeOf = ({ code }: DecodedRecord): number => (code >> 4) & 0xf
const isOrder = ({ kind }: DecodedRecord): boolean => kind === DecisionKind.order
const SMALL = {
  sizing: { mode: 'profile' },
  rules: { emergencyLoss: 0.01, venueMinimums: false, gates: { quality: false } },
}
const account = (equity: number, profile: string) => ({ account: { quote: 'USD', equity, profile } })
const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1)

describe('pinned to MICRO_CAP', () => {
  it('never two positions, never two approvals within 30 s, never three within 60 s', () => {
    let approvals = 0
    for (const seed of SEEDS) {
      const timeframeMs = seed % 2 === 0 ? 10_000 : 60_000
      const series = randomSeries(seed, 3, 200).map((one) => ({ ...one, timeframeMs }))
      const squeezed = series.map((one) => ({
        ...one,
        candles: { ...one.candles, time: one.candles.time.map((t) => t / (3_600_000 / timeframeMs)) },
      }))
      const { decisions, fills } = run(
        marketOf(squeezed),
        { seed, every: 3, brackets: true, resting: seed % 3 === 0 },
        { ...SMALL, ...account(60, 'MICRO_CAP') },
      )
      const times = decisions
        .filter((one) => isOrder(one) && purposeOf(one) === Purpose.entry)
        .map(({ timeMs }) => timeMs)
      approvals += times.length
      times.forEach((time, i) => {
        if (i > 0) expect(time - times[i - 1]!, `seed ${seed}`).toBeGreaterThanOrEqual(30_000)
        if (i > 1) expect(time - times[i - 2]!, `seed ${seed}`).toBeGreaterThan(60_000)
      })
      const held = [0, 0, 0]
      for (const fill of fills) {
        held[fill.instrument] = held[fill.instrument]! + fill.side * fill.numbers[0]!
        expect(held.filter((quantity) => quantity !== 0).length, `seed ${seed}`).toBeLessThanOrEqual(1)
      }
    }
    expect(approvals).toBeGreaterThan(200)
  })
})

describe('any small account on spot', () => {
  it('cash is never negative, nothing is sold that is not held, entries and refusals are all signals', () => {
    for (const seed of SEEDS) {
      const equity = [12, 30, 60, 99, 101, 250, 600][seed % 7]!
      const market = marketOf(randomSeries(seed, 2, 300))
      const { executed, fills, initial, instruments } = run(
        market,
        { seed, every: 3, brackets: seed % 2 === 0, resting: seed % 3 === 0 },
        { ...SMALL, ...account(equity, 'auto') },
      )
      let cash = BigInt(Math.round(initial * 10 ** instruments[0]!.quoteDec))
      const held = [0n, 0n]
      for (const fill of fills) {
        const [quantity, , value, fee] = fill.numbers.map((n) => BigInt(Math.round(n)))
        cash -= BigInt(fill.side) * value! + fee!
        held[fill.instrument]! += BigInt(fill.side) * quantity!
        expect(cash >= 0n, `seed ${seed}: cash ${cash}`).toBe(true)
        expect(held[fill.instrument]! >= 0n, `seed ${seed}`).toBe(true)
      }
      const { recorder } = executed
      expect(recorder.entryOrders + recorder.entryRefusals).toBe(recorder.entrySignals)
      expect(recorder.entryRefusalsOf.reduce((sum, count) => sum + count, 0)).toBe(recorder.entryRefusals)
    }
  })

  it('every refusal is recorded: the records, with their repeats, are the counts that reports show', () => {
    for (const seed of SEEDS) {
      const market = marketOf(randomSeries(seed, 2, 300))
      const insists = seed % 3 === 0
      const habits = { seed, every: 2, brackets: true, resting: !insists && seed % 2 === 0, insists }
      const { executed, decisions } = run(market, habits, { ...SMALL, ...account(60, 'auto') })
      const recorded = decisions.filter(({ kind }) => kind === DecisionKind.refusal)
      const ours = [...executed.recorder.skips.values()].filter(({ code }) => !code.startsWith('VENUE_'))
      const total = recorded.reduce((sum, { repeat }) => sum + repeat, 0)
      expect(total).toBe(ours.reduce((sum, { count }) => sum + count, 0))
      expect(total, `seed ${seed}`).toBeGreaterThanOrEqual(executed.recorder.entryRefusals)
      const entries = decisions.filter((one) => isOrder(one) && purposeOf(one) === Purpose.entry)
      expect(entries.length).toBe(executed.recorder.entryOrders)
    }
  })

  it('where prices stand still overnight the venue takes every order that the rules approve', () => {
    let orders = 0
    for (const seed of SEEDS) {
      const steady = randomSeries(seed, 2, 200).map(opensAtLastClose)
      const steps = { tick: ['0.01', '0.1', '0.05'][seed % 3]!, step: ['0.0001', '0.01', '0.00000001'][seed % 3]! }
      const rulebooks = steady.map(({ venue, symbol }) =>
        rulebookRecord({
          ...{ venue, symbol, ...steps, minQty: '0.02', minCost: '2.5', fromMs: 0 },
          ...{ minBuyCost: seed % 2 === 0 ? '5' : '0', significantDigits: seed % 4 === 0 ? 5 : null },
        }),
      )
      const terms: Terms = { fees: { kind: 'flat', maker: 0.001, taker: 0.0026 }, rulebooks, spread: 0, slippage: 0 }
      const equity = [12, 30, 60, 99, 250, 600][seed % 6]!
      const { executed } = run(
        marketOf(steady),
        { seed, every: 3, brackets: seed % 2 === 0, resting: seed % 3 === 0 },
        { ...SMALL, ...account(equity, 'auto'), rules: { ...SMALL.rules, venueMinimums: true } },
        terms,
      )
      const refused = [...executed.recorder.skips.keys()].filter((code) => code.startsWith('VENUE_'))
      expect(refused, `seed ${seed}`).toEqual([])
      orders += executed.recorder.entryOrders
    }
    expect(orders).toBeGreaterThan(400)
  })
})

/** The same moves without gaps between bars. */
function opensAtLastClose(series: CandleSeries): CandleSeries {
  const { open, high, low, close } = series.candles
  const first = Float64Array.from(open, (price, bar) => (bar === 0 ? price : close[bar - 1]!))
  const candles = {
    ...series.candles,
    open: first,
    high: high.map((price, bar) => Math.max(price, first[bar]!)),
    low: low.map((price, bar) => Math.min(price, first[bar]!)),
  }
  return { ...series, candles }
}

describe('emergency liquidation', () => {
  it('fires on the first close at which −1 % of entry cost is reached, whatever else is set', () => {
    let [fired, shorts] = [0, 0]
    for (const seed of SEEDS) {
      // Closes are more frequent than monitoring events in a part of the runs: the emergency waits for none.
      const timeframeMs = seed % 3 === 1 ? 10_000 : 60_000
      const candles = randomCandles({ seed, bars: 400, timeframeMs, startPrice: 30 })
      const market = marketOf([seriesOf(candles, 'BTC/USD', timeframeMs)])
      const profile = ['none', 'auto', 'legacy', 'auto'][seed % 4]!
      const shorting = seed % 8 === 4
      const changes = {
        rules: { ...SMALL.rules, emergencyLoss: 0.01, staleEntries: seed % 3 === 0 },
        account: { ...account([60, 300, 5000][seed % 3]!, profile).account, shorting, leverage: shorting ? 2 : 1 },
        sizing: profile === 'none' ? { mode: 'percent', fraction: 0.5 } : { mode: 'profile' },
        execution: {
          exits: seed % 5 === 0 ? 'monitored' : 'resting',
          ambiguous: ['pessimistic', 'optimistic', 'path'][seed % 3],
          latencyMs: seed % 7 === 0 ? 700 : 0,
        },
      }
      const habits = { seed, every: 5, brackets: seed % 2 === 0, shorts: shorting }
      const { decisions, fills, instruments } = run(market, habits, changes)
      const { qtyDec, quoteDec } = instruments[0]!
      const closingAt = new Map<number, number[]>()
      for (const one of decisions) {
        const closes = isOrder(one) && typeOf(one) === OrderType.market && purposeOf(one) !== Purpose.entry
        if (closes) closingAt.set(one.timeMs, [...(closingAt.get(one.timeMs) ?? []), purposeOf(one)])
      }
      let [quantity, cost, next, closing] = [0, 0, 0, false]
      for (let row = 0; row < candles.time.length; row++) {
        const closeMs = candles.time[row]! + timeframeMs
        for (; next < fills.length && knownBefore(fills[next]!, closeMs); next++) {
          const { side, numbers } = fills[next]!
          const [filled, , value] = numbers as [number, number, number]
          if (side * quantity < 0) cost -= (cost * filled) / Math.abs(quantity)
          else cost += side * value
          quantity += side * filled
          if (quantity === 0) [cost, closing] = [0, false]
        }
        const purposes = closingAt.get(closeMs) ?? []
        if (quantity !== 0 && !closing) {
          const worth = candles.close[row]! * quantity * 10 ** (quoteDec - qtyDec)
          const loss = (worth - cost) / Math.abs(cost)
          if (loss <= -0.01 - 1e-9) {
            expect(purposes, `seed ${seed}, row ${row}: ${loss}`).toContain(Purpose.emergency)
            fired += 1
            if (quantity < 0) shorts += 1
          }
          if (loss > -0.01 + 1e-9)
            expect(purposes, `seed ${seed}, row ${row}: ${loss}`).not.toContain(Purpose.emergency)
        }
        if (purposes.length > 0) closing = true
      }
    }
    expect(fired).toBeGreaterThan(50)
    expect(shorts).toBeGreaterThan(3)
  })
})

/** Whether a fill was known when the bar that closes at `closeMs` was decided; the next open is at that time, too. */
function knownBefore({ code, numbers }: DecodedRecord, closeMs: number): boolean {
  const intrabar = (code & 0x400) !== 0
  return intrabar ? numbers[4]! <= closeMs : numbers[4]! < closeMs
}
