/** Market columns whose indicators lie in a slab that threads share; held for one trial at a time. */

import type { ExogenousSeries } from '../../core/candles.ts'
import type { Grid } from '../../core/grid.ts'
import type { IndicatorSpec } from '../../core/strategy.ts'
import { parseTimeframe } from '../../core/timeframe.ts'
import { computeIndicator, resolveIndicator } from '../../indicators/registry.ts'
import { MarketColumns } from '../../kernel/columns.ts'
import type { ColumnSlab } from './column-slab.ts'
import { newTrialMemory, type TrialMemory } from './memory.ts'

export class SharedColumns extends MarketColumns {
  /** For the running trial: one at a time, whatever the frame. */
  readonly memory: TrialMemory
  private readonly slab: ColumnSlab
  private readonly slots: number[] = []
  /** What this trial holds, by key: a second request is the same column. */
  private readonly held = new Map<string, Float64Array>()
  /** Memory of this thread's own, for what finds no slot and for outputs nobody asked for. */
  private readonly scratch: Float64Array[] = []
  private scratchUsed = 0

  constructor(grid: Grid, exogenous: readonly ExogenousSeries[], slab: ColumnSlab) {
    super(grid, exogenous)
    this.slab = slab
    this.memory = newTrialMemory(grid.rows)
  }

  override indicator(spec: IndicatorSpec): Float64Array {
    const { key, outputIndex } = resolveIndicator(spec)
    const name = `${spec.symbol ?? 0}/${spec.timeframe ?? ''}/${key}/${outputIndex}`
    const own = this.held.get(name)
    if (own !== undefined) return own
    const held = this.slab.acquire(name, (column) => this.fill(spec, outputIndex, column))
    const column = held === null ? this.spare() : held.column
    if (held === null) this.fill(spec, outputIndex, column)
    else this.slots.push(held.slot)
    this.held.set(name, column)
    return column
  }

  /** The trial is over: its columns may go. */
  release(): void {
    for (const slot of this.slots) this.slab.release(slot)
    this.slots.length = 0
    this.held.clear()
    this.scratchUsed = 0
  }

  private fill(spec: IndicatorSpec, output: number, column: Float64Array): void {
    const { grid } = this
    const isOwnTimeframe = spec.timeframe === undefined || parseTimeframe(spec.timeframe) === grid.timeframeMs
    if (!isOwnTimeframe) {
      // Rare, and the bars of the higher timeframe aren't worth keeping.
      column.set(new MarketColumns(grid, this.exogenous).indicator(spec))
      return
    }
    const one = grid.symbols[spec.symbol ?? 0]!
    const from = this.scratchUsed
    let next = 0
    const isDense = one.rowOfBar === null
    const outputs = computeIndicator(spec, one.series.candles, (length) =>
      isDense && next++ === output ? column : this.spare().subarray(0, length),
    )
    if (one.rowOfBar !== null) layOn(column, outputs[output]!, one.rowOfBar)
    this.scratchUsed = from
  }

  private spare(): Float64Array {
    return (this.scratch[this.scratchUsed++] ??= new Float64Array(this.grid.rows))
  }
}

/** A compact column on the grid's rows; NaN where the symbol has no bar. */
function layOn(column: Float64Array, compact: Float64Array, rowOfBar: Int32Array): void {
  column.fill(Number.NaN)
  for (let bar = 0; bar < rowOfBar.length; bar++) column[rowOfBar[bar]!] = compact[bar]!
}
