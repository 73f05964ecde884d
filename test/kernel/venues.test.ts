/**
 * Several venues in one run: random strategies on random markets with prices, gaps and costs of each venue's own. Both
 * drivers decide the same, ten times alike; no venue's cash is ever negative; an auditor with arithmetic of his own
 * finds the same money at each venue; every signal is an entry or a refusal; and each entry went where the rule says.
 */

import { describe, expect, it } from 'vitest'
import { Purpose } from '../../engine/core/order.ts'
import { decodeRecords } from '../../engine/core/record.ts'
import { DecisionKind } from '../../engine/kernel/recorder.ts'
import { RouteFlag } from '../../engine/rules/entry-route.ts'
import { ByteStore } from '../../engine/run/byte-store.ts'
import { execute } from '../../engine/run/execute.ts'
import { makeInstruments } from '../../engine/run/market.ts'
import { audit } from '../support/auditor.ts'
import { randomSeries } from '../support/random-market.ts'
import { type RandomHabits, RandomStrategy } from '../support/random-strategy.ts'
import { type ConfigChanges, marketOf, plainConfig } from '../support/runs.ts'
import { runAtVenues, VENUES, type VenueRun, venueMarket } from '../support/venue-runs.ts'

/** Nothing but sizing speaks: the lanes beside the usual way would be open. */
const FREE = { emergencyLoss: 'off', venueMinimums: false, minimums: 'off', feeGate: false }
const PART = { sizing: { mode: 'percent', fraction: 0.25 } }
const PROFILED = {
  account: { quote: 'USD', equity: 600, profile: 'auto' },
  sizing: { mode: 'profile' },
  rules: { emergencyLoss: 0.01, venueMinimums: false, gates: { quality: false } },
}
const UNEVEN = {
  account: { quote: 'USD', equity: 400, profile: 'none', shares: { coinbase: 0.7, test: 0.1, far: 0.2 } },
}

const KINDS: readonly (readonly [string, Omit<RandomHabits, 'seed'>, ConfigChanges])[] = [
  ['market orders', { every: 6 }, PART],
  ['brackets and resting entries', { every: 5, brackets: true, resting: true }, PART],
  ['brackets along the path', { every: 5, brackets: true }, { ...PART, execution: { ambiguous: 'path' } }],
  ['orders of every kind, moved as they rest', { every: 4, special: true, brackets: true, resting: true }, PART],
  ['exits watched at closes', { every: 5, brackets: true }, { ...PART, execution: { exits: 'monitored' } }],
  ['a strategy that hears of fills', { every: 6, listens: true, brackets: true }, PART],
  ['an entry on every bar', { every: 20, insists: true }, PART],
  ['a profile with its gates', { every: 4, brackets: true }, PROFILED],
  ['uneven shares, all in', { every: 4, brackets: true }, UNEVEN],
  [
    'small balances',
    { every: 4, brackets: true },
    { ...PROFILED, account: { quote: 'USD', equity: 90, profile: 'auto' } },
  ],
  [
    'latency of its own at each venue',
    { every: 5, brackets: true, resting: true },
    { ...PART, execution: { latencyMs: 900_000, venueLatencyMs: { far: 9_000_000, test: 0 } } },
  ],
]

function checked({ executed, outcomes }: VenueRun, name: string): void {
  const { recorder, kernel } = executed
  expect(audit(executed, outcomes, kernel.portfolio.ledger.deposits), name).toEqual([])
  expect(recorder.entryOrders + recorder.entryRefusals, name).toBe(recorder.entrySignals)
}

