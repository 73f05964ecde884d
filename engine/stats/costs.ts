/** What trading cost, and how much of the profit it took. */

import type { Trade } from '../core/result.ts'
import { type Figure, ratio } from './figure.ts'
import { sumOf } from './sum.ts'

/** Quote currency; positive is paid. */
export interface Costs {
  readonly fees: number
  /** Negative where more funding was received than paid. */
  readonly funding: number
  readonly spread: number
  readonly slippage: number
  readonly total: number
  /** Σ over trades that made money before costs of what they made. */
  readonly grossProfit: number
  /** total / grossProfit */
  readonly shareOfGrossProfit: Figure
}

/** Fees and funding of the whole account (as the ledger has them), spread and slippage of all trades, open ones too. */
export function costs(trades: readonly Trade[], fees: number, funding: number): Costs {
  const spread = sumOf(trades.length, (i) => trades[i]!.spreadCost)
  const slippage = sumOf(trades.length, (i) => trades[i]!.slippageCost)
  const total = fees + funding + spread + slippage
  const grossProfit = sumOf(trades.length, (i) => Math.max(0, trades[i]!.pnl + costOf(trades[i]!)))
  const shareOfGrossProfit = ratio(total, grossProfit, 'no trade made money before costs')
  return { fees, funding, spread, slippage, total, grossProfit, shareOfGrossProfit }
}

/** What one trade paid: fees, funding (positive is paid), half-spread and slippage. */
export function costOf(trade: Trade): number {
  return trade.entryFee + trade.exitFee + trade.funding + trade.spreadCost + trade.slippageCost
}
