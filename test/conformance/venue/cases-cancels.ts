import { expect } from 'vitest'
import { endings } from './audit.ts'
import { limit, market } from './harness.ts'
import type { Case } from './suite.ts'
import { story } from './words.ts'

/** A cancel and a fill under way at the same time: one of them wins, and both sides learn which. */
export function cancelCases(add: Case): void {
  const dip = [
    [100, 101, 99, 100],
    [100, 101, 90, 100],
    [100, 101, 99, 100],
    [100, 101, 99, 100],
  ] as const

  add('a cancel that comes before the fill wins', ['scripted'], { candles: dip }, async (play) => {
    await play.send(limit(1, 1, 95))
    await play.advance()
    await play.cancel(1)
    await play.advance(2)
    expect(story(await play.facts())).toEqual(['1 cancelled'])
    const balances = await play.balances()
    expect(balances.freeCash).toBe(balances.cash)
  })

  add(
    'a fill that comes before the cancel wins, and the cancel is refused',
    ['scripted'],
    { candles: dip },
    async (play) => {
      await play.send(limit(1, 1, 95))
      await play.advance(2)
      await play.cancel(1)
      await play.advance()
      expect(story(await play.facts())).toEqual(['1 filled 1 @ 95 maker', '1 cancelRejected UNKNOWN_ORDER'])
    },
  )

  add(
    'a cancel under way while the bar reaches the order: one of them wins, never both',
    ['scripted', 'latency'],
    { candles: dip, latencyMs: 1000 },
    async (play) => {
      await play.send(limit(1, 1, 95))
      await play.advance()
      await play.cancel(1)
      await play.advance(3)
      const told = story(await play.facts())
      const crossed = ['1 filled 1 @ 95 maker', '1 cancelRejected UNKNOWN_ORDER']
      expect(told).toEqual(told.length === 1 ? ['1 cancelled'] : crossed)
    },
  )

  add('order and cancel sent together: the order is there first, and is cancelled', [], {}, async (play) => {
    await play.send(limit(1, 1, 50))
    await play.cancel(1)
    await play.advance(2)
    expect(story(await play.facts())).toEqual(['1 cancelled'])
  })

  add('a cancel sent before its order finds nothing', ['scripted', 'rejectCodes'], { candles: dip }, async (play) => {
    await play.cancel(1)
    await play.send(limit(1, 1, 95))
    await play.advance(2)
    expect(story(await play.facts())).toEqual(['1 cancelRejected UNKNOWN_ORDER', '1 filled 1 @ 95 maker'])
  })

  add('a second cancel is refused', [], {}, async (play) => {
    await play.send(limit(1, 1, 50))
    await play.advance()
    await play.cancel(1)
    await play.cancel(1)
    await play.advance()
    const facts = await play.facts()
    expect(endings(facts, 1)).toHaveLength(1)
    if (play.can.rejectCodes) expect(story(facts)).toEqual(['1 cancelled', '1 cancelRejected UNKNOWN_ORDER'])
  })

  add(
    'a partly filled order keeps its fills when it is cancelled',
    ['scripted', 'participation'],
    { candles: dip.map(([o, h, l, c]) => [o, h, l, c, 10] as const), participation: 0.1 },
    async (play) => {
      await play.send(limit(1, 2, 99.5))
      await play.advance()
      await play.cancel(1)
      await play.advance(2)
      expect(story(await play.facts())).toEqual(['1 filled 1 @ 99.5 maker part', '1 cancelled'])
      const balances = await play.balances()
      expect(balances.freeCash).toBe(balances.cash)
    },
  )

  for (const latencyMs of [0, 1000]) {
    add(
      `cancel and close in one go, ${latencyMs} ms away: what the resting order held is free for the close`,
      ['scripted', ...(latencyMs > 0 ? (['latency'] as const) : [])],
      { base: 1, latencyMs },
      async (play) => {
        await play.send(limit(1, -1, 150))
        await play.advance(2)
        await play.cancel(1)
        await play.send(market(2, -1))
        await play.advance(3)
        const [cancelled, filled] = story(await play.facts()).sort()
        expect(cancelled).toBe('1 cancelled')
        expect(filled).toMatch(/^2 filled 1 @/)
        expect((await play.balances()).base).toBe(0)
      },
    )
  }
}
