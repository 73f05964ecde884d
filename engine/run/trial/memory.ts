/** What a trial fills and the next one fills again: new memory costs more than what is written into it. */

import { type MetricsMemory, newMemory } from '../../stats/bar-figures.ts'
import { ExposureSums } from '../../stats/exposure.ts'
import { newRunMemory, type RunMemory } from '../execute.ts'
import { GridExtremes, TradeMemory } from '../trade-figures.ts'

export interface TrialMemory {
  readonly equity: Float64Array
  readonly metrics: MetricsMemory
  readonly run: RunMemory
  /** Of the market's bars: the same for every trial. */
  readonly extremes: GridExtremes
  readonly trades: TradeMemory
  readonly exposure: ExposureSums
  /**
   * What the last trial was made of: V8 throws machine code away once no object of a shape is left that the code knows, and
   * a thread would have to warm up again whenever its garbage is collected between two trials.
   */
  last: readonly unknown[]
}

export function newTrialMemory(rows: number): TrialMemory {
  return {
    equity: new Float64Array(rows),
    metrics: newMemory(rows),
    run: newRunMemory(),
    extremes: new GridExtremes(),
    trades: new TradeMemory(),
    exposure: new ExposureSums(),
    last: [],
  }
}
