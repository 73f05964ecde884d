/** What a run took for granted about execution: volume, spread, latency, finer bars. Each is counted. */

import type { Assumption } from '../core/result.ts'
import type { ResolvedConfig } from './config/index.ts'
import type { Executed } from './execute.ts'

export function executionAssumptions(config: ResolvedConfig, executed: Executed): Assumption[] {
  const { costs, execution } = config
  const { kernel, venue, models } = executed
  const { fills } = kernel.portfolio
  const assumptions: Assumption[] = []
  const add = (code: string, text: string, count: number): void => void assumptions.push({ code, text, count })
  if (execution.participation === 0) {
    add('UNLIMITED_LIQUIDITY', 'every fill found its whole quantity at one price, whatever volume the bar had', fills)
  }
  const isFree = costs.spreadBps === 0 && costs.slippageBps === 0 && costs.impact === 0
  if (isFree && costs.fees !== 'classic-2026-01') {
    add('NO_SPREAD', 'market orders filled at the bar price itself: no spread and no slippage', fills)
  }
  if (models.market !== null && models.market.unknown > 0) {
    const text = `market orders within the first ${costs.window} bars paid no estimated spread or impact: nothing was known yet`
    add('COSTS_NOT_KNOWN_YET', text, models.market.unknown)
  }
  if (execution.latencyMs === 0) {
    add('NO_LATENCY', 'orders decided at a close were at the venue by the next open', fills)
  }
  const { detail } = venue
  if (detail !== null && detail.missing > 0) {
    const text = `bars that reached an order had no ${execution.detail} candles: the model ${execution.ambiguous} decided them`
    add('DETAIL_MISSING', text, detail.missing)
  }
  if (detail !== null && detail.differing > 0) {
    add(
      'DETAIL_DIFFERS',
      `${execution.detail} candles told another open, high, low or close than their bar`,
      detail.differing,
    )
  }
  return assumptions
}
