/** Orders and cancels that arrive inside a bar, where the price is unknown. A second of latency, bars of a minute. */

import { describe, expect, it } from 'vitest'
import type { OrderFields } from '../../engine/core/order.ts'
import { limit, market, type ScriptedCandle, stop } from '../conformance/venue/harness.ts'
import type { SimHarness } from '../conformance/venue/sim-harness.ts'
import { MODELS, play, send, simOf } from './support.ts'

const BAR: ScriptedCandle = [100, 110, 90, 104]
const CALM: ScriptedCandle = [104, 104.5, 103.5, 104]

function arrived(model: (typeof MODELS)[number], ...orders: OrderFields[]): SimHarness {
  const venue = simOf({ candles: [BAR, CALM, CALM], base: 1, cash: 1000, latencyMs: 1000, sim: { model } })
  send(venue, ...orders)
  play(venue)
  return venue
}
const counts = ({ venue }: SimHarness): string => `${venue.ambiguity.bars} bars, ${venue.ambiguity.fills} fills`

describe('inside a bar', () => {
  it.each([
    ['pessimistic', 110, 90],
    ['optimistic', 100, 100],
    ['path', 100, 100],
  ] as const)('%s: a market buy pays %d, a market sell gets %d', (model, bought, sold) => {
    expect(play(arrived(model, market(1, 1)), 0)).toEqual([`1 filled 1 @ ${bought} taker`])
    const sale = arrived(model, market(1, -1))
    expect(play(sale, 0)).toEqual([`1 filled 1 @ ${sold} taker`])
    expect(counts(sale)).toBe('1 bars, 1 fills')
  })

  it.each([
    // A limit that the bar reached but the close doesn't prove; one that it proves; a stop that the bar reached.
    ['pessimistic', limit(1, 1, 95), [], '1 bars, 0 fills'],
    ['optimistic', limit(1, 1, 95), ['1 filled 1 @ 95 maker'], '1 bars, 1 fills'],
    ['path', limit(1, 1, 95), ['1 filled 1 @ 95 maker'], '1 bars, 1 fills'],
    ['pessimistic', limit(1, -1, 103), ['1 filled 1 @ 103 maker'], '0 bars, 0 fills'],
    ['pessimistic', stop(1, -1, 95), ['1 filled 1 @ 95 taker'], '1 bars, 1 fills'],
    ['optimistic', stop(1, -1, 95), [], '1 bars, 0 fills'],
    ['pessimistic', stop(1, 1, 120), [], '0 bars, 0 fills'],
  ] as const)('%s, %o: %j, %s', (model, order, expected, counted) => {
    const venue = arrived(model, order)
    expect(play(venue, 0)).toEqual(expected)
    expect(counts(venue)).toBe(counted)
  })

  it.each([
    ['pessimistic', stop(1, -1, 101), ['1 filled 1 @ 90 taker']],
    ['path', stop(1, -1, 101), ['1 filled 1 @ 100 taker']],
    ['pessimistic', limit(1, 1, 108), ['1 filled 1 @ 108 taker']],
    ['pessimistic', limit(1, 1, 130), ['1 filled 1 @ 110 taker']],
    ['optimistic', limit(1, 1, 130), ['1 filled 1 @ 100 taker']],
    ['path', limit(1, 1, 130), ['1 filled 1 @ 100 taker']],
  ] as const)('%s, the open was past %o: %j', (model, order, expected) => {
    const venue = arrived(model, order)
    expect(play(venue, 0)).toEqual(expected)
    expect(counts(venue)).toBe('1 bars, 1 fills')
  })

  it.each(MODELS)('%s: in the next bar it rests like any other', (model) => {
    const venue = simOf({
      candles: [CALM, [104, 106, 103, 104], CALM],
      base: 1,
      latencyMs: 1000,
      sim: { model },
    })
    send(venue, limit(1, -1, 105))
    expect(play(venue, 3)).toEqual(['1 filled 1 @ 105 maker'])
    expect(counts(venue)).toBe('0 bars, 0 fills')
  })
})

describe('a cancel inside a bar that reaches the order', () => {
  it.each([
    ['pessimistic', ['1 filled 1 @ 95 taker', '1 cancelRejected UNKNOWN_ORDER'], '1 bars, 1 fills'],
    ['optimistic', ['1 cancelled'], '1 bars, 0 fills'],
    ['path', ['1 cancelled'], '1 bars, 0 fills'],
  ] as const)('%s: %j, %s', (model, expected, counted) => {
    const venue = simOf({ candles: [CALM, CALM, BAR, CALM], base: 1, latencyMs: 1000, sim: { model } })
    send(venue, stop(1, -1, 95))
    play(venue, 2)
    venue.cancel(1)
    expect(play(venue, 2)).toEqual(expected)
    expect(counts(venue)).toBe(counted)
  })

  it.each(MODELS)('%s: the close that follows it sells what it frees, and the account never sells twice', (model) => {
    for (const bar of [CALM, BAR]) {
      const venue = simOf({ candles: [CALM, CALM, bar, CALM], base: 1, latencyMs: 1000, sim: { model } })
      send(venue, stop(1, -1, 95))
      play(venue, 2)
      venue.cancel(1)
      send(venue, market(2, -1, { reduceOnly: true }))
      const told = play(venue, 2)
      expect(venue.balances().base).toBe(0)
      expect(told.filter((line) => line.includes('filled'))).toHaveLength(1)
    }
  })
})
