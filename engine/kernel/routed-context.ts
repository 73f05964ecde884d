/** What a strategy sees where its symbols are traded at several venues: one position a symbol, wherever it is held. */

import type { Grid } from '../core/grid.ts'
import type { Columns } from './columns.ts'
import { StrategyContext } from './context.ts'
import type { Portfolio } from './portfolio.ts'
import type { Routes } from './routes.ts'
import type { SignalRing } from './signals.ts'

export class RoutedContext extends StrategyContext {
  private readonly routes: Routes
  private readonly account: Portfolio
  private readonly traded: Grid
  private readonly read: Columns

  /** `signals` is the grid of the strategy's own symbols, `traded` the one by instrument. */
  constructor(signals: Grid, traded: Grid, columns: Columns, portfolio: Portfolio, ring: SignalRing, routes: Routes) {
    super(signals, columns, portfolio, ring)
    this.routes = routes
    this.account = portfolio
    this.traded = traded
    this.read = columns
  }

  override position(symbol: number): number {
    let held = 0
    for (const id of this.routes.pairs[symbol]!) held += this.account.quantity[id]!
    return held
  }

  override entryPrice(symbol: number): number {
    return this.routes.entryPrice(symbol, this.account)
  }

  override entryPending(symbol: number): boolean {
    return this.routes.pendingEntry(symbol, this.account) !== 0
  }

  override equityAt(row: number): number {
    // A look ahead is caught where columns are watched.
    this.read.markAt(0, row)
    const { ledger, quantity } = this.account
    let equity = ledger.cashNumber()
    for (let id = 0; id < quantity.length; id++) {
      if (quantity[id] !== 0) equity += quantity[id]! * this.traded.symbols[id]!.mark[row]!
    }
    return equity
  }
}
