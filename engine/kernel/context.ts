/** What a strategy sees: columns by row, its position, and three verbs. */

import type { Field } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import type { Grid } from '../core/grid.ts'
import type { AmendOptions, Context, ExitOptions, IndicatorSpec, SignalOptions } from '../core/strategy.ts'
import type { Columns } from './columns.ts'
import type { Portfolio } from './portfolio.ts'
import type { SignalRing } from './signals.ts'

export class StrategyContext implements Context {
  readonly symbols: readonly string[]
  readonly timeframeMs: number
  readonly time: Float64Array
  private readonly grid: Grid
  private readonly columns: Columns
  private readonly portfolio: Portfolio
  private readonly signals: SignalRing

  constructor(grid: Grid, columns: Columns, portfolio: Portfolio, signals: SignalRing) {
    this.symbols = grid.symbols.map((one) => one.series.symbol)
    this.timeframeMs = grid.timeframeMs
    this.time = columns.time()
    this.grid = grid
    this.columns = columns
    this.portfolio = portfolio
    this.signals = signals
  }

  column(symbol: number, field: Field, timeframe?: string): Float64Array {
    this.known(symbol)
    return this.columns.column(symbol, field, timeframe)
  }

  indicator(spec: IndicatorSpec): Float64Array {
    this.known(spec.symbol ?? 0)
    return this.columns.indicator(spec)
  }

  series(name: string): Float64Array {
    return this.columns.series(name)
  }

  position(symbol: number): number {
    return this.portfolio.quantity[symbol]!
  }

  entryPrice(symbol: number): number {
    return this.portfolio.entryPrice(symbol)
  }

  entryPending(symbol: number): boolean {
    return this.portfolio.pendingEntry(symbol) !== 0
  }

  equityAt(row: number): number {
    let equity = this.portfolio.ledger.cashNumber()
    for (let k = 0; k < this.symbols.length; k++) {
      const quantity = this.portfolio.quantity[k]!
      if (quantity !== 0) equity += quantity * this.columns.markAt(k, row)
    }
    return equity
  }

  enter(symbol: number, options?: SignalOptions): void {
    this.known(symbol)
    this.signals.enter(symbol, options?.side === 'short' ? -1 : 1, options ?? null)
  }

  exit(symbol: number, options?: ExitOptions): void {
    this.known(symbol)
    this.signals.exit(symbol, options?.tag ?? null)
  }

  amend(symbol: number, options: AmendOptions): void {
    this.known(symbol)
    this.signals.amend(symbol, options)
  }

  target(weights: Float64Array): void {
    let sum = 0
    for (let k = 0; k < weights.length; k++) sum += Math.abs(weights[k]!)
    if (weights.length !== this.symbols.length || !(sum <= 1 + 1e-9)) {
      throw new TandemError(
        `target weights must be one for each of ${this.symbols.length} symbols, with an absolute sum of at most 1 (got ${weights.length}, sum ${sum})`,
        { code: 'BAD_WEIGHTS' },
      )
    }
    this.signals.target(weights)
  }

  private known(symbol: number): void {
    if (this.grid.symbols[symbol] === undefined) this.refuse(symbol)
  }

  /**
   * Apart from `known`, which strategies call from their loops: there a compiler would put the number into words, for a
   * message that is hardly ever needed, ahead of the branch that needs it.
   */
  private refuse(symbol: number): never {
    throw new TandemError(`the strategy asked for symbol ${symbol}; the run has ${this.symbols.length}`, {
      code: 'NO_SUCH_SYMBOL',
      hint: 'symbols are counted from 0, in the order of data.symbols',
    })
  }
}
