/** Columns that a trial fills and the next one fills again: new memory costs more than what is written into it. */

import { type MetricsMemory, newMemory } from '../../stats/bar-figures.ts'

export interface TrialMemory {
  readonly equity: Float64Array
  readonly exposure: Float64Array
  readonly metrics: MetricsMemory
}

export function newTrialMemory(rows: number): TrialMemory {
  return { equity: new Float64Array(rows), exposure: new Float64Array(rows), metrics: newMemory(rows) }
}
