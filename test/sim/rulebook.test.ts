/** What only some venues ask: significant digits, a least value of buys, listing dates. The venue refuses by name. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dec } from '../../engine/core/dec.ts'
import { RejectCode } from '../../engine/core/fact.ts'
import { FREE_RULEBOOK, type Rulebook } from '../../engine/core/instrument.ts'
import { checkRules } from '../../engine/market/order-form.ts'
import { priceTick } from '../../engine/market/rulebooks.ts'
import { approve } from '../../engine/rules/approve.ts'
import { tickPrice, tickTrigger } from '../../engine/rules/executable.ts'
import {
  INSTRUMENT,
  limit,
  market,
  money,
  price,
  type ScriptedCandle,
  START_MS,
  stop,
  TIMEFRAME_MS,
} from '../conformance/venue/harness.ts'
import { MODELS, play, send, simOf } from './support.ts'

const CALM: ScriptedCandle = [100, 101, 99, 100]
const ruled = (demands: Partial<Rulebook>): Rulebook => ({ ...FREE_RULEBOOK, fromMs: 0, ...demands })

describe('a least value of buys', () => {
  it('is asked of buys alone', () => {
    const rulebook = ruled({ minBuyCost: money(10) })
    const venue = simOf({ candles: [CALM, CALM], base: 1, rulebook })
    send(venue, market(1, 0.0999), market(2, 0.1), market(3, -0.05), limit(4, 0.1, 99.99))
    expect(play(venue)).toEqual([
      '1 rejected BELOW_MINIMUM',
      '2 filled 0.1 @ 100 taker',
      '3 filled 0.05 @ 100 taker',
      '4 rejected BELOW_MINIMUM',
    ])
  })
})

describe('significant digits', () => {
  const rulebook = ruled({ tick: price(0.01), significantDigits: 4 })

  it('a price with more of them is off the tick, a whole number never is', () => {
    const venue = simOf({ candles: [CALM], rulebook, cash: 1e6 })
    send(venue, limit(1, 1, 99.98), limit(2, 1, 100.01), stop(3, 1, 123.45), stop(4, 1, 123.4), limit(5, -1, 98765))
    // The last has nothing to sell: its price passed.
    expect(play(venue)).toEqual([
      '2 rejected OFF_TICK',
      '3 rejected OFF_TICK',
      '5 rejected INSUFFICIENT_BASE',
      '1 filled 1 @ 99.98 maker',
    ])
  })

  it('what the rules round is taken, and no step nearer the asked price would be', () => {
    const units = fc.integer({ min: 1, max: 10_000_000_000 })
    fc.assert(
      fc.property(units, fc.constantFrom<1 | -1>(1, -1), fc.integer({ min: 1, max: 8 }), (asked, side, digits) => {
        const book = ruled({ tick: 10 as Dec, significantDigits: digits })
        const tick = priceTick(book, asked as Dec, INSTRUMENT.pxDec)
        const at = tickPrice(asked as Dec, tick, side)
        if (at === 0) return
        const codeOf = (level: Dec) =>
          checkRules(approve({ ...limit(1, 1, 1), limitPrice: level }), 1 as Dec, false, INSTRUMENT, book, level)
        expect(codeOf(at)).toBe(RejectCode.none)
        expect(side * at).toBeLessThanOrEqual(side * asked)
        expect(Math.abs(at - asked)).toBeLessThan(tick)
        expect(tickTrigger(asked as Dec, tick, side)).toBe(at)
      }),
      { seed: 20260201, numRuns: 500 },
    )
  })
})

describe('listing dates', () => {
  const minute = (bar: number) => START_MS + bar * TIMEFRAME_MS

  it('before listing and from delisting on an order is refused by name', () => {
    const rulebook = ruled({ listedMs: minute(1), delistedMs: minute(3) })
    const venue = simOf({ candles: [CALM, CALM, CALM, CALM, CALM], rulebook })
    for (let id = 1; id <= 4; id++) {
      send(venue, market(id, 1))
      play(venue)
    }
    send(venue, market(5, -1))
    expect(play(venue)).toEqual([
      '1 rejected NOT_LISTED',
      '2 filled 1 @ 100 taker',
      '3 filled 1 @ 100 taker',
      '4 rejected NOT_LISTED',
      '5 rejected NOT_LISTED',
    ])
  })

  it.each(MODELS)('%s: what rests ends with the listing', (model) => {
    const delistedMs = minute(2)
    const crash: ScriptedCandle = [50, 51, 1, 2]
    const venue = simOf({ candles: [CALM, CALM, crash], rulebook: ruled({ delistedMs }), sim: { model } })
    send(venue, limit(1, 1, 60, { expiresMs: delistedMs }))
    expect(play(venue, 3)).toEqual(['1 expired'])
  })
})
