import { expect } from 'vitest'
import { fillsOf } from './audit.ts'
import { base, limit, market, money, stop } from './harness.ts'
import type { Case } from './suite.ts'
import { story } from './words.ts'

/** Prices, liquidity and parts of fills. */
export function fillCases(add: Case): void {
  add('a marketable limit takes at the open', ['scripted'], {}, async (play) => {
    await play.send(limit(1, 1, 105))
    await play.advance()
    expect(story(await play.facts())).toEqual(['1 filled 1 @ 100 taker'])
  })

  add('a marketable sell limit takes at the open', ['scripted'], { base: 1 }, async (play) => {
    await play.send(limit(1, -1, 95))
    await play.advance()
    expect(story(await play.facts())).toEqual(['1 filled 1 @ 100 taker'])
  })

  add('a resting limit is the maker, at its price', ['scripted'], { base: 1 }, async (play) => {
    await play.send(limit(1, 1, 99.5))
    await play.send(limit(2, -1, 100.5))
    await play.advance()
    expect(story(await play.facts()).sort()).toEqual(['1 filled 1 @ 99.5 maker', '2 filled 1 @ 100.5 maker'])
    const [buy] = fillsOf(await play.facts(), 1)
    expect(buy?.fee).toBe(money(0.0995))
  })

  add(
    'a limit that the open has passed fills there, no worse than asked',
    ['scripted'],
    {
      candles: [
        [100, 101, 99, 100],
        [90, 91, 89, 90],
      ],
    },
    async (play) => {
      await play.send(limit(1, 1, 95))
      await play.advance(2)
      expect(story(await play.facts())).toEqual(['1 filled 1 @ 90 maker'])
    },
  )

  add('a stop takes at its trigger', ['scripted', 'stop'], { base: 1 }, async (play) => {
    await play.send(stop(1, -1, 99.5))
    await play.advance()
    expect(story(await play.facts())).toEqual(['1 filled 1 @ 99.5 taker'])
  })

  add('a stop is triggered by a price just at it', ['scripted', 'stop'], { base: 1 }, async (play) => {
    await play.send(stop(1, -1, 99))
    await play.send(stop(2, 1, 101))
    await play.advance()
    expect(story(await play.facts()).sort()).toEqual(['1 filled 1 @ 99 taker', '2 filled 1 @ 101 taker'])
  })

  add(
    'stops fill at the open behind a gap, both ways',
    ['scripted', 'stop'],
    {
      base: 1,
      candles: [
        [100, 101, 99, 100],
        [80, 81, 79, 80],
        [120, 121, 119, 120],
      ],
    },
    async (play) => {
      await play.send(stop(1, -1, 95))
      await play.send(stop(2, 1, 110))
      await play.advance(3)
      expect(story(await play.facts())).toEqual(['1 filled 1 @ 80 taker', '2 filled 1 @ 120 taker'])
    },
  )

  add('a stop already passed on arrival takes at once', ['scripted', 'stop'], { base: 1 }, async (play) => {
    await play.send(stop(1, -1, 100.5))
    await play.advance()
    expect(story(await play.facts())).toEqual(['1 filled 1 @ 100 taker'])
  })

  add('a quote-sized buy spends its amount, fee included, and no more', ['quoteSized'], {}, async (play) => {
    await play.send(market(1, 0, { quoteAmount: money(100) }))
    await play.advance()
    const [fill] = fillsOf(await play.facts(), 1)
    const spent = fill!.value + fill!.fee
    expect(spent).toBeLessThanOrEqual(money(100))
    // One step more would have been too much.
    expect(spent + (fill!.value / fill!.quantity) * base(0.0001) * 1.0026).toBeGreaterThan(money(100))
  })

  const thin = Array.from({ length: 5 }, () => [100, 101, 99, 100, 10] as const)

  add(
    'partial fills sum to the order, complete on the last',
    ['participation', 'scripted'],
    { candles: thin, participation: 0.1 },
    async (play) => {
      await play.send(market(1, 2.5))
      await play.advance(5)
      expect(story(await play.facts())).toEqual([
        '1 filled 1 @ 100 taker part',
        '1 filled 1 @ 100 taker part',
        '1 filled 0.5 @ 100 taker',
      ])
    },
  )

  add(
    'a resting order fills in parts as well',
    ['participation', 'scripted'],
    { candles: thin, participation: 0.1, base: 2.5 },
    async (play) => {
      await play.send(limit(1, -2.5, 100.5))
      await play.advance(5)
      expect(story(await play.facts())).toEqual([
        '1 filled 1 @ 100.5 maker part',
        '1 filled 1 @ 100.5 maker part',
        '1 filled 0.5 @ 100.5 maker',
      ])
    },
  )

  add(
    'the rest of a triggered stop is a market order',
    ['participation', 'scripted', 'stop'],
    {
      candles: [
        [100, 101, 95, 96, 10],
        [120, 121, 119, 120, 10],
        [120, 121, 119, 120, 10],
      ],
      participation: 0.1,
      base: 2,
    },
    async (play) => {
      await play.send(stop(1, -2, 98))
      await play.advance(3)
      expect(story(await play.facts())).toEqual(['1 filled 1 @ 98 taker part', '1 filled 1 @ 120 taker'])
    },
  )
}
