/**
 * Reallocation inside runs (RULES B3, D2), read from the records alone: what is sold is never more than the shortfall,
 * its fees and one step, or whole; the buy spends no more than came in and what was there; a failed sell means no buy;
 * both drivers decide the same; an auditor finds the books right; every signal is an entry or a refusal.
 */

import { describe, expect, it } from 'vitest'
import { FactKind, RejectCode } from '../../engine/core/fact.ts'
import { OrderType, Purpose } from '../../engine/core/order.ts'
import { type DecodedRecord, decodeRecords } from '../../engine/core/record.ts'
import { RefusalCode } from '../../engine/core/refusal.ts'
import { DecisionKind } from '../../engine/kernel/recorder.ts'
import { ByteStore } from '../../engine/run/byte-store.ts'
import { type ExecuteOptions, execute } from '../../engine/run/execute.ts'
import { type Market, makeInstruments } from '../../engine/run/market.ts'
import { audit } from '../support/auditor.ts'
import { randomSeries } from '../support/random-market.ts'
import { type RandomHabits, RandomStrategy } from '../support/random-strategy.ts'
import { type ConfigChanges, marketOf, plainConfig } from '../support/runs.ts'
import { runAtVenues, venueMarket } from '../support/venue-runs.ts'

const FEE = 0.0026
const ON = {
  account: { quote: 'USD', equity: 300, profile: 'none' },
  sizing: { mode: 'portfolio' },
  costs: { fees: { maker: FEE, taker: FEE } },
  rules: { reallocation: 'on', emergencyLoss: 'off', venueMinimums: false },
}

function run(market: Market, habits: RandomHabits, changes: ConfigChanges, options: ExecuteOptions = {}) {
  const symbols = market.grid.symbols.map(({ series }) => series.symbol)
  const config = plainConfig({ data: { venue: 'test', symbols, timeframe: '1h' }, ...ON, ...changes })
  const instruments = makeInstruments(config, market.grid)
  const [decisions, outcomes] = [new ByteStore(), new ByteStore()]
  const sinks = { decisions: decisions.add, outcomes: outcomes.add }
  const executed = execute(config, market, instruments, new RandomStrategy(habits), { ...sinks, ...options })
  const { recorder } = executed
  expect(audit(executed, outcomes.bytes(), Math.round(config.account.equity * 10 ** instruments[0]!.quoteDec))).toEqual(
    [],
  )
  expect(recorder.entryOrders + recorder.entryRefusals).toBe(recorder.entrySignals)
  return {
    executed,
    instruments,
    market,
    decisions: decodeRecords(decisions.bytes()),
    outcomes: decodeRecords(outcomes.bytes()),
  }
}

type Run = ReturnType<typeof run>

const purposeOf = ({ code }: DecodedRecord): number => code & 0xf

/** Each plan with its sells: the orders for the purpose that were decided with it. */
function plansOf({ decisions }: Run) {
  return decisions.flatMap((one, at) => {
    if (one.kind !== DecisionKind.reallocation) return []
    const sells = decisions
      .slice(at)
      .filter((order) => order.kind === DecisionKind.order && purposeOf(order) === Purpose.reallocation)
      .slice(0, one.repeat)
    return [{ plan: one, sells }]
  })
}

/** Quantity held of an instrument before an order, from the fills alone. */
function heldBefore({ outcomes }: Run, instrument: number, atMs: number): number {
  return outcomes
    .filter((one) => one.kind === FactKind.filled && one.instrument === instrument && one.timeMs < atMs)
    .reduce((sum, one) => sum + one.side * one.numbers[0]!, 0)
}

const HABITS: readonly Omit<RandomHabits, 'seed'>[] = [
  { every: 2 },
  { every: 2, brackets: true },
  { every: 3, brackets: true, listens: true },
]

