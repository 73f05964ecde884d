/** Orders that go stale (RULES C1, C5): at an open, inside a bar, before they even found a bar. */

import { describe, expect, it } from 'vitest'
import { FactKind } from '../../engine/core/fact.ts'
import { limit, type ScriptedCandle, START_MS, TIMEFRAME_MS } from '../conformance/venue/harness.ts'
import type { Script } from '../conformance/venue/sim-harness.ts'
import { MODELS, play, send, simOf } from './support.ts'

const CALM: ScriptedCandle = [100, 101, 99, 100]
const DIP: ScriptedCandle = [100, 101, 90, 92]
const inside = (bar: number) => START_MS + (bar + 0.5) * TIMEFRAME_MS

describe('an order that goes stale', () => {
  it.each(MODELS)('%s: fills before, ends at its time, and what it held is free', (model) => {
    const venue = simOf({ candles: [CALM, CALM, DIP], sim: { model } })
    send(venue, limit(1, 1, 95, { expiresMs: inside(1) }), limit(2, 1, 99.5, { expiresMs: inside(1) }))
    expect(play(venue, 3)).toEqual(['2 filled 1 @ 99.5 maker', '1 expired'])
    expect(venue.facts().at(-1)?.atMs).toBe(inside(1))
    const { cash, freeCash } = venue.balances()
    expect(freeCash).toBe(cash)
  })

  it.each([
    ['pessimistic', ['1 expired']],
    ['optimistic', ['1 filled 1 @ 95 maker']],
    ['path', ['1 expired']],
  ] as const)('C5, %s: in a bar that reaches it it is undecidable: %j, counted', (model, expected) => {
    const venue = simOf({ candles: [CALM, DIP], sim: { model } })
    send(venue, limit(1, 1, 95, { expiresMs: inside(1) }))
    expect(play(venue, 2)).toEqual(expected)
    expect(venue.venue.ambiguity.bars).toBe(1)
  })

  it.each([
    ['pessimistic', ['1 expired']],
    ['optimistic', ['1 filled 1 @ 95 maker']],
    ['path', ['1 expired']],
  ] as const)('%s: the close is no proof for one that came and went inside the bar: %j', (model, expected) => {
    const venue = simOf({ candles: [DIP, CALM], latencyMs: 1000, sim: { model } })
    send(venue, limit(1, 1, 95, { expiresMs: inside(0) }))
    expect(play(venue, 2)).toEqual(expected)
    expect(venue.venue.ambiguity.bars).toBe(1)
  })

  it('C5: fills at the open of the bar in which it ends, where it is marketable there', () => {
    const venue = simOf({ candles: [CALM, [94, 95.5, 93, 95]] })
    send(venue, limit(1, 1, 95, { expiresMs: inside(1) }))
    expect(play(venue, 2)).toEqual(['1 filled 1 @ 94 maker'])
  })

  it('does not outlive the wait for a bar of its symbol', () => {
    const gaps: Script = [CALM, null, null, [50, 51, 49, 50]]
    const venue = simOf({ first: [CALM, CALM, CALM, CALM], others: [gaps] })
    play(venue)
    send(venue, limit(1, 1, 95, { instrument: 1, expiresMs: inside(1) }))
    expect(play(venue, 3)).toEqual(['1 expired'])
    expect(venue.facts().map(({ kind }) => kind)).toEqual([FactKind.expired])
  })
})
