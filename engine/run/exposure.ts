/** How much of an account's equity lies in positions, at each close: stretch by stretch between changes of position. */

import type { Grid } from '../core/grid.ts'
import type { DoubleTable } from '../core/table.ts'
import { StepColumn } from '../kernel/portfolio.ts'
import { type ExposureFigures, type ExposureSums, exposureAt } from '../stats/exposure.ts'

/** What is held in rows from..to, by instrument: |quantity| in base. */
type Stretch = (held: Float64Array, from: number, to: number) => void

/** Absolute position value over equity at each close. `steps` is the portfolio's. */
export function exposureOf(steps: DoubleTable, grid: Grid, equity: Float64Array): Float64Array {
  const exposure = new Float64Array(grid.rows)
  eachStretch(steps, grid, (held, from, to) => expose(exposure, equity, held, grid, from, to))
  return exposure
}

/** The same summed up, in `memory`, without a column where there is one symbol. */
export function exposureFigures(
  steps: DoubleTable,
  grid: Grid,
  equity: Float64Array,
  memory: ExposureSums,
): ExposureFigures {
  const sums = memory.clear()
  if (grid.symbols.length > 1) {
    sums.add(exposureOf(steps, grid, equity), 0, grid.rows)
    return sums.figures(grid.rows)
  }
  const { mark } = grid.symbols[0]!
  eachStretch(steps, grid, (held, from, to) => {
    if (held[0]! !== 0) sums.hold(held[0]!, mark, equity, from, to)
  })
  return sums.figures(grid.rows)
}

function eachStretch(steps: DoubleTable, grid: Grid, look: Stretch): void {
  const held = new Float64Array(grid.symbols.length)
  let from = 0
  for (let next = 0; from < grid.rows; ) {
    for (; next < steps.rows && steps.get(next, StepColumn.row) === from; next++) {
      held[steps.get(next, StepColumn.instrument)] = Math.abs(steps.get(next, StepColumn.quantity))
    }
    // A whole number to V8 as well: columns are found by it, row after row.
    const to = (next < steps.rows ? steps.get(next, StepColumn.row) : grid.rows) | 0
    look(held, from, to)
    from = to
  }
}

/** A symbol without a position may have no price yet. */
function expose(
  exposure: Float64Array,
  equity: Float64Array,
  held: Float64Array,
  grid: Grid,
  from: number,
  to: number,
): void {
  if (held.every((quantity) => quantity === 0)) return
  if (held.length === 1) {
    exposeOne(exposure, equity, held[0]!, grid.symbols[0]!.mark, from, to)
    return
  }
  for (let row = from; row < to; row++) {
    let value = 0
    for (let k = 0; k < held.length; k++) if (held[k] !== 0) value += held[k]! * grid.symbols[k]!.mark[row]!
    exposure[row] = exposureAt(value, equity[row]!)
  }
}

function exposeOne(
  exposure: Float64Array,
  equity: Float64Array,
  quantity: number,
  mark: Float64Array,
  from: number,
  to: number,
): void {
  for (let row = from; row < to; row++) {
    const value = quantity * (mark[row] as number)
    const own = equity[row] as number
    exposure[row] = value === 0 || own <= 0 ? 0 : value / own
  }
}
