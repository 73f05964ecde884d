import { expect } from 'vitest'
import type { OrderFields } from '../../../engine/core/order.ts'
import { type Capability, limit, trailing, type VenueSetup } from './harness.ts'
import type { Case } from './suite.ts'
import { story } from './words.ts'

const CALM = [100, 100.5, 99.5, 100] as const

/** Stops that follow the market. Bars in which the order of events decides are left to the tests of the models. */
export function trailingCases(add: Case): void {
  const told = (title: string, candles: VenueSetup['candles'], order: OrderFields, expected: string[]): void => {
    const setup = order.side < 0 ? { base: 1 } : {}
    const needs: Capability[] = ['trailing', 'scripted', ...(order.stopPrice > 0 ? (['trailingFrom'] as const) : [])]
    add(title, needs, { candles, ...setup }, async (play) => {
      await play.send(order)
      await play.advance(candles.length)
      expect(story(await play.facts())).toEqual(expected)
    })
  }

  told(
    'a sell follows the high by its amount',
    [CALM, [106, 110, 105.5, 109], [108, 108.5, 104, 105], CALM],
    trailing(1, -1, { distance: 5 }),
    ['1 filled 1 @ 105 taker'],
  )
  told(
    'a sell follows the high by its fraction',
    [CALM, [101, 110, 100.5, 109], [108, 108.5, 98, 100], CALM],
    trailing(1, -1, { rate: 0.1 }),
    ['1 filled 1 @ 99 taker'],
  )
  told(
    'it never steps back',
    [CALM, [108, 110, 107, 108], [107, 107.5, 106, 106.5], [106, 106, 104.9, 105], CALM],
    trailing(1, -1, { distance: 5 }),
    ['1 filled 1 @ 105 taker'],
  )
  told(
    'a gap below the trigger fills at the open',
    [CALM, [108, 110, 107, 108], [103, 104, 102, 103], CALM],
    trailing(1, -1, { distance: 5 }),
    ['1 filled 1 @ 103 taker'],
  )
  told(
    'a buy follows the low',
    [CALM, [94, 94.5, 90, 91], [91, 91.5, 90.5, 91], [92, 97, 91.5, 96], CALM],
    trailing(1, 1, { distance: 5 }),
    ['1 filled 1 @ 95 taker'],
  )
  told(
    'its first trigger may be nearer than its distance',
    [CALM, [100, 101, 97, 100], CALM],
    trailing(1, -1, { distance: 5, first: 98 }),
    ['1 filled 1 @ 98 taker'],
  )
  told('it waits where the market stays above', [CALM, CALM, CALM], trailing(1, -1, { distance: 5 }), [])

  add(
    'a trailing stop and a target: one cancels the other',
    ['trailing', 'oco', 'scripted'],
    { base: 1, candles: [CALM, [104, 108, 103.5, 107], [107, 111, 106.5, 110], CALM] },
    async (play) => {
      await play.send(trailing(1, -1, { distance: 5 }, { ocoGroup: 1, reduceOnly: true }))
      await play.send(limit(2, -1, 110, { ocoGroup: 1, reduceOnly: true }))
      await play.advance(4)
      expect(story(await play.facts())).toEqual(['2 filled 1 @ 110 maker', '1 cancelled'])
    },
  )
}
