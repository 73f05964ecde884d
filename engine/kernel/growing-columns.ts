/**
 * The columns of a session: what a strategy takes in set-up, written row by row as candles close. The same indicators
 * as in a backtest, advanced one bar at a time, so that every bit is the same; they begin with the first row, or go on
 * from snapshots where the history before isn't there.
 */

import { FIELDS, type Field } from '../core/candles.ts'
import { TandemError } from '../core/errors.ts'
import type { SymbolColumns } from '../core/grid.ts'
import type { IndicatorSpec } from '../core/strategy.ts'
import { bucketStart } from '../indicators/buckets.ts'
import type { Indicator } from '../indicators/indicator.ts'
import { createIndicator, resolveIndicator } from '../indicators/registry.ts'
import { ColumnSets, type Columns, multipleMs } from './columns.ts'
import type { GrowingGrid } from './growing-grid.ts'

/** The state of an indicator after the last bar that closed by `atMs`. */
export interface IndicatorState {
  readonly symbol: number
  readonly spec: IndicatorSpec
  readonly state: Uint8Array
}

export interface Continuation {
  /** Bars that closed by then are in the states, ms UTC. */
  readonly atMs: number
  readonly states: readonly IndicatorState[]
  /** Whether the rows before reach back to where the states began: then they are computed, and compared. */
  readonly whole: boolean
}

/** A bar of a higher timeframe that is being put together. */
interface Bucket {
  readonly timeframeMs: number
  readonly bar: Record<Field | 'time', Float64Array>
  open: boolean
}

/** One that writes its columns at every row. */
interface Stream {
  advance(row: number): void
}

export class GrowingColumns implements Columns {
  private readonly grid: GrowingGrid
  private readonly continuation: Continuation | null
  private readonly streams: Stream[] = []
  private readonly sets = new ColumnSets()
  private rows = 0

  constructor(grid: GrowingGrid, continuation: Continuation | null) {
    this.grid = grid
    this.continuation = continuation
  }

  /** Writes the newest row of every column; after the grid has it. */
  advance(): void {
    const row = this.rows++
    for (const stream of this.streams) stream.advance(row)
  }

  time(): Float64Array {
    return this.grid.time
  }

  column(symbol: number, field: Field, timeframe?: string): Float64Array {
    if (timeframe === undefined || multipleMs(timeframe, this.grid) === this.grid.timeframeMs) {
      return this.grid.symbols[symbol]![field]
    }
    const timeframeMs = multipleMs(timeframe, this.grid)
    const columns = this.sets.keep(`column/${symbol}/${timeframeMs}`, () => {
      const outputs = FIELDS.map(() => this.fresh())
      const last = FIELDS.map(() => Number.NaN)
      const onBar = (bar: Bucket['bar']): void => {
        for (let k = 0; k < FIELDS.length; k++) last[k] = bar[FIELDS[k]!][0]!
      }
      this.begin(this.higher(symbol, timeframeMs, onBar, last, outputs))
      return outputs
    })
    return columns[FIELDS.indexOf(field)]!
  }

  indicator(spec: IndicatorSpec): Float64Array {
    const symbol = spec.symbol ?? 0
    const { key, outputIndex, inputs } = resolveIndicator(spec)
    const timeframeMs = spec.timeframe === undefined ? this.grid.timeframeMs : multipleMs(spec.timeframe, this.grid)
    const columns = this.sets.keep(`indicator/${symbol}/${timeframeMs}/${key}`, () => {
      const indicator = createIndicator(spec)
      const outputs = indicator.outputs.map(() => this.fresh())
      const fromMs = this.restored(indicator, symbol, timeframeMs, key)
      if (timeframeMs === this.grid.timeframeMs) {
        const read = inputs.map((input) => (input === 'time' ? this.grid.time : this.grid.symbols[symbol]![input]))
        this.begin({ advance: (row) => this.advanceOwn(indicator, symbol, read, outputs, fromMs, row) })
        return outputs
      }
      const last = outputs.map(() => Number.NaN)
      const one = outputs.map(() => new Float64Array(1))
      const onBar = (bar: Bucket['bar']): void => {
        if (bar.time[0]! + timeframeMs <= fromMs) return
        const read = inputs.map((input) => bar[input])
        indicator.advance(read, 0, 1, one)
        for (let k = 0; k < one.length; k++) last[k] = one[k]![0]!
      }
      this.begin(this.higher(symbol, timeframeMs, onBar, last, outputs))
      return outputs
    })
    return columns[outputIndex]!
  }

