/** Which trials a sweep makes, in which order: all at once, or generation by generation from what came of the last. */

import type { SweepSection } from '../run/config/index.ts'
import type { Verdict } from './objective.ts'
import type { Axis, Point } from './space/axis.ts'
import type { Space } from './space/points.ts'

/** Trials that belong together: a batch before it is sent. */
export interface TrialRange {
  readonly from: number
  readonly numbers: readonly number[]
  readonly points: readonly Point[]
}

export interface Search {
  readonly axes: readonly Axis[]
  /** Trials there will be: exact, or the most. */
  readonly trials: number
  /** What the column beside the trial's number says of it: the generation or the rung; null where there is none. */
  readonly stage: { readonly name: string; of(number: number): number } | null
  /** The next trials, once all before them are done; null at the end. They come in ranges of at most `rows`. */
  next(rows: number): Iterable<TrialRange> | null
  /** What came of a trial of the last ranges. Only adaptive searches listen. */
  tell(number: number, verdict: Verdict): void
  pointOf(number: number): Point
  /** Whether a trial may be among the best: not where it saw only a part of the window. */
  isWhole(number: number): boolean
}

/** A search that needs no results. */
export function fixedSearch(space: Space, trials: number): Search {
  let begun = false
  return {
    axes: space.axes,
    trials,
    stage: null,
    next(rows) {
      if (begun) return null
      begun = true
      return ranges(space, rows)
    },
    tell() {},
    pointOf: (number) => space.at(number)!,
    isWhole: () => true,
  }
}

/** Ranges of numbers, those left out that a condition excludes. A range depends on its place alone. */
function* ranges(space: Space, rows: number): Generator<TrialRange> {
  for (let from = 0; from < space.size; from += rows) {
    const numbers: number[] = []
    const points: Point[] = []
    for (let number = from; number < Math.min(space.size, from + rows); number++) {
      const point = space.at(number)
      if (point === null) continue
      numbers.push(number)
      points.push(point)
    }
    if (numbers.length > 0) yield { from, numbers, points }
  }
}

/** Ranges of a generation: points with consecutive numbers from `first` on. */
export function* generationRanges(first: number, points: readonly Point[], rows: number): Generator<TrialRange> {
  for (let at = 0; at < points.length; at += rows) {
    const some = points.slice(at, at + rows)
    yield { from: first + at, numbers: some.map((_, i) => first + at + i), points: some }
  }
}

export type AdaptiveMethod = Extract<SweepSection['method'], 'tpe' | 'halving'>

export function isAdaptive(method: SweepSection['method']): method is AdaptiveMethod {
  return method === 'tpe' || method === 'halving'
}
