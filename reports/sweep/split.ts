/** What held before a date against what held after it, over all trials. */

import { leastSquares } from '../../engine/stats/overfitting.ts'
import type { SweepReportInput } from '../sweep-input.ts'

export interface SplitFacts {
  readonly trials: number
  /** Spearman's: do the trials keep their order? Null below three trials, or where nothing varies. */
  readonly rankCorrelation: number | null
  readonly slope: number | null
  readonly intercept: number | null
  readonly bestBefore: number | null
  readonly bestAfter: number | null
  /** Of the trial that was best before: what it made after. */
  readonly chosenAfter: number | null
  readonly chosenTrial: number | null
  readonly line: readonly { readonly inSample: number; readonly outOfSample: number }[]
}

/** Ranks, ties averaged. */
function ranksOf(values: Float64Array): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]!)
  const ranks = new Float64Array(values.length)
  for (let at = 0; at < order.length; ) {
    let end = at
    while (end < order.length && values[order[end]!] === values[order[at]!]) end += 1
    for (let i = at; i < end; i++) ranks[order[i]!] = (at + end - 1) / 2
    at = end
  }
  return ranks
}

function correlation(a: Float64Array, b: Float64Array): number | null {
  const [forth, back] = [leastSquares(a, b).slope, leastSquares(b, a).slope]
  if (forth === null || back === null) return null
  return Math.sign(forth) * Math.sqrt(Math.max(0, forth * back))
}

/** The facts; null where the sweep has no returns. */
export function splitFacts({ split, best, table }: SweepReportInput): SplitFacts | null {
  if (split === null) return null
  const rows = table.trial
    .map((_, row) => row)
    .filter((row) => split.inSample[row] !== null && split.outOfSample[row] !== null)
  const before = Float64Array.from(rows, (row) => split.inSample[row]!)
  const after = Float64Array.from(rows, (row) => split.outOfSample[row]!)
  const chosen = rows.reduce<number | null>(
    (top, row) => (top === null || split.inSample[row]! > split.inSample[top]! ? row : top),
    null,
  )
  const own = best[0] === undefined ? -1 : table.trial.indexOf(best[0])
  const enough = rows.length >= 3
  const fit = enough ? leastSquares(before, after) : { slope: null, intercept: null }
  const ends = [before.reduce((a, b) => Math.min(a, b), Infinity), before.reduce((a, b) => Math.max(a, b), -Infinity)]
  return {
    trials: rows.length,
    rankCorrelation: enough ? correlation(ranksOf(before), ranksOf(after)) : null,
    ...fit,
    bestBefore: split.inSample[own] ?? null,
    bestAfter: split.outOfSample[own] ?? null,
    chosenAfter: chosen === null ? null : split.outOfSample[chosen]!,
    chosenTrial: chosen === null ? null : table.trial[chosen]!,
    line:
      fit.slope === null || fit.intercept === null
        ? []
        : ends.map((x) => ({ inSample: x, outOfSample: fit.intercept! + fit.slope! * x })),
  }
}
