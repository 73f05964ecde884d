/** How near a liquidation was: the venue's liquidation prices over the run, and their distance from the mark. */

import { decFromNumber } from '../../core/dec.ts'
import type { Grid } from '../../core/grid.ts'
import type { LiquidationDistance, RestingLevel } from '../../core/run-detail.ts'
import { StepColumn } from '../../kernel/portfolio.ts'
import { liquidationDistance } from '../../market/margin-tiers.ts'
import { LiquidationColumn } from '../../sim/margin-book.ts'
import type { Executed } from '../execute.ts'
import { laid } from '../margin-result.ts'
import type { Market } from '../market.ts'

/** Digits behind the point of prices that are only set beside each other. */
const PRICE_DECIMALS = 8

/** The nearest liquidation at each close, by the price that the venue marks with; null without margin rules. */
export function liquidationDistances(executed: Executed, market: Market): LiquidationDistance | null {
  const { margin } = executed.venue
  if (margin === null) return null
  const { grid } = market
  const distance = new Float64Array(grid.rows).fill(Number.NaN)
  for (const { id, kind, pxDec } of executed.instruments) {
    if (kind === 'spot') continue
    const k = Math.min(pxDec, PRICE_DECIMALS)
    const level = laid(margin.prices, LiquidationColumn.price, id, grid.rows, Number.NaN)
    const held = laid(executed.kernel.portfolio.steps, StepColumn.quantity, id, grid.rows, 0)
    const mark = market.marks[id]?.close ?? grid.symbols[id]!.mark
    for (let row = 0; row < grid.rows; row++) {
      const [price, at] = [level[row]!, mark[row]!]
      if (held[row] === 0 || !(price > 0) || !(at > 0)) continue
      // Beyond the price the position is as good as lost, however far.
      const met = held[row]! > 0 ? at <= price : at >= price
      const far = met ? 0 : liquidationDistance(decFromNumber(at, k), decFromNumber(price, k))!
      if (!(far >= distance[row]!)) distance[row] = far
    }
  }
  return { distance }
}

/** The same prices as levels on the chart of prices. */
export function liquidationLevels(
  executed: Executed,
  grid: Grid,
  symbolOf: (instrument: number) => number,
): readonly RestingLevel[] {
  const { margin } = executed.venue
  if (margin === null) return []
  const { prices } = margin
  const levels: RestingLevel[] = []
  const open = new Map<number, { price: number; fromMs: number }>()
  const end = (id: number, toMs: number): void => {
    const level = open.get(id)
    open.delete(id)
    const symbol = symbolOf(id)
    if (level === undefined || toMs <= level.fromMs || symbol < 0 || !(level.price > 0)) return
    levels.push({ symbol, kind: 'liquidation', side: 'sell', ...level, toMs })
  }
  for (let i = 0; i < prices.rows; i++) {
    const id = prices.get(i, LiquidationColumn.instrument)
    const fromMs = grid.time[prices.get(i, LiquidationColumn.row)]!
    end(id, fromMs)
    const price = prices.get(i, LiquidationColumn.price)
    if (!Number.isNaN(price)) open.set(id, { price, fromMs })
  }
  const endMs = grid.time[grid.rows - 1]! + grid.timeframeMs
  for (const id of [...open.keys()]) end(id, endMs)
  return levels
}