describe('one venue that small balances can’t afford', () => {
  it('raises targets the same by both drivers', () => {
    let raised = 0
    for (let seed = 1; seed <= 6; seed++) {
      const series = randomSeries(seed, 1, 250).map((one) => ({ ...one, venue: 'coinbase' }))
      const run = (plain: boolean) => {
        const account = { quote: 'USD', equity: 45, profile: 'none' }
        const data = { venue: 'coinbase', symbols: ['S0/USD'], timeframe: '1h' }
        const config = plainConfig({ data, account, rules: FREE })
        const market = marketOf(series)
        const strategy = new RandomStrategy({ seed, every: 6, brackets: true })
        const decisions = new ByteStore()
        const sinks = { plain, decisions: decisions.add }
        const executed = execute(config, market, makeInstruments(config, market.grid), strategy, sinks)
        return { executed, decisions: decodeRecords(decisions.bytes()) }
      }
      const [fast, plain] = [run(false), run(true)]
      expect(fast.executed.decisionsDigest).toBe(plain.executed.decisionsDigest)
      expect(fast.executed.outcomesDigest).toBe(plain.executed.outcomesDigest)
      raised += fast.decisions.filter(
        ({ kind, code }) => kind === DecisionKind.route && code === RouteFlag.raised,
      ).length
    }
    expect(raised).toBeGreaterThan(10)
  })
})

describe('several venues', () => {
  for (const [kind, habits, changes] of KINDS) {
    it(`${kind}: the same by both drivers, and the books balance`, () => {
      let routed = 0
      for (let seed = 1; seed <= 8; seed++) {
        const market = venueMarket(seed, 1 + (seed % 3), 250)
        const run = (plain: boolean) => runAtVenues(market, new RandomStrategy({ seed, ...habits }), changes, { plain })
        const [fast, plain] = [run(false), run(true)]
        const name = `seed ${seed}`
        checked(fast, name)
        checked(plain, name)
        expect(fast.executed.decisionsDigest, name).toBe(plain.executed.decisionsDigest)
        expect(fast.executed.outcomesDigest, name).toBe(plain.executed.outcomesDigest)
        expect([...fast.executed.recorder.skips.values()], name).toEqual([...plain.executed.recorder.skips.values()])
        expect(fast.executed.equity, name).toEqual(plain.executed.equity)
        routed += decodeRecords(fast.decisions).filter((one) => one.kind === DecisionKind.route).length
      }
      expect(routed).toBeGreaterThan(20)
    })
  }

  it('comes out the same ten times, watched or not', () => {
    const market = venueMarket(3, 2, 300)
    const digests = Array.from({ length: 10 }, (_, i) => {
      const strategy = new RandomStrategy({ seed: 3, every: 5, brackets: true, resting: true })
      const { executed } = runAtVenues(market, strategy, PART, { checked: i === 9 })
      return `${executed.decisionsDigest} ${executed.outcomesDigest}`
    })
    expect(new Set(digests).size).toBe(1)
  })

  it('sends each entry to the cheapest venue that could take it', () => {
    const places = new Set<number>()
    let passedOver = 0
    for (let seed = 1; seed <= 12; seed++) {
      const market = venueMarket(seed, 3, 250)
      const strategy = new RandomStrategy({ seed, every: 3 })
      const { executed, decisions } = runAtVenues(market, strategy, { ...UNEVEN, ...PART })
      const records = decodeRecords(decisions)
      const { instruments } = executed
      records.forEach((one, i) => {
        if (one.kind !== DecisionKind.route) return
        const [roundTrip, other, , available] = one.numbers as [number, number, number, number, number]
        const order = records[i + 1]!
        expect(order.kind).toBe(DecisionKind.order)
        expect(order.code & 0xf).toBe(Purpose.entry)
        expect([order.orderId, order.instrument]).toEqual([one.orderId, one.instrument])
        expect(available).toBeGreaterThan(0)
        // It is the cheapest of all, or the record says that a cheaper one couldn't.
        const excused = RouteFlag.unlisted | RouteFlag.noFunds | RouteFlag.smallBalance
        if (roundTrip > other) expect(one.code & excused).toBeGreaterThan(0)
        if ((one.code & RouteFlag.noFunds) !== 0) passedOver += 1
        places.add(VENUES.indexOf(instruments[one.instrument]!.venue as (typeof VENUES)[number]))
      })
    }
    expect([...places].sort()).toEqual([0, 1, 2])
    expect(passedOver).toBeGreaterThan(0)
  })
})
