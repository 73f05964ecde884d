import { expect } from 'vitest'
import { limit, price, stop, terms, type VenueSetup } from './harness.ts'
import type { Case } from './suite.ts'
import { words } from './words.ts'

const CALM = [100, 101, 99, 100] as const

/** A resting order becomes another: price, trigger, quantity; or stays as it was, with the reason. */
export function amendCases(add: Case): void {
  const bars = (...candles: VenueSetup['candles']): Partial<VenueSetup> => ({
    candles: [CALM, ...candles, CALM, CALM, CALM],
  })

  add('a limit is moved, and fills there', ['amend', 'scripted'], bars(CALM, [100, 101, 96, 100]), async (play) => {
    await play.send(limit(1, 1, 90))
    await play.advance()
    await play.amend(limit(1, 1, 97))
    await play.advance(3)
    expect((await play.facts()).map(words)).toEqual(['1 accepted', '1 amended', '1 filled 1 @ 97 maker'])
  })

  add('a limit moved past the market takes', ['amend', 'scripted'], bars(), async (play) => {
    await play.send(limit(1, 1, 90))
    await play.advance()
    await play.amend(limit(1, 1, 102))
    await play.advance()
    expect((await play.facts()).map(words)).toEqual(['1 accepted', '1 amended', '1 filled 1 @ 100 taker'])
  })

  add(
    'a stop is moved',
    ['amend', 'stop', 'scripted'],
    { base: 1, ...bars(CALM, [100, 101, 94, 96]) },
    async (play) => {
      await play.send(stop(1, -1, 80))
      await play.advance()
      await play.amend(stop(1, -1, 95))
      await play.advance(3)
      expect((await play.facts()).map(words)).toEqual(['1 accepted', '1 amended', '1 filled 1 @ 95 taker'])
    },
  )

  add(
    'less is asked: less is held, less is bought',
    ['amend', 'scripted', 'owned'],
    bars(CALM, [100, 101, 89, 95]),
    async (play) => {
      await play.send(limit(1, 2, 90))
      await play.advance()
      const before = await play.balances()
      await play.amend(limit(1, 1, 90))
      await play.advance()
      expect((await play.balances()).freeCash).toBeGreaterThan(before.freeCash)
      await play.advance(2)
      expect((await play.facts()).map(words)).toEqual(['1 accepted', '1 amended', '1 filled 1 @ 90 maker'])
    },
  )

  add('more than the cash is asked: it stays as it was', ['amend', 'rejectCodes'], bars(), async (play) => {
    await play.send(limit(1, 2, 90))
    await play.advance()
    const before = await play.balances()
    await play.amend(limit(1, 20, 90))
    await play.advance()
    expect((await play.facts()).map(words)).toEqual(['1 accepted', '1 amendRejected INSUFFICIENT_FUNDS'])
    expect(await play.balances()).toEqual(before)
  })

  add('off the tick: it stays as it was', ['amend', 'rejectCodes'], bars(), async (play) => {
    await play.send(limit(1, 1, 90))
    await play.advance()
    await play.amend({ ...limit(1, 1, 90), limitPrice: price(91.005) })
    await play.cancel(1)
    await play.advance()
    expect((await play.facts()).map(words)).toEqual(['1 accepted', '1 amendRejected OFF_TICK', '1 cancelled'])
  })

  add(
    'a post-only order moved past the market stays as it was',
    ['amend', 'postOnly', 'rejectCodes'],
    bars(),
    async (play) => {
      await play.send(limit(1, 1, 90, { terms: terms({ postOnly: true }) }))
      await play.advance()
      await play.amend(limit(1, 1, 102, { terms: terms({ postOnly: true }) }))
      await play.advance()
      expect((await play.facts()).map(words)).toEqual(['1 accepted', '1 amendRejected POST_ONLY'])
      expect((await play.balances()).base).toBe(0)
    },
  )

  add('an order that isn’t there can’t be changed', ['amend', 'rejectCodes'], bars(), async (play) => {
    await play.amend(limit(77, 1, 90))
    await play.advance()
    expect((await play.facts()).map(words)).toEqual(['77 amendRejected UNKNOWN_ORDER'])
  })

  add('order and amendment sent together: the order is there first', ['amend', 'scripted'], bars(), async (play) => {
    await play.send(limit(1, 1, 90))
    await play.amend(limit(1, 1, 102))
    await play.advance(2)
    const told = (await play.facts()).map(words)
    expect(told).toContain('1 filled 1 @ 100 taker')
  })

  add(
    'an amendment under way while the bar reaches the order: it fills at one price or the other',
    ['amend', 'latency', 'scripted'],
    { ...bars([100, 101, 94, 96]), latencyMs: 1000 },
    async (play) => {
      await play.send(limit(1, 1, 95))
      await play.advance()
      await play.amend(limit(1, 1, 80))
      await play.advance(3)
      const told = (await play.facts()).map(words).filter((one) => !one.includes('accepted'))
      const crossed = ['1 filled 1 @ 95 maker', '1 amendRejected UNKNOWN_ORDER']
      expect(told).toEqual(told.length === 1 ? ['1 amended'] : crossed)
    },
  )
}
