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
  /** Enter by a stop order at this price (a breakout) rather than at market. With `limitPrice`: by a stop-limit. */
  readonly triggerPrice?: number | undefined
  /** What `triggerPrice` waits for: a breakout (`stop`, the default), or a better price (`takeProfit`). */
  readonly triggerType?: 'stop' | 'takeProfit' | undefined
  /** With `limitPrice`: refused by the venue where it would take liquidity on arrival. */
  readonly postOnly?: boolean | undefined
  /** How long the entry stands. Default GTC; GTD needs `goodTillMs`. */
  readonly timeInForce?: 'GTC' | 'IOC' | 'FOK' | 'GTD' | undefined
  /** When an entry good till a date ends, ms UTC. */
  readonly goodTillMs?: number | undefined
  /**
   * A stop that follows the best price since the entry: at this fraction of it (0.02 is 2 %), or at this amount of
   * quote below it. Beside `stop` both rest, and one cancels the other.
   */
  readonly trail?: number | undefined
  readonly trailAmount?: number | undefined
  /** Makes the stop a stop-limit that takes no price further than this fraction beyond its trigger. */
  readonly stopLimit?: number | undefined
  /** How the target rests: as a limit (default), or as a take-profit that trades at market or at its price. */
  readonly targetOrder?: 'limit' | 'takeProfit' | 'takeProfitLimit' | undefined
  /** Wanted size in quote currency. Default: the run's sizing. */
  readonly sizeQuote?: number | undefined
  /** Ask for reallocation (RULES B3). */
  readonly reallocate?: boolean | undefined
  /** A short label that comes back in trades and reports. */
  readonly tag?: string | undefined
}

/** New prices of what rests: of an entry its limit and trigger, of a position's exits stop and target. */
export type AmendOptions = Pick<SignalOptions, 'limitPrice' | 'triggerPrice' | 'stopPrice' | 'targetPrice'>

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
  /** Close the whole position of `symbol`; where there is none, take back an entry that rests. */
  exit(symbol: number, options?: ExitOptions): void
  /** Move what rests for `symbol` to other prices. */
  amend(symbol: number, options: AmendOptions): void
  /** Wanted portfolio weights by symbol index; positive long, negative short; their absolute sum at most 1. */
  target(weights: Float64Array): void
}

export interface Strategy {
  setup(x: Context): void
  onBar(row: number): void
  /**
   * A shortcut that a strategy may offer: the first row of `row` to before `end` in which `onBar` may do anything, or
   * `end` where there is none. Positions stay as they are over these rows. A simulation that skips `step` asks once and
   * shows `onBar` none of the rows before, but one here and there: a signal in one of those is an error, since live asks
   * `onBar` alone (`QUIET_ROW`). Rows after the first may be looked at, which here is no look ahead.
   */
  quietUntil?(row: number, end: number): number
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
