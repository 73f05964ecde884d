import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../engine/stats/calendar.ts'
import { drawdownSeries, summariseDrawdowns, ulcerIndex } from '../../engine/stats/drawdown.ts'

const START = 1_000 * HOUR_MS

function summarise(unit: readonly number[], keep?: number) {
  const time = Float64Array.from(unit, (_, i) => START + i * HOUR_MS)
  return summariseDrawdowns(time, HOUR_MS, drawdownSeries(Float64Array.from(unit)), keep)
}

/** Close of a row, hours after the start. */
const close = (row: number) => START + (row + 1) * HOUR_MS

describe('drawdowns', () => {
  it('never back at its first high: listed, ongoing, from the start (QuantStats lists none)', () => {
    const { count, ongoing, maxDepth, longestMs, underwaterShare } = summarise([0.9, 0.8, 0.95, 0.99])
    expect(count).toBe(1)
    expect(maxDepth).toBeCloseTo(-0.2, 15)
    expect(ongoing).toEqual({
      depth: maxDepth,
      peakMs: START,
      valleyMs: close(1),
      recoveryMs: null,
      durationMs: 4 * HOUR_MS,
      bars: 4,
    })
    expect(longestMs).toBe(4 * HOUR_MS)
    expect(underwaterShare.value).toBe(1)
  })

  it('starts from the first capital, not from the first close', () => {
    expect(summarise([0.5, 0.5]).maxDepth).toBe(-0.5)
  })

  it('runs from the close of the high to the first close back at it', () => {
    const { deepest, ongoing } = summarise([1.1, 1.0, 0.9, 1.1, 1.2])
    expect(deepest).toHaveLength(1)
    expect(deepest[0]).toMatchObject({ peakMs: close(0), valleyMs: close(2), recoveryMs: close(3), bars: 2 })
    expect(deepest[0]!.durationMs).toBe(3 * HOUR_MS)
    expect(ongoing).toBeNull()
  })

  it('lists the deepest first, the earlier of two equal ones before the later, no more than asked for', () => {
    const { deepest, count, averageDepth } = summarise([1, 0.5, 1, 0.75, 1, 0.5, 1], 2)
    expect(deepest.map((one) => [one.depth, one.peakMs])).toEqual([
      [-0.5, close(0)],
      [-0.5, close(4)],
    ])
    expect(count).toBe(3)
    expect(averageDepth.value).toBeCloseTo(-1.25 / 3, 15)
  })

  it('measures duration by the wall clock across rows that are missing', () => {
    const time = Float64Array.of(START, START + 48 * HOUR_MS)
    const { longestMs, longestBars } = summariseDrawdowns(time, HOUR_MS, drawdownSeries(Float64Array.of(1, 0.9)))
    expect(longestMs).toBe(48 * HOUR_MS)
    expect(longestBars).toBe(1)
  })

  it('without a drawdown: a depth of zero, averages undefined', () => {
    const { maxDepth, averageDepth, averageDurationMs, longestMs, underwaterShare } = summarise([1, 1, 1.2])
    expect([maxDepth, longestMs, underwaterShare.value]).toEqual([0, 0, 0])
    expect([averageDepth, averageDurationMs]).toEqual([
      { value: null, reason: 'no drawdown' },
      { value: null, reason: 'no drawdown' },
    ])
  })

  it('Ulcer index by hand: drawdowns 0, −10 %, −20 %', () => {
    const expected = Math.sqrt((0.01 + 0.04) / 3)
    expect(ulcerIndex(drawdownSeries(Float64Array.of(1, 0.9, 0.8))).value).toBeCloseTo(expected, 15)
  })

  it('agrees with the definition on random curves', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 60 }), (curve) => {
        const unit = curve.map((x) => x / 20)
        const { maxDepth, deepest, ongoing, underwaterShare } = summarise(unit, 1_000)
        let naive = 0
        unit.forEach((x, i) => {
          naive = Math.min(naive, x / Math.max(1, ...unit.slice(0, i + 1)) - 1)
        })
        expect(maxDepth).toBe(naive)
        const under = unit.filter((x, i) => x < Math.max(1, ...unit.slice(0, i + 1))).length
        expect(underwaterShare.value! * unit.length).toBeCloseTo(under, 9)
        expect(ongoing !== null).toBe(unit.at(-1)! < Math.max(1, ...unit))
        for (const one of deepest) expect(one.peakMs < one.valleyMs && one.durationMs >= HOUR_MS).toBe(true)
      }),
      { seed: 32, numRuns: 200 },
    )
  })
})
