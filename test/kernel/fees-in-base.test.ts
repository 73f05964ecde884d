/**
 * Fees taken in base: a buy brings less than it traded, positions come off the lot step, an exit sells what it can and
 * the rest is dust. Both ways through the kernel must agree to the bit, and the auditor must find the same account, fee
 * by fee.
 */

import { describe, expect, it } from 'vitest'
import type { FeeAsset, RulebookRecord } from '../../engine/core/dated.ts'
import { decToNumber } from '../../engine/core/dec.ts'
import { FactKind } from '../../engine/core/fact.ts'
import { decodeRecords } from '../../engine/core/record.ts'
import type { Context, SignalOptions, Strategy } from '../../engine/core/strategy.ts'
import { OutcomeKind } from '../../engine/kernel/recorder.ts'
import { ByteStore } from '../../engine/run/byte-store.ts'
import type { Executed } from '../../engine/run/execute.ts'
import type { Market } from '../../engine/run/market.ts'
import type { Terms } from '../../engine/run/terms.ts'
import { feeRecord, rulebookRecord } from '../market/support.ts'
import { audit } from '../support/auditor.ts'
import { randomCandles, randomSeries } from '../support/random-market.ts'
import { type RandomHabits, RandomStrategy } from '../support/random-strategy.ts'
import { type ConfigChanges, marketOf, runOn, seriesOf } from '../support/runs.ts'
import { runAtVenues, VENUES, venueMarket } from '../support/venue-runs.ts'

const HOUR_MS = 3_600_000

function book(symbol: string, more: Partial<RulebookRecord> = {}): RulebookRecord {
  const size = { tick: '0.01', step: '0.001', minQty: '0.001', minCost: '1' }
  return rulebookRecord({ venue: 'test', symbol, fromMs: 0, ...size, ...more })
}

/** Flat fees in an asset, and rulebooks of the market's symbols, or none. */
function termsOf(market: Market, asset: FeeAsset, maker: number, taker: number, stepped: boolean): Terms {
  const symbols = market.grid.symbols.map(({ series }) => series.symbol)
  return {
    fees: { kind: 'flat', maker, taker, asset },
    rulebooks: stepped ? symbols.map((symbol) => book(symbol)) : null,
    spread: 0,
    slippage: 0,
  }
}

/** Candles at one price after another. */
function prices(list: readonly number[]): Market {
  const column = (): Float64Array => Float64Array.from(list)
  const time = Float64Array.from(list, (_, i) => i * HOUR_MS)
  const volume = new Float64Array(list.length).fill(1000)
  const columns = { open: column(), high: column(), low: column(), close: column(), volume }
  return marketOf([seriesOf({ time, ...columns }, 'BTC/USD', HOUR_MS)])
}

type Step = 'enter' | 'exit' | SignalOptions
/** Says one thing in a row. */
function scripted(steps: Readonly<Record<number, Step>>): Strategy {
  let context: Context
  return {
    setup: (x) => {
      context = x
    },
    onBar: (row) => {
      const step = steps[row]
      if (step === 'exit') context.exit(0)
      else if (step !== undefined) context.enter(0, step === 'enter' ? {} : step)
    },
  }
}

function played(market: Market, steps: Readonly<Record<number, Step>>, asset: FeeAsset, changes: ConfigChanges = {}) {
  const outcomes = new ByteStore()
  const terms = termsOf(market, asset, 0.001, 0.0025, true)
  const config = { rules: { emergencyLoss: 'off', venueMinimums: true }, ...changes }
  const executed = runOn(market, scripted(steps), config, { terms, outcomes: outcomes.add })
  return { executed, records: decodeRecords(outcomes.bytes()) }
}

const held = ({ kernel, instruments }: Executed): number =>
  decToNumber(kernel.portfolio.ledger.quantity[0]!, instruments[0]!.qtyDec)
