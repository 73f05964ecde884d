import { expect } from 'vitest'
import { stop, stopLimit, takeProfit, takeProfitLimit, type VenueSetup } from './harness.ts'
import type { Case } from './suite.ts'
import { story } from './words.ts'

const CALM = [100, 101, 99, 100] as const

/** Orders that wait for a trigger, then for a limit or for anything. */
export function triggerCases(add: Case): void {
  const bars = (...candles: VenueSetup['candles']): Partial<VenueSetup> => ({
    base: 1,
    candles: [CALM, ...candles, CALM, CALM],
  })
  const told = (
    title: string,
    setup: Partial<VenueSetup>,
    order: ReturnType<typeof stop>,
    expected: string[],
  ): void => {
    const takes = title.startsWith('a take-profit')
    add(title, ['scripted', ...(takes ? (['takeProfit'] as const) : (['stopLimit'] as const))], setup, async (play) => {
      await play.send(order)
      await play.advance(setup.candles!.length)
      expect(story(await play.facts())).toEqual(expected)
    })
  }

  // The limit allows the trigger's price: it takes there.
  told('a stop-limit sells at its trigger', bars([98, 98, 90, 91]), stopLimit(1, -1, 95, 94), ['1 filled 1 @ 95 taker'])
  told('a stop-limit gaps within its limit: at the open', bars([94.5, 95, 90, 91]), stopLimit(1, -1, 95, 94), [
    '1 filled 1 @ 94.5 taker',
  ])
  told(
    'a stop-limit gaps beyond its limit, and the price never comes back',
    bars([92, 93, 90, 91], [91, 93, 90, 92]),
    {
      ...stopLimit(1, -1, 95, 94),
    },
    ['1 filled 1 @ 100 maker'],
  )
  told(
    'a stop-limit gaps beyond its limit: it rests there as a maker',
    bars([92, 97, 90, 91]),
    stopLimit(1, -1, 95, 94),
    ['1 filled 1 @ 94 maker'],
  )
  told('a stop-limit buys a breakout', { candles: [CALM, [101, 106, 100, 105], CALM] }, stopLimit(1, 1, 105, 105.5), [
    '1 filled 1 @ 105 taker',
  ])
  told(
    'a stop-limit whose limit is the far side waits for a pullback',
    {
      candles: [CALM, [101, 106, 101, 105.5], [105, 105.2, 102, 103], CALM],
    },
    stopLimit(1, 1, 105, 103),
    ['1 filled 1 @ 103 maker'],
  )
  told('a stop-limit that isn’t met waits', bars([100, 101, 95.01, 100]), stopLimit(1, -1, 90, 89), [])
  told('a take-profit is met by a touch and takes', bars([105, 110, 104, 108]), takeProfit(1, -1, 110), [
    '1 filled 1 @ 110 taker',
  ])
  told('a take-profit gaps: at the open', bars([112, 113, 111, 112]), takeProfit(1, -1, 110), [
    '1 filled 1 @ 112 taker',
  ])
  told('a take-profit buys below', { candles: [CALM, [98, 99, 94, 96], CALM] }, takeProfit(1, 1, 95), [
    '1 filled 1 @ 95 taker',
  ])
  told(
    'a take-profit-limit takes where its limit allows',
    bars([105, 112, 104, 108]),
    takeProfitLimit(1, -1, 110, 109),
    ['1 filled 1 @ 110 taker'],
  )
  told(
    'a take-profit-limit rests above its trigger',
    bars([105, 110.5, 104, 108], [109, 112, 108, 110]),
    takeProfitLimit(1, -1, 110, 111),
    ['1 filled 1 @ 111 maker'],
  )

  add(
    'a pair of a stop-limit and a take-profit sells once',
    ['stopLimit', 'takeProfit', 'oco', 'scripted'],
    bars([105, 115, 104, 112], [80, 81, 79, 80]),
    async (play) => {
      await play.send(stopLimit(1, -1, 90, 89, { ocoGroup: 1, reduceOnly: true }))
      await play.send(takeProfit(2, -1, 110, { ocoGroup: 1, reduceOnly: true }))
      await play.advance(5)
      expect(story(await play.facts())).toEqual(['2 filled 1 @ 110 taker', '1 cancelled'])
    },
  )

  add(
    'a real wick: every stop above it fills at its trigger',
    ['stop', 'scripted'],
    {
      base: 3,
      // Coinbase, BTC/USD, 2017-04-15, as it was told: a low of 0.06.
      candles: [
        [1180, 1190, 1175, 1180],
        [1180.8, 1188.92, 0.06, 1177.33],
        [1177.33, 1180, 1170, 1175],
      ],
    },
    async (play) => {
      await play.send(stop(1, -1, 1150))
      await play.send(stop(2, -1, 100))
      await play.advance(3)
      expect(story(await play.facts())).toEqual(['1 filled 1 @ 1150 taker', '2 filled 1 @ 100 taker'])
    },
  )
}
