/** Where an entry goes (RULES E1): by cost among the venues whose cash carries it, whole before least, least before none. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dec } from '../../engine/core/dec.ts'
import { FREE_RULEBOOK } from '../../engine/core/instrument.ts'
import { RefusalCode } from '../../engine/core/refusal.ts'
import { EntryRequest } from '../../engine/rules/entry-request.ts'
import { EntryRouter, type EntryVenue, RouteFlag } from '../../engine/rules/entry-route.ts'
import { SMALL_BALANCE } from '../../engine/rules/presets.ts'
import { rateOf } from '../../engine/rules/rate.ts'
import { instrument } from './support.ts'

const usd = (amount: number): Dec => Math.round(amount * 100) as Dec

interface Given {
  readonly venue: string
  readonly trip: number
  readonly available: number
  readonly balance?: number
  readonly lists?: boolean
  readonly price?: number
}

function venueOf(
  { venue, trip, available, balance = available, lists = true, price = 100 }: Given,
  id: number,
): EntryVenue {
  return {
    ...{ venue, lists, price, instrument: { ...instrument(), id, venue }, rulebook: FREE_RULEBOOK },
    balance: usd(balance),
    available: usd(available),
    takerRate: rateOf(trip / 2),
    roundTrip: rateOf(trip),
  }
}

/** Routes an entry that takes `whole` in cash, `least` at the least. */
function routed(given: readonly Given[], whole: number, least: number, target: number | null = null) {
  const venues = given.map(venueOf)
  const request = new EntryRequest(venues[0]!.instrument)
  const needs = () => ({ whole: usd(whole), least: usd(least) })
  const options = target === null ? null : { target }
  const rate = target === null ? null : rateOf(target)
  const answer = new EntryRouter(SMALL_BALANCE, 2).route(request, venues, options, rate, needs)
  return { ...answer, venue: answer.skip === null ? request.instrument.venue : null, request }
}

const CHEAP = { venue: 'kraken', trip: 0.0062 }
const DEAR = { venue: 'coinbase', trip: 0.014 }

describe('routing an entry', () => {
  it.each([
    ['both carry it: the cheaper', 200, 200, 'kraken', 0],
    ['the cheaper carries only a part: the one that carries it whole', 200, 40, 'coinbase', RouteFlag.noFunds],
    ['neither carries it whole, both the least: the cheaper', 55, 40, 'kraken', 0],
    ['neither carries it whole, one the least', 55, 4, 'coinbase', RouteFlag.noFunds],
    ['neither carries anything: the cheaper, which will say so', 1, 1, 'kraken', RouteFlag.smallBalance],
    ['only a small balance at Coinbase carries it: not there', 45, 4, 'kraken', RouteFlag.smallBalance],
  ])('%s', (_, dear, cheap, venue, flags) => {
    const answer = routed(
      [
        { ...DEAR, available: dear },
        { ...CHEAP, available: cheap },
      ],
      60,
      5,
    )
    expect(answer.venue).toBe(venue)
    expect(answer.choice!.flags).toBe(flags)
  })

  it('takes over price, rulebook, cash and fee of the venue that it chose', () => {
    const { request } = routed(
      [
        { ...DEAR, available: 99 },
        { ...CHEAP, available: 77, price: 101 },
      ],
      60,
      5,
    )
    expect([request.instrument.venue, request.price, request.available, request.takerRate]).toEqual([
      'kraken',
      101,
      usd(77),
      rateOf(0.0031),
    ])
  })

  it('a venue without a price is passed over; where none has one the rules say so', () => {
    const none = Number.NaN
    const one = routed(
      [
        { ...CHEAP, available: 99, price: none },
        { ...DEAR, available: 99 },
      ],
      60,
      5,
    )
    expect([one.venue, one.choice!.flags]).toEqual(['coinbase', RouteFlag.unlisted])
    const two = routed(
      [
        { ...CHEAP, available: 99, price: none },
        { ...DEAR, available: 99, price: none },
      ],
      60,
      5,
    )
    expect([two.skip, two.request.price]).toEqual([null, none])
  })

  it('nobody lists the pair', () => {
    const answer = routed([{ ...CHEAP, available: 99, lists: false }], 60, 5)
    expect(answer.skip).toMatchObject({ code: RefusalCode.noVenue, first: 1, second: 0 })
  })

  it('only Coinbase with a small balance: the target is raised to 2 %, a higher one stays', () => {
    const alone = [{ ...DEAR, available: 30 }]
    expect(routed(alone, 20, 5, 0.005).options).toEqual({ target: 0.02, targetPrice: undefined })
    expect(routed(alone, 20, 5, 0.05).options).toEqual({ target: 0.05 })
    expect(routed(alone, 20, 5).options).toBeNull()
    expect(routed([{ ...DEAR, available: 20, balance: 50 }], 20, 5, 0.005).options).toEqual({ target: 0.005 })
  })

  it('never costs more than another venue that carries the order whole', () => {
    const venue = fc.record({
      trip: fc.integer({ min: 1, max: 300 }).map((bps) => bps / 1e4),
      available: fc.integer({ min: 0, max: 100 }),
      lists: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(venue, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 90 }), (all, whole) => {
        const given = all.map((one, i) => ({ ...one, venue: `v${i}` }))
        const answer = routed(given, whole, 1)
        const carrying = given.filter(({ lists, available }) => lists && available >= whole)
        if (carrying.length > 0) {
          const least = Math.min(...carrying.map(({ trip }) => trip))
          const chosen = given.find((one) => one.venue === answer.venue)!
          expect(chosen.trip).toBe(least)
          expect(chosen.available).toBeGreaterThanOrEqual(whole)
        } else expect(answer.skip !== null).toBe(given.every(({ lists }) => !lists))
      }),
      { seed: 4, numRuns: 300 },
    )
  })
})
