/** How adaptive searches compare trials: by the first objective, those that count before those that don't. */

import type { Judge, Verdict } from '../objective.ts'

export interface Score {
  readonly isFeasible: boolean
  /** Larger is better; null where the objective has no value. */
  readonly value: number | null
}

export function scoreOf({ objectives, isFeasible }: Verdict, judge: Judge): Score {
  const value = objectives[0] ?? null
  return { isFeasible, value: value === null ? null : judge.objectives[0]!.sign * value }
}

/** Places of the scores, best first; of equals the earlier one. */
export function ranking(scores: readonly Score[]): number[] {
  const worth = ({ isFeasible, value }: Score): number => (value === null ? 2 : isFeasible ? 0 : 1)
  return scores
    .map((_, place) => place)
    .sort((a, b) => {
      const [x, y] = [scores[a]!, scores[b]!]
      return worth(x) - worth(y) || (y.value ?? 0) - (x.value ?? 0) || a - b
    })
}
