/** A market buy sized in quote never spends more than its amount: whatever the price, the costs, and the parts. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FactKind } from '../../engine/core/fact.ts'
import { endings, fillsOf } from '../conformance/venue/audit.ts'
import { market, money, type ScriptedCandle } from '../conformance/venue/harness.ts'
import { play, send, simOf } from './support.ts'

const SEED = { seed: 20240229, numRuns: 400 }
const cents = (min: number, max: number) => fc.integer({ min, max }).map((value) => value / 100)

describe('a quote-sized buy', () => {
  it('spends at most its amount, ends once, and the account owes nothing', () => {
    const world = fc.record({
      amount: cents(500, 100_000),
      prices: fc.array(cents(500, 30_000), { minLength: 8, maxLength: 8 }),
      volume: fc.integer({ min: 1, max: 400 }),
      participation: fc.constantFrom(0, 0.01, 0.1),
      takerFee: fc.constantFrom(0, 0.001, 0.0026, 0.006),
      spreadBps: fc.constantFrom(0, 20),
      slippageBps: fc.constantFrom(0, 7),
    })
    fc.assert(
      fc.property(world, ({ amount, prices, volume, ...costs }) => {
        const candles = prices.map((open): ScriptedCandle => [open, open * 1.01, open * 0.99, open, volume])
        const venue = simOf({ candles, cash: amount, ...costs })
        send(venue, market(1, 0, { quoteAmount: money(amount) }))
        play(venue, candles.length)
        const fills = fillsOf(venue.facts(), 1)
        expect(fills.reduce((sum, fill) => sum + fill.value + fill.fee, 0)).toBeLessThanOrEqual(money(amount))
        expect(endings(venue.facts(), 1).length).toBeLessThanOrEqual(1)
        if (costs.participation === 0) expect(endings(venue.facts(), 1)).toHaveLength(1)
        const { freeCash, cash } = venue.balances()
        expect(freeCash).toBeGreaterThanOrEqual(0)
        if (endings(venue.facts(), 1).length === 1) expect(freeCash).toBe(cash)
      }),
      SEED,
    )
  })

  it('buys less with the rest where the price has risen, more where it has fallen', () => {
    const thin = (open: number): ScriptedCandle => [open, open + 1, open - 1, open, 10]
    for (const [later, second] of [
      [200, 0.5],
      [50, 2],
    ] as const) {
      const venue = simOf({ candles: [thin(100), [later, later, later, later, 1000]], participation: 0.1 })
      send(venue, market(1, 0, { quoteAmount: money(200) }))
      expect(play(venue, 2)).toEqual(['1 filled 1 @ 100 taker part', `1 filled ${second} @ ${later} taker`])
    }
  })

  it('ends where what is left buys nothing', () => {
    const venue = simOf({
      candles: [
        [100, 101, 99, 100, 19.999],
        [9000, 9001, 8999, 9000, 1000],
      ],
      participation: 0.1,
    })
    send(venue, market(1, 0, { quoteAmount: money(200) }))
    expect(play(venue, 2)).toEqual(['1 filled 1.9999 @ 100 taker part', '1 cancelled'])
    expect(venue.facts().every(({ kind }) => kind !== FactKind.rejected)).toBe(true)
  })
})
