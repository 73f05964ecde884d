/** What the script of the sweep report knows beside datasets and charts. */

import type { Measure } from './measures.ts'

export interface SweepMore {
  /** Columns of the axes, in the order of the space. */
  readonly axes: readonly string[]
  readonly measures: readonly Measure[]
  /** Number of the best trial; null where none is feasible. */
  readonly best: number | null
  readonly objectives: readonly { readonly column: string; readonly label: string; readonly sign: 1 | -1 }[]
  /** Numbers of the trials of the Pareto front. */
  readonly front: readonly number[]
  /** Some compared trials violate a constraint. */
  readonly hasInfeasible: boolean
}
