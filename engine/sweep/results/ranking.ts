/** What the trials of a finished sweep come to: how many, what failed ones said, and which are the best. */

import { type BatchResult, Figure, figureWidth } from '../batch.ts'
import type { Journal } from '../journal.ts'
import { type Judge, Leaders, ParetoFront, type Ranked, type Verdict } from '../objective.ts'
import type { Search } from '../search.ts'

export interface RankingInput {
  readonly search: Search
  readonly judge: Judge
  readonly journal: Journal
  /** How many of the best are wanted. */
  readonly best: number
}

export interface Ranking {
  readonly trials: number
  readonly failed: number
  readonly feasible: number
  /** What failed trials said, the first that said it, and how many did; in that order, no more than a few. */
  readonly errors: readonly { readonly trial: number; readonly error: string; readonly trials: number }[]
  readonly best: readonly Ranked[]
  /** Empty where there is one objective. */
  readonly front: readonly Ranked[]
}

const ERRORS_SHOWN = 5

/** Ranks the trials of a journal. */
export function rankTrials({ search, judge, journal, best }: RankingInput): Ranking {
  const leaders = new Leaders(best, judge.objectives)
  const front = judge.objectives.length > 1 ? new ParetoFront(judge.objectives) : null
  const errors = new Map<string, { trial: number; error: string; trials: number }>()
  const count = { trials: 0, failed: 0, feasible: 0 }
  for (const from of journal.batches()) {
    const { numbers, figures, texts } = journal.read(from)
    for (const [i, number] of numbers.entries()) {
      const own = figuresOf(figures, i)
      const verdict = verdictOf(search, judge, number, own)
      leaders.add(number, verdict)
      front?.add(number, verdict)
      count.trials += 1
      if (verdict.isFeasible) count.feasible += 1
      if (own[Figure.failed] !== 1) continue
      count.failed += 1
      noteError(errors, number, texts[i]?.error ?? '')
    }
  }
  return { ...count, errors: [...errors.values()], best: leaders.list(), front: front?.list() ?? [] }
}

/** The figures of a batch's trial. */
export function figuresOf(figures: BatchResult['figures'], index: number): Float64Array {
  const width = figureWidth()
  return figures.subarray(index * width, (index + 1) * width)
}

/** The judge's verdict, but that a trial which saw only a part of the window isn't among the best. */
export function verdictOf(search: Search, judge: Judge, number: number, figures: Float64Array): Verdict {
  const verdict = judge.verdict(search.pointOf(number), figures)
  return search.isWhole(number) ? verdict : { ...verdict, isFeasible: false }
}

function noteError(
  errors: Map<string, { trial: number; error: string; trials: number }>,
  trial: number,
  error: string,
): void {
  const known = errors.get(error)
  if (known !== undefined) known.trials += 1
  else if (errors.size < ERRORS_SHOWN) errors.set(error, { trial, error, trials: 1 })
}
