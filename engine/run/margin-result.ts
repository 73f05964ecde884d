/** What leverage came to in a finished run. */

import { decToNumber } from '../core/dec.ts'
import type { Grid } from '../core/grid.ts'
import type { Assumption, LiquidationEvent, MarginResult } from '../core/result.ts'
import { StepColumn } from '../kernel/portfolio.ts'
import { UTILISATION } from '../rules/presets.ts'
import { LiquidationColumn, type MarginBook } from '../sim/margin-book.ts'
import type { ResolvedConfig } from './config/index.ts'
import type { Executed } from './execute.ts'

/** Null for a run without leverage. `equity` at each close. */
export function marginResult(
  config: ResolvedConfig,
  executed: Executed,
  grid: Grid,
  equity: Float64Array,
): MarginResult | null {
  const { margin } = executed.venue
  const { portfolio } = executed.kernel
  const { ledger, borrowingPaid } = portfolio
  if (executed.instruments.every(({ kind }) => kind === 'spot')) return null
  const rules = config.margin.rules === 'venue' ? config.data.venue : config.margin.rules
  const paid = decToNumber(ledger.fundingPaid, ledger.quoteDec)
  return {
    mode: config.margin.mode,
    leverage: config.account.leverage,
    rules: rules === 'plain' ? null : rules,
    events: margin === null ? [] : eventsOf(margin, executed, grid),
    fundings: margin?.carry.fundings ?? 0,
    funding: paid - borrowingPaid,
    borrowing: borrowingPaid,
    ...(margin === null ? { minDistance: null, minDistanceMs: null } : nearest(margin, executed, grid)),
    ...utilisation(config, executed, grid, equity),
  }
}

function eventsOf(margin: MarginBook, { instruments }: Executed, grid: Grid): LiquidationEvent[] {
  return margin.liquidation.events.map((one) => {
    const { symbol, pxDec, qtyDec, quoteDec } = instruments[one.instrument]!
    return {
      symbol,
      side: one.side > 0 ? 'long' : 'short',
      timeMs: grid.time[one.row]!,
      row: one.row,
      intrabar: one.intrabar,
      quantity: decToNumber(one.quantity, qtyDec),
      liquidationPrice: decToNumber(one.mark, pxDec),
      price: decToNumber(one.price, pxDec),
      fee: decToNumber(one.fee, quoteDec),
      partial: one.partial,
    }
  })
}

/** How near a bar's extreme came to the liquidation price that held in it, as a fraction of the extreme. */
function nearest(
  { prices, liquidation }: MarginBook,
  { kernel, instruments }: Executed,
  grid: Grid,
): { minDistance: number | null; minDistanceMs: number | null } {
  const { steps } = kernel.portfolio
  let least = Number.POSITIVE_INFINITY
  let leastMs: number | null = null
  for (const { id, kind } of instruments) {
    if (kind === 'spot') continue
    const level = laid(prices, LiquidationColumn.price, id, grid.rows, Number.NaN)
    const held = laid(steps, StepColumn.quantity, id, grid.rows, 0)
    const { high, low } = grid.symbols[id]!
    for (let row = 0; row < grid.rows; row++) {
      const price = level[row]!
      if (held[row] === 0 || Number.isNaN(price)) continue
      const distance = held[row]! > 0 ? 1 - price / low[row]! : price / high[row]! - 1
      if (distance >= least) continue
      least = distance
      leastMs = grid.time[row]!
    }
  }
  const met = liquidation.events[0]
  if (met !== undefined) return { minDistance: 0, minDistanceMs: grid.time[met.row]! }
  return { minDistance: leastMs === null ? null : Math.max(0, least), minDistanceMs: leastMs }
}

interface Rows {
  readonly rows: number
  get(row: number, column: number): number
}

/** A table of changes (row, instrument, value) as a column: each value from its row on. */
export function laid(table: Rows, column: number, instrument: number, rows: number, before: number): Float64Array {
  const values = new Float64Array(rows)
  let value = before
  let next = 0
  for (let row = 0; row < rows; row++) {
    for (; next < table.rows && table.get(next, 0) <= row; next++) {
      if (table.get(next, 1) === instrument) value = table.get(next, column)
    }
    values[row] = value
  }
  return values
}

function utilisation(
  { account }: ResolvedConfig,
  { kernel, instruments, venue }: Executed,
  grid: Grid,
  equity: Float64Array,
): Pick<MarginResult, 'maxUtilisation' | 'warnings' | 'calls'> {
  const used = new Float64Array(grid.rows)
  for (const { id, kind } of instruments) {
    if (kind === 'spot') continue
    const held = laid(kernel.portfolio.steps, StepColumn.quantity, id, grid.rows, 0)
    const { mark } = grid.symbols[id]!
    for (let row = 0; row < grid.rows; row++) {
      if (held[row] !== 0) used[row]! += (Math.abs(held[row]!) * mark[row]!) / account.leverage
    }
  }
  const rules = venue.margin?.state.terms.rules(instruments[0]!.id, grid.time[0]!)
  const callLevel = rules?.product === 'spot' ? decToNumber(rules.callLevel, 12) : null
  let most: number | null = null
  let warnings = 0
  let calls = 0
  for (let row = 0; row < grid.rows; row++) {
    if (used[row] === 0) continue
    // Margin in use without equity is more than any share of it.
    const share = equity[row]! > 0 ? used[row]! / equity[row]! : Number.MAX_VALUE
    if (share >= UTILISATION.warnFraction) warnings += 1
    // The margin level is the inverse of the share in use.
    if (callLevel !== null && share * callLevel >= 1) calls += 1
    if (share !== Number.MAX_VALUE && (most === null || share > most)) most = share
  }
  return { maxUtilisation: most, warnings, calls: callLevel === null ? null : calls }
}

/** What margin took for granted beside its terms. */
export function marginAssumptions({ venue }: Executed): Assumption[] {
  const assumptions: Assumption[] = []
  const inside = venue.margin?.carry.fundingsInside ?? 0
  if (inside > 0) {
    const text =
      'fundings due inside a bar, paid at its close: which position was held then, and its price, is not known'
    assumptions.push({ code: 'FUNDING_INSIDE_BAR', text, count: inside })
  }
  const whole = venue.margin?.liquidation.wholeForUnknown ?? 0
  if (whole > 0) {
    const text =
      'liquidations of a whole position, where the venue may close a part for a fee, neither of which is known (margin.partialLiquidation)'
    assumptions.push({ code: 'LIQUIDATED_WHOLE', text, count: whole })
  }
  return assumptions
}
