/**
 * The strategy port. A strategy reads columns by row and gives signals; only the rules turn a signal into an order.
 *
 * `setup` is called once, before the first row, and takes columns and indicators. `onBar(row)` is called after the
 * bar of `row` has closed (once for all symbols), and may read any column at indices ≤ row. An order that follows
 * from it reaches the venue at the next bar's open at the earliest.
 */

import type { ZodType } from 'zod'
import type { Field } from './candles.ts'

/** Which side a position is on. */
export type PositionSide = 'long' | 'short'

/** Says a signal's quality when a rule asks, which most runs never do. */
export interface QualitySource {
  value(): number | null
}

export interface SignalOptions {
  readonly side?: PositionSide | undefined
  /**
   * Strength against the strategy's own earlier signals, 0 to 1, rounded to 1e-4; null when unknown (RULES C1a). Or
   * where to ask for it: see QualityRank.
   */
  readonly quality?: number | QualitySource | null | undefined
  /** Profit target and stop as fractions of the entry price: 0.02 is 2 %. */
  readonly target?: number | undefined
  readonly stop?: number | undefined
  /** Profit target and stop as prices; they win over the fractions. */
  readonly targetPrice?: number | undefined
  readonly stopPrice?: number | undefined
  /** Enter by a resting limit order at this price rather than at market. */
  readonly limitPrice?: number | undefined
  /** Enter by a stop order at this price (a breakout) rather than at market. */
  readonly triggerPrice?: number | undefined
  /** Wanted size in quote currency. Default: the run's sizing. */
  readonly sizeQuote?: number | undefined
  /** Ask for reallocation (RULES B3). */
  readonly reallocate?: boolean | undefined
  /** A short label that comes back in trades and reports. */
  readonly tag?: string | undefined
}

export interface ExitOptions {
  readonly tag?: string | undefined
}

/**
 * One indicator column. `kind` names an entry of the indicators room; `symbol` is the symbol's index (default 0),
 * `timeframe` a multiple of the run's (its value shows only once its bar has closed), `output` one of the
 * indicator's outputs where it has several (default: the first). Other keys are the indicator's parameters.
 */
export interface IndicatorSpec {
  readonly kind: string
  readonly symbol?: number
  readonly field?: Field
  readonly timeframe?: string
  readonly output?: string
  readonly [parameter: string]: number | string | boolean | undefined
}

/** A fill as the strategy sees it: prices and quantities as doubles, in quote and base. */
export interface FillView {
  readonly symbol: number
  readonly side: 1 | -1
  readonly price: number
  readonly quantity: number
  readonly row: number
  readonly closesPosition: boolean
  readonly tag: string | null
}

export interface Context {
  /** Names of the run's symbols; a symbol's index is its place here. */
  readonly symbols: readonly string[]
  readonly timeframeMs: number
  /** Bar open times in ms UTC, one a row. */
  readonly time: Float64Array
  /** A candle column; NaN where the symbol has no bar in that row. With `timeframe`, the last closed bar's value. */
  column(symbol: number, field: Field, timeframe?: string): Float64Array
  /** An indicator column; NaN during warm-up and where the symbol has no bar. */
  indicator(spec: IndicatorSpec): Float64Array
  /** An exogenous series laid on the rows: the newest value known at the row's close, NaN before the first. */
  series(name: string): Float64Array
  /** Signed quantity held in base units: positive long, negative short, 0 flat. */
  position(symbol: number): number
  /** Average entry price of the open position, NaN when flat. */
  entryPrice(symbol: number): number
  /** Whether an entry order of this symbol is on its way or resting. */
  entryPending(symbol: number): boolean
  /** Account equity in quote at the close of `row` (not beyond the current row). */
  equityAt(row: number): number
  enter(symbol: number, options?: SignalOptions): void
  /** Close the whole position of `symbol`. */
  exit(symbol: number, options?: ExitOptions): void
  /** Wanted portfolio weights by symbol index; positive long, negative short; their absolute sum at most 1. */
  target(weights: Float64Array): void
}

export interface Strategy {
  setup(x: Context): void
  onBar(row: number): void
  onFill?(fill: FillView): void
  /** Whatever the strategy carries between bars, for promotion to live; `restore` continues from it. */
  snapshot?(): Uint8Array
  restore?(state: Uint8Array): void
}

/** What a strategy file exports by default. */
export interface StrategyModule<P = unknown> {
  readonly name: string
  /** Idea, source, and when it fails. One paragraph. */
  readonly description: string
  /** Parameter schema with defaults; unknown parameters are refused. */
  readonly params: ZodType<P>
  create(params: P): Strategy
}

/** Types a strategy file's default export. */
export function defineStrategy<P>(module: StrategyModule<P>): StrategyModule<P> {
  return module
}
