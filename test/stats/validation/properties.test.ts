/**
 * What must hold of the validation statistics on any data: against naive computations, by symmetry, and on noise and
 * planted effects from seeds.
 */

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededUniform, type Uniform } from '../../../engine/core/random.ts'
import {
  blockLengths,
  returnBlockLength,
  stationaryIndices,
  stationaryResamples,
} from '../../../engine/stats/bootstrap.ts'
import { binomial, combinations } from '../../../engine/stats/combinations.ts'
import { purgedSplits } from '../../../engine/stats/cross-validation.ts'
import { snoopingTest } from '../../../engine/stats/data-snooping.ts'
import { benjaminiHochbergYekutieli, bonferroni, holm } from '../../../engine/stats/multiple-testing.ts'
import { backtestOverfitting } from '../../../engine/stats/overfitting.ts'
import { sharpeRatio } from '../../../engine/stats/sharpe.ts'
import {
  compoundTrades,
  drawWithReplacement,
  permutation,
  simulateTrades,
} from '../../../engine/stats/trade-simulation.ts'
import { walkForwardFolds } from '../../../engine/stats/walk-forward.ts'

/** Roughly normal returns with a daily deviation of 1 %. */
function noise(uniform: Uniform, rows: number, drift = 0): Float64Array {
  return Float64Array.from({ length: rows }, () => {
    let total = -2
    for (let i = 0; i < 4; i++) total += uniform()
    return 0.01 * Math.sqrt(3) * total + drift
  })
}

function trials(seed: number, count: number, rows: number, drift: (k: number) => number = () => 0): Float64Array[] {
  const uniform = seededUniform(seed, 'trials')
  return Array.from({ length: count }, (_, k) => noise(uniform, rows, drift(k)))
}

describe('overfitting', () => {
  it('equals the computation that takes every half row by row', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.constantFrom(2, 4, 6),
        fc.integer({ min: 2, max: 7 }),
        (seed, blocks, count) => {
          const rows = blocks * 9 + (seed % blocks)
          const all = trials(seed, count, rows)
          const found = backtestOverfitting(all, { blocks })
          const size = Math.floor(rows / blocks)
          const from = rows - size * blocks
          let half = 0
          for (const inside of combinations(blocks, blocks / 2)) {
            const isIn = (row: number) => row >= from && inside.includes(Math.floor((row - from) / size))
            const isOut = (row: number) => row >= from && !isIn(row)
            const within = all.map(
              (one) =>
                sharpeRatio(
                  one.filter((_, row) => isIn(row)),
                  1,
                ).value!,
            )
            const outside = all.map(
              (one) =>
                sharpeRatio(
                  one.filter((_, row) => isOut(row)),
                  1,
                ).value!,
            )
            const best = within.indexOf(Math.max(...within))
            const rank = outside.filter((x) => x < outside[best]!).length + 1
            expect(found.chosen[half]).toBe(best)
            expect(found.ranks[half]).toBe(rank)
            expect(found.inSample[half]).toBeCloseTo(within[best]!, 10)
            expect(found.outOfSample[half]).toBeCloseTo(outside[best]!, 10)
            half += 1
          }
          expect(half).toBe(binomial(blocks, blocks / 2))
        },
      ),
      { numRuns: 25 },
    )
  })

  it('is about a half on noise, near 0 where one trial is truly better, 1 where all are the same', () => {
    const average = [1, 2, 3, 4, 5, 6, 7, 8]
      .map((seed) => backtestOverfitting(trials(seed, 20, 800), { blocks: 8 }).probability)
      .reduce((a, b) => a + b / 8, 0)
    expect(average).toBeGreaterThan(0.3)
    expect(average).toBeLessThan(0.7)
    const planted = backtestOverfitting(
      trials(3, 20, 800, (k) => (k === 7 ? 0.002 : 0)),
      { blocks: 8 },
    )
    expect(planted.probability).toBeLessThan(0.02)
    expect(planted.chosen.filter((k) => k === 7).length).toBeGreaterThan(60)
    expect(planted.dominance).toEqual({ first: true, second: true })
    const same = noise(seededUniform(1), 160)
    expect(backtestOverfitting([same, same, same], { blocks: 8 }).probability).toBe(1)
  })

  it('takes a trial that never trades as one without risk or return', () => {
    const found = backtestOverfitting([new Float64Array(64), noise(seededUniform(2), 64, -0.02)], { blocks: 4 })
    expect([...found.chosen]).toEqual([0, 0, 0, 0, 0, 0])
    expect([...found.outOfSample]).toEqual([0, 0, 0, 0, 0, 0])
  })

  it('refuses what it cannot cut', () => {
    const two = trials(1, 2, 40)
    expect(() => backtestOverfitting(two, { blocks: 5 })).toThrow(/even/)
    expect(() => backtestOverfitting(two.slice(1))).toThrow(/two trials/)
    expect(() => backtestOverfitting(two, { blocks: 32 })).toThrow(/too few/)
    expect(() => backtestOverfitting([two[0]!, two[1]!.slice(1)], { blocks: 4 })).toThrow(/lengths/)
  })
})

