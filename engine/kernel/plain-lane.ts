/** The express lane of orders that PlainOrders carries out, in runs whose rules look at no closes. */

import type { ExpressVenue } from '../core/venue.ts'
import { isPlain } from '../rules/plain-entry.ts'
import type { Desk } from './desk.ts'
import type { DeskOptions } from './desk-types.ts'
import type { PlainOrders } from './plain-orders.ts'
import type { Portfolio } from './portfolio.ts'
import { type Signal, SignalKind } from './signals.ts'

/** The only instrument of a run that has this lane. */
const ONLY = 0

export class PlainLane {
  private readonly rows: number
  private readonly open: Float64Array
  private readonly portfolio: Portfolio
  private readonly venue: ExpressVenue
  private readonly orders: PlainOrders

  private constructor({ grid }: DeskOptions, venue: ExpressVenue, portfolio: Portfolio, orders: PlainOrders) {
    this.rows = grid.rows
    this.open = grid.symbols[ONLY]!.open
    this.portfolio = portfolio
    this.venue = venue
    this.orders = orders
  }

  /** The run's lane; null where it can't have one. */
  static of(options: DeskOptions, portfolio: Portfolio, desk: Desk, orders: PlainOrders | null): PlainLane | null {
    if (orders === null || options.rules.profile !== null || desk.closeRules.active) return null
    return new PlainLane(options, options.venue as ExpressVenue, portfolio, orders)
  }

  /** Carries out the one signal of `row`. False, with nothing done, where it has to go another way. */
  take({ kind, side, options }: Signal, row: number): boolean {
    const { portfolio } = this
    const next = row + 1
    if (next >= this.rows || portfolio.working.length > 0 || portfolio.dusty || !this.venue.isClear) return false
    // Also false for NaN, where there is no bar.
    if (!(this.open[next]! > 0)) return false
    const held = portfolio.ledger.quantity[ONLY]!
    if (kind === SignalKind.enter) {
      if (held !== 0 || side < 0 || !isPlain(options)) return false
      return this.orders.buy(row, null, options === null ? null : (options.tag ?? null))
    }
    if (kind !== SignalKind.exit || held <= 0) return false
    this.orders.sell(row)
    return true
  }
}
