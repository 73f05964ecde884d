/** Which trial a search would have chosen from what it saw. */

import { probabilisticSharpe, sharpeEvidence } from '../../stats/probabilistic-sharpe.ts'
import type { ValidateSection } from '../config/index.ts'

export type Objective = ValidateSection['objective']

/** What is maximised: of UTC-day returns. Undefined is the worst there is. */
export function scoreOf(returns: Float64Array, objective: Objective): number {
  if (objective === 'totalReturn') return returns.reduce((unit, r) => unit * (1 + r), 1) - 1
  const evidence = sharpeEvidence(returns)
  if (typeof evidence === 'string') return Number.NEGATIVE_INFINITY
  if (objective === 'sharpe') return evidence.sharpe
  return probabilisticSharpe(evidence).value ?? Number.NEGATIVE_INFINITY
}

/** The index of the best score, the first among equals; 0 where none is defined. */
export function bestOf(scores: ArrayLike<number>): number {
  let best = 0
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i
  return best
}
