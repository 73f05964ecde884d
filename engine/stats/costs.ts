/** What trading cost, and how much of the profit it took. */

import type { Trade } from '../core/result.ts'
import { type Figure, ratio } from './figure.ts'
import { sum, sumOf } from './sum.ts'
import { type CostColumns, tradeColumn } from './trade-columns.ts'

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
export function costs(trades: readonly Trade[] | CostColumns, fees: number, funding: number): Costs {
  const columns = 'pnl' in trades ? trades : costColumns(trades)
  const { pnl, cost } = columns
  const spread = sum(columns.spread)
  const slippage = sum(columns.slippage)
  const total = fees + funding + spread + slippage
  const grossProfit = sumOf(pnl.length, (i) => Math.max(0, pnl[i]! + cost[i]!))
  const shareOfGrossProfit = ratio(total, grossProfit, 'no trade made money before costs')
  return { fees, funding, spread, slippage, total, grossProfit, shareOfGrossProfit }
}

/** What one trade paid: fees, funding (positive is paid), half-spread and slippage. */
export function costOf(trade: Trade): number {
  return trade.entryFee + trade.exitFee + trade.funding + trade.spreadCost + trade.slippageCost
}

export function costColumns(trades: readonly Trade[]): CostColumns {
  return {
    pnl: tradeColumn(trades, (trade) => trade.pnl),
    cost: tradeColumn(trades, costOf),
    spread: tradeColumn(trades, (trade) => trade.spreadCost),
    slippage: tradeColumn(trades, (trade) => trade.slippageCost),
  }
}
