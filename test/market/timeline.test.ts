/** Goal: dated lookups answer as the definition does, in whatever order they are asked. */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { VolumeTiming } from '../../engine/core/dated.ts'
import { patternsMeet } from '../../engine/core/pairs.ts'
import { utcDay } from '../../engine/market/day.ts'
import { RollingVolume } from '../../engine/market/rolling-volume.ts'
import { coverageDays, Timeline } from '../../engine/market/timeline.ts'
import { DAY_MS, HOUR_MS } from './support.ts'

/** Records from cut points: each begins at one and ends at the next, or a bit before it. */
const intervals = fc.array(
  fc.record({ length: fc.integer({ min: 1, max: 20 }), gap: fc.integer({ min: 0, max: 5 }) }),
  {
    minLength: 1,
    maxLength: 8,
  },
)

function layOut(parts: readonly { length: number; gap: number }[], open: boolean) {
  let at = 10
  return parts.map(({ length, gap }, i) => {
    const fromMs = at
    at += length + gap
    return { fromMs, toMs: open && i === parts.length - 1 ? null : fromMs + length }
  })
}

describe('timeline', () => {
  it('property: equals the naive search, whatever was asked before', () => {
    const property = fc.property(
      intervals,
      fc.boolean(),
      fc.array(fc.integer({ min: 0, max: 200 })),
      (parts, open, asked) => {
        const records = layOut(parts, open)
        const timeline = new Timeline(records.toReversed())
        for (const ms of asked) {
          const inForce = records.find((one) => one.fromMs <= ms && (one.toMs === null || ms < one.toMs))
          const earlier = records.filter((one) => one.fromMs <= ms).at(-1)
          expect(timeline.at(ms)).toEqual(inForce ?? earlier ?? records[0])
          const coverage = inForce !== undefined ? 'inForce' : earlier === undefined ? 'beforeFirst' : 'hole'
          expect(timeline.coverageAt(ms)).toBe(coverage)
          expect(timeline.nextChangeMs(ms)).toBe(records.slice(1).find((one) => one.fromMs > ms)?.fromMs ?? Infinity)
        }
      },
    )
    fc.assert(property, { seed: 7, numRuns: 200 })
  })

  it('counts days before the first record, in holes and in flagged records', () => {
    const at = (d: number): number => d * DAY_MS
    const timeline = new Timeline([
      { fromMs: at(10), toMs: at(20), approximate: true },
      { fromMs: at(25), toMs: null, approximate: false },
    ])
    const days = (from: number, to: number) => coverageDays(timeline, from, to, (one) => one.approximate)
    expect(days(at(4), at(40))).toEqual({ beforeFirst: 6, hole: 5, flagged: 21 })
    expect(days(at(12), at(12.5))).toEqual({ beforeFirst: 0, hole: 0, flagged: 1 })
    expect(days(at(30), at(40))).toEqual({ beforeFirst: 0, hole: 0, flagged: 0 })
  })
})

describe('rolling volume', () => {
  const granule: Record<VolumeTiming, number> = { fill: 0, hour: HOUR_MS, day: DAY_MS }

  it('enters at once, at the next hour, or on the next UTC day', () => {
    const at = 5 * DAY_MS + 90 * 60_000
    const counts = (timing: VolumeTiming, ms: number): number => {
      const volume = new RollingVolume(30, timing)
      volume.add(at, 7)
      return volume.at(ms)
    }
    expect([counts('fill', at - 1), counts('fill', at), counts('fill', at + 30 * DAY_MS)]).toEqual([0, 7, 0])
    expect([counts('hour', 5 * DAY_MS + 2 * HOUR_MS - 1), counts('hour', 5 * DAY_MS + 2 * HOUR_MS)]).toEqual([0, 7])
    // The last 30 full days: days 6 to 35 see day 5, day 36 no longer does.
    const days = [6 * DAY_MS - 1, 6 * DAY_MS, 36 * DAY_MS - 1, 36 * DAY_MS]
    expect(days.map((ms) => counts('day', ms))).toEqual([0, 7, 7, 0])
  })

  it('property: equals the sum over all fills, in whatever order it is asked', () => {
    const timing = fc.constantFrom<VolumeTiming>('fill', 'hour', 'day')
    const steps = fc.array(
      fc.record({
        gap: fc.integer({ min: 0, max: 3 * DAY_MS }),
        amount: fc.integer({ min: 0, max: 1e9 }),
        back: fc.nat(5 * DAY_MS),
      }),
      { maxLength: 60 },
    )
    const property = fc.property(timing, fc.integer({ min: 1, max: 5 }), steps, (way, windowDays, list) => {
      const volume = new RollingVolume(windowDays, way)
      const fills: { enters: number; amount: number }[] = []
      let now = 0
      for (const { gap, amount, back } of list) {
        now += gap
        const size = granule[way]
        volume.add(now, amount)
        fills.push({ enters: size === 0 ? now : (Math.floor(now / size) + 1) * size, amount })
        for (const ms of [now, now + back, now - back]) {
          const inside = fills.filter(({ enters }) => enters <= ms && ms < enters + windowDays * DAY_MS)
          expect(volume.at(ms)).toBe(inside.reduce((sum, one) => sum + one.amount, 0))
        }
      }
    })
    fc.assert(property, { seed: 7, numRuns: 200 })
  })

  it('a fill told out of order counts with the one before it', () => {
    const volume = new RollingVolume(1, 'fill')
    volume.add(1000, 1)
    volume.add(900, 2)
    expect([volume.at(950), volume.at(1000)]).toEqual([0, 3])
  })
})

describe('small parts', () => {
  it('days', () => {
    const dates = ['1970-01-01', '2000-02-29', '2015-08-01', '2024-12-31', '1969-12-31', '2100-03-01']
    expect(dates.map((text) => utcDay(Date.parse(`${text}T13:00:00Z`)))).toEqual(dates)
  })

  it.each([
    ['USDT/*', 'USDT/USD', true],
    ['USDT/*', 'USDT/USDC:USDC', true],
    ['USDT/*', 'BTC/USDT', false],
    ['*x/USD', 'AAPLx/USD', true],
    ['*x/USD', 'AVAX/USD', false],
    ['*/EUR', 'DAI/*', true],
    ['*a/X', 'b*/X', true],
    ['*a/X', '*b/X', false],
    ['*', 'BTC/USD', false],
    ['BTC/USD', 'BTC/USD', true],
    ['BTC/USD', 'BTC/USDT', false],
  ])('%s meets %s: %s', (a, b, meet) => {
    expect(patternsMeet(a, b)).toBe(meet)
    expect(patternsMeet(b, a)).toBe(meet)
  })
})
