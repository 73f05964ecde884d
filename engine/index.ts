/**
 * The public API: what `import { … } from 'tandem'` gives to strategies and notebooks. Light on purpose, since every
 * strategy file loads it: what reads results is loaded when it is called.
 */

import type { StoredRun } from './run/stored-run.ts'
import type { StoredSweep } from './sweep/stored-sweep.ts'

export { z } from 'zod'
export type { CandleSeries, Candles, ExogenousSeries, Field } from './core/candles.ts'
export type { ColumnTable, TableColumn } from './core/columns-table.ts'
export { nextCrossAbove, nextFallBack } from './core/crossing.ts'
export { TandemError } from './core/errors.ts'
export { DEFAULT_QUALITY, type QualityConfig, QualityRank } from './core/quality.ts'
export type {
  Ambiguity,
  Assumption,
  ExitReason,
  Metric,
  RunDigests,
  RunResult,
  SkipCount,
  Trade,
} from './core/result.ts'
export { packNumbers, unpackNumbers } from './core/snapshot.ts'
export {
  type Context,
  defineStrategy,
  type ExitOptions,
  type FillView,
  type IndicatorSpec,
  type PositionSide,
  type QualitySource,
  type SignalOptions,
  type Strategy,
  type StrategyModule,
} from './core/strategy.ts'
export type { StoredRun } from './run/stored-run.ts'
export type { StoredSweep } from './sweep/stored-sweep.ts'

/** Reads the directory of a finished backtest. Throws a TandemError `NO_RUN` where there is none. */
export async function loadRun(directory: string): Promise<StoredRun> {
  const { readStoredRun } = await import('./run/stored-run.ts')
  return readStoredRun(directory)
}

/** Reads the folder of a finished sweep. Throws a TandemError `NO_SWEEP_FOLDER` or `SWEEP_UNFINISHED`. */
export async function loadSweep(folder: string): Promise<StoredSweep> {
  const { readStoredSweep } = await import('./sweep/stored-sweep.ts')
  return readStoredSweep(folder)
}
