/** What venues take, by their own names: the files, and what a simulated venue refuses by them. */

import { describe, expect, it } from 'vitest'
import { KNOWN_VENUES } from '../../datasets/dated/file.ts'
import { loadOrderProfile, parseOrderProfile } from '../../datasets/dated/order-profiles.ts'
import { type OrderFields, TimeInForce } from '../../engine/core/order.ts'
import { lackOf, VenueOrders } from '../../engine/market/order-support.ts'
import {
  INSTRUMENT,
  limit,
  market,
  stop,
  stopLimit,
  takeProfit,
  terms,
  trailing,
} from '../conformance/venue/harness.ts'
import { play, send, simOf } from '../sim/support.ts'

const NOW_MS = Date.UTC(2026, 10, 1)
const FOK = limit(1, 1, 100, { terms: terms({ timeInForce: TimeInForce.fok }) })
const GTD = limit(1, 1, 100, { terms: terms({ timeInForce: TimeInForce.gtd }) })
const POST = limit(1, 1, 100, { terms: terms({ postOnly: true }) })

async function lack(venue: string, order: OrderFields, atMs = NOW_MS, kind: 'spot' | 'margin' = 'spot') {
  const profile = await loadOrderProfile(venue)
  return lackOf(profile!, order, { ...INSTRUMENT, venue, kind }, atMs)
}

describe('order profiles', () => {
  it('exist for every known venue, each with a source', async () => {
    for (const venue of KNOWN_VENUES) expect((await loadOrderProfile(venue))!.source.length).toBeGreaterThan(10)
    expect(await loadOrderProfile('nowhere')).toBeNull()
  })

  it('say what a venue has not, in its own words', async () => {
    expect(await lack('kraken', trailing(1, -1, { rate: 0.02 }))).toBeNull()
    expect(await lack('alpaca', stop(1, -1, 90))).toBe('alpaca has no stop order; it takes market, limit, stop_limit')
    expect(await lack('alpaca', FOK)).toBe('alpaca has no time in force fok; it takes gtc, ioc')
    expect(await lack('alpaca', POST)).toBe('alpaca has no post-only order')
    expect(await lack('binance', GTD)).toBe('binance has no time in force gtd; it takes GTC, IOC, FOK')
    expect(await lack('hyperliquid', trailing(1, -1, { rate: 0.02 }))).toMatch(/^hyperliquid has no trailingStop order/)
    expect(await lack('coinbase', takeProfit(1, -1, 110))).toMatch(/^coinbase has no takeProfit order/)
    expect(await lack('coinbase', stopLimit(1, -1, 90, 89))).toBeNull()
  })

  it('know since when: FOK at Kraken from 2026-05-12', async () => {
    expect(await lack('kraken', FOK, Date.UTC(2026, 4, 11))).toMatch(/^kraken has no time in force fok then; it takes/)
    expect(await lack('kraken', FOK, Date.UTC(2026, 4, 12))).toBeNull()
  })

  it("Coinbase's stop rests as one of a pair only; reduce-only is asked of margin alone", async () => {
    expect(await lack('coinbase', stop(1, -1, 90))).toMatch(/^coinbase has no stop order/)
    expect(await lack('coinbase', stop(1, -1, 90, { ocoGroup: 1 }))).toBeNull()
    const reducing = market(1, -1, { reduceOnly: true })
    expect(await lack('coinbase', reducing)).toBeNull()
    expect(await lack('coinbase', reducing, NOW_MS, 'margin')).toBe('coinbase has no reduce-only order')
    expect(await lack('hyperliquid', reducing, NOW_MS, 'margin')).toBeNull()
  })

  it.each([
    ['venue: nowhere\nsource: x\ntypes: {}\ntimeInForce: {}', /venue: unknown venue 'nowhere'/],
    ['venue: kraken\nsource: x\ntypes: { stp: x }\ntimeInForce: {}', /types\.stp: unknown key/],
    ['venue: kraken\nsource: x\ntypes: { stop: 3 }\ntimeInForce: {}', /types\.stop: expected a text/],
    ['venue: kraken\nsource: x\ntypes: {}\ntimeInForce: {}\nsince: { fok: soon }', /since\.fok: 'soon' is not a date/],
    ['venue: kraken\ntypes: {}\ntimeInForce: {}', /source: expected a text/],
    ['venue: kraken\nsource: x\ntypes: {}\ntimeInForce: {}\nhue: red', /hue: unknown key/],
  ])('a faulty file: %j', async (text, expected) => {
    await expect(parseOrderProfile(text, 'orders/x.yaml')).rejects.toThrow(
      expect.objectContaining({ line: expect.stringMatching(expected) }),
    )
  })
})

describe('the simulated venue', () => {
  it('refuses what the venue has not, and amendments where it makes none', async () => {
    const profile = (await loadOrderProfile('binance'))!
    const support = new VenueOrders([{ ...profile, venue: 'test' }])
    const calm = [100, 101, 99, 100] as const
    const venue = simOf({ candles: [calm, calm, calm], base: 1, sim: { support } })
    send(venue, trailing(1, -1, { distance: 5 }), limit(2, 1, 90))
    play(venue)
    venue.amend({ ...limit(2, 1, 91), decidedMs: venue.nowMs } as never)
    expect(play(venue)).toEqual(['1 rejected UNSUPPORTED', '2 amendRejected UNSUPPORTED'])
    expect(support.lacked.get(0)).toMatch(/^test has no trailingStop order; it takes MARKET, LIMIT/)
  })
})
