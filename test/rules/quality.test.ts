import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { QualityRank } from '../../engine/core/quality.ts'
import { QUALITY } from '../../engine/rules/presets.ts'

/** Ranks of a series of scores. */
function ranks(scores: readonly number[], config = QUALITY as { window: number; needed: number; decimals: number }) {
  const quality = new QualityRank(config)
  return scores.map((score) => quality.rank(score))
}

describe('C1a quality', () => {
  const twenty = Array.from({ length: 20 }, (_, i) => i + 1)

  it('C1a: null until 20 earlier signals exist', () => {
    expect(ranks(twenty).every((rank) => rank === null)).toBe(true)
    expect(ranks([...twenty, 100])[20]).toBe(1)
  })

  it('C1a: 0.75 means the top quarter so far', () => {
    expect(ranks([...twenty, 15.5])[20]).toBe(0.75)
    expect(ranks([...twenty, 14.5])[20]).toBe(0.7)
    expect(ranks([...twenty, 0])[20]).toBe(0)
  })

  it('C1a: rounded to 1e-4, ties count half', () => {
    expect(ranks([...twenty, 21, 21, 22])[22]).toBe(1)
    expect(ranks([...twenty, 1.5, 1.5])[21]).toBe(0.0714)
    expect(ranks(Array(25).fill(3))[24]).toBe(0.5)
  })

  it('a score that is no number has no rank and is not remembered', () => {
    expect(ranks([...twenty, Number.NaN, 100]).slice(20)).toEqual([null, 1])
    expect(ranks([...twenty.slice(1), Number.NaN, 5])[20]).toBeNull()
  })

  it('the window trails: what has left it no longer counts', () => {
    const config = { window: 20, needed: 20, decimals: 4 }
    const rising = ranks([...twenty, ...twenty.map((x) => x - 100)], config)
    expect(rising[20]).toBe(0)
    expect(ranks([...twenty, 30, 31, 2.5], config)[22]).toBe(0)
  })

  const scores = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 120 })
  const config = { window: 30, needed: 5, decimals: 4 }

  it('equals the definition, counted plainly over the trailing window', () => {
    fc.assert(
      fc.property(scores, (series) => {
        const plain = series.map((score, i) => {
          const earlier = series.slice(Math.max(0, i - config.window), i)
          if (earlier.length < config.needed) return null
          const twice = earlier.filter((x) => x < score).length * 2 + earlier.filter((x) => x === score).length
          return Math.round((twice * 1e4) / (2 * earlier.length)) / 1e4
        })
        expect(ranks(series, config)).toEqual(plain)
      }),
      { seed: 20260127, numRuns: 200 },
    )
  })

  it('never looks ahead, and a snapshot continues with the same ranks', () => {
    fc.assert(
      fc.property(scores, scores, (before, after) => {
        const whole = ranks([...before, ...after], config)
        const first = new QualityRank(config)
        expect(before.map((score) => first.rank(score))).toEqual(whole.slice(0, before.length))
        const second = new QualityRank(config)
        second.restore(first.snapshot())
        expect(after.map((score) => second.rank(score))).toEqual(whole.slice(before.length))
      }),
      { seed: 20260128, numRuns: 200 },
    )
  })
})
