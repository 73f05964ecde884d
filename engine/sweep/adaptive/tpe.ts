/**
 * Tree-structured Parzen estimator in synchronous generations. The trials so far are split into good and bad ones; new
 * points are drawn where the good ones lie, and the one of several is taken whose density among the good is highest
 * against that among the bad. A generation knows nothing of itself, so that its trials run in any order.
 */

import seedrandom from 'seedrandom'
import type { SweepSection } from '../../run/config/index.ts'
import type { Judge } from '../objective.ts'
import { generationRanges, type Search } from '../search.ts'
import { type Axis, type Point, plainValue, sample } from '../space/axis.ts'
import { countedDensity, type Density, smoothDensity } from './density.ts'
import { ranking, type Score, scoreOf } from './score.ts'

/** Draws before a condition, or the wish for something new, counts as unsatisfiable. */
const REDRAWS = 1000

interface Candidate {
  readonly shares: readonly number[]
  readonly point: Point
}

export function tpeSearch(
  sweep: SweepSection,
  axes: readonly Axis[],
  passes: (point: Point) => boolean,
  judge: Judge,
): Search {
  const { startup, generation, candidates, gamma } = sweep.tpe
  const trials = sweep.samples!
  const made: Candidate[] = []
  const scores: Score[] = []
  const seen = new Set<string>()
  const starts: number[] = []

  const draw = (pick: (axis: number) => number): Candidate | null => {
    for (let attempt = 0; attempt < REDRAWS; attempt++) {
      const shares = axes.map((_, i) => pick(i))
      const point = axes.map((axis, i) => sample(axis, shares[i]!))
      if (passes(point)) return { shares, point }
    }
    return null
  }
  /** A point like no other so far, where there is one. */
  const fresh = (random: () => number): Candidate | null => {
    let last: Candidate | null = null
    for (let attempt = 0; attempt < REDRAWS; attempt++) {
      last = draw(() => random())
      if (last === null || !seen.has(keyOf(last.point))) return last
    }
    return last
  }
  const promising = (model: Model, random: () => number): Candidate | null => {
    let best: Candidate | null = null
    let bestRatio = Number.NEGATIVE_INFINITY
    for (let i = 0; i < candidates; i++) {
      const one = draw((axis) => model.good[axis]!.draw(random))
      if (one === null || seen.has(keyOf(one.point))) continue
      const ratio = one.shares.reduce(
        (sum, share, axis) => sum + Math.log(model.good[axis]!.at(share) / model.bad[axis]!.at(share)),
        0,
      )
      if (ratio > bestRatio) {
        best = one
        bestRatio = ratio
      }
    }
    return best
  }
  const breed = (count: number, model: Model | null): void => {
    starts.push(made.length)
    for (let i = 0; i < count; i++) {
      const random = seedrandom.alea(`tpe/${sweep.seed}/${made.length}`)
      const one = (model === null ? null : promising(model, random)) ?? fresh(random)
      if (one === null) break
      seen.add(keyOf(one.point))
      made.push(one)
    }
  }
  return {
    axes,
    trials,
    stage: { name: 'generation', of: (number) => starts.findLastIndex((start) => start <= number) },
    next(rows) {
      const from = made.length
      if (from >= trials) return null
      if (from === 0) breed(Math.min(startup, trials), null)
      else breed(Math.min(generation, trials - from), modelOf(axes, made, scores, gamma))
      if (made.length === from) return null
      return generationRanges(
        from,
        made.slice(from).map(({ point }) => point),
        rows,
      )
    },
    tell(number, verdict) {
      scores[number] = scoreOf(verdict, judge)
    },
    pointOf: (number) => made[number]!.point,
    isWhole: () => true,
  }
}

function keyOf(point: Point): string {
  return JSON.stringify(point.map(plainValue))
}

interface Model {
  readonly good: readonly Density[]
  readonly bad: readonly Density[]
}

function modelOf(axes: readonly Axis[], made: readonly Candidate[], scores: readonly Score[], gamma: number): Model {
  const order = ranking(scores)
  const good = Math.max(1, Math.ceil(gamma * order.length))
  const densities = (places: readonly number[]): Density[] =>
    axes.map((axis, i) =>
      densityOf(
        axis,
        places.map((place) => made[place]!.shares[i]!),
      ),
    )
  return { good: densities(order.slice(0, good)), bad: densities(order.slice(good)) }
}

function densityOf({ values }: Axis, shares: readonly number[]): Density {
  const isOrdered = values === null || values.every((value) => typeof value === 'number')
  return isOrdered ? smoothDensity(shares) : countedDensity(shares, values.length)
}
