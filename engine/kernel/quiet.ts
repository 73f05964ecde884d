/** What stays true between two state changes: the levels, timers and gates that a scan needs to watch, and nothing else. */

import type { MarkColumns } from '../core/funding.ts'
import type { Grid, SymbolColumns } from '../core/grid.ts'
import { ExpressSlot, type TrailLevel, type VenueLevels } from '../core/venue.ts'
import { rangesOf } from './ranges.ts'
import type { ScanGate, ScanLevels } from './scan.ts'

export class Quiet {
  /** Next row that must be stepped whatever its prices. */
  endRow = 0
  /** Whether any level is finite. */
  levelled = false
  /** Whether any level moves with the bars. */
  trailing = false
  /** Whether there is one symbol, whose levels don't trail: many rows are passed at a look. */
  resting = false
  readonly levels: readonly ScanLevels[]
  private readonly first: SymbolColumns
  readonly gate: ScanGate = { near: 0.5, row: -1, symbol: -1, side: 0, count: 0, lastRow: -1 }
  /** Where the venue writes the levels of resting orders. */
  readonly venue: VenueLevels
  /** Closes at which engine rules would act, by symbol; ±Infinity for none. */
  readonly closeLow: Float64Array
  readonly closeHigh: Float64Array

  /** Whether levels of one symbol are looked at before the strategy, which skips rows by itself. */
  private readonly ahead: boolean

  /**
   * `marks` by symbol: price columns of its own that a venue liquidates by; a row matters where either reaches a level.
   * `foresighted`: whether the strategy says how far it has nothing to say.
   */
  constructor(grid: Grid, marks: readonly (MarkColumns | null)[] = [], foresighted = false) {
    this.ahead = foresighted && grid.symbols.length === 1 && !marks[0]
    const symbols = grid.symbols.length
    this.first = grid.symbols[0]!
    const trails = grid.symbols.map(() => ({ side: 0, best: Number.NaN, amount: Number.NaN, rate: Number.NaN }))
    this.venue = { low: new Float64Array(symbols), high: new Float64Array(symbols), trails }
    this.closeLow = new Float64Array(symbols).fill(Number.NEGATIVE_INFINITY)
    this.closeHigh = new Float64Array(symbols).fill(Number.POSITIVE_INFINITY)
    this.levels = grid.symbols.map(({ open, low, high, close }, k) => ({
      open,
      low: marks[k] ? furthest(low, marks[k].low, -1) : low,
      high: marks[k] ? furthest(high, marks[k].high, 1) : high,
      close,
      ranges: null,
      restLow: Number.NEGATIVE_INFINITY,
      restHigh: Number.POSITIVE_INFINITY,
      closeLow: Number.NEGATIVE_INFINITY,
      closeHigh: Number.POSITIVE_INFINITY,
      trail: 0,
      trailBest: Number.NaN,
      trailKeep: Number.NaN,
      trailShift: Number.NaN,
    }))
  }

  /** Takes over the levels that venue and rules have written. */
  arm(endRow: number): void {
    this.endRow = endRow
    this.gate.row = -1
    this.levelled = false
    this.trailing = false
    this.resting = false
    for (let k = 0; k < this.levels.length; k++) {
      const one = this.levels[k]!
      one.restLow = this.venue.low[k]!
      one.restHigh = this.venue.high[k]!
      one.closeLow = this.closeLow[k]!
      one.closeHigh = this.closeHigh[k]!
      one.trail = 0
      if (this.venue.trails[k]!.side !== 0) this.watchTrail(one, this.venue.trails[k]!)
      if (
        one.restLow > Number.NEGATIVE_INFINITY ||
        one.restHigh < Number.POSITIVE_INFINITY ||
        one.closeLow > Number.NEGATIVE_INFINITY ||
        one.closeHigh < Number.POSITIVE_INFINITY
      ) {
        this.levelled = true
      }
    }
    if (!this.ahead || !this.levelled || this.trailing) return
    this.levels[0]!.ranges ??= rangesOf(this.first)
    this.resting = true
  }

  /** Nothing can happen until the strategy speaks. */
  watchNothing(): void {
    this.endRow = Number.POSITIVE_INFINITY
    this.gate.row = -1
    this.levelled = false
    this.trailing = false
    this.resting = false
  }

  /** Closes as the engine's rules have written them, and no other level; one symbol. */
  watchCloses(): void {
    const one = this.levels[0]!
    one.restLow = Number.NEGATIVE_INFINITY
    one.restHigh = Number.POSITIVE_INFINITY
    one.closeLow = this.closeLow[0]!
    one.closeHigh = this.closeHigh[0]!
    one.ranges ??= rangesOf(this.first)
    one.trail = 0
    this.levelled = true
    this.resting = true
  }

  /** The slip's stop or target, of the one symbol, beside what is watched of closes. */
  watchPair(slip: Float64Array): void {
    const one = this.levels[0]!
    const stop = slip[ExpressSlot.stopLevel]!
    const target = slip[ExpressSlot.targetLevel]!
    one.restLow = Number.isNaN(stop) ? Number.NEGATIVE_INFINITY : stop
    one.restHigh = Number.isNaN(target) ? Number.POSITIVE_INFINITY : target
    one.ranges ??= rangesOf(this.first)
    one.trail = 0
    this.endRow = Number.POSITIVE_INFINITY
    this.gate.row = -1
    this.levelled = true
    this.trailing = false
    this.resting = true
  }

  /** A trailing stop's level as a scan computes it: a hair nearer than the venue's, which decides. */
  private watchTrail(one: ScanLevels, { side, best, amount, rate }: TrailLevel): void {
    this.trailing = true
    one.trail = side
    one.trailBest = best
    one.trailKeep = (1 + side * rate) * (1 - side * 1e-12)
    one.trailShift = side * amount * (1 - 1e-12)
  }

  /** Entries of this symbol and side stay refused before `row`, for the reason just recorded, until the next change. */
  shut(symbol: number, side: number, row: number): void {
    this.gate.row = row
    this.gate.symbol = symbol
    this.gate.side = side
  }
}

/** Columns of `furthest` by both that they come from: those of a market serve all its runs. */
const made = new WeakMap<Float64Array, WeakMap<Float64Array, Float64Array>>()

/** The lower (side -1) or higher of two columns, row by row; what is missing in one is the other's. */
function furthest(a: Float64Array, b: Float64Array, side: 1 | -1): Float64Array {
  const of = made.get(a) ?? new WeakMap<Float64Array, Float64Array>()
  made.set(a, of)
  const known = of.get(b)
  if (known !== undefined) return known
  const column = a.map((value, row) => {
    const other = b[row]!
    if (Number.isNaN(value)) return other
    return side * other > side * value ? other : value
  })
  of.set(b, column)
  return column
}
