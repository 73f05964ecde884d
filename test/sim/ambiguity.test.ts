/** What the models make of a bar whose path is unknown, and what they count. */

import { describe, expect, it } from 'vitest'
import { FactKind } from '../../engine/core/fact.ts'
import type { OrderFields } from '../../engine/core/order.ts'
import type { AmbiguityModel } from '../../engine/sim/matching.ts'
import { limit, type ScriptedCandle, stop } from '../conformance/venue/harness.ts'
import type { SimHarness } from '../conformance/venue/sim-harness.ts'
import { play, send, simOf } from './support.ts'

const PAIR = { ocoGroup: 7, reduceOnly: true }
const CALM: ScriptedCandle = [100, 100.5, 99.5, 100]
const RISING: ScriptedCandle = [100, 110, 90, 102]
const FALLING: ScriptedCandle = [100, 110, 90, 98]

function counts({ venue }: SimHarness): string {
  return `${venue.ambiguity.bars} bars, ${venue.ambiguity.fills} fills`
}

describe('stop 95 and target 105 in one bar', () => {
  function played(model: AmbiguityModel, bar: ScriptedCandle): SimHarness {
    const venue = simOf({ candles: [CALM, bar, CALM], base: 1, sim: { model } })
    send(venue, stop(1, -1, 95, PAIR), limit(2, -1, 105, PAIR))
    play(venue, 3)
    return venue
  }
  const STOPPED = ['1 filled 1 @ 95 taker', '2 cancelled']
  const WON = ['2 filled 1 @ 105 maker', '1 cancelled']

  it.each([
    ['pessimistic', RISING, STOPPED],
    ['pessimistic', FALLING, STOPPED],
    ['optimistic', RISING, WON],
    ['optimistic', FALLING, WON],
    ['path', RISING, STOPPED],
    ['path', FALLING, WON],
  ] as const)('%s, %j: %j, counted once', (model, bar, expected) => {
    const venue = played(model, bar)
    expect(play(venue, 0)).toEqual(expected)
    expect(counts(venue)).toBe('1 bars, 1 fills')
  })

  it.each(['pessimistic', 'optimistic', 'path'] as const)('%s: a bar that reaches one of them is clear', (model) => {
    const venue = played(model, [100, 104, 90, 98])
    expect(play(venue, 0)).toEqual(STOPPED)
    expect(counts(venue)).toBe('0 bars, 0 fills')
  })

  it.each(['pessimistic', 'optimistic', 'path'] as const)(
    '%s: a gap is clear, whatever the rest of the bar',
    (model) => {
      const venue = played(model, [92, 110, 90, 98])
      expect(play(venue, 0)).toEqual(['1 filled 1 @ 92 taker', '2 cancelled'])
      expect(counts(venue)).toBe('0 bars, 0 fills')
    },
  )
})

describe('children of a fill inside the bar', () => {
  /** Plays one bar with an entry, and its children sent when its fill is known. */
  function played(model: AmbiguityModel, bar: ScriptedCandle, entry: OrderFields, children: OrderFields[]): SimHarness {
    const venue = simOf({
      candles: [bar, CALM],
      sim: { model },
      onFact: ({ kind, orderId, intrabar, knownMs }, sim) => {
        if (kind !== FactKind.filled || orderId !== 1) return
        expect(intrabar).toBe(true)
        sim.nowMs = knownMs
        send(sim, ...children.map((child) => ({ ...child, answersIntrabar: true })))
      },
    })
    send(venue, entry)
    play(venue)
    return venue
  }
  const bracket = (below: number, above: number) => [stop(2, -1, below, PAIR), limit(3, -1, above, PAIR)]

  it.each([
    ['pessimistic', '2 filled 1 @ 97 taker'],
    ['optimistic', '3 filled 1 @ 108 maker'],
    ['path', '3 filled 1 @ 108 maker'],
  ] as const)('%s: entry 102, stop 97 and target 108 all reached: %s', (model, expected) => {
    const venue = played(model, RISING, stop(1, 1, 102), bracket(97, 108))
    expect(play(venue, 0).slice(0, 2)).toEqual(['1 filled 1 @ 102 taker', expected])
    expect(counts(venue)).toBe('1 bars, 1 fills')
  })

  it('along the path the stop comes where the path falls on', () => {
    const venue = played('path', FALLING, limit(1, 1, 98), bracket(97, 99))
    expect(play(venue, 0)).toEqual(['1 filled 1 @ 98 maker', '2 filled 1 @ 97 taker', '3 cancelled'])
  })

  it('a target that the close proves fills in every model, in no doubt', () => {
    for (const model of ['pessimistic', 'optimistic'] as const) {
      const venue = played(model, [100, 104, 96, 103], limit(1, 1, 98), [limit(3, -1, 101)])
      expect(play(venue, 0)).toEqual(['1 filled 1 @ 98 maker', '3 filled 1 @ 101 maker'])
      expect(counts(venue)).toBe('0 bars, 0 fills')
    }
  })

  it('a target that the bar reached, but perhaps before the entry, waits; the bar counts', () => {
    const venue = played('pessimistic', [100, 104, 96, 99], limit(1, 1, 98), [limit(3, -1, 101)])
    expect(play(venue, 0)).toEqual(['1 filled 1 @ 98 maker'])
    expect(counts(venue)).toBe('1 bars, 0 fills')
  })

  it('a child beyond the bar neither fills nor counts', () => {
    const venue = played('pessimistic', [100, 104, 96, 99], limit(1, 1, 98), bracket(90, 120))
    expect(play(venue, 1)).toEqual(['1 filled 1 @ 98 maker'])
    expect(counts(venue)).toBe('0 bars, 0 fills')
  })
})
