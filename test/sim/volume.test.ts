/** The participation cap: no more than a share of each bar's volume, over all our orders of the symbol. */

import { describe, expect, it } from 'vitest'
import type { Dec } from '../../engine/core/dec.ts'
import { RejectCode } from '../../engine/core/fact.ts'
import { limit, market, money, RULEBOOK, type ScriptedCandle, stop } from '../conformance/venue/harness.ts'
import { MODELS, play, send, simOf } from './support.ts'

const thin = (volume: number): ScriptedCandle => [100, 101, 99, 100, volume]

describe('a tenth of the volume', () => {
  it('is shared by all orders of the bar, first come first served', () => {
    const venue = simOf({ candles: [thin(10), thin(10), thin(10)], participation: 0.1 })
    send(venue, market(1, 0.7), market(2, 0.7))
    expect(play(venue, 2)).toEqual([
      '1 filled 0.7 @ 100 taker',
      '2 filled 0.3 @ 100 taker part',
      '2 filled 0.4 @ 100 taker',
    ])
  })

  it('is rounded down to the step', () => {
    const venue = simOf({ candles: [thin(3.33337), thin(100)], participation: 0.1 })
    send(venue, market(1, 1))
    expect(play(venue, 2)).toEqual(['1 filled 0.3333 @ 100 taker part', '1 filled 0.6667 @ 100 taker'])
  })

  it('needs no step: a rulebook without one fills to the unit', () => {
    const rulebook = { ...RULEBOOK, step: 0 as Dec }
    const venue = simOf({ candles: [thin(3.33337), thin(100)], participation: 0.1, rulebook })
    send(venue, market(1, 1))
    expect(play(venue)).toEqual(['1 filled 0.333337 @ 100 taker part'])
  })

  it('of a bar without volume is nothing', () => {
    const venue = simOf({ candles: [thin(0), thin(0), thin(50)], participation: 0.1 })
    send(venue, market(1, 1))
    expect(play(venue, 2)).toEqual([])
    expect(play(venue)).toEqual(['1 filled 1 @ 100 taker'])
  })

  it.each(MODELS)('%s: a bar ends, whatever it has reached and cannot fill', (model) => {
    const venue = simOf({ candles: [thin(5), thin(0), thin(5), thin(5)], participation: 0.1, base: 2, sim: { model } })
    send(venue, limit(1, -1, 100.5), stop(2, -0.5, 99.5), limit(3, 1, 99.5), stop(4, 1, 100.5))
    play(venue, 4)
    const filled = venue.facts().reduce((sum, { quantity }) => sum + quantity, 0)
    expect(filled).toBeLessThanOrEqual(1.5e8)
    expect(filled).toBeGreaterThanOrEqual(1e8)
  })

  it('a stop that was triggered without volume fills at the next open, wherever that is', () => {
    const venue = simOf({ candles: [thin(0), [110, 111, 109, 110, 50]], participation: 0.1, base: 1 })
    send(venue, stop(1, -1, 99.5))
    expect(play(venue, 2)).toEqual(['1 filled 1 @ 110 taker'])
  })

  it('the rest of a market buy that has become too dear is cancelled for want of funds', () => {
    const venue = simOf({ candles: [thin(10), [150, 151, 149, 150, 100]], participation: 0.1, cash: 210 })
    send(venue, market(1, 2))
    expect(play(venue, 2)).toEqual(['1 filled 1 @ 100 taker part', '1 cancelled INSUFFICIENT_FUNDS'])
    expect(venue.balances()).toMatchObject({ cash: money(110), freeCash: money(110) })
  })
})

describe('injected refusals', () => {
  it('refuse what they are told to, with their code, once', () => {
    const venue = simOf({
      candles: [thin(10), thin(10)],
      sim: { inject: ({ id }) => (id === 2 ? RejectCode.injected : RejectCode.none) },
    })
    send(venue, market(1, 1), market(2, 1), market(3, 1))
    expect(play(venue)).toEqual(['1 filled 1 @ 100 taker', '2 rejected INJECTED', '3 filled 1 @ 100 taker'])
  })
})

describe('costs of a fill', () => {
  it('a taker pays half the spread and slippage, a maker neither, and a limit cuts both at its price', () => {
    const venue = simOf({ candles: [thin(10)], spreadBps: 20, slippageBps: 10 })
    send(venue, market(1, 1), limit(2, 1, 100.15), limit(3, 1, 99.5), limit(4, 1, 100.05))
    expect(play(venue)).toEqual([
      '1 filled 1 @ 100.2 taker',
      '2 filled 1 @ 100.15 taker',
      '4 filled 1 @ 100.05 taker',
      '3 filled 1 @ 99.5 maker',
    ])
    const costs = venue.facts().filter(({ quantity }) => quantity > 0)
    expect(costs.map(({ spreadCost, slippageCost }) => [spreadCost, slippageCost].map((units) => units / 1e8))).toEqual(
      [
        [0.1, 0.1],
        [0.1, 0.05],
        [0.05, 0],
        [0, 0],
      ],
    )
  })
})
