/**
 * The columns a run's strategy reads, computed once and kept: candle columns, indicators, higher timeframes,
 * exogenous series. Indicators are computed on each symbol's own compact series and then laid on the grid's rows. The
 * cache belongs to the data, so that every run of a sweep shares it.
 */

import { type ExogenousSeries, type Field, sharedColumn } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import { type Grid, scatter } from '../core/grid.ts'
import type { IndicatorSpec } from '../core/strategy.ts'
import { parseTimeframe } from '../core/timeframe.ts'
import { alignCandles, alignColumn, closedBarIndex, resampleCandles } from '../indicators/higher-timeframe.ts'
import { computeIndicator, resolveIndicator } from '../indicators/registry.ts'

/** What a strategy's context reads from. */
export interface Columns {
  time(): Float64Array
  column(symbol: number, field: Field, timeframe?: string): Float64Array
  indicator(spec: IndicatorSpec): Float64Array
  series(name: string): Float64Array
  /** Price that marks equity: the last close at or before `row`. */
  markAt(symbol: number, row: number): number
}

/** A timeframe in ms that a run's own bars fill exactly. Throws `BAD_TIMEFRAME`. */
export function multipleMs(timeframe: string, { timeframeMs }: { readonly timeframeMs: number }): number {
  const ms = parseTimeframe(timeframe, 'timeframe')
  if (ms % timeframeMs !== 0 || ms < timeframeMs) {
    throw new TandemError(`the timeframe ${timeframe} isn't a multiple of the run's`, { code: 'BAD_TIMEFRAME' })
  }
  return ms
}

/** Sets of columns by what they were computed from: each is made once. */
export class ColumnSets {
  private readonly sets = new Map<string, readonly Float64Array[]>()

  keep(key: string, make: () => readonly Float64Array[]): readonly Float64Array[] {
    let columns = this.sets.get(key)
    if (columns === undefined) {
      columns = make()
      this.sets.set(key, columns)
    }
    return columns
  }
}

export class MarketColumns implements Columns {
  readonly grid: Grid
  readonly exogenous: readonly ExogenousSeries[]
  private readonly sets = new ColumnSets()

  private readonly allocate: (rows: number) => Float64Array

  /** `allocate` gives the memory of computed columns: one of another run that is over, or by default a fresh one. */
  constructor(
    grid: Grid,
    exogenous: readonly ExogenousSeries[] = [],
    allocate: (rows: number) => Float64Array = sharedColumn,
  ) {
    this.grid = grid
    this.exogenous = exogenous
    this.allocate = allocate
  }

  time(): Float64Array {
    return this.grid.time
  }

  column(symbol: number, field: Field, timeframe?: string): Float64Array {
    if (timeframe === undefined || multipleMs(timeframe, this.grid) === this.grid.timeframeMs) {
      return this.grid.symbols[symbol]![field]
    }
    const fields = ['open', 'high', 'low', 'close', 'volume'] as const
    const columns = this.sets.keep(`column/${symbol}/${timeframe}`, () => {
      const { bars, index } = this.higher(symbol, multipleMs(timeframe, this.grid))
      const aligned = alignCandles(index, bars, sharedColumn)
      return fields.map((one) => aligned[one])
    })
    return columns[fields.indexOf(field)]!
  }

  indicator(spec: IndicatorSpec): Float64Array {
    const symbol = spec.symbol ?? 0
    const { key, outputIndex } = resolveIndicator(spec)
    const timeframeMs = spec.timeframe === undefined ? this.grid.timeframeMs : multipleMs(spec.timeframe, this.grid)
    const columns = this.sets.keep(`indicator/${symbol}/${timeframeMs}/${key}`, () => {
      const one = this.grid.symbols[symbol]!
      if (timeframeMs === this.grid.timeframeMs) {
        return computeIndicator(spec, one.series.candles, this.allocate).map((column) =>
          scatter(column, one.rowOfBar, this.grid.rows),
        )
      }
      const { bars, index } = this.higher(symbol, timeframeMs)
      return computeIndicator(spec, bars).map((column) => alignColumn(index, column, sharedColumn))
    })
    return columns[outputIndex]!
  }

  series(name: string): Float64Array {
    const series = this.exogenous.find((one) => one.name === name)
    if (series === undefined) {
      const names = this.exogenous.map((one) => one.name).join(', ')
      throw new TandemError(`the run has no series '${name}'`, {
        code: 'NO_SUCH_SERIES',
        hint: names === '' ? 'name it under data.also' : `it has ${names}`,
      })
    }
    return this.sets.keep(`series/${name}`, () => [this.known(series)])[0]!
  }

  markAt(symbol: number, row: number): number {
    return this.grid.symbols[symbol]!.mark[row]!
  }

  private higher(symbol: number, timeframeMs: number) {
    const bars = resampleCandles(this.grid.symbols[symbol]!.series.candles, this.grid.timeframeMs, timeframeMs)
    const index = closedBarIndex(this.grid.time, this.grid.timeframeMs, bars.time, timeframeMs)
    return { bars, index }
  }

  /** The newest value known by each row's close. */
  private known(series: ExogenousSeries): Float64Array {
    const column = sharedColumn(this.grid.rows)
    let next = 0
    let value = Number.NaN
    for (let row = 0; row < column.length; row++) {
      const closeMs = this.grid.time[row]! + this.grid.timeframeMs
      while (next < series.knownMs.length && series.knownMs[next]! <= closeMs) value = series.value[next++]!
      column[row] = value
    }
    return column
  }
}
