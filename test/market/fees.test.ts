/** Goal: fees follow the schedule of the day and the account's own volume, as each venue counts it. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { datedHash } from '../../datasets/dated/hash.ts'
import type { FeeRecord } from '../../engine/core/dated.ts'
import { type Dec, toDec } from '../../engine/core/dec.ts'
import type { Instrument } from '../../engine/core/instrument.ts'
import { feeRecordsFor, feeSegments } from '../../engine/market/fee-lines.ts'
import { ScheduleFees } from '../../engine/market/fees.ts'
import { atRate, rateUnits } from '../../engine/market/rates.ts'
import type { FeeModel } from '../../engine/sim/costs.ts'
import { DAY_MS, day, feeRecord, instrument, rate, usd } from './support.ts'

const TIERS = [
  { minVolume: 0, maker: 0.0025, taker: 0.004 },
  { minVolume: 10_000, maker: 0.002, taker: 0.0035 },
  { minVolume: 50_000, maker: 0.0014, taker: 0.0024 },
]
const at = day('2024-06-01')

describe('tiers', () => {
  it('a FeeModel: the tier is reached with the fill after the one that reaches it', () => {
    const fees: FeeModel = new ScheduleFees([feeRecord({ tiers: TIERS })], [instrument()])
    expect(fees.rate(0, at, false)).toBe(rate('0.004'))
    fees.filled(0, at, usd('9999.9999'))
    expect(fees.rate(0, at, false)).toBe(rate('0.004'))
    fees.filled(0, at, usd('0.0001'))
    expect([fees.rate(0, at, false), fees.rate(0, at, true)]).toEqual([rate('0.0035'), rate('0.002')])
    fees.filled(0, at + DAY_MS, usd('40000'))
    expect(fees.rate(0, at + DAY_MS, false)).toBe(rate('0.0024'))
    expect(fees.rate(0, at + 30 * DAY_MS, false)).toBe(rate('0.0035'))
    expect(fees.rate(0, at + 31 * DAY_MS, false)).toBe(rate('0.004'))
  })

  it('symbols of an account and venue share their volume, accounts and venues do not', () => {
    const records = [feeRecord({ tiers: TIERS }), feeRecord({ venue: 'coinbase', tiers: TIERS })]
    const fees = new ScheduleFees(records, [
      instrument(),
      instrument('ETH/USD', 'kraken', 1),
      instrument('BTC/USD', 'coinbase', 2),
      instrument('BTC/USD', 'kraken', 3, { account: 'second' }),
    ])
    fees.filled(0, at, usd('60000'))
    expect([0, 1, 2, 3].map((id) => fees.tier(id, at))).toEqual([2, 2, 0, 0])
  })

  it('volume counts as often as the schedule says: not for stable pairs, twice for spot beside perps', () => {
    const stable = feeRecord({ pairs: ['USDT/*'], volumeWeight: 0, tiers: TIERS })
    const kraken = new ScheduleFees(
      [feeRecord({ tiers: TIERS }), stable],
      [instrument(), instrument('USDT/USD', 'kraken', 1)],
    )
    kraken.filled(1, at, usd('90000'))
    expect([kraken.tier(0, at), kraken.tier(1, at)]).toEqual([0, 0])
    kraken.filled(0, at, usd('10000'))
    expect([kraken.tier(0, at), kraken.tier(1, at)]).toEqual([1, 1])

    const venue = 'hyperliquid'
    const perp = feeRecord({ venue, product: 'perp', tiers: TIERS })
    const spot = feeRecord({ venue, product: 'spot', volumeWeight: 2, tiers: TIERS, feeAsset: 'received' })
    const both = [instrument('BTC/USDC:USDC', venue), instrument('HYPE/USDC', venue, 1)]
    const fees = new ScheduleFees([perp, spot], both)
    fees.filled(1, at, usd('5000'))
    expect([fees.tier(0, at), fees.tier(1, at)]).toEqual([1, 1])
    expect([fees.feeAsset(0, at), fees.feeAsset(1, at)]).toEqual(['quote', 'received'])
  })

  it('a change in how volume is counted finds the past fills', () => {
    const cut = day('2024-06-10')
    const fees = new ScheduleFees(
      [
        feeRecord({ tiers: TIERS, toMs: cut }),
        feeRecord({ tiers: TIERS, fromMs: cut, windowDays: 5, volumeTiming: 'day' }),
      ],
      [instrument()],
    )
    fees.filled(0, cut - 3 * DAY_MS, usd('10000'))
    fees.filled(0, cut - 20 * DAY_MS, usd('0'))
    expect([cut - 1, cut, cut + 2 * DAY_MS, cut + 3 * DAY_MS].map((ms) => fees.tier(0, ms))).toEqual([1, 1, 1, 0])
  })

  it('what is not in dollars does not count, and is counted as assumed', () => {
    const fees = new ScheduleFees([feeRecord({ tiers: TIERS })], [instrument('ETH/BTC')])
    fees.filled(0, at, usd('90000'))
    expect(fees.tier(0, at)).toBe(0)
    expect(fees.assumptions().map(({ code, count }) => [code, count])).toEqual([['FEE_VOLUME_NOT_IN_USD', 1]])

    const uncounted = new ScheduleFees([feeRecord({ volumeWeight: 0 })], [instrument('USDT/EUR')])
    uncounted.filled(0, at, usd('1'))
    expect(uncounted.assumptions()).toEqual([])
  })

  it('property: equals the naive sum and search, and never costs more for more volume', () => {
    const fill = fc.record({ gap: fc.integer({ min: 0, max: 4 * DAY_MS }), value: fc.integer({ min: 0, max: 3e14 }) })
    const property = fc.property(fc.array(fill, { maxLength: 50 }), (list) => {
      const fees = new ScheduleFees([feeRecord({ tiers: TIERS })], [instrument()])
      const told: { ms: number; value: number }[] = []
      let ms = at
      for (const { gap, value } of list) {
        ms += gap
        const inside = told.filter((one) => one.ms > ms - 30 * DAY_MS)
        const volume = inside.reduce((sum, one) => sum + Math.round(one.value / 1e6), 0)
        const tier = TIERS.filter((one) => one.minVolume * 1e4 <= volume).at(-1)!
        expect(fees.rate(0, ms, false)).toBe(rateUnits(tier.taker))
        expect(fees.rate(0, ms, true)).toBe(rateUnits(tier.maker))
        fees.filled(0, ms, value)
        told.push({ ms, value })
        expect(fees.rate(0, ms, false)).toBeLessThanOrEqual(rateUnits(tier.taker))
      }
    })
    fc.assert(property, { seed: 7, numRuns: 150 })
  })
})

describe('dates', () => {
  const cut = day('2024-07-08')
  const records = (cutMs: number): FeeRecord[] => [
    feeRecord({ toMs: cutMs, tiers: [{ minVolume: 0, maker: 0.0016, taker: 0.0026 }] }),
    feeRecord({ fromMs: cutMs, tiers: [{ minVolume: 0, maker: 0.0025, taker: 0.004 }] }),
  ]

  /** Fees of one fill of 100.00 every six hours for ten days about the cut. */
  function feesOf(list: readonly FeeRecord[]): { ms: number; fee: Dec }[] {
    const fees = new ScheduleFees(list, [instrument()])
    return Array.from({ length: 40 }, (_, i) => {
      const ms = cut - 5 * DAY_MS + i * 6 * 3_600_000
      const fee = atRate(usd('100'), fees.rate(0, ms, i % 2 === 0))
      fees.filled(0, ms, usd('100'))
      return { ms, fee }
    })
  }

  it('moving a date by a day changes the fees of the fills in between, no others, and the hash', () => {
    const before = feesOf(records(cut))
    const after = feesOf(records(cut + DAY_MS))
    const changed = before.filter(({ fee }, i) => fee !== after[i]!.fee).map(({ ms }) => ms)
    expect(changed).toEqual([0, 6, 12, 18].map((hour) => cut + hour * 3_600_000))
    expect(datedHash(records(cut))).not.toBe(datedHash(records(cut + DAY_MS)))
    expect(datedHash(records(cut))).toBe(datedHash(records(cut).toReversed()))
  })

  it('counts what was taken for granted, in fills', () => {
    const first = feeRecord({ fromMs: day('2024-01-01'), toMs: day('2024-02-01') })
    const second = feeRecord({ fromMs: day('2024-03-01'), approximate: true })
    const fees = new ScheduleFees([first, second], [instrument()])
    for (const text of [
      '2023-12-30',
      '2023-12-31',
      '2024-01-01',
      '2024-02-01',
      '2024-03-01',
      '2024-04-01',
      '2024-05-01',
    ]) {
      fees.filled(0, day(text), usd('1'))
    }
    expect(fees.assumptions()).toEqual([
      {
        code: 'FEES_BEFORE_FIRST_RECORD',
        text: 'kraken BTC/USD: fees before the first record (2024-01-01) are those of that record',
        count: 2,
      },
      { code: 'FEES_IN_HOLE', text: 'kraken BTC/USD: fees between records are those of the record before', count: 1 },
      {
        code: 'FEES_APPROXIMATE',
        text: "kraken BTC/USD: fees by a record whose dates or tiers aren't known exactly",
        count: 3,
      },
    ])
  })

  it('the asset of the day: received is base for a buy, base is base for both, and perpetuals know only quote', () => {
    const received = feeRecord({ fromMs: day('2024-01-01'), toMs: day('2024-02-01'), feeAsset: 'received' })
    const base = feeRecord({ fromMs: day('2024-02-01'), toMs: day('2024-03-01'), feeAsset: 'base' })
    const records = [received, base, feeRecord({ fromMs: day('2024-03-01') })]
    const pair = instrument()
    const fees = new ScheduleFees(records, [pair, { ...pair, id: 1, kind: 'perpetual' }])
    const asked = (id: number, text: string) => [fees.inBase!(id, day(text), 1), fees.inBase!(id, day(text), -1)]
    expect(['2024-01-31', '2024-02-29', '2024-03-01'].map((text) => asked(0, text))).toEqual([
      [true, false],
      [true, true],
      [false, false],
    ])
    expect(asked(1, '2024-01-31')).toEqual([false, false])
    expect(new ScheduleFees([feeRecord()], [pair]).inBase).toBeNull()
  })

  it('asking never changes an answer or a count', () => {
    const asked = new ScheduleFees(records(cut), [instrument()])
    for (const days of [-100, 100, 0, 50, -50]) asked.rate(0, cut + days * DAY_MS, false)
    expect(asked.assumptions()).toEqual([])
    expect(asked.rate(0, cut - 1, false)).toBe(rate('0.0026'))
  })
})

