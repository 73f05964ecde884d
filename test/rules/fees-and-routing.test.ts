import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadCostPreset } from '../../datasets/dated/dated.ts'
import { presetTradingCosts } from '../../engine/market/round-trip.ts'
import { atTarget, feeGate, minimumTarget, roundTripRate } from '../../engine/rules/fee-gate.ts'
import { FEE_GATE, SMALL_BALANCE, UTILISATION } from '../../engine/rules/presets.ts'
import { rateNumber, rateOf } from '../../engine/rules/rate.ts'
import { Router, type VenueOption } from '../../engine/rules/routing.ts'
import { marginUtilisation } from '../../engine/rules/utilisation.ts'
import { line, QUOTE_DEC, text, usd } from './support.ts'

const MARGIN = rateOf(FEE_GATE.marginFraction)
const preset = await loadCostPreset('classic-2026-01')
const roundTrip = (venue: string) => {
  const { taker, spread } = presetTradingCosts(preset, venue)
  return roundTripRate(taker, spread)
}
const at = (venue: string, balance: string, lists = true): VenueOption => ({
  venue,
  lists,
  balance: usd(balance),
  roundTrip: roundTrip(venue),
})
const router = new Router(SMALL_BALANCE, QUOTE_DEC)

describe('E fees', () => {
  it('E table: round trips 1.40 %, 0.62 %, 0.10 %; minimum profitable targets 1.60 %, 0.82 %, 0.30 %', () => {
    const rows = ['coinbase', 'kraken', 'alpaca'].map((venue) => [
      rateNumber(roundTrip(venue)),
      rateNumber(minimumTarget(roundTrip(venue), MARGIN)),
    ])
    expect(rows).toEqual([
      [0.014, 0.016],
      [0.0062, 0.0082],
      [0.001, 0.003],
    ])
  })

  it('E1 example: position 10.00 with a 0.5 % target gains 0.05 and pays 0.14: −0.09 though "right"', () => {
    const { gain, cost, net } = atTarget(usd('10.00'), rateOf(0.005), roundTrip('coinbase'))
    expect([gain, cost, net].map(text)).toEqual(['0.05', '0.14', '-0.09'])
  })
})

describe('E1 routing', () => {
  it('E1 example: enabled {Coinbase, Kraken}, balance 30.00 → Kraken', () => {
    expect(router.route([at('coinbase', '30.00'), at('kraken', '30.00')], null).venue).toBe('kraken')
  })

  it('E1 example: only Coinbase, 30.00 → target 2.0 %', () => {
    const route = router.route([at('coinbase', '30.00')], rateOf(0.015))
    expect(route).toMatchObject({ venue: 'coinbase', target: rateOf(0.02), raisedTo: rateOf(0.02) })
  })

  it('the lowest round trip wins, the first named where equal', () => {
    expect(router.route([at('coinbase', '900'), at('kraken', '900'), at('alpaca', '900')], null).venue).toBe('alpaca')
    const twin = { ...at('kraken', '900'), venue: 'twin' }
    expect(router.route([twin, at('kraken', '900')], null).venue).toBe('twin')
  })

  it('only venues that list the pair; none of them is NO_VENUE', () => {
    expect(router.route([at('coinbase', '900'), at('kraken', '900', false)], null)).toMatchObject({
      venue: 'coinbase',
      raisedTo: null,
    })
    expect(line(router.route([at('kraken', '900', false)], null).skip)).toBe('NO_VENUE enabled=1 listing=0')
  })

  it('below 50.00 on that venue Coinbase is disabled, however cheap; at 50.00 it is not', () => {
    const cheap = (balance: string) => ({ ...at('coinbase', balance), roundTrip: rateOf(0) })
    expect(router.route([cheap('49.99'), at('kraken', '5')], null).venue).toBe('kraken')
    expect(router.route([cheap('50'), at('kraken', '900')], null).venue).toBe('coinbase')
    expect(router.route([at('kraken', '5')], null)).toMatchObject({ venue: 'kraken', raisedTo: null })
  })

  it('a raised target is max(2.0 %, round trip + 0.2 %), never lower than the signal’s own; none stays none', () => {
    const dear = { ...at('coinbase', '30'), roundTrip: rateOf(0.03) }
    expect(router.route([dear], rateOf(0.01))).toMatchObject({ target: rateOf(0.032) })
    expect(router.route([at('coinbase', '30')], rateOf(0.05))).toMatchObject({ target: rateOf(0.05) })
    expect(router.route([at('coinbase', '30')], null)).toMatchObject({ target: null, raisedTo: rateOf(0.02) })
    expect(router.route([at('coinbase', '50')], rateOf(0.01))).toMatchObject({ target: rateOf(0.01), raisedTo: null })
  })

  it('the rule can be turned off', () => {
    const plain = new Router(null, QUOTE_DEC)
    expect(plain.route([at('coinbase', '1')], rateOf(0.01))).toMatchObject({ venue: 'coinbase', target: rateOf(0.01) })
  })

  it('no other enabled venue that lists the pair and may be used is cheaper', () => {
    const venue = fc.record({
      venue: fc.constantFrom('coinbase', 'kraken', 'alpaca', 'x'),
      lists: fc.boolean(),
      balance: fc.constantFrom(usd('49.99'), usd('50')),
      roundTrip: fc.integer({ min: 0, max: 50 }).map((bps) => rateOf(bps / 1e4)),
    })
    fc.assert(
      fc.property(fc.array(venue, { maxLength: 5 }), (options) => {
        const route = router.route(options, null)
        const usable = options.filter((o) => o.lists && !(o.venue === 'coinbase' && o.balance < usd('50')))
        if (route.skip !== null) expect(options.some((o) => o.lists)).toBe(false)
        else if (usable.length > 0) expect(route.roundTrip).toBe(Math.min(...usable.map((o) => o.roundTrip)))
        else expect(route.raisedTo).not.toBeNull()
      }),
      { seed: 20260131, numRuns: 300 },
    )
  })
})

describe('E2 the fee gate', () => {
  it('E2: a target below round trip + 0.2 % is FEE_UNPROFITABLE; exactly at it the entry passes', () => {
    const kraken = roundTrip('kraken')
    expect(line(feeGate(rateOf(0.0081), kraken, MARGIN))).toBe('FEE_UNPROFITABLE target=0.0081 minimum=0.0082')
    expect(feeGate(rateOf(0.0082), kraken, MARGIN)).toBeNull()
  })

  it("E2: a signal without a target isn't gated", () => {
    expect(feeGate(null, roundTrip('coinbase'), MARGIN)).toBeNull()
  })
})

describe('D5 margin utilisation', () => {
  const warn = rateOf(UTILISATION.warnFraction)

  it('D5: warns from 80 %, inclusive', () => {
    expect(marginUtilisation(usd('79.99'), usd('100'), warn)).toEqual({ fraction: 0.7999, warn: false })
    expect(marginUtilisation(usd('80'), usd('100'), warn)).toEqual({ fraction: 0.8, warn: true })
    expect(marginUtilisation(usd('0'), usd('100'), warn)).toEqual({ fraction: 0, warn: false })
  })

  it('without equity there is no share, and margin in use warns', () => {
    expect(marginUtilisation(usd('1'), usd('0'), warn)).toEqual({ fraction: null, warn: true })
    expect(marginUtilisation(usd('0'), usd('-1'), warn)).toEqual({ fraction: null, warn: false })
  })
})
