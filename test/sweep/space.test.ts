import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sweepSection } from '../../engine/run/config/sweep-section.ts'
import { axesOf, sample } from '../../engine/sweep/space/axis.ts'
import { conditionsOf, countTrials, makeSpace, placeInGrid } from '../../engine/sweep/space/points.ts'
import { SOBOL_DIMENSIONS, Sobol } from '../../engine/sweep/space/sobol.ts'

const spaceOf = (sweep: unknown) => makeSpace(sweepSection.parse(sweep))
const pointsOf = (sweep: unknown) => {
  const space = spaceOf(sweep)
  return Array.from({ length: space.size }, (_, number) => space.at(number))
}
const UNIT = { a: { min: 0, max: 1 }, b: { min: 0, max: 1 } }

describe('grids', () => {
  it('are every combination once, the last axis fastest', () => {
    expect(pointsOf({ space: { a: [1, 2], b: { from: 5, to: 15, step: 5 } } })).toEqual([
      [1, 5],
      [1, 10],
      [1, 15],
      [2, 5],
      [2, 10],
      [2, 15],
    ])
  })

  it('leave out what a condition excludes, and keep the numbers of the rest', () => {
    const sweep = sweepSection.parse({ space: { fast: [5, 20], slow: [10, 20] }, where: 'fast < slow' })
    const space = makeSpace(sweep)
    expect([0, 1, 2, 3].map(space.at)).toEqual([[5, 10], [5, 20], null, null])
    expect(countTrials(space, 1)).toEqual({ trials: 2, points: 4, isExact: true })
  })

  it('put the data first, so that trials of one market lie together', () => {
    const points = pointsOf({ space: { fast: [1, 2], 'data.timeframe': ['1h', '4h'] } })
    expect(points.map((point) => point![0])).toEqual(['1h', '1h', '4h', '4h'])
  })

  it('have every point in tiles, too', () => {
    const axes = fc.array(fc.tuple(fc.integer({ min: 1, max: 7 }), fc.integer({ min: 1, max: 4 })), {
      minLength: 1,
      maxLength: 4,
    })
    fc.assert(
      fc.property(axes, (drawn) => {
        const lengths = drawn.map(([length]) => length)
        const tiles = drawn.map(([length, tile]) => Math.min(length, tile))
        const size = lengths.reduce((a, b) => a * b, 1)
        const seen = new Set(Array.from({ length: size }, (_, i) => placeInGrid(i, lengths, tiles).join()))
        expect(seen.size).toBe(size)
        // A tile's points follow each other.
        const tileOf = (i: number) =>
          placeInGrid(i, lengths, tiles)
            .map((place, k) => Math.floor(place / tiles[k]!))
            .join()
        const changes = Array.from({ length: size }, (_, i) => tileOf(i)).filter((tile, i, all) => tile !== all[i - 1])
        expect(new Set(changes).size).toBe(changes.length)
      }),
      { seed: 7, numRuns: 60 },
    )
  })

  it('write steps as the decimals they are', () => {
    expect(axesOf(sweepSection.parse({ space: { a: { from: 0.1, to: 0.5, step: 0.1 } } }))[0]!.values).toEqual([
      0.1, 0.2, 0.3, 0.4, 0.5,
    ])
  })
})

