/**
 * A context without an engine, to drive a strategy by hand: what it asks for is done at the next bar, at once and in
 * full, and every word of it is kept. A position with a target or a stop is closed some bars later.
 */

import type { Field } from '../../engine/core/candles.ts'
import type { Context, ExitOptions, IndicatorSpec, SignalOptions } from '../../engine/core/strategy.ts'
import type { Market } from '../../engine/run/market.ts'

const BRACKET_BARS = 10

export interface Said {
  readonly row: number
  readonly verb: 'enter' | 'exit' | 'target'
  readonly symbol: number
  readonly options: SignalOptions | null
  readonly weights: readonly number[] | null
}

export class PaperContext implements Context {
  readonly symbols: readonly string[]
  readonly timeframeMs: number
  readonly time: Float64Array
  readonly said: Said[] = []
  private readonly market: Market
  private readonly positions: Float64Array
  /** By symbol: when the position's bracket closes it. */
  private readonly closesAt: Float64Array
  private row = 0
  private next = 0

  constructor(market: Market) {
    this.market = market
    this.symbols = market.grid.symbols.map(({ series }) => series.symbol)
    this.timeframeMs = market.grid.timeframeMs
    this.time = market.grid.time
    this.positions = new Float64Array(this.symbols.length)
    this.closesAt = new Float64Array(this.symbols.length).fill(Number.POSITIVE_INFINITY)
  }

  /** Moves to a row; what was said before it is done. */
  at(row: number): void {
    this.row = row
    for (let symbol = 0; symbol < this.closesAt.length; symbol++) {
      if (this.closesAt[symbol]! <= row) this.setPosition(symbol, 0, null)
    }
    for (; this.next < this.said.length; this.next++) this.carryOut(this.said[this.next]!)
  }

  private carryOut({ verb, symbol, options, weights }: Said): void {
    if (verb === 'enter') this.setPosition(symbol, options?.side === 'short' ? -1 : 1, options)
    else if (verb === 'exit') this.setPosition(symbol, 0, null)
    else this.positions.set(weights!.map((weight) => weight * 100))
  }

  private setPosition(symbol: number, position: number, options: SignalOptions | null): void {
    const { target, stop, targetPrice, stopPrice } = options ?? {}
    const guarded = (target ?? stop ?? targetPrice ?? stopPrice) !== undefined
    this.positions[symbol] = position
    this.closesAt[symbol] = guarded ? this.row + BRACKET_BARS : Number.POSITIVE_INFINITY
  }

  amend(): void {}

  column(symbol: number, field: Field, timeframe?: string): Float64Array {
    return this.market.columns.column(symbol, field, timeframe)
  }

  indicator(spec: IndicatorSpec): Float64Array {
    return this.market.columns.indicator(spec)
  }

  series(name: string): Float64Array {
    return this.market.columns.series(name)
  }

  position(symbol: number): number {
    return this.positions[symbol]!
  }

  entryPrice(): number {
    return Number.NaN
  }

  entryPending(): boolean {
    return false
  }

  equityAt(): number {
    return 10_000
  }

  enter(symbol: number, options?: SignalOptions): void {
    this.said.push({ row: this.row, verb: 'enter', symbol, options: settled(options), weights: null })
  }

  exit(symbol: number, options?: ExitOptions): void {
    this.said.push({ row: this.row, verb: 'exit', symbol, options: options ?? null, weights: null })
  }

  target(weights: Float64Array): void {
    this.said.push({ row: this.row, verb: 'target', symbol: 0, options: null, weights: [...weights] })
  }
}

/** The options with their quality asked for, as a rule would at this moment. */
function settled(options: SignalOptions | undefined): SignalOptions | null {
  const quality = options?.quality
  if (typeof quality !== 'object' || quality === null) return options ?? null
  return { ...options, quality: quality.value() }
}