describe('purged splits', () => {
  it.each([
    [6, 2, 15, 5],
    [10, 2, 45, 9],
    [8, 3, 56, 21],
    [16, 8, 12870, 6435],
  ])('%s groups, %s held out: %s splits, %s paths', (groups, testGroups, splits, paths) => {
    const found = purgedSplits({ rows: 2 * groups, groups, testGroups })
    expect([found.splits.length, found.paths.length]).toEqual([splits, paths])
  })

  it('every path tests every group once, and no training row comes near a test row', () => {
    const shape = fc.record({
      rows: fc.integer({ min: 20, max: 200 }),
      groups: fc.integer({ min: 3, max: 7 }),
      testGroups: fc.integer({ min: 1, max: 2 }),
      purgeRows: fc.integer({ min: 0, max: 9 }),
      embargoRows: fc.integer({ min: 0, max: 9 }),
    })
    fc.assert(
      fc.property(shape, (options) => {
        const { rows, groups, purgeRows, embargoRows } = options
        const found = purgedSplits(options)
        const used = found.paths.flatMap((path) => path.map((split, g) => `${split}/${g}`))
        expect(new Set(used).size).toBe(used.length)
        for (const path of found.paths) {
          expect(path).toHaveLength(groups)
          for (const [g, split] of path.entries()) expect(found.splits[split]!.groups).toContain(g)
        }
        for (const { test, train } of found.splits) {
          const near = (row: number) =>
            test.some(({ from, to }) => row + purgeRows >= from && row < to + purgeRows + embargoRows)
          for (let row = 0; row < rows; row++) {
            const trained = train.some(({ from, to }) => row >= from && row < to)
            expect(trained).toBe(!near(row))
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('stationary bootstrap', () => {
  it('runs have the mean length asked for, and every row is drawn as often as any other', () => {
    const indices = stationaryIndices(200_000, 10, seededUniform(4))
    const breaks = indices.slice(1).filter((row, i) => row !== (indices[i]! + 1) % indices.length).length
    expect(indices.length / breaks).toBeGreaterThan(9.7)
    expect(indices.length / breaks).toBeLessThan(10.3)
    const single = stationaryIndices(50_000, 0.5, seededUniform(5)).map((row) => Math.floor(row / 5000))
    for (let part = 0; part < 10; part++) {
      expect(Math.abs(single.filter((one) => one === part).length - 5000)).toBeLessThan(350)
    }
  })

  it('blocks grow with dependence, and are 1 where nothing varies', () => {
    const uniform = seededUniform(6)
    const free = noise(uniform, 2000)
    let last = 0
    const tied = free.map((x) => (last = 0.8 * last + x))
    expect(blockLengths(free).stationary).toBeLessThan(6)
    expect(blockLengths(tied).stationary).toBeGreaterThan(20)
    expect(blockLengths(new Float64Array(100)).stationary).toBe(1)
    // Volatility in clusters: returns are unrelated, their squares aren't.
    const clustered = free.map((x, i) => x * (Math.floor(i / 100) % 2 === 0 ? 3 : 1))
    expect(returnBlockLength(clustered)).toBeGreaterThan(blockLengths(clustered).stationary)
  })
})

describe('data snooping', () => {
  const resamples = stationaryResamples(400, 500, 3, seededUniform(9))
  const test = (excess: readonly Float64Array[]) =>
    snoopingTest(excess, resamples, { blockLength: 3, studentised: true })

  it('does not believe the luckiest of many, and believes a planted one', () => {
    const ps = [11, 12, 13, 14, 15, 16].map((seed) => test(trials(seed, 25, 500)).consistent)
    expect(ps.filter((p) => p <= 0.05).length).toBeLessThanOrEqual(1)
    expect(test(trials(17, 25, 500, (k) => (k === 4 ? 0.0022 : 0))).consistent).toBeLessThan(0.02)
  })

  it('orders its three centrings, and poor configurations weaken only the careful one', () => {
    const good = trials(18, 5, 500, (k) => (k === 0 ? 0.001 : 0))
    const poor = trials(19, 20, 500, () => -0.005)
    for (const set of [good, [...good, ...poor]]) {
      const { lower, consistent, upper } = test(set)
      expect(lower).toBeLessThanOrEqual(consistent)
      expect(consistent).toBeLessThanOrEqual(upper)
    }
    expect(test([...good, ...poor]).consistent).toBeCloseTo(test(good).consistent, 1)
    expect(test([new Float64Array(500)])).toEqual({ statistic: 0, lower: 1, consistent: 1, upper: 1 })
  })
})

describe('adjusted p-values', () => {
  it('never fall below the raw ones; Holm never exceeds Bonferroni; order is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), (p) => {
        const [crude, careful, rate] = [bonferroni(p), holm(p), benjaminiHochbergYekutieli(p)]
        for (let i = 0; i < p.length; i++) {
          expect(careful[i]!).toBeGreaterThanOrEqual(p[i]!)
          expect(careful[i]!).toBeLessThanOrEqual(crude[i]! + 1e-15)
          expect(rate[i]!).toBeGreaterThanOrEqual(p[i]! - 1e-15)
          expect(rate[i]!).toBeLessThanOrEqual(1)
          for (let j = 0; j < p.length; j++) {
            if (p[i]! < p[j]!) {
              expect(careful[i]!).toBeLessThanOrEqual(careful[j]!)
              expect(rate[i]!).toBeLessThanOrEqual(rate[j]!)
            }
          }
        }
      }),
    )
  })
})

describe('Monte Carlo of trades', () => {
  it('another order keeps the outcome to the last digits; another draw does not', () => {
    const uniform = seededUniform(21)
    const returns = [...noise(uniform, 80, 0.002)]
    const orders = Array.from({ length: 200 }, () => permutation(returns.length, uniform))
    for (const order of orders) expect([...order].sort((a, b) => a - b)).toEqual(returns.map((_, i) => i))
    const own = compoundTrades(returns)
    const shuffled = simulateTrades(returns, orders)
    for (const total of shuffled.total) expect(total).toBeCloseTo(own.total, 12)
    expect(shuffled.maxDrawdown[0]).toBeLessThan(shuffled.maxDrawdown[2])
    const drawn = simulateTrades(
      returns,
      Array.from({ length: 200 }, () => drawWithReplacement(returns.length, uniform)),
    )
    expect(drawn.total[2] - drawn.total[0]).toBeGreaterThan(0.05)
  })
})

describe('walk-forward folds', () => {
  it('follow one another, roll or stay anchored, and never touch', () => {
    const shape = fc.record({
      rows: fc.integer({ min: 1, max: 400 }),
      inSampleRows: fc.integer({ min: 1, max: 90 }),
      outOfSampleRows: fc.integer({ min: 1, max: 60 }),
      purgeRows: fc.integer({ min: 0, max: 10 }),
      anchored: fc.boolean(),
    })
    fc.assert(
      fc.property(shape, (options) => {
        const folds = walkForwardFolds(options)
        for (const [i, { inSample, outOfSample }] of folds.entries()) {
          expect(inSample.to + options.purgeRows).toBe(outOfSample.from)
          expect(inSample.to - inSample.from).toBeGreaterThanOrEqual(options.inSampleRows)
          if (options.anchored) expect(inSample.from).toBe(0)
          else expect(inSample.to - inSample.from).toBe(options.inSampleRows)
          if (i > 0) expect(outOfSample.from).toBe(folds[i - 1]!.outOfSample.to)
          expect(outOfSample.to).toBeLessThanOrEqual(options.rows)
          expect(outOfSample.to - outOfSample.from).toBeGreaterThanOrEqual(options.outOfSampleRows / 2)
        }
      }),
    )
  })
})
