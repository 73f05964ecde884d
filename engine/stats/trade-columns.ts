/** Trades as their statistics see them: a column a field, so that thousands of trades need no object each. */

import type { Trade } from '../core/result.ts'

export interface TradeColumns {
  /** The closed ones, in order of exit. */
  readonly closed: ClosedColumns
  /** All trades, in a fixed order. */
  readonly all: CostColumns
}

/** Net profit (quote), ms from entry to exit, and excursions as fractions. */
export interface ClosedColumns {
  readonly pnl: Float64Array
  readonly holdingMs: Float64Array
  readonly mae: Float64Array
  readonly mfe: Float64Array
}

/** Net profit and, paid for it, fees, funding, spread and slippage together; spread; slippage. All quote. */
export interface CostColumns {
  readonly pnl: Float64Array
  readonly cost: Float64Array
  readonly spread: Float64Array
  readonly slippage: Float64Array
}

/** One field of all trades; a loop, since Float64Array.from walks an iterator. */
export function tradeColumn(trades: readonly Trade[], field: (trade: Trade) => number): Float64Array {
  const values = new Float64Array(trades.length)
  for (let i = 0; i < trades.length; i++) values[i] = field(trades[i]!)
  return values
}
