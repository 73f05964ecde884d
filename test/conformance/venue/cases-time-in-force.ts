import { expect } from 'vitest'
import { TimeInForce } from '../../../engine/core/order.ts'
import { limit, market, START_MS, TIMEFRAME_MS, terms, type VenueSetup } from './harness.ts'
import type { Case } from './suite.ts'
import { story } from './words.ts'

const IOC = terms({ timeInForce: TimeInForce.ioc })
const FOK = terms({ timeInForce: TimeInForce.fok })
const POST = terms({ postOnly: true })
const ENDED = 'cancelled NOT_FILLED_AT_ONCE'

/** Post-only, and how long an order stands. The market is at 100; where volume counts, a bar has room for 1. */
export function timeInForceCases(add: Case): void {
  const thin: Partial<VenueSetup> = {
    participation: 0.1,
    candles: Array.from({ length: 4 }, () => [100, 101, 99, 100, 10] as const),
  }

  add('a post-only order beside the market rests, and makes', ['postOnly', 'scripted'], {}, async (play) => {
    await play.send(limit(1, 1, 99.5, { terms: POST }))
    await play.advance(2)
    expect(story(await play.facts())).toEqual(['1 filled 1 @ 99.5 maker'])
  })

  for (const at of [100, 100.5]) {
    add(`a post-only buy at ${at}, where it would take, is refused`, ['postOnly'], {}, async (play) => {
      await play.send(limit(1, 1, at, { terms: POST }))
      await play.advance(2)
      const facts = await play.facts()
      if (play.can.rejectCodes) expect(story(facts)).toEqual(['1 rejected POST_ONLY'])
      expect((await play.balances()).base).toBe(0)
    })
  }

  add('an IOC beside the market ends unfilled', ['atOnce', 'scripted'], {}, async (play) => {
    await play.send(limit(1, 1, 99.5, { terms: IOC }))
    await play.advance(2)
    expect(story(await play.facts())).toEqual([`1 ${ENDED}`])
    const { cash, freeCash } = await play.balances()
    expect(freeCash).toBe(cash)
  })

  add(
    'an IOC takes what there is, and the rest of it ends',
    ['atOnce', 'participation', 'scripted'],
    thin,
    async (play) => {
      await play.send(limit(1, 1.5, 100.5, { terms: IOC }))
      await play.advance(3)
      expect(story(await play.facts())).toEqual(['1 filled 1 @ 100 taker part', `1 ${ENDED}`])
      const { cash, freeCash } = await play.balances()
      expect(freeCash).toBe(cash)
    },
  )

  add('an IOC at market takes what there is', ['marketAtOnce', 'participation', 'scripted'], thin, async (play) => {
    await play.send(market(1, 1.5, { terms: IOC }))
    await play.advance(3)
    expect(story(await play.facts())).toEqual(['1 filled 1 @ 100 taker part', `1 ${ENDED}`])
  })

  add('a FOK that fits fills whole', ['atOnce', 'participation', 'scripted'], thin, async (play) => {
    await play.send(limit(1, 1, 100.5, { terms: FOK }))
    await play.advance(2)
    expect(story(await play.facts())).toEqual(['1 filled 1 @ 100 taker'])
  })

  for (const [what, need, order] of [
    ['limit', 'atOnce', limit(1, 1.5, 100.5, { terms: FOK })],
    ['market', 'marketAtOnce', market(1, 1.5, { terms: FOK })],
  ] as const) {
    add(`a FOK (${what}) that doesn't fit fills nothing`, [need, 'participation', 'scripted'], thin, async (play) => {
      await play.send(order)
      await play.advance(2)
      expect(story(await play.facts())).toEqual([`1 ${ENDED}`])
      expect((await play.balances()).base).toBe(0)
    })
  }

  add('a GTD order ends at its time', ['gtd', 'scripted'], {}, async (play) => {
    const until = { terms: terms({ timeInForce: TimeInForce.gtd }), expiresMs: START_MS + 2 * TIMEFRAME_MS }
    await play.send(limit(1, 1, 90, until))
    await play.advance(4)
    expect(story(await play.facts())).toEqual(['1 expired'])
    const { cash, freeCash } = await play.balances()
    expect(freeCash).toBe(cash)
  })
}
