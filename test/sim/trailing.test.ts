/** What the models make of a trailing stop in a bar whose order of events decides, and what they count. */

import { describe, expect, it } from 'vitest'
import { type ScriptedCandle, trailing } from '../conformance/venue/harness.ts'
import { MODELS, play, send, simOf } from './support.ts'

const CALM: ScriptedCandle = [100, 100.5, 99.5, 100]

/** A sell that trails 5.00 behind the market, resting through a calm bar: its trigger stands at 95.50. */
function played(model: (typeof MODELS)[number], bar: ScriptedCandle) {
  const venue = simOf({ candles: [CALM, bar, [120, 120, 120, 120]], base: 1, sim: { model } })
  send(venue, trailing(1, -1, { distance: 5 }))
  const told = play(venue, 2)
  const { bars, fills } = venue.venue.ambiguity
  return { told, counts: `${bars} bars, ${fills} fills` }
}

describe.each([
  // bar, then what each model makes of it
  ['a fall through the trigger alone', [100, 100.5, 95, 96], ['95.5', '95.5', '95.5'], '0 bars, 0 fills'],
  ['a rise that leaves it behind', [104, 110, 105.5, 109], [null, null, null], '0 bars, 0 fills'],
  // T(110) = 105: the low may have come first, or after the high; the close says nothing.
  ['up, or down and up', [104, 110, 103, 109], ['103', null, null], '1 bars'],
  // The close is below T(high): it was met in every order of events, at 105 if it comes from the high.
  ['up and down', [104, 110, 103, 104], ['103', '105', '105'], '1 bars, 1 fills'],
  ['up and down, a falling bar', [104, 110, 103, 103.5], ['103', '105', '105'], '1 bars, 1 fills'],
  // Below the old trigger as well: met for certain, but where?
  ['far both ways', [100, 110, 90, 101], ['95.5', '105', '95.5'], '1 bars, 1 fills'],
] as const)('%s', (_, bar, prices, counts) => {
  it.each(MODELS.map((model, i) => [model, prices[i]] as const))('%s: %s', (model, price) => {
    const { told, counts: counted } = played(model, bar as unknown as ScriptedCandle)
    expect(told).toEqual(price === null ? [] : [`1 filled 1 @ ${price} taker`])
    expect(counted.startsWith(counts)).toBe(true)
  })
})

describe('over many rows', () => {
  it('is kept up with the market over rows that nobody looked at', () => {
    for (const model of MODELS) {
      const rise = Array.from({ length: 8 }, (_, i): ScriptedCandle => [101 + i, 101.5 + i, 100.5 + i, 101 + i])
      const venue = simOf({ candles: [CALM, ...rise, [108, 108, 103, 103]], base: 1, sim: { model } })
      send(venue, trailing(1, -1, { distance: 4 }))
      play(venue, 1)
      // The kernel would skip these rows: no bar of them comes near the trigger.
      venue.row = 9
      expect(play(venue, 1)).toEqual(['1 filled 1 @ 104.5 taker'])
    }
  })
})
