/**
 * The public API: what `import { … } from 'tandem'` gives to strategies and notebooks. Light on purpose, since every
 * strategy file loads it.
 */

export { z } from 'zod'
export type { CandleSeries, Candles, ExogenousSeries, Field } from './core/candles.ts'
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