describe('reallocation in runs', () => {
  it('sells never more than shortfall, fees and one step, or whole', () => {
    let partial = 0
    let whole = 0
    for (let seed = 1; seed <= 30; seed++) {
      const ran = run(marketOf(randomSeries(seed, 4, 200)), { seed, ...HABITS[seed % 3]! }, {})
      for (const { plan, sells } of plansOf(ran)) {
        const [wanted, needed, available, shortfall] = plan.numbers as [number, number, number, number, number]
        expect(needed).toBeGreaterThanOrEqual(Math.ceil(wanted * (1 + FEE)))
        expect(shortfall).toBe(needed - available)
        expect(shortfall).toBeGreaterThan(0)
        let left = shortfall
        for (const [i, sell] of sells.entries()) {
          const { pxDec, qtyDec, quoteDec } = ran.instruments[sell.instrument]!
          const row = ran.market.grid.time.indexOf(sell.timeMs - ran.market.grid.timeframeMs)
          const price = ran.market.grid.symbols[sell.instrument]!.close[row]!
          const step = price * 10 ** (quoteDec - qtyDec)
          const value = (sell.numbers[0]! * Math.round(price * 10 ** pxDec)) / 10 ** (pxDec + qtyDec - quoteDec)
          const held = heldBefore(ran, sell.instrument, sell.timeMs)
          expect(sell.numbers[0]!).toBeLessThanOrEqual(held)
          if (sell.numbers[0] === held) {
            whole += 1
            // Not one position more than it takes.
            expect(left).toBeGreaterThan(0)
          } else {
            partial += 1
            expect(i).toBe(sells.length - 1)
            expect(value).toBeLessThanOrEqual(left / (1 - FEE) + step + 3)
          }
          left -= value * (1 - FEE)
        }
        // Together they cover it, but for the rounding of each.
        expect(left).toBeLessThanOrEqual(sells.length * 3)
      }
    }
    expect([partial > 50, whole > 10]).toEqual([true, true])
  })

  it('buys with what came in, and leaves 1.00 of cash at the price it was sized at', () => {
    let bought = 0
    for (let seed = 1; seed <= 20; seed++) {
      const ran = run(marketOf(randomSeries(seed, 4, 200)), { seed, every: 2 }, {})
      const { decisions, instruments, executed } = ran
      decisions.forEach((one, at) => {
        if (one.kind !== DecisionKind.funded) return
        const [received, money] = one.numbers as [number, number, number, number, number]
        const order = decisions[at + 1]!
        const plan = decisions.slice(0, at).findLast(({ kind }) => kind === DecisionKind.reallocation)!
        expect([order.kind, order.orderId, purposeOf(order)]).toEqual([DecisionKind.order, one.orderId, Purpose.entry])
        expect((order.code >> 4) & 15).toBe(OrderType.market)
        expect(order.numbers[1]).toBe(money)
        const unit = 10 ** instruments[0]!.quoteDec
        expect(money).toBeLessThanOrEqual(plan.numbers[2]! + received - unit)
        expect(money).toBeLessThanOrEqual(Math.ceil(plan.numbers[0]! * (1 + FEE)))
        bought += 1
      })
      expect(executed.kernel.desk.plans.reallocator!.tally.bought).toBeLessThanOrEqual(bought)
    }
    expect(bought).toBeGreaterThan(50)
  })

  it('a failed sell cancels the buy, and the refusal says what came in', () => {
    let failed = 0
    for (let seed = 1; seed <= 10; seed++) {
      const inject = ({ purpose, id }: { purpose: number; id: number }) =>
        purpose === Purpose.reallocation && id % 2 === 0 ? RejectCode.injected : RejectCode.none
      const ran = run(
        marketOf(randomSeries(seed, 4, 200)),
        { seed, every: 2, brackets: seed % 2 === 0 },
        {},
        { inject },
      )
      const plans = plansOf(ran)
      const refused = ran.outcomes.filter(
        ({ kind, code }) => kind === FactKind.rejected && (code & 255) === RejectCode.injected,
      )
      const ids = new Set(refused.map(({ orderId }) => orderId))
      const doomed = plans.filter(({ sells }) => sells.some(({ orderId }) => ids.has(orderId)))
      const refusals = ran.decisions
        .filter(({ kind, code }) => kind === DecisionKind.refusal && code === RefusalCode.reallocationFailed)
        .reduce((sum, { repeat }) => sum + repeat, 0)
      const funded = ran.decisions.filter(({ kind }) => kind === DecisionKind.funded).length
      expect(refusals).toBeGreaterThanOrEqual(doomed.length)
      expect(funded + refusals).toBe(plans.length)
      failed += doomed.length
    }
    expect(failed).toBeGreaterThan(20)
  })

  it('what is left of a position is guarded again, as large as it is', () => {
    let again = 0
    for (let seed = 1; seed <= 20; seed++) {
      const { executed, outcomes } = run(marketOf(randomSeries(seed, 4, 200)), { seed, every: 2, brackets: true }, {})
      const { working, ledger } = executed.kernel.portfolio
      for (const { order } of working) {
        if (order.purpose !== Purpose.stop && order.purpose !== Purpose.target) continue
        expect(order.quantity).toBe(ledger.quantity[order.instrument])
      }
      again += outcomes.filter(({ kind }) => kind === FactKind.accepted).length
    }
    expect(again).toBeGreaterThan(100)
  })

  it('comes out the same by both drivers, at one venue and at several, ten times', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const habits = { seed, ...HABITS[seed % 3]! }
      const latency = { execution: { latencyMs: [0, 0, 900_000, 4_000_000][seed % 4]! } }
      const market = marketOf(randomSeries(seed, 4, 150))
      const digest = ({ executed }: Pick<Run, 'executed'>) => `${executed.decisionsDigest} ${executed.outcomesDigest}`
      expect(digest(run(market, habits, latency, { plain: true }))).toBe(digest(run(market, habits, latency)))
      const venues = venueMarket(seed, 3, 150)
      const at = (plain: boolean) => runAtVenues(venues, new RandomStrategy(habits), { ...ON, ...latency }, { plain })
      const [fast, plain] = [at(false), at(true)]
      expect(audit(fast.executed, fast.outcomes, fast.executed.kernel.portfolio.ledger.deposits)).toEqual([])
      expect(digest(fast)).toBe(digest(plain))
    }
    const market = marketOf(randomSeries(5, 4, 150))
    const digests = Array.from({ length: 10 }, () => run(market, { seed: 5, every: 2 }, {}).executed.decisionsDigest)
    expect(new Set(digests).size).toBe(1)
  })
})
