/** Leveraged accounts: buying power is equity × leverage over all positions and resting orders at their worst. */

import { describe, expect, it } from 'vitest'
import { base, limit, market, type ScriptedCandle, stop } from '../conformance/venue/harness.ts'
import type { SimSetup } from '../conformance/venue/sim-harness.ts'
import { play, send, simOf } from './support.ts'

const CALM: ScriptedCandle = [100, 101, 99, 100]
const ACCOUNT: Partial<SimSetup> = { candles: [CALM, CALM, CALM, CALM], kind: 'margin', leverage: 2, cash: 1000 }

describe('buying power of 2000', () => {
  it.each([
    ['long to the last', [market(1, 20)], ['1 filled 20 @ 100 taker']],
    ['a step beyond', [market(1, 20.0001)], ['1 rejected INSUFFICIENT_FUNDS']],
    ['short to the last', [market(1, -20)], ['1 filled 20 @ 100 taker']],
    ['short beyond', [market(1, -20.0001)], ['1 rejected INSUFFICIENT_FUNDS']],
    [
      'from long to short: what counts is the position after it',
      [market(1, 20), market(2, -40), market(3, -0.1)],
      ['1 filled 20 @ 100 taker', '2 filled 40 @ 100 taker', '3 rejected INSUFFICIENT_FUNDS'],
    ],
    ['resting orders count', [limit(1, 15, 95), limit(2, 15, 95), limit(3, 5, 95)], ['2 rejected INSUFFICIENT_FUNDS']],
    ['orders of both sides count once: only one can be the worst', [limit(1, 20, 95), limit(2, -18, 105)], []],
    ['a market order behind resting ones', [limit(1, 15, 95), market(2, 10)], ['2 rejected INSUFFICIENT_FUNDS']],
    [
      'what reduces is free',
      [market(1, 20), market(2, -10), limit(3, -10, 110)],
      ['1 filled 20 @ 100 taker', '2 filled 10 @ 100 taker'],
    ],
  ])('%s', (_, orders, expected) => {
    const venue = simOf(ACCOUNT)
    send(venue, ...orders)
    expect(play(venue)).toEqual(expected)
  })

  it('the fee counts', () => {
    const venue = simOf({ ...ACCOUNT, takerFee: 0.001 })
    send(venue, market(1, 20), market(2, 19.96))
    expect(play(venue)).toEqual(['1 rejected INSUFFICIENT_FUNDS', '2 filled 19.96 @ 100 taker'])
  })

  it('a loss lowers it', () => {
    const venue = simOf({ ...ACCOUNT, candles: [CALM, [80, 81, 79, 80]] })
    send(venue, market(1, 10))
    play(venue)
    // Equity 800, power 1600, 800 of it in use.
    send(venue, market(2, 10.0001), market(3, 10))
    expect(play(venue)).toEqual(['1 filled 10 @ 100 taker', '2 rejected INSUFFICIENT_FUNDS', '3 filled 10 @ 80 taker'])
  })
})

describe('reduce-only', () => {
  const SWING: Partial<SimSetup> = { ...ACCOUNT, base: 1, candles: [CALM, CALM, [100, 120, 80, 100], CALM] }

  it('a resting order fills what is left of the position, and the rest of it ends', () => {
    const venue = simOf(SWING)
    send(venue, limit(1, -1, 110, { reduceOnly: true }))
    play(venue)
    send(venue, market(2, -0.4))
    play(venue)
    expect(play(venue)).toEqual([
      '2 filled 0.4 @ 100 taker',
      '1 filled 0.6 @ 110 maker part',
      '1 cancelled WOULD_OPEN_POSITION',
    ])
    expect(venue.balances().base).toBe(0)
  })

  it('two stops behind one position close it once', () => {
    const venue = simOf(SWING)
    send(venue, stop(1, -1, 95, { reduceOnly: true }), stop(2, -1, 90, { reduceOnly: true }))
    expect(play(venue, 3)).toEqual(['1 filled 1 @ 95 taker', '2 cancelled WOULD_OPEN_POSITION'])
  })

  it('what the position capped needs no step of its own, but meets the minimums', () => {
    const odd = simOf({ ...ACCOUNT, base: 0.50005 })
    send(odd, market(1, -1, { reduceOnly: true }))
    expect(play(odd)).toEqual(['1 filled 0.50005 @ 100 taker'])
    const dust = simOf({ ...ACCOUNT, base: 0.0005 })
    send(dust, market(1, -1, { reduceOnly: true }))
    expect(play(dust)).toEqual(['1 rejected BELOW_MINIMUM'])
    expect(dust.balances().base).toBe(base(0.0005))
  })
})
