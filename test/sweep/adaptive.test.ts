import { readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import seedrandom from 'seedrandom'
import { describe, expect, it } from 'vitest'
import { sweepSection } from '../../engine/run/config/sweep-section.ts'
import { countedDensity, smoothDensity } from '../../engine/sweep/adaptive/density.ts'
import { ranking } from '../../engine/sweep/adaptive/score.ts'
import { tpeSearch } from '../../engine/sweep/adaptive/tpe.ts'
import { Judge } from '../../engine/sweep/objective.ts'
import { axesOf, type Point } from '../../engine/sweep/space/axis.ts'
import { bytesOf, inline, rowsOf, runFile, sweep, testFolder } from './support.ts'

describe('densities', () => {
  it('are densities: they integrate to one and are drawn from as they say', () => {
    const shares = fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 1, maxLength: 20 })
    fc.assert(
      fc.property(shares, fc.boolean(), (observed, isOrdered) => {
        const density = isOrdered ? smoothDensity(observed) : countedDensity(observed, 5)
        const cells = 2000
        const total =
          Array.from({ length: cells }, (_, i) => density.at((i + 0.5) / cells)).reduce((a, b) => a + b, 0) / cells
        expect(total).toBeCloseTo(1, 2)
        const random = seedrandom.alea('draws')
        const drawn = Array.from({ length: 4000 }, () => density.draw(random))
        const below =
          Array.from({ length: cells / 2 }, (_, i) => density.at((i + 0.5) / cells)).reduce((a, b) => a + b, 0) / cells
        expect(drawn.filter((share) => share < 0.5).length / drawn.length).toBeCloseTo(below, 1)
      }),
      { seed: 7, numRuns: 25 },
    )
  })
})

describe('a ranking', () => {
  it('has those that count first, those without a value last, the earlier of equals first', () => {
    const score = (value: number | null, isFeasible = true) => ({ value, isFeasible })
    expect(ranking([score(1), score(null), score(5, false), score(3), score(3), score(9, false)])).toEqual([
      3, 4, 0, 5, 2, 1,
    ])
  })
})

/** Runs a search on a function instead of runs. */
function optimise(sweep: unknown, loss: (point: Point) => number): { points: Point[]; best: number } {
  const section = sweepSection.parse({ ...(sweep as object), objective: { minimize: 'fees' } })
  const axes = axesOf(section)
  const search = tpeSearch(section, axes, (point) => point[0] !== 13, new Judge(section, axes))
  const points: Point[] = []
  let best = Number.POSITIVE_INFINITY
  for (let group = search.next(7); group !== null; group = search.next(7)) {
    for (const { numbers, points: some } of group) {
      for (const [i, number] of numbers.entries()) {
        const value = loss(some[i]!)
        best = Math.min(best, value)
        points.push(some[i]!)
        search.tell(number, { objectives: [value], isFeasible: true })
      }
    }
  }
  return { points, best }
}

describe('tpe', () => {
  const space = { n: { from: 0, to: 400, step: 1 }, x: { min: -10, max: 10 }, kind: ['a', 'b', 'c', 'd'] }
  const loss = ([n, x, kind]: Point): number =>
    Math.abs((n as number) - 300) / 40 + ((x as number) - 3) ** 2 + (kind === 'c' ? 0 : 10)

  it('finds better points than as many random ones, with every seed', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const adaptive = optimise(
        { method: 'tpe', samples: 200, seed, space, tpe: { startup: 40, generation: 10 } },
        loss,
      )
      const random = optimise({ method: 'tpe', samples: 200, seed, space, tpe: { startup: 200 } }, loss)
      expect(adaptive.points).toHaveLength(200)
      expect(adaptive.best).toBeLessThan(random.best)
      // The second half lies where it is good.
      const mean = (points: readonly Point[]) => points.reduce((sum, point) => sum + loss(point), 0) / points.length
      expect(mean(adaptive.points.slice(100))).toBeLessThan(mean(adaptive.points.slice(0, 40)) / 2)
    }
  })

  it('is the same with the same seed, keeps conditions, and repeats nothing while there is something new', () => {
    const sweep = {
      method: 'tpe',
      samples: 60,
      space: { n: { from: 1, to: 61, step: 1 } },
      tpe: { startup: 20, generation: 8 },
    }
    const once = optimise(sweep, ([n]) => Math.abs((n as number) - 30))
    expect(optimise(sweep, ([n]) => Math.abs((n as number) - 30)).points).toEqual(once.points)
    expect(new Set(once.points.map(([n]) => n)).size).toBe(60)
    expect(once.points.some(([n]) => n === 13)).toBe(false)
  })
})

const TPE = {
  method: 'tpe',
  samples: 30,
  space: { fast: { min: 2, max: 30, integer: true }, slow: { min: 10, max: 90, integer: true } },
  where: 'fast < slow',
  tpe: { startup: 10, generation: 5 },
}
const HALVING = { ...TPE, method: 'halving', samples: 18, halving: { rungs: 3, eta: 3 } }

describe('adaptive sweeps', () => {
  it.each([
    ['tpe', TPE, 30],
    ['halving', HALVING, 18 + 6 + 2],
  ])('%s continues to the same bytes after a crash', async (_, section, trials) => {
    const runs = testFolder()
    const whole = await sweep(runFile(section), inline(runs, { out: join(runs, 'whole') }))
    expect(whole.trials).toBe(trials)
    await sweep(runFile(section), inline(runs))
    const journal = join(runs, 'sweep', 'journal.bin')
    for (const share of [0.9, 0.4]) {
      truncateSync(journal, Math.floor(readFileSync(journal).length * share))
      await sweep(runFile(section), inline(runs, { resume: true }))
      expect(bytesOf(join(runs, 'sweep'))).toBe(bytesOf(join(runs, 'whole')))
    }
  })

  it('halving lets the best of each window go on, and chooses among those that saw it all', async () => {
    const runs = testFolder()
    const summary = await sweep(runFile(HALVING), inline(runs))
    const rows = await rowsOf(summary.files['results']!)
    const rung = (wanted: number) => rows.filter((row) => Number(row['rung']) === wanted)
    expect([0, 1, 2].map((one) => rung(one).length)).toEqual([18, 6, 2])
    expect([0, 1, 2].map((one) => Math.round(Number(rung(one)[0]!['days']) * 24))).toEqual([100, 300, 900])
    const key = (row: Record<string, unknown>) => `${row['fast']}/${row['slow']}`
    for (const at of [0, 1]) {
      const best = rung(at).toSorted((a, b) => Number(b['sharpe'] ?? -1e9) - Number(a['sharpe'] ?? -1e9))
      const kept = rung(at + 1).map(key)
      expect(new Set(best.slice(0, kept.length).map((row) => row['sharpe']))).toEqual(
        new Set(
          rung(at)
            .filter((row) => kept.includes(key(row)))
            .map((row) => row['sharpe']),
        ),
      )
    }
    expect(summary.best.map(({ trial }) => trial).sort()).toEqual(rung(2).map(({ trial }) => Number(trial)))
    expect(rows.filter((row) => row['feasible'] === true)).toHaveLength(2)
  })

  it('can’t be split, and windows can’t be too short', async () => {
    const runs = testFolder()
    await expect(sweep(runFile(TPE), inline(runs, { shard: { index: 0, count: 2 } }))).rejects.toThrow("can't be split")
    const short = { ...HALVING, halving: { rungs: 6, eta: 5 } }
    await expect(sweep(runFile(short), inline(runs))).rejects.toThrow('the first window would have 0 bars')
  })
})
