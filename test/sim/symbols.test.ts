/** Several symbols on one grid: each has bars of its own. */

import { describe, expect, it } from 'vitest'
import { limit, market, START_MS, stop, TIMEFRAME_MS } from '../conformance/venue/harness.ts'
import type { Script } from '../conformance/venue/sim-harness.ts'
import { play, send, simOf } from './support.ts'

const CALM: Script = [
  [100, 101, 99, 100],
  [100, 101, 99, 100],
  [100, 101, 99, 100],
  [100, 101, 99, 100],
]
const GAPS: Script = [[50, 51, 49, 50], null, null, [60, 61, 59, 60]]

describe('a symbol without a bar', () => {
  it('waits for its next one, while others trade', () => {
    const venue = simOf({ first: CALM, others: [GAPS] })
    play(venue)
    send(venue, market(1, 1, { instrument: 1 }), market(2, 1))
    expect(play(venue, 2)).toEqual(['2 filled 1 @ 100 taker'])
    expect(play(venue)).toEqual(['2 filled 1 @ 100 taker', '1 filled 1 @ 60 taker'])
    expect(venue.facts().at(-1)?.atMs).toBe(START_MS + 3 * TIMEFRAME_MS)
  })

  it('is refused at its next bar, and facts stay in order of time', () => {
    const venue = simOf({ first: CALM, others: [GAPS] })
    play(venue)
    send(venue, market(1, -1, { instrument: 1 }))
    play(venue)
    send(venue, market(2, 1))
    expect(play(venue, 2)).toEqual(['2 filled 1 @ 100 taker', '1 rejected INSUFFICIENT_BASE'])
    const times = venue.facts().map(({ knownMs }) => knownMs)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  it('lets an order that waits for it be cancelled', () => {
    const venue = simOf({ first: CALM, others: [GAPS] })
    play(venue)
    send(venue, market(1, 1, { instrument: 1 }))
    play(venue)
    venue.cancel(1)
    expect(play(venue)).toEqual(['1 cancelled'])
    expect(play(venue)).toEqual(['1 cancelled'])
    expect(venue.facts()[0]?.instrument).toBe(1)
  })

  it('leaves what rests alone', () => {
    const venue = simOf({ first: CALM, others: [GAPS] })
    send(venue, limit(1, 1, 45, { instrument: 1 }), stop(2, 1, 55, { instrument: 1 }))
    expect(play(venue, 3)).toEqual([])
    expect(play(venue)).toEqual(['2 filled 1 @ 60 taker'])
  })
})

describe('several symbols', () => {
  it('a refused cancel names the symbol of the order', () => {
    const venue = simOf({ first: CALM, others: [CALM] })
    send(venue, market(1, 1, { instrument: 1 }))
    play(venue)
    venue.cancel(1)
    expect(play(venue)).toEqual(['1 filled 1 @ 100 taker', '1 cancelRejected UNKNOWN_ORDER'])
    expect(venue.facts().at(-1)?.instrument).toBe(1)
  })

  it('share the cash of their account', () => {
    const venue = simOf({ first: CALM, others: [CALM], cash: 150 })
    send(venue, limit(1, 1, 98), market(2, 1, { instrument: 1 }))
    expect(play(venue)).toEqual(['2 rejected INSUFFICIENT_FUNDS'])
  })

  it('along the path the one earlier on its way fills first, however dear it is', () => {
    const venue = simOf({
      first: [[100, 101, 99, 101]],
      others: [[[5000, 5100, 4900, 5100]]],
      cash: 10_000,
      sim: { model: 'path' },
    })
    // The first is at 90 % of its way down, the second at 10 %.
    send(venue, limit(1, 1, 99.1), limit(2, 1, 4990, { instrument: 1 }))
    expect(play(venue)).toEqual(['2 filled 1 @ 4990 maker', '1 filled 1 @ 99.1 maker'])
  })
})