describe('samples', () => {
  it('are the same for the same seed, whatever was asked before', () => {
    const sweep = { method: 'random', samples: 20, space: { ...UNIT, c: [1, 2, 3] } }
    const space = spaceOf(sweep)
    const backwards = Array.from({ length: 20 }, (_, i) => space.at(19 - i)).reverse()
    expect(backwards).toEqual(pointsOf(sweep))
    expect(pointsOf({ ...sweep, seed: 2 })).not.toEqual(backwards)
  })

  it('draw random points until the condition holds', () => {
    const points = pointsOf({ method: 'random', samples: 50, space: UNIT, where: 'a < b' })
    expect(points.every((point) => (point![0] as number) < (point![1] as number))).toBe(true)
  })

  it('put one point of a Latin hypercube into every part of every axis', () => {
    const points = pointsOf({ method: 'latin-hypercube', samples: 40, space: UNIT })
    for (const axis of [0, 1]) {
      const parts = points.map((point) => Math.floor((point![axis] as number) * 40)).sort((x, y) => x - y)
      expect(parts).toEqual(Array.from({ length: 40 }, (_, i) => i))
    }
  })

  it('spread a Sobol sequence evenly on every axis at every power of two', () => {
    const sobol = new Sobol(Array.from({ length: SOBOL_DIMENSIONS }, (_, i) => (i * 2654435761) >>> 0))
    for (let dimension = 0; dimension < SOBOL_DIMENSIONS; dimension++) {
      for (const size of [8, 64, 512]) {
        const parts = new Set(Array.from({ length: size }, (_, i) => Math.floor(sobol.at(i, dimension) * size)))
        expect(parts.size).toBe(size)
      }
    }
  })

  it('begin as the sequence of Joe and Kuo does where nothing is shifted', () => {
    // The first points of new-joe-kuo-6 in Gray-code order, as scipy.stats.qmc.Sobol(3, scramble=False) prints them.
    const sobol = new Sobol([0, 0, 0])
    const points = [0, 1, 2, 3, 4, 5, 6, 7].map((i) => [0, 1, 2].map((axis) => sobol.at(i, axis)))
    expect(points).toEqual([
      [0, 0, 0],
      [0.5, 0.5, 0.5],
      [0.75, 0.25, 0.25],
      [0.25, 0.75, 0.75],
      [0.375, 0.375, 0.625],
      [0.875, 0.875, 0.125],
      [0.625, 0.125, 0.875],
      [0.125, 0.625, 0.375],
    ])
  })

  it('have in every dimension what scipy 1.11.4 has (qmc.Sobol(21, scramble=False), the 64th point × 2^32)', () => {
    const sobol = new Sobol(Array.from({ length: 21 }, () => 0))
    const point = Array.from({ length: 21 }, (_, axis) => sobol.at(63, axis) * 2 ** 32)
    expect(point).toEqual([
      67108864, 3422552064, 1543503872, 1946157056, 3690987520, 603979776, 2483027968, 603979776, 3556769792,
      2483027968, 1811939328, 2885681152, 2348810240, 3288334336, 1409286144, 3288334336, 335544320, 1677721600,
      4093640704, 1006632960, 1006632960,
    ])
  })

  it('reach both ends of whole numbers and stay inside on a logarithmic scale', () => {
    const [whole, log] = axesOf(
      sweepSection.parse({
        method: 'random',
        samples: 1,
        space: { n: { min: 3, max: 6, integer: true }, x: { min: 0.001, max: 10, scale: 'log' } },
      }),
    )
    expect([0, 0.25, 0.5, 0.999].map((share) => sample(whole!, share))).toEqual([3, 4, 5, 6])
    expect(sample(log!, 0)).toBe(0.001)
    expect(sample(log!, 0.5)).toBe(0.1)
  })
})

describe('lists', () => {
  it('are their trials; a key that one leaves out is the run file’s', () => {
    expect(pointsOf({ method: 'list', list: [{ fast: 5 }, { slow: 9, fast: 3 }] })).toEqual([
      [5, undefined],
      [3, 9],
    ])
  })
})

describe('bad spaces', () => {
  it.each([
    [{ space: {} }, 'at least one key'],
    [{ space: { a: { min: 0, max: 1 } } }, 'a grid needs separate values'],
    [{ method: 'random', space: UNIT }, 'how many trials random draws'],
    [{ space: { a: { from: 3, to: 1, step: 1 } } }, 'at or above'],
    [{ method: 'random', samples: 5, space: { a: { min: 0, max: 1, scale: 'log' } } }, 'above 0'],
    [{ method: 'list' }, 'a list of trials'],
  ])('%j: %s', (sweep, message) => {
    const result = sweepSection.safeParse(sweep)
    expect(result.error?.issues.map((issue) => issue.message).join()).toContain(message)
  })

  it('refuse two axes on one key, and an ambiguous name', () => {
    expect(() => spaceOf({ space: { fast: [1], 'strategy.params.fast': [2] } })).toThrow('set the same key')
    const sweep = sweepSection.parse({ space: { 'a.fast': [1], 'b.fast': [2] }, where: 'fast < 2' })
    expect(() => conditionsOf(sweep, axesOf(sweep))).toThrow("'fast' may be a.fast or b.fast")
  })
})
