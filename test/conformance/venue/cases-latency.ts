import { expect } from 'vitest'
import { FactKind } from '../../../engine/core/fact.ts'
import { limit, market, START_MS, stop, TIMEFRAME_MS } from './harness.ts'
import type { Case } from './suite.ts'
import { story } from './words.ts'

/** Messages take a second each way; bars a minute. */
export function latencyCases(add: Case): void {
  const late = { latencyMs: 1000 }

  add(
    'an answer is known a journey after it was given, and given a journey after it was asked',
    ['latency', 'scripted'],
    late,
    async (play) => {
      await play.send(limit(1, 1, 50))
      await play.advance(2)
      const [accepted] = await play.facts()
      expect(accepted).toMatchObject({ kind: FactKind.accepted, atMs: START_MS + 1000, knownMs: START_MS + 2000 })
    },
  )

  add('a refusal travels back as well', ['latency', 'scripted'], late, async (play) => {
    await play.send(market(1, -1))
    await play.advance(2)
    const [rejected] = await play.facts()
    expect(rejected).toMatchObject({ kind: FactKind.rejected, atMs: START_MS + 1000, knownMs: START_MS + 2000 })
  })

  add(
    'nothing is known early: an answer under way at the close comes in the next bar',
    ['latency', 'scripted'],
    { latencyMs: 40_000 },
    async (play) => {
      await play.send(limit(1, 1, 50))
      await play.advance()
      expect(await play.facts()).toEqual([])
      await play.advance()
      expect(story(await play.facts())).toEqual([])
      expect(await play.facts()).toMatchObject([{ kind: FactKind.accepted, knownMs: START_MS + 80_000 }])
    },
  )

  add(
    'an order arrives later than a bar: it fills in the bar of its arrival, known a journey later',
    ['latency', 'scripted'],
    { latencyMs: 2 * TIMEFRAME_MS },
    async (play) => {
      await play.send(market(1, 1))
      await play.advance(3)
      expect(await play.facts()).toEqual([])
      await play.advance()
      expect(await play.facts()).toMatchObject([
        { atMs: START_MS + 2 * TIMEFRAME_MS, knownMs: START_MS + 4 * TIMEFRAME_MS },
      ])
    },
  )

  add(
    'an order that comes inside a bar fills within that bar, never at a price that it has not seen',
    ['latency', 'scripted', 'stop'],
    {
      ...late,
      base: 1,
      candles: [
        [90, 92, 88, 91],
        [91, 92, 90, 91],
        [91, 92, 90, 91],
      ],
    },
    async (play) => {
      await play.send(limit(1, 1, 100))
      await play.send(stop(2, -1, 95))
      await play.advance(3)
      const fills = (await play.facts()).filter(({ kind }) => kind === FactKind.filled)
      expect(fills).toHaveLength(2)
      for (const { price, maker } of fills) {
        expect(price).toBeGreaterThanOrEqual(880_000)
        expect(price).toBeLessThanOrEqual(920_000)
        expect(maker).toBe(false)
      }
    },
  )
}