const dust = ({ kernel, instruments }: Executed): number =>
  decToNumber(kernel.portfolio.ledger.dust[0]!, instruments[0]!.qtyDec)
const cash = ({ kernel }: Executed): number => kernel.portfolio.ledger.cashNumber()
const FIXED = { sizing: { mode: 'fixed', quote: 100 } }

describe('the asset received, 0.25 %', () => {
  it('a buy of 1 at 100 takes 100 and brings 0.9975', () => {
    const { executed, records } = played(prices([100, 100, 100]), { 0: 'enter' }, 'received', FIXED)
    expect([held(executed), cash(executed)]).toEqual([0.9975, 9900])
    expect(executed.kernel.portfolio.entryPrice(0)).toBe(100)
    const { ledger } = executed.kernel.portfolio
    expect(decToNumber(ledger.feesPaid, ledger.quoteDec)).toBe(0.25)
    const fee = records.find(({ kind }) => kind === OutcomeKind.feeInBase)!
    const units = 10 ** executed.instruments[0]!.qtyDec
    expect(fee.numbers.slice(0, 2)).toEqual([0.0025 * units, 1 * units])
  })

  it('the exit sells 0.997 and pays in quote; 0.0005 is dust, and the account flat', () => {
    const { executed } = played(prices([100, 100, 110, 110, 110]), { 0: 'enter', 2: 'exit' }, 'received', FIXED)
    const { portfolio } = executed.kernel
    expect([held(executed), dust(executed)]).toEqual([0, 0.0005])
    expect(portfolio.flat).toBe(true)
    expect(cash(executed)).toBeCloseTo(9900 + 0.997 * 110 * (1 - 0.0025), 9)
    // What is there is worth something: 0.0005 at 110.
    expect(executed.kernel.marker.equityNow).toBeCloseTo(cash(executed) + 0.055, 9)
    const [trade] = portfolio.trades.closed()
    const { qtyDec, quoteDec } = executed.instruments[0]!
    expect(decToNumber(trade!.entryQuantity, qtyDec)).toBe(0.997)
    expect(decToNumber(trade!.exitQuantity, qtyDec)).toBe(0.997)
    expect(decToNumber(trade!.entryValue, quoteDec)).toBeCloseTo(99.7, 9)
  })

  it('dust is sold with the next position, at the cost that it had', () => {
    const steps: Record<number, Step> = { 0: 'enter', 2: 'exit', 4: 'enter', 6: 'exit' }
    const { executed } = played(prices([100, 100, 100, 100, 100, 100, 100, 100]), steps, 'received', FIXED)
    // Two rests of 0.0005 are one lot step: everything is sold.
    expect([held(executed), dust(executed)]).toEqual([0, 0])
    const [first, second] = executed.kernel.portfolio.trades.closed()
    const { qtyDec } = executed.instruments[0]!
    expect([first!, second!].map((one) => decToNumber(one.exitQuantity, qtyDec))).toEqual([0.997, 0.998])
    expect(cash(executed)).toBeCloseTo(10_000 - 0.5 - 1.995 * 100 * 0.0025, 9)
  })

  it('stop and target rest for what can be sold, and the one that fills leaves dust', () => {
    const steps: Record<number, Step> = { 0: { stop: 0.05, target: 0.05 } }
    const { executed, records } = played(prices([100, 100, 100, 120, 120]), steps, 'received', FIXED)
    const sold = records.filter(({ kind, side }) => kind === FactKind.filled && side < 0)
    expect(sold).toHaveLength(1)
    expect([held(executed), dust(executed)]).toEqual([0, 0.0005])
    expect(executed.kernel.portfolio.working).toHaveLength(0)
  })

  it('an order is complete by what it traded: a part left by the volume cap fills to the end', () => {
    const market = prices([100, 100, 100, 100, 100, 100, 100])
    market.grid.symbols[0]!.volume.fill(0.5)
    const { executed } = played(market, { 0: 'enter' }, 'received', { ...FIXED, execution: { participation: 0.5 } })
    expect(executed.kernel.portfolio.working).toHaveLength(0)
    expect([held(executed), executed.kernel.portfolio.fills]).toEqual([0.9975, 4])
  })

  it('an order for money spends it all on base', () => {
    const by = { sizing: { mode: 'percent', fraction: 1, by: 'quote' } }
    const { executed } = played(prices([100, 100, 100]), { 0: 'enter' }, 'received', by)
    expect([held(executed), cash(executed)]).toEqual([99.75, 0])
  })

  it('a position that could not be sold again, its fee gone, is not entered', () => {
    // Two lots are bought, and what 0.25 % leaves of them is one that can be sold: 4.95 at the stop, of 5.00 asked.
    const sized = { sizing: { mode: 'fixed', quote: 10 } }
    const market = prices([5000, 5000, 5000])
    const { executed } = played(market, { 0: 'enter' }, 'received', sized)
    expect([...executed.recorder.skips.values()].map(({ code }) => code)).toEqual(['EXIT_BELOW_MINIMUM'])
    const quote = played(market, { 0: 'enter' }, 'quote', sized).executed
    expect(quote.recorder.entryOrders).toBe(1)
  })
})

