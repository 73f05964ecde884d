/** A strategy behind a context that is changed in one place: what is watched, hidden or held back from it. */

import type { Field } from '../core/candles.ts'
import type {
  AmendOptions,
  Context,
  ExitOptions,
  FillView,
  IndicatorSpec,
  SignalOptions,
  Strategy,
} from '../core/strategy.ts'

/** Passes everything on. Subclasses change what they must. */
export class ForwardedContext implements Context {
  readonly symbols: readonly string[]
  readonly timeframeMs: number
  readonly time: Float64Array
  protected readonly inner: Context

  constructor(inner: Context, symbols: readonly string[] = inner.symbols) {
    this.inner = inner
    this.symbols = symbols
    this.timeframeMs = inner.timeframeMs
    this.time = inner.time
  }

  column(symbol: number, field: Field, timeframe?: string): Float64Array {
    return this.inner.column(symbol, field, timeframe)
  }

  indicator(spec: IndicatorSpec): Float64Array {
    return this.inner.indicator(spec)
  }

  series(name: string): Float64Array {
    return this.inner.series(name)
  }

  position(symbol: number): number {
    return this.inner.position(symbol)
  }

  entryPrice(symbol: number): number {
    return this.inner.entryPrice(symbol)
  }

  entryPending(symbol: number): boolean {
    return this.inner.entryPending(symbol)
  }

  equityAt(row: number): number {
    return this.inner.equityAt(row)
  }

  enter(symbol: number, options?: SignalOptions): void {
    this.inner.enter(symbol, options)
  }

  exit(symbol: number, options?: ExitOptions): void {
    this.inner.exit(symbol, options)
  }

  amend(symbol: number, options: AmendOptions): void {
    this.inner.amend(symbol, options)
  }

  target(weights: Float64Array): void {
    this.inner.target(weights)
  }
}

/** The strategy with another view of its run. `atRow` is told of each row before the strategy is. */
export function forwarded(
  inner: Strategy,
  view: (context: Context) => Context,
  atRow: (row: number) => void = () => {},
): Strategy {
  return {
    setup: (x) => inner.setup(view(x)),
    onBar: (row) => {
      atRow(row)
      inner.onBar(row)
    },
    ...(inner.onFill === undefined ? {} : { onFill: (fill: FillView) => inner.onFill!(fill) }),
    ...(inner.snapshot === undefined ? {} : { snapshot: () => inner.snapshot!() }),
    ...(inner.restore === undefined ? {} : { restore: (state: Uint8Array) => inner.restore!(state) }),
  }
}