describe('pairs', () => {
  const general = feeRecord({ source: 'general' })
  const pattern = feeRecord({ pairs: ['*x/USD'], fromMs: day('2025-07-01'), source: 'pattern' })
  const named = feeRecord({ pairs: ['AAPLx/USD'], fromMs: day('2025-08-01'), toMs: day('2025-09-01'), source: 'named' })
  const laidOut = (symbol: string) =>
    feeSegments([named, general, pattern], 'kraken', symbol).map((one) => [one.fromMs, one.toMs, one.record.source])

  it('a pair by name goes before a pattern, a pattern before the schedule, each while it holds', () => {
    expect(laidOut('BTC/USD')).toEqual([[day('2020-01-01'), null, 'general']])
    expect(laidOut('TSLAx/USD')).toEqual([
      [day('2020-01-01'), day('2025-07-01'), 'general'],
      [day('2025-07-01'), null, 'pattern'],
    ])
    expect(laidOut('AAPLx/USD')).toEqual([
      [day('2020-01-01'), day('2025-07-01'), 'general'],
      [day('2025-07-01'), day('2025-08-01'), 'pattern'],
      [day('2025-08-01'), day('2025-09-01'), 'named'],
      [day('2025-09-01'), null, 'pattern'],
    ])
  })

  it('in whatever order the records come', () => {
    const inOrder = (list: FeeRecord[]) => feeSegments(list, 'kraken', 'AAPLx/USD').map((one) => one.record.source)
    expect(inOrder([pattern, named, general])).toEqual(inOrder([general, named, pattern]))
    expect(inOrder([pattern, general, named])).toEqual(['general', 'pattern', 'named', 'pattern'])
  })

  it('spot and perpetuals have their own, but where a venue has only one', () => {
    const perp = feeRecord({ product: 'perp' })
    expect(feeRecordsFor([general, perp], 'kraken', 'BTC/USD:USD')).toEqual([perp])
    expect(feeRecordsFor([perp], 'kraken', 'BTC/USD')).toEqual([perp])
    const refusal = 'alpaca has no fee schedule for BTC/USD'
    expect(() => feeRecordsFor([general], 'alpaca', 'BTC/USD')).toThrow(refusal)
    const one: Instrument = instrument('BTC/USD', 'alpaca')
    expect(() => new ScheduleFees([general], [one])).toThrow(refusal)
  })
})

describe('rates', () => {
  it('are exact, and rebates are negative', () => {
    expect([0.0026, 0.00015, -0.00002, 0].map(rateUnits)).toEqual([2_600_000_000, 150_000_000, -20_000_000, 0])
    expect(atRate(toDec(1_000_001), rateUnits(-0.5))).toBe(-500_001)
  })
})
