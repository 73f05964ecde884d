import { expect } from 'vitest'
import { limit, stop, type VenueSetup } from './harness.ts'
import type { Case } from './suite.ts'
import { story } from './words.ts'

const CALM = [100, 101, 99, 100] as const
const PAIR = { ocoGroup: 7, reduceOnly: true }

/** A target and a stop behind a position of 1, at 110 and 90. */
export function ocoCases(add: Case): void {
  const bars = (...candles: VenueSetup['candles']): Partial<VenueSetup> => ({
    base: 1,
    candles: [CALM, ...candles, CALM, CALM, CALM],
  })

  add(
    'the target fills: the stop is cancelled',
    ['oco', 'stop', 'scripted'],
    bars([105, 115, 104, 112], [80, 81, 79, 80]),
    async (play) => {
      await play.send(stop(1, -1, 90, PAIR))
      await play.send(limit(2, -1, 110, PAIR))
      await play.advance(5)
      expect(story(await play.facts())).toEqual(['2 filled 1 @ 110 maker', '1 cancelled'])
    },
  )

  add(
    'the stop fills: the target is cancelled',
    ['oco', 'stop', 'scripted'],
    bars([95, 96, 85, 88], [120, 121, 119, 120]),
    async (play) => {
      await play.send(stop(1, -1, 90, PAIR))
      await play.send(limit(2, -1, 110, PAIR))
      await play.advance(5)
      expect(story(await play.facts())).toEqual(['1 filled 1 @ 90 taker', '2 cancelled'])
    },
  )

  add(
    'the stop gaps: it fills at the open, and the target is cancelled',
    ['oco', 'stop', 'scripted'],
    bars([80, 121, 79, 120]),
    async (play) => {
      await play.send(stop(1, -1, 90, PAIR))
      await play.send(limit(2, -1, 110, PAIR))
      await play.advance(4)
      expect(story(await play.facts())).toEqual(['1 filled 1 @ 80 taker', '2 cancelled'])
    },
  )

  add('a bar that reaches both fills one of them', ['oco', 'stop'], bars([100, 120, 80, 100]), async (play) => {
    await play.send(stop(1, -1, 90, PAIR))
    await play.send(limit(2, -1, 110, PAIR))
    await play.advance(4)
    expect((await play.balances()).base).toBe(0)
    expect(story(await play.facts())).toHaveLength(2)
  })

  add('a pair holds the base once', ['oco', 'stop'], bars(), async (play) => {
    await play.send(stop(1, -1, 90, PAIR))
    await play.send(limit(2, -1, 110, PAIR))
    await play.advance(2)
    expect((await play.balances()).freeBase).toBe(0)
    await play.cancel(1)
    await play.advance()
    expect((await play.balances()).freeBase).toBe(0)
    await play.cancel(2)
    await play.advance()
    expect(story(await play.facts())).toEqual(['1 cancelled', '2 cancelled'])
    const { base, freeBase } = await play.balances()
    expect(freeBase).toBe(base)
  })

  add(
    'a part of one cancels the other',
    ['oco', 'stop', 'participation', 'scripted'],
    { ...bars([105, 115, 104, 112, 5], [80, 81, 79, 80, 5], [120, 121, 119, 120, 5]), participation: 0.1 },
    async (play) => {
      await play.send(stop(1, -1, 90, PAIR))
      await play.send(limit(2, -1, 110, PAIR))
      await play.advance(4)
      expect(story(await play.facts())).toEqual([
        '2 filled 0.5 @ 110 maker part',
        '1 cancelled',
        '2 filled 0.5 @ 120 maker',
      ])
    },
  )

  for (const kind of ['spot', 'margin'] as const) {
    add(
      `a member that comes when the other has filled comes too late (${kind})`,
      ['oco', 'stop', ...(kind === 'margin' ? (['margin'] as const) : [])],
      { ...bars([105, 115, 104, 112]), kind, leverage: 2, base: 3 },
      async (play) => {
        await play.send(stop(1, -1, 105, PAIR))
        await play.send(limit(2, -1, 99.5, PAIR))
        await play.advance(3)
        expect(story(await play.facts())).toEqual(['1 filled 1 @ 100 taker', '2 cancelled'])
      },
    )
  }
}
