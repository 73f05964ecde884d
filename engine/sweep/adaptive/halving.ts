/**
 * Successive halving (Jamieson and Talwalkar, AISTATS 2016) over growing windows: all configurations on the beginning
 * of the data, the best of them on more of it, and so on; only the last see the whole window and can be chosen. All
 * windows begin at the same bar, so that none sees what a later one is judged on before its time.
 */

import { TandemError } from '../../core/errors.ts'
import type { SweepSection } from '../../run/config/index.ts'
import type { MarketShare } from '../batch.ts'
import type { Judge } from '../objective.ts'
import { generationRanges, type Search } from '../search.ts'
import type { Axis, Point } from '../space/axis.ts'
import type { Space } from '../space/points.ts'
import { ranking, type Score, scoreOf } from './score.ts'

/** Bars that the shortest window has at least. */
const LEAST_BARS = 50

/** `axes`: those of the space, and the end of the window as the last. */
export function halvingSearch(
  sweep: SweepSection,
  space: Space,
  axes: readonly Axis[],
  judge: Judge,
  grid: MarketShare['grid'],
): Search {
  const { rungs, eta } = sweep.halving
  const ends = windowEnds(grid, rungs, eta)
  const points: Point[] = []
  const scores: Score[] = []
  /** First number of each rung. */
  const starts: number[] = []
  const rungOf = (number: number): number => starts.findLastIndex((start) => start <= number)

  const begin = (): Point[] => {
    const drawn: Point[] = []
    for (let number = 0; number < space.size; number++) {
      const point = space.at(number)
      if (point !== null) drawn.push(point)
    }
    return drawn
  }
  /** Those of the last rung that go on, in the order of their numbers. */
  const survivors = (): Point[] => {
    const from = starts.at(-1)!
    const last = points.slice(from)
    const kept = ranking(scores.slice(from)).slice(0, Math.ceil(last.length / eta))
    return kept.sort((a, b) => a - b).map((place) => last[place]!.slice(0, -1))
  }
  return {
    axes,
    trials: trialsOf(space.size, rungs, eta),
    stage: { name: 'rung', of: rungOf },
    next(rows) {
      const rung = starts.length
      if (rung === rungs) return null
      const next = (rung === 0 ? begin() : survivors()).map((point) => [...point, ends[rung]])
      starts.push(points.length)
      const from = points.length
      points.push(...next)
      return generationRanges(from, next, rows)
    },
    tell(number, verdict) {
      scores[number] = scoreOf(verdict, judge)
    },
    pointOf: (number) => points[number]!,
    isWhole: (number) => rungOf(number) === rungs - 1,
  }
}

/** Trials of all rungs. */
function trialsOf(first: number, rungs: number, eta: number): number {
  let total = 0
  for (let rung = 0, left = first; rung < rungs; rung++, left = Math.ceil(left / eta)) total += left
  return total
}

/** The end of each rung's window as a run file's `to`; undefined for the last, whose window is the run file's own. */
function windowEnds(
  { rows, time, timeframeMs }: MarketShare['grid'],
  rungs: number,
  eta: number,
): (string | undefined)[] {
  const shortest = Math.floor(rows / eta ** (rungs - 1))
  if (shortest < LEAST_BARS) {
    throw new TandemError(`the first window would have ${shortest} bars`, {
      code: 'BAD_SPACE',
      where: 'sweep.halving',
      hint: `at least ${LEAST_BARS}: take fewer rungs, a smaller eta or a longer window`,
    })
  }
  return Array.from({ length: rungs }, (_, rung) => {
    if (rung === rungs - 1) return undefined
    const bars = Math.floor(rows / eta ** (rungs - 1 - rung))
    return new Date(time[bars - 1]! + timeframeMs).toISOString()
  })
}