describe('base, both ways', () => {
  it('a sale takes its fee in base on top, and only so much is sold', () => {
    const { executed, records } = played(prices([100, 100, 100, 100]), { 0: 'enter', 1: 'exit' }, 'base', FIXED)
    // 0.9975 / 1.0025 = 0.99501…: 0.995 is sold, 0.0024875 goes as its fee, and 0.0000125 is left.
    expect([held(executed), dust(executed)]).toEqual([0, 0.0000125])
    expect(cash(executed)).toBe(9999.5)
    const fees = records.filter(({ kind }) => kind === OutcomeKind.feeInBase)
    const units = 10 ** executed.instruments[0]!.qtyDec
    expect(fees.map(({ numbers }) => numbers[0]! / units)).toEqual([0.0025, 0.0024875])
  })
})

interface Ran {
  readonly digests: readonly string[]
  readonly equity: Float64Array
  readonly dust: number
  readonly inBase: number
  readonly fills: number
}

function ran(market: Market, strategy: Strategy, changes: ConfigChanges, terms: Terms, plain: boolean): Ran {
  const outcomes = new ByteStore()
  const executed = runOn(market, strategy, changes, { terms, plain, outcomes: outcomes.add })
  const { recorder, kernel } = executed
  expect(recorder.entryOrders + recorder.entryRefusals).toBe(recorder.entrySignals)
  const records = decodeRecords(outcomes.bytes())
  const count = (kind: number): number => records.filter((one) => one.kind === kind).length
  return {
    digests: [executed.decisionsDigest, executed.outcomesDigest],
    equity: executed.equity!,
    dust: count(OutcomeKind.dust),
    inBase: count(OutcomeKind.feeInBase),
    fills: kernel.portfolio.fills,
  }
}

const KINDS: readonly (readonly [string, Omit<RandomHabits, 'seed'>, ConfigChanges])[] = [
  ['market orders', { every: 8 }, {}],
  ['ordered by money', { every: 8 }, { sizing: { mode: 'percent', fraction: 1, by: 'quote' } }],
  ['brackets', { every: 8, brackets: true }, {}],
  ['every order type', { every: 5, brackets: true, resting: true, special: true }, {}],
  ['a cap by volume', { every: 6, brackets: true, resting: true }, { execution: { participation: 0.2 } }],
  ['latency beyond a bar', { every: 6, brackets: true }, { execution: { latencyMs: 9_000_000 } }],
  ['target weights', { every: 12, targets: true }, {}],
  [
    'portfolio sizing',
    { every: 5 },
    { sizing: { mode: 'portfolio' }, account: { quote: 'USD', equity: 600, profile: 'auto' } },
  ],
]