  series(name: string): Float64Array {
    throw new TandemError(`the series '${name}' can't be had live`, {
      code: 'LIVE_SERIES',
      where: 'data.also',
      hint: 'promote a strategy that reads its own symbols only',
    })
  }

  markAt(symbol: number, row: number): number {
    return this.grid.symbols[symbol]!.mark[row]!
  }

  private advanceOwn(
    indicator: Indicator,
    symbol: number,
    read: readonly Float64Array[],
    outputs: readonly Float64Array[],
    fromMs: number,
    row: number,
  ): void {
    const { grid } = this
    const has = !Number.isNaN(grid.symbols[symbol]!.close[row]!)
    if (has && grid.time[row]! + grid.timeframeMs > fromMs) indicator.advance(read, row, row + 1, outputs)
    else for (const output of outputs) output[row] = Number.NaN
  }

  /** Puts an indicator in the state that it is to go on from, and says until when that state has seen everything. */
  private restored(indicator: Indicator, symbol: number, timeframeMs: number, key: string): number {
    const { continuation } = this
    if (continuation === null || continuation.whole) return Number.NEGATIVE_INFINITY
    const found = continuation.states.find(
      (one) =>
        one.symbol === symbol &&
        resolveIndicator(one.spec).key === key &&
        (one.spec.timeframe === undefined ? this.grid.timeframeMs : multipleMs(one.spec.timeframe, this.grid)) ===
          timeframeMs,
    )
    if (found === undefined) {
      throw new TandemError('the strategy takes an indicator that the bundle has no state of', {
        code: 'NO_SNAPSHOT',
        hint: 'promote the run again, or keep the history of its candles in the store',
      })
    }
    indicator.restore(found.state)
    return continuation.atMs
  }

  /** A stream over the bars of a longer timeframe: `onBar` for each that has closed, `last` into `outputs` at every row. */
  private higher(
    symbol: number,
    timeframeMs: number,
    onBar: (bar: Bucket['bar']) => void,
    last: readonly number[],
    outputs: readonly Float64Array[],
  ): Stream {
    const one = (): Float64Array => new Float64Array(1)
    const bar = { time: one(), open: one(), high: one(), low: one(), close: one(), volume: one() }
    const bucket: Bucket = { timeframeMs, bar, open: false }
    const { grid } = this
    return {
      advance: (row) => {
        const openMs = grid.time[row]!
        const closeBy = (ms: number): void => {
          if (!bucket.open || bar.time[0]! + timeframeMs > ms) return
          bucket.open = false
          onBar(bar)
        }
        // What the row's own bar no longer belongs to has closed before it; what it completes closes with it.
        closeBy(openMs)
        addTo(bucket, grid.symbols[symbol]!, openMs, row)
        closeBy(openMs + grid.timeframeMs)
        for (let k = 0; k < outputs.length; k++) outputs[k]![row] = last[k]!
      },
    }
  }

  /** A stream that is asked for late catches up with the rows that are there. */
  private begin(stream: Stream): void {
    for (let row = 0; row < this.rows; row++) stream.advance(row)
    this.streams.push(stream)
  }

  private fresh(): Float64Array {
    return new Float64Array(this.grid.capacity + 1)
  }
}

/** Adds the symbol's bar of a row, if it has one, to the longer bar that it falls in. */
function addTo(bucket: Bucket, columns: SymbolColumns, openMs: number, row: number): void {
  if (Number.isNaN(columns.close[row]!)) return
  const { bar } = bucket
  const start = bucketStart(openMs, bucket.timeframeMs)
  if (!bucket.open) {
    bucket.open = true
    bar.time[0] = start
    bar.open[0] = columns.open[row]!
    bar.high[0] = columns.high[row]!
    bar.low[0] = columns.low[row]!
    bar.volume[0] = 0
  } else {
    bar.high[0] = Math.max(bar.high[0]!, columns.high[row]!)
    bar.low[0] = Math.min(bar.low[0]!, columns.low[row]!)
  }
  bar.close[0] = columns.close[row]!
  bar.volume[0] = bar.volume[0]! + columns.volume[row]!
}
