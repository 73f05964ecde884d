/** Goal: a venue's dated rules in an instrument's units: exact where they fit, stricter where they don't, never looser. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dec, formatDec, parseDec, toDec } from '../../engine/core/dec.ts'
import {
  isListed,
  leastCost,
  priceTick,
  RulebookTimeline,
  rulebookLookup,
  rulebookRecordsFor,
  toRulebook,
} from '../../engine/market/rulebooks.ts'
import { day, instrument, rulebookRecord, usd } from './support.ts'

describe('units', () => {
  it('Kraken BTC/USD', () => {
    expect(toRulebook(rulebookRecord(), instrument())).toEqual({
      fromMs: day('2020-01-01'),
      tick: 10_000_000,
      step: 1,
      minQty: 10_000,
      minCost: 5_000_000_000,
      minBuyCost: 0,
      significantDigits: null,
      listedMs: Number.NEGATIVE_INFINITY,
      delistedMs: Number.POSITIVE_INFINITY,
    })
  })

  it('what is asked of a buy alone is asked of no sell', () => {
    const alpaca = toRulebook(rulebookRecord({ minCost: '0', minBuyCost: '10' }), instrument())
    expect([leastCost(alpaca, 1), leastCost(alpaca, -1)]).toEqual([usd('10'), 0])
    const both = toRulebook(rulebookRecord({ minCost: '1', minBuyCost: '0' }), instrument())
    expect([leastCost(both, 1), leastCost(both, -1)]).toEqual([usd('1'), usd('1')])
  })

  it('a step finer than the units becomes the least multiple that they can express, a minimum the next above', () => {
    const coarse = instrument('SHIB/USD', 'kraken', 0, { pxDec: 2, qtyDec: 1, quoteDec: 0 })
    const record = rulebookRecord({ tick: '0.025', step: '0.25', minQty: '0.16', minCost: '0.5', minBuyCost: '10' })
    expect(toRulebook(record, coarse)).toMatchObject({ tick: 5, step: 5, minQty: 2, minCost: 1, minBuyCost: 10 })
    expect(toRulebook(rulebookRecord({ step: '0.00001' }), coarse).step).toBe(1)
  })

  it('property: what is on the step of the units is on the step of the record, and no smaller one is', () => {
    const property = fc.property(
      fc.integer({ min: 1, max: 5000 }),
      fc.nat(6),
      fc.nat(6),
      (digits, decimals, qtyDec) => {
        const step = formatDec(toDec(digits), decimals)
        const units = toRulebook(rulebookRecord({ step }), instrument('BTC/USD', 'kraken', 0, { qtyDec })).step
        // In units of 1e-12 both are whole.
        const fine = digits * 10 ** (12 - decimals)
        const ours = units * 10 ** (12 - qtyDec)
        expect(ours % fine).toBe(0)
        for (let smaller = 1; smaller < Math.min(units, 50); smaller++) {
          expect((smaller * 10 ** (12 - qtyDec)) % fine).not.toBe(0)
        }
      },
    )
    fc.assert(property, { seed: 7, numRuns: 300 })
  })
})

describe('dates', () => {
  const records = [
    rulebookRecord({ fromMs: day('2023-01-01'), toMs: day('2025-07-29'), minQty: '0.0001', approximate: true }),
    rulebookRecord({ fromMs: day('2025-07-29'), minQty: '0.00005' }),
  ]
  const timeline = new RulebookTimeline(records, instrument())

  it("an order is judged by its day's record, before the first one by the first", () => {
    const days = ['2019-01-01', '2023-01-01', '2025-07-28', '2025-07-29', '2026-01-01']
    const least = (ms: number): string => formatDec(timeline.at(ms).minQty, 8)
    expect(days.map((text) => least(day(text)))).toEqual(['0.0001', '0.0001', '0.0001', '0.00005', '0.00005'])
    expect(timeline.nextChangeMs(day('2024-01-01'))).toBe(day('2025-07-29'))
    expect(timeline.nextChangeMs(day('2025-07-29'))).toBe(Number.POSITIVE_INFINITY)
  })

  it('says in days what a run takes for granted', () => {
    expect(timeline.assumptions(day('2022-12-22'), day('2023-01-06'))).toEqual([
      {
        code: 'RULEBOOK_BEFORE_FIRST_RECORD',
        text: 'kraken BTC/USD: days before the first record (2023-01-01) have its rules',
        count: 10,
      },
      {
        code: 'RULEBOOK_APPROXIMATE',
        text: "kraken BTC/USD: days under a record whose dates or values aren't known exactly",
        count: 15,
      },
    ])
    expect(timeline.assumptions(day('2025-07-29'), day('2026-01-01'))).toEqual([])
    const gap = [rulebookRecord({ toMs: day('2021-01-01') }), rulebookRecord({ fromMs: day('2021-02-01') })]
    const [hole] = new RulebookTimeline(gap, instrument()).assumptions(day('2020-06-01'), day('2022-01-01'))
    expect([hole?.code, hole?.count]).toEqual(['RULEBOOK_IN_HOLE', 31])
  })

  it('one lookup for all instruments', () => {
    const eth = instrument('ETH/USD', 'kraken', 1)
    const other = new RulebookTimeline([rulebookRecord({ symbol: 'ETH/USD', minQty: '0.002' })], eth)
    const lookup = rulebookLookup([timeline, other])
    expect([lookup(0, day('2026-01-01')).minQty, lookup(1, 0).minQty]).toEqual([5000, 200_000])
    expect(() => rulebookRecordsFor(records, 'kraken', 'AUT/USD')).toThrow('kraken has no rulebook for AUT/USD')
  })
})

describe('listing', () => {
  it('a symbol can be traded from its listing until its delisting, dead coins too', () => {
    const record = rulebookRecord({ listedMs: day('2021-03-01'), delistedMs: day('2022-05-01') })
    const timeline = new RulebookTimeline([record], instrument())
    const days = ['2021-02-28', '2021-03-01', '2022-04-30', '2022-05-01']
    const states = [false, true, true, false]
    expect(days.map((text) => isListed(timeline.at(day(text)), day(text)))).toEqual(states)
    expect(timeline.nextChangeMs(day('2021-01-01'))).toBe(day('2021-03-01'))
    expect(timeline.nextChangeMs(day('2021-06-01'))).toBe(day('2022-05-01'))
    expect(isListed(new RulebookTimeline([rulebookRecord()], instrument()).at(0), 0)).toBe(true)
  })
})

describe('significant digits', () => {
  /** Whether a price may be ordered where at most `decimals` decimals and five significant digits are allowed. */
  function allowed(price: string, decimals: number): boolean {
    const one = instrument('X/USDC:USDC', 'hyperliquid', 0, { pxDec: 8 })
    const tick = formatDec(toDec(1), decimals)
    const rulebook = toRulebook(rulebookRecord({ tick, significantDigits: 5 }), one)
    const units: Dec = parseDec(price, 8)
    return units % priceTick(rulebook, units, 8) === 0
  }

  it.each([
    ['1234.5', 4, true],
    ['1234.56', 4, false],
    ['0.001234', 6, true],
    ['0.0012345', 6, false],
    ['123456', 4, true],
    ['12345.6', 4, false],
    ['99999', 1, true],
    ['100001', 1, true],
    ['0.1', 1, true],
  ])('%s with %i decimals: %s', (price, decimals, good) => {
    expect(allowed(price, decimals)).toBe(good)
  })

  it('without a limit the tick alone decides', () => {
    expect(priceTick(toRulebook(rulebookRecord(), instrument()), toDec(1_234_567_890), 8)).toBe(10_000_000)
  })
})