describe.each(['received', 'base'] as const)('fees in %s: run and step agree, and the auditor', (asset) => {
  it.each(KINDS)('%s', (_, habits, changes) => {
    let dusts = 0
    for (let seed = 1; seed <= 4; seed++) {
      const stepped = seed % 2 === 0
      const several = seed > 2
      const candles = { seed, bars: 300, startPrice: 20, gapPercent: stepped ? 8 : 0 }
      const market = several ? marketOf(randomSeries(seed, 2, 200)) : marketOf(randomCandles(candles))
      const terms = termsOf(market, asset, 0.001, 0.002, stepped)
      const rules = { emergencyLoss: 0.03, venueMinimums: stepped, minimums: 'off' }
      const made = (plain: boolean): Ran => {
        const with_ = { rules, ...changes }
        return ran(market, new RandomStrategy({ ...habits, seed }), with_, terms, plain)
      }
      const [fast, plain] = [made(false), made(true)]
      expect(fast.digests).toEqual(plain.digests)
      expect(Buffer.from(fast.equity.buffer).equals(Buffer.from(plain.equity.buffer))).toBe(true)
      expect(fast.inBase).toBeGreaterThan(0)
      expect(fast.inBase).toBeLessThanOrEqual(fast.fills)
      dusts += fast.dust
    }
    expect(dusts).toBeGreaterThan(0)
  })
})

describe('several venues, each with a fee of its own kind, and money moved in and out', () => {
  it('the same by both drivers, and each venue’s books balance', () => {
    const assets = { coinbase: 'quote', test: 'received', far: 'base' } as const
    const [inBase, dusts, moved] = [1, 2, 3, 4]
      .map((seed) => {
        const market = venueMarket(seed, 1 + (seed % 2), 250)
        const symbols = market.columns.grid.symbols.map(({ series }) => series.symbol)
        const terms: Terms = {
          fees: {
            kind: 'schedule',
            records: VENUES.map((venue, i) =>
              feeRecord({
                venue,
                fromMs: 0,
                feeAsset: assets[venue],
                tiers: [{ minVolume: 0, maker: 0.001, taker: 0.002 + i / 1e4 }],
              }),
            ),
          },
          rulebooks: VENUES.flatMap((venue) => symbols.map((symbol) => book(symbol, { venue }))),
          spread: 0,
          slippage: 0,
        }
        const at = (row: number): string => new Date(market.grid.time[row]!).toISOString().slice(0, 19)
        const flows = [
          { at: at(60), amount: 400, venue: 'far' },
          { at: at(130), amount: -100, venue: 'test' },
        ]
        const changes = {
          account: { quote: 'USD', equity: 3000, profile: 'none', flows },
          sizing: { mode: 'percent', fraction: 0.3 },
          rules: { emergencyLoss: 0.05, venueMinimums: true, minimums: 'off' },
        }
        const [fast, plain] = [false, true].map((isPlain) => {
          const strategy = new RandomStrategy({ seed, every: 4, brackets: true, resting: true })
          const run = runAtVenues(market, strategy, changes, { plain: isPlain, terms })
          expect(audit(run.executed, run.outcomes, 3000 * 10 ** run.executed.instruments[0]!.quoteDec)).toEqual([])
          return run
        })
        expect(fast!.executed.decisionsDigest).toBe(plain!.executed.decisionsDigest)
        expect(fast!.executed.outcomesDigest).toBe(plain!.executed.outcomesDigest)
        expect(fast!.executed.equity).toEqual(plain!.executed.equity)
        const records = decodeRecords(fast!.outcomes)
        const count = (kind: number): number => records.filter((one) => one.kind === kind).length
        return [count(OutcomeKind.feeInBase), count(OutcomeKind.dust), count(FactKind.adjusted)]
      })
      .reduce((sums, one) => sums.map((sum, i) => sum + one[i]!), [0, 0, 0])
    expect([inBase! > 10, dusts! > 3, moved! > 3]).toEqual([true, true, true])
  })
})
